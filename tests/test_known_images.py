"""What is known of images, and what is read from a service about them."""

import json
import re
from collections import Counter

import pytest

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.model.service import Service
from compose2cfn.plan.known_images import (
    KNOWN_IMAGES,
    KnownImage,
    Role,
    find_image,
    known_image,
    memory_for,
    written_heap,
)
from tests.image_page import PAGE, image_page

DIGEST = "sha256:" + "0" * 64


def title(image: str) -> str:
    found = find_image(image)
    return found.title if found else ""


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("postgres", "PostgreSQL"),
        ("postgres:17-alpine", "PostgreSQL"),
        ("public.ecr.aws/docker/library/postgres:16", "PostgreSQL"),
        ("localhost:5000/postgres", "PostgreSQL"),
        (f"docker.io/library/postgres:16@{DIGEST}", "PostgreSQL"),
        (f"postgres@{DIGEST}", "PostgreSQL"),
        ("mcr.microsoft.com/mssql/server:2022-latest", "SQL Server"),
        ("acme/server", ""),
        ("postgres-exporter", ""),
        ("acme/api:postgres", ""),
        ("postgres/api", ""),
        ("", ""),
    ],
)
def test_an_image_is_known_by_the_end_of_its_name(image: str, expected: str) -> None:
    assert title(image) == expected


def test_the_last_two_parts_of_a_name_say_more_than_one() -> None:
    usual, own = find_image("rabbitmq:4"), find_image("docker.io/bitnami/rabbitmq:4")
    assert usual
    assert usual.node_name
    assert own
    assert own.node_name is None


def test_a_name_stands_for_one_image() -> None:
    names = Counter(name for image in KNOWN_IMAGES for name in image.names)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("image", KNOWN_IMAGES, ids=lambda image: str(image.names[0]))
def test_a_row_is_whole(image: KnownImage) -> None:
    assert image.sources
    assert all(re.fullmatch(r"https://\S+", source) for source in image.sources)
    assert all(re.fullmatch(r"[a-z0-9._-]+(/[a-z0-9._-]+)?", name) for name in image.names)
    assert all(re.fullmatch(r"/[^/].*[^/]", path) for path in image.data)
    assert image.memory == 0 or image.memory > 512
    assert image.role is not Role.RUNTIME or image.memory
    assert image.role in {Role.REVERSE_PROXY, Role.RUNTIME} or not image.admin_ports
    assert image.keeps_data or not image.off_network


@pytest.mark.parametrize(
    ("mounted", "holds"),
    [
        ("/var/lib/postgresql/data", True),
        ("/var/lib/postgresql/18/docker", True),
        ("/var/lib/postgresql/", True),
        ("/var/lib", True),
        ("/var/lib/postgres", False),
        ("/docker-entrypoint-initdb.d", False),
    ],
)
def test_data_is_in_what_is_mounted_above_or_below_it(mounted: str, *, holds: bool) -> None:
    image = find_image("postgres")
    assert image
    assert image.holds_data(mounted) is holds


SERVERS: tuple[dict[str, object], ...] = (
    {},
    {"command": []},
    {"command": ["-c", "max_connections=200"]},
    {"command": ["postgres", "-c", "psql=1"]},
    {"command": ["redis-server", "--requirepass", "secret"]},
    {"command": ["server", "/data"]},
    {"command": ["sh", "-c", "redis-server --requirepass $$PASSWORD"]},
    {"command": ["bash", "-c", "until curl -f http://vault; do sleep 1; done; exec mysqld"]},
    {"entrypoint": ["/bin/sh", "-c"], "command": ["kafka-storage.sh format; /start-kafka"]},
    {"entrypoint": ["/wait-for-it.sh"]},
    {"command": ["kafka-server-start.sh", "/etc/kafka.properties"]},
    {"command": ["sh", "/start.sh"]},
)
OTHERS: tuple[dict[str, object], ...] = (
    {"command": ["psql", "-h", "postgres", "-c", "select 1"]},
    {"command": ["/usr/bin/pg_dump", "-U", "postgres"]},
    {"command": ["gosu", "postgres", "psql"]},
    {"entrypoint": ["sleep", "infinity"]},
    {"entrypoint": ["/bin/sh", "-c"], "command": ["\n  # topics\n  kafka-topics --create\n"]},
    {"command": ["bash", "-c", "cub kafka-ready -b kafka:9092 1 20 && kafka-topics --create"]},
    {"command": ["sh", "-c", "while ! pg_isready; do sleep 1; done; PGPASSWORD=x psql -f /a.sql"]},
    {"command": ["mongosh", "--eval", "rs.initiate()"]},
    {"command": ["sh", "-c", 'if [ -z "$$A" ]; then echo no; exit 1; fi; curl http://db']},
)


@pytest.mark.parametrize("said", SERVERS, ids=str)
def test_an_image_runs_what_it_is_there_for(said: dict[str, object]) -> None:
    assert known_image(Service.model_validate({"image": "postgres", **said}))


@pytest.mark.parametrize("said", OTHERS, ids=str)
def test_the_image_of_a_server_is_also_that_of_its_clients(said: dict[str, object]) -> None:
    assert known_image(Service.model_validate({"image": "postgres", **said})) is None


@pytest.mark.parametrize(
    ("said", "heap"),
    [
        ({"environment": {"JAVA_OPTS": "-Xms256m -Xmx1g"}}, 1024),
        ({"environment": {"ES_JAVA_OPTS": "-Xms512m -Xmx512m"}}, 512),
        ({"environment": {"JAVA_TOOL_OPTIONS": "-XX:MaxHeapSize=768M -Dx=y"}}, 768),
        ({"environment": {"JAVA_OPTS": "-Xmx1g", "GC_OPTS": "-Xmx2G"}}, 2048),
        ({"environment": {"KAFKA_HEAP_OPTS": "-Xmx268435456"}}, 256),
        ({"environment": {"NODE_OPTIONS": "--max-old-space-size=4096"}}, 4096),
        ({"environment": {"ZK_SERVER_HEAP": "512"}}, 512),
        ({"environment": {"SOLR_HEAP": "800m"}}, 800),
        ({"environment": {"MAX_HEAP_SIZE": "1G"}}, 1024),
        ({"environment": {"MAX_HEAP_SIZE": "all of it", "JAVA_OPTS": None}}, 0),
        ({"environment": {"JAVA_OPTS": "-Xmx"}}, 0),
        ({"environment": {"JAVA_OPTS": "-Xmx" + "9" * 5000}}, 0),
        ({"command": ["java", "-Xmx384m", "-jar", "app.jar"]}, 384),
        ({"entrypoint": ["sh", "-c", "exec java -Xmx384m -jar app.jar"]}, 384),
        ({}, 0),
    ],
    ids=str,
)
def test_the_largest_heap_that_is_written_counts(said: dict[str, object], heap: int) -> None:
    assert written_heap(Service.model_validate(said)) == heap


@pytest.mark.parametrize(
    ("heap", "memory"), [(128, 256), (512, 1024), (1024, 1536), (1536, 2048), (3072, 4096)]
)
def test_java_needs_memory_beside_its_heap(heap: int, memory: int) -> None:
    assert memory_for(heap) == memory
    assert memory_for(heap, 50) == max(memory, 2 * heap)


def test_the_page_of_images_is_made_of_the_table(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(image_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == image_page(), "run pytest --update"


@pytest.mark.parametrize(
    ("image", "bare"),
    [
        ("fluent/fluent-bit:3.0", True),
        ("cr.fluentbit.io/fluent/fluent-bit", True),
        ("fluent/fluent-bit:3.0-debug", False),
        ("otel/opentelemetry-collector-contrib:0.100.0", True),
        ("nginx", False),
    ],
)
def test_images_of_one_program_get_files_from_the_helper(image: str, *, bare: bool) -> None:
    text = f"services:\n  a:\n    image: {image}\n    volumes: ['./a.conf:/etc/a/a.conf:ro']\n"
    found = convert(files=Memory({"compose.yaml": text, "a.conf": "x"}))
    said = [str(each) for each in found.diagnostics if each.code == "delivery-hides"]
    assert len(said) == bare
    assert all("without a shell in the image, a volume hides" in each for each in said)


def test_a_file_in_tmp_comes_beside_what_the_image_has_there() -> None:
    text = "services:\n  a:\n    image: nginx\n    volumes: ['./a.conf:/tmp/a.conf']\n"
    found = convert(files=Memory({"compose.yaml": text, "a.conf": "x"})).to_yaml()
    assert "seed /tmp /compose/a/" in found
    helped = f"{text}    x-aws-delivery: helper\n"
    with pytest.raises(ComposeError, match="a file directly in /tmp cannot be delivered"):
        convert(files=Memory({"compose.yaml": helped, "a.conf": "x"}))


def findings(text: str, code: str) -> list[str]:
    found = convert(files=Memory({"compose.yaml": text})).diagnostics
    return [each.message for each in found if each.code == code]


def test_models_are_not_served_to_everybody() -> None:
    text = """
services:
  models: {image: ollama/ollama, ports: ["11434:11434"]}
  own: {image: acme/models, ports: ["11434:11434"]}
  chat: {image: ghcr.io/open-webui/open-webui:main, ports: ["80:8080"]}
"""
    (withheld,) = findings(text, "port-withheld")
    assert "port 11434 (Ollama) is not for everybody" in withheld
    (sizes,) = findings(text, "size-default")
    assert "0.5 vCPU with 2048 MiB (chat)" in sizes


def test_a_sentinel_keeps_no_data_and_its_port_to_itself() -> None:
    text = """
services:
  watch: {image: bitnami/redis-sentinel, ports: ["26400:26400"]}
"""
    assert findings(text, "data-unkept") == []
    assert len(findings(text, "port-withheld")) == 1
    template = convert(files=Memory({"compose.yaml": text})).to_yaml()
    assert "MaximumPercent: 200" in template


def test_what_its_makers_do_not_support_on_efs_is_said_once() -> None:
    text = """
services:
  metrics: {image: prom/prometheus, volumes: ["one:/prometheus"]}
  files: {image: minio/minio, volumes: ["./files:/data"]}
  sql: {image: "mcr.microsoft.com/mssql/server:2022-latest", volumes: ["two:/var/opt/mssql"]}
  reader: {image: prom/prometheus, volumes: ["one:/prometheus:ro"]}
  config: {image: prom/prometheus, volumes: ["three:/etc/prometheus"], tmpfs: /prometheus}
  victoria: {image: victoriametrics/victoria-metrics, volumes: ["four:/victoria-metrics-data"]}
volumes: {one: , two: , three: , four: }
"""
    (said,) = findings(text, "data-network")
    assert said == (
        "the data of files (MinIO), metrics (Prometheus) and sql (SQL Server) is on EFS, and "
        "their makers do not support network file systems: it may be damaged; where it matters, "
        "use Amazon S3, Amazon Managed Service for Prometheus and Amazon RDS instead"
    )


def test_members_of_a_cluster_get_names_by_which_they_find_each_other() -> None:
    alone = """
services:
  queue: {image: rabbitmq, hostname: queue}
  mqtt: {image: emqx/emqx, hostname: mqtt}
"""
    cluster = """
services:
  queue1: {image: rabbitmq, hostname: queue1}
  queue2: {image: rabbitmq, hostname: queue2, environment: {JOIN: queue1}}
  mqtt1: {image: emqx/emqx, hostname: mqtt1}
  mqtt2: {image: emqx/emqx, hostname: mqtt2}
"""
    (mqtt, queue) = sorted(findings(alone, "hostname-data"))
    assert mqtt.endswith("write EMQX_NODE_NAME: emqx@127.0.0.1 under environment")
    assert queue.endswith("write RABBITMQ_NODENAME: rabbit@localhost under environment")
    (mqtt, queue) = sorted(findings(cluster, "hostname-data"))
    assert "write EMQX_NODE_NAME: emqx@NAME.NAMESPACE under environment, with the name" in mqtt
    assert "write RABBITMQ_NODENAME: rabbit@NAME under environment, with the name" in queue


def test_a_node_that_is_named_after_its_service_finds_itself() -> None:
    text = """
services:
  queue1: {image: rabbitmq, hostname: queue1, environment: {RABBITMQ_NODENAME: rabbit@queue1}}
  queue2: {image: rabbitmq, hostname: queue2, environment: {RABBITMQ_NODENAME: rabbit@queue2}}
"""
    assert findings(text, "hostname-data") == []
    (early,) = findings(text, "found-early")
    assert early.startswith("queue1 and queue2 look")


@pytest.mark.parametrize(
    ("image", "port", "title"),
    [
        ("quay.io/keycloak/keycloak:26.1", 9000, "Keycloak"),
        ("quay.io/wildfly/wildfly", 9990, "WildFly"),
        ("confluentinc/cp-kafka-connect:7.6.0", 8083, "Kafka Connect"),
        ("confluentinc/cp-schema-registry:7.6.0", 8081, "Schema Registry"),
        ("confluentinc/cp-kafka-rest:7.6.0", 8082, "Schema Registry"),
        ("confluentinc/ksqldb-server", 8088, "ksqlDB"),
        ("flink:1.20", 8081, "Flink"),
    ],
)
def test_what_manages_a_server_without_a_password_is_not_for_everybody(
    image: str, port: int, title: str
) -> None:
    ports = [f"9876:{port}", "80:8080"]
    text = json.dumps({"services": {"a": {"image": image, "ports": ports}}})
    (withheld,) = findings(text, "port-withheld")
    assert withheld.startswith(f"port {port} ({title}) is not for everybody")
    assert "OnTCP8080" in convert(files=Memory({"compose.yaml": text})).to_yaml()


CHECKS = """
services:
  one:
    image: opensearchproject/opensearch:3
    environment: {discovery.seed_hosts: "one,two", cluster.initial_cluster_manager_nodes: one}
  two:
    image: opensearchproject/opensearch:3
    command: [opensearch, -Ediscovery.seed_hosts=one]
  search: {image: "elasticsearch:9.1.0", environment: {cluster.initial_master_nodes: search}}
  quality: {image: "sonarqube:community"}
  alone: {image: "elasticsearch:9.1.0", environment: {discovery.type: single-node}}
  plain: {image: "elasticsearch:9.1.0"}
  unmapped:
    image: elasticsearch:9.1.0
    environment: {discovery.seed_hosts: search, node.store.allow_mmap: "false"}
  unchecked: {image: sonarqube, environment: {SONAR_ES_BOOTSTRAP_CHECKS_DISABLE: "true"}}
  instance: {image: sonarqube, x-aws-capacity: EC2}
"""


def test_what_looks_at_a_limit_that_nothing_sets_on_fargate_is_told_how_to_do_without() -> None:
    found = convert(files=Memory({"compose.yaml": CHECKS})).diagnostics
    said = [str(each) for each in found if each.code == "fargate-memory-maps"]
    assert len(said) == 3
    quality, opensearch, elasticsearch = sorted(said, key=lambda one: "SonarQube" not in one)
    assert "services.quality.image: " in quality
    assert "write SONAR_SEARCH_JAVAADDITIONALOPTS: -Dnode.store.allow_mmap=false" in quality
    assert "services.one.image: OpenSearch ends at its start" in opensearch
    assert "the same is true of two" in opensearch
    assert "services.search.image: Elasticsearch" in elasticsearch
    assert 'write node.store.allow_mmap: "false" under environment' in elasticsearch


def test_data_is_also_where_a_variable_or_a_command_says() -> None:
    text = """
services:
  metrics: {image: prom/prometheus, command: ["--storage.tsdb.path=/tsdb"], volumes: ["one:/tsdb"]}
  broker: {image: apache/kafka, environment: {KAFKA_LOG_DIRS: /logs}, volumes: ["two:/logs"]}
  graph: {image: neo4j, volumes: ["three:/data"]}
  keys:
    image: apache/kafka
    environment: {KAFKA_SSL_KEYSTORE_LOCATION: /keys/a.jks}
    tmpfs: /var/lib/kafka
    volumes: ["four:/keys"]
volumes: {one: , two: , three: , four: }
"""
    (said,) = findings(text, "data-network")
    assert said.startswith("the data of broker (Kafka), graph (Neo4j) and metrics (Prometheus) is")
    assert "use Amazon MSK, Amazon Neptune and Amazon Managed Service for Prometheus" in said
