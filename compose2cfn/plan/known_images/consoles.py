"""Well-known images with which people manage other servers."""

from compose2cfn.plan.known_images.known import KnownImage, Role

CONSOLES = (
    KnownImage(
        names=(
            *("phpmyadmin", "adminer", "pgadmin4", "pgweb", "cloudbeaver", "sqlpad"),
            *("mongo-express", "mongo-gui", "adminmongo", "neo4j-browser"),
        ),
        title="a database console",
        role=Role.CONSOLE,
        sources=(
            "https://hub.docker.com/_/phpmyadmin",
            "https://hub.docker.com/_/adminer",
            "https://hub.docker.com/_/mongo-express",
            "https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html",
        ),
    ),
    KnownImage(
        names=("redis-commander", "redisinsight", "redis-ui", "phpredisadmin", "redis-browser"),
        title="a Redis console",
        role=Role.CONSOLE,
        sources=("https://redis.io/docs/latest/operate/redisinsight/install/install-on-docker/",),
    ),
    KnownImage(
        # They run on Java, which takes a quarter of the memory as heap.
        names=("kafka-ui", "akhq", "kafdrop", "kafka-manager", "cmak"),
        title="a Kafka console",
        role=Role.CONSOLE,
        memory=1024,
        cpu=512,
        sources=(
            "https://github.com/provectus/kafka-ui",
            "https://akhq.io/docs/",
            "https://github.com/obsidiandynamics/kafdrop",
        ),
    ),
    KnownImage(
        names=(
            *("kowl", "redpandadata/console", "kafka-topics-ui", "schema-registry-ui"),
            *("kafka-connect-ui", "zoonavigator", "debezium-ui"),
        ),
        title="a Kafka console",
        role=Role.CONSOLE,
        sources=("https://docs.redpanda.com/current/console/",),
    ),
    KnownImage(
        names=("conduktor-console",),
        title="the Conduktor console",
        role=Role.CONSOLE,
        memory=3072,
        cpu=2048,
        sources=("https://docs.conduktor.io/guide/conduktor-in-production/system-requirements",),
    ),
    KnownImage(
        # 8 GB in its reduced mode, with a heap of 4 GB.
        names=("cp-enterprise-control-center", "cp-enterprise-control-center-next-gen"),
        title="Confluent Control Center",
        role=Role.CONSOLE,
        memory=8192,
        cpu=1024,
        sources=(
            "https://docs.confluent.io/platform/current/installation/system-requirements.html",
        ),
    ),
    KnownImage(
        # Elastic gives it 1 GiB by default.
        names=("kibana", "kibana-oss"),
        title="Kibana",
        role=Role.CONSOLE,
        memory=1024,
        cpu=512,
        sources=(
            "https://www.elastic.co/guide/en/cloud-on-k8s/current/k8s-managing-compute-resources.html",
        ),
    ),
    KnownImage(
        names=("opensearch-dashboards", "cerebro", "elasticsearch-head", "elasticvue", "dejavu"),
        title="a search engine console",
        role=Role.CONSOLE,
        sources=("https://docs.opensearch.org/latest/dashboards/",),
    ),
    KnownImage(
        names=(
            "portainer",
            "portainer-ce",
            "portainer-ee",
            "dozzle",
            "yacht",
            "dockge",
            "cadvisor",
        ),
        title="a Docker console",
        role=Role.CONSOLE,
        sources=("https://docs.portainer.io/", "https://dozzle.dev/guide/authentication"),
    ),
    KnownImage(
        names=("mailhog", "mailpit", "mailcatcher", "maildev", "smtp4dev", "inbucket"),
        title="a mail catcher",
        role=Role.CONSOLE,
        sources=("https://mailpit.axllent.org/docs/", "https://github.com/mailhog/MailHog"),
    ),
    KnownImage(
        names=("flower", "rq-dashboard", "bull-board", "celery-flower"),
        title="a task queue console",
        role=Role.CONSOLE,
        sources=("https://flower.readthedocs.io/en/latest/auth.html",),
    ),
    KnownImage(
        names=(
            "alertmanager",
            "pushgateway",
            "node-exporter",
            "zipkin",
            "jaegertracing/all-in-one",
            "jaegertracing/jaeger",
            "mimir",
            "pyroscope",
            "thanos",
        ),
        title="a metrics console",
        role=Role.CONSOLE,
        sources=(
            "https://prometheus.io/docs/operating/security/",
            "https://www.jaegertracing.io/docs/latest/security/",
            "https://grafana.com/docs/mimir/latest/manage/secure/authentication-and-authorization/",
        ),
    ),
)
