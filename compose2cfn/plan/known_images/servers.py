"""Well-known images that need more memory than the smallest task has, and reverse proxies."""

from compose2cfn.plan.known_images.known import KnownImage, MemoryMaps, Role

RUNTIMES = (
    KnownImage(
        # Java takes a quarter of the memory as heap: 256 MiB of these, 128 MiB of the least.
        names=(
            *("openjdk", "eclipse-temurin", "amazoncorretto", "ibm-semeru-runtimes", "sapmachine"),
            *("zulu-openjdk", "adoptopenjdk", "liberica-openjdk-alpine", "tomcat", "jetty"),
            *("tomee", "open-liberty", "websphere-liberty", "payara/server-full", "payara/micro"),
        ),
        title="Java",
        role=Role.RUNTIME,
        memory=1024,
        cpu=512,
        sources=("https://docs.oracle.com/en/java/javase/22/gctuning/ergonomics.html",),
    ),
    KnownImage(
        # A heap of 512 MiB, and 256 MiB for classes by default.
        names=("wildfly",),
        title="WildFly",
        role=Role.RUNTIME,
        memory=1024,
        cpu=512,
        admin_ports=frozenset({9990}),
        sources=(
            (
                "https://github.com/wildfly/wildfly-core/blob/main/core-feature-pack/common/src/"
                "main/resources/content/bin/standalone.conf"
            ),
            "https://github.com/jboss-dockerfiles/wildfly",
        ),
    ),
    KnownImage(
        # What is recommended for a small deployment in production.
        names=("keycloak", "keycloak-rhel9"),
        title="Keycloak",
        role=Role.RUNTIME,
        memory=2048,
        cpu=512,
        admin_ports=frozenset({9000}),
        sources=(
            "https://www.keycloak.org/server/containers#_specifying_different_memory_settings",
            "https://www.keycloak.org/server/management-interface",
        ),
    ),
    KnownImage(
        # A heap of 2 GiB at most by default.
        names=("cp-kafka-connect", "cp-kafka-connect-base", "debezium/connect"),
        title="Kafka Connect",
        role=Role.RUNTIME,
        memory=3072,
        cpu=512,
        admin_ports=frozenset({8083}),
        sources=(
            "https://github.com/apache/kafka/blob/trunk/bin/connect-distributed.sh",
            "https://kafka.apache.org/44/security/security-model-connect/",
        ),
    ),
    KnownImage(
        # A heap of 512 MiB at most by default; the proxy's is 256 MiB.
        names=("cp-schema-registry", "cp-kafka-rest"),
        title="Schema Registry",
        role=Role.RUNTIME,
        memory=1024,
        cpu=512,
        admin_ports=frozenset({8081, 8082}),
        sources=(
            "https://docs.confluent.io/platform/current/installation/system-requirements.html",
            (
                "https://docs.confluent.io/platform/current/security/authentication/"
                "http-basic-auth/overview.html"
            ),
        ),
    ),
    KnownImage(
        # A heap of 3 GiB at most by default.
        names=("cp-ksqldb-server", "ksqldb-server", "cp-ksql-server"),
        title="ksqlDB",
        role=Role.RUNTIME,
        memory=4096,
        cpu=1024,
        admin_ports=frozenset({8088}),
        sources=(
            "https://docs.confluent.io/platform/current/ksqldb/operate-and-deploy/",
            (
                "https://docs.confluent.io/platform/current/ksqldb/operate-and-deploy/"
                "installation/security.html"
            ),
        ),
    ),
    KnownImage(
        # The process of a manager of jobs has 1600 MiB, that of one of tasks 1728 MiB.
        names=("flink",),
        title="Flink",
        role=Role.RUNTIME,
        memory=1728,
        cpu=512,
        admin_ports=frozenset({8081}),
        sources=(
            "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/config/",
            "https://docs.confluent.io/cp-flink/current/jobs/configure/security.html",
        ),
    ),
    KnownImage(
        # A heap of 1 GiB by default.
        names=("nifi",),
        title="NiFi",
        role=Role.RUNTIME,
        memory=2048,
        cpu=1024,
        sources=("https://hub.docker.com/r/apache/nifi",),
    ),
    KnownImage(
        names=("jenkins",),
        title="Jenkins",
        role=Role.RUNTIME,
        memory=2048,
        cpu=512,
        sources=("https://www.jenkins.io/doc/pipeline/tour/getting-started/",),
    ),
    KnownImage(
        names=("gitlab-ce", "gitlab-ee"),
        title="GitLab",
        role=Role.RUNTIME,
        memory=8192,
        cpu=2048,
        sources=("https://docs.gitlab.com/install/requirements/",),
    ),
    KnownImage(
        # 2 GB for itself, and 1 GB for the system that it would run on.
        names=("sonarqube",),
        title="SonarQube",
        role=Role.RUNTIME,
        memory=3072,
        cpu=1024,
        memory_maps=MemoryMaps(
            checked_with=(),
            cure="SONAR_SEARCH_JAVAADDITIONALOPTS: -Dnode.store.allow_mmap=false",
            unchecked_with=("allow_mmap", "SONAR_ES_BOOTSTRAP_CHECKS_DISABLE"),
        ),
        sources=(
            (
                "https://docs.sonarsource.com/sonarqube-server/server-installation/"
                "pre-installation/linux"
            ),
            "https://docs.sonarsource.com/sonarqube/9.9/requirements/hardware-recommendations/",
        ),
    ),
    KnownImage(
        # A heap of 2703 MiB, and as much outside of it by default.
        names=("nexus3",),
        title="Nexus",
        role=Role.RUNTIME,
        memory=6144,
        cpu=1024,
        sources=("https://github.com/sonatype/docker-nexus3",),
    ),
    KnownImage(
        # A heap of up to 768 MiB (Jira) or 1 GiB, and up to 512 MiB for compiled code.
        names=("jira-software", "jira-servicemanagement", "jira-core", "confluence", "bitbucket"),
        title="Atlassian",
        role=Role.RUNTIME,
        memory=2048,
        cpu=1024,
        sources=("https://hub.docker.com/r/atlassian/jira-software",),
    ),
    KnownImage(
        # 512 MiB are recommended for each process that answers: two of them.
        names=("nextcloud",),
        title="Nextcloud",
        role=Role.RUNTIME,
        memory=1024,
        cpu=512,
        sources=(
            (
                "https://docs.nextcloud.com/server/latest/admin_manual/installation/"
                "system_requirements.html"
            ),
        ),
    ),
    KnownImage(
        # A heap of 1 GB needs a machine with 2.
        names=("metabase",),
        title="Metabase",
        role=Role.RUNTIME,
        memory=2048,
        cpu=512,
        sources=("https://www.metabase.com/docs/v0.40/troubleshooting-guide/running",),
    ),
    KnownImage(
        # A heap of 1 GiB by default.
        names=("minecraft-server",),
        title="Minecraft",
        role=Role.RUNTIME,
        memory=1536,
        cpu=1024,
        sources=(
            "https://docker-minecraft-server.readthedocs.io/en/latest/configuration/jvm-options/",
        ),
    ),
    KnownImage(
        # What the smallest of its usual models need. Whoever reaches it may load and delete models.
        names=("ollama",),
        title="Ollama",
        role=Role.RUNTIME,
        memory=8192,
        cpu=2048,
        admin_ports=frozenset({11434}),
        sources=(
            "https://github.com/ollama/ollama#model-library",
            "https://docs.ollama.com/api/authentication",
        ),
    ),
    KnownImage(
        # Its model for embeddings has 500 MB or more in each process, beside the program.
        names=("open-webui",),
        title="Open WebUI",
        role=Role.RUNTIME,
        memory=2048,
        cpu=512,
        sources=("https://docs.openwebui.com/troubleshooting/performance/",),
    ),
)

REVERSE_PROXIES = (
    KnownImage(
        names=("nginx", "nginx-unprivileged", "openresty", "nginx-proxy", "swag"),
        title="nginx",
        role=Role.REVERSE_PROXY,
        sources=("https://hub.docker.com/_/nginx",),
    ),
    KnownImage(
        names=("nginx-proxy-manager",),
        title="Nginx Proxy Manager",
        role=Role.REVERSE_PROXY,
        admin_ports=frozenset({81}),
        sources=("https://nginxproxymanager.com/guide/",),
    ),
    KnownImage(
        names=("httpd", "caddy", "haproxy", "varnish"),
        title="a reverse proxy",
        role=Role.REVERSE_PROXY,
        sources=("https://hub.docker.com/_/haproxy", "https://hub.docker.com/_/caddy"),
    ),
    KnownImage(
        names=("traefik",),
        title="the Traefik console",
        role=Role.REVERSE_PROXY,
        admin_ports=frozenset({8080}),
        sources=("https://doc.traefik.io/traefik/operations/api/",),
    ),
    KnownImage(
        names=("envoy",),
        title="the Envoy console",
        role=Role.REVERSE_PROXY,
        admin_ports=frozenset({9901}),
        sources=("https://www.envoyproxy.io/docs/envoy/latest/operations/admin",),
    ),
    KnownImage(
        names=("kong", "kong-gateway"),
        title="the Kong console",
        role=Role.REVERSE_PROXY,
        admin_ports=frozenset({8001, 8002, 8444, 8445}),
        sources=("https://hub.docker.com/_/kong",),
    ),
)
