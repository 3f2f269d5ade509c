"""Well-known images that keep messages until others have taken them."""

from compose2cfn.plan.known_images.known import KnownImage, NodeName, Role

BROKERS = (
    KnownImage(
        names=("rabbitmq",),
        title="RabbitMQ",
        role=Role.BROKER,
        data=("/var/lib/rabbitmq",),
        node_name=NodeName(
            variables=("RABBITMQ_NODENAME",), value="rabbit@localhost", member="rabbit@NAME"
        ),
        sources=(
            "https://hub.docker.com/_/rabbitmq",
            "https://www.rabbitmq.com/docs/man/rabbitmq-server.8",
            "https://www.rabbitmq.com/docs/clustering#node-names",
        ),
    ),
    KnownImage(
        # It has a node name of its own: rabbit@localhost.
        names=("bitnami/rabbitmq", "bitnamilegacy/rabbitmq"),
        title="RabbitMQ",
        role=Role.BROKER,
        data=("/bitnami",),
        sources=("https://github.com/bitnami/containers/tree/main/bitnami/rabbitmq",),
    ),
    KnownImage(
        # A heap of 1 GiB by default.
        names=("kafka", "cp-kafka", "cp-server"),
        title="Kafka",
        role=Role.BROKER,
        memory=1536,
        cpu=512,
        data=(
            *("/var/lib/kafka", "/kafka", "/bitnami"),
            "/tmp/kraft-combined-logs",  # noqa: S108 - where the image of Apache has them
        ),
        off_network="Amazon MSK",
        sources=(
            "https://hub.docker.com/r/apache/kafka",
            "https://github.com/apache/kafka/blob/trunk/bin/kafka-server-start.sh",
            "https://docs.confluent.io/operator/current/co-storage.html",
        ),
    ),
    KnownImage(
        # 2 GB for each core.
        names=("redpanda",),
        title="Redpanda",
        role=Role.BROKER,
        memory=2048,
        cpu=1024,
        data=("/var/lib/redpanda",),
        sources=(
            "https://docs.redpanda.com/current/get-started/quick-start/",
            "https://docs.redpanda.com/current/deploy/redpanda/manual/production/requirements/",
        ),
    ),
    KnownImage(
        names=("nats",),
        title="NATS",
        role=Role.BROKER,
        sources=("https://hub.docker.com/_/nats",),
    ),
    KnownImage(
        # A heap of 1 GiB at most by default.
        names=("activemq", "activemq-classic"),
        title="ActiveMQ",
        role=Role.BROKER,
        memory=1536,
        cpu=512,
        data=("/opt/apache-activemq/data", "/opt/activemq/data"),
        sources=("https://github.com/apache/activemq/blob/main/assembly/src/release/bin/env",),
    ),
    KnownImage(
        # A heap of 2 GiB at most by default.
        names=("activemq-artemis", "artemis", "activemq-artemis-broker"),
        title="ActiveMQ Artemis",
        role=Role.BROKER,
        memory=3072,
        cpu=512,
        data=("/var/lib/artemis-instance", "/var/lib/artemis/data"),
        sources=(
            "https://artemis.apache.org/components/artemis/documentation/latest/docker.html",
            "https://artemis.apache.org/components/artemis/documentation/latest/perf-tuning.html",
        ),
    ),
    KnownImage(
        # A heap of 2 GiB, and buffers, by default.
        names=("pulsar", "pulsar-all"),
        title="Pulsar",
        role=Role.BROKER,
        memory=4096,
        cpu=1024,
        data=("/pulsar/data",),
        sources=(
            "https://pulsar.apache.org/docs/next/getting-started-docker/",
            "https://github.com/apache/pulsar/blob/master/conf/pulsar_env.sh",
        ),
    ),
    KnownImage(
        names=("eclipse-mosquitto", "mosquitto"),
        title="Mosquitto",
        role=Role.BROKER,
        data=("/mosquitto/data",),
        sources=("https://hub.docker.com/_/eclipse-mosquitto",),
    ),
    KnownImage(
        names=("emqx", "emqx-enterprise", "emqx-ee"),
        title="EMQX",
        role=Role.BROKER,
        data=("/opt/emqx/data",),
        node_name=NodeName(
            variables=("EMQX_NODE_NAME", "EMQX_NODE__NAME", "EMQX_HOST"),
            value="emqx@127.0.0.1",
            member="emqx@NAME.NAMESPACE",
        ),
        sources=("https://docs.emqx.com/en/emqx/latest/get-started/deploy/install-docker.html",),
    ),
    KnownImage(
        names=("vernemq",),
        title="VerneMQ",
        role=Role.BROKER,
        data=("/vernemq/data",),
        sources=("https://docs.vernemq.com/installation/docker",),
    ),
    KnownImage(
        names=("hivemq4", "hivemq-ce", "hivemq-edge"),
        title="HiveMQ",
        role=Role.BROKER,
        data=("/opt/hivemq/data",),
        sources=("https://hub.docker.com/r/hivemq/hivemq-ce",),
    ),
    KnownImage(
        names=("nsq", "beanstalkd", "gearmand"),
        title="a queue",
        role=Role.BROKER,
        sources=("https://nsq.io/deployment/docker.html",),
    ),
    KnownImage(
        # It takes in what anybody sends. A heap of 1 GiB by default; Elastic gives it 2 GiB.
        names=("logstash", "logstash-oss"),
        title="Logstash",
        role=Role.BROKER,
        memory=2048,
        cpu=512,
        sources=("https://www.elastic.co/docs/reference/logstash/jvm-settings",),
    ),
    KnownImage(
        # Receivers without authentication, and pages about themselves.
        names=(
            *("opentelemetry-collector", "opentelemetry-collector-contrib", "otelcol"),
            *("opentelemetry-collector-k8s", "aws-otel-collector", "splunk-otel-collector"),
            *("grafana/alloy", "grafana/agent", "jaeger-collector", "jaeger-agent"),
            *("fluentd", "fluent-bit", "aws-for-fluent-bit", "timberio/vector", "telegraf"),
            *("statsd", "statsd-exporter", "graphite-exporter"),
        ),
        title="a telemetry collector",
        role=Role.BROKER,
        sources=(
            "https://opentelemetry.io/docs/security/config-best-practices/",
            "https://grafana.com/docs/alloy/latest/configure/",
            "https://docs.fluentbit.io/manual/administration/monitoring",
            "https://docs.fluentd.org/input/forward",
        ),
    ),
)
