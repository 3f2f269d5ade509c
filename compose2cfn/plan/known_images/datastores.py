"""Well-known images that keep data for others."""

from compose2cfn.plan.known_images.known import KnownImage, MemoryMaps, Role

_BITNAMI = "/bitnami"
"""Below it are the volumes of all images of Bitnami. https://github.com/bitnami/containers"""

_DISCOVERY = ("discovery.seed_hosts", "discovery.seed_providers")

DATASTORES = (
    KnownImage(
        names=(
            *("postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha"),
            "postgresql-repmgr",
        ),
        title="PostgreSQL",
        role=Role.DATASTORE,
        data=("/var/lib/postgresql", "/home/postgres/pgdata", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/postgres",
            "https://hub.docker.com/r/timescale/timescaledb-ha",
        ),
    ),
    KnownImage(
        names=("pgbouncer", "pgpool", "proxysql"),
        title="a database connection pool",
        role=Role.DATASTORE,
        sources=("https://www.pgbouncer.org/config.html",),
    ),
    KnownImage(
        # Its settings are made for a machine with about 512 MB: a container has no more to spare.
        names=("mysql", "mysql-server", "percona", "percona-server", "percona-xtradb-cluster"),
        title="MySQL",
        role=Role.DATASTORE,
        memory=1024,
        cpu=512,
        data=("/var/lib/mysql", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/mysql",
            "https://dev.mysql.com/doc/refman/8.4/en/memory-use.html",
        ),
    ),
    KnownImage(
        names=("mariadb", "mariadb-galera", "mariadb/server"),
        title="MariaDB",
        role=Role.DATASTORE,
        data=("/var/lib/mysql", "/config", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/mariadb",
            "https://docs.linuxserver.io/images/docker-mariadb/",
        ),
    ),
    KnownImage(
        # Its cache has 256 MB at least, beside connections, sorts and the program itself.
        names=(
            *("mongo", "mongodb", "mongodb-community-server", "mongodb-enterprise-server"),
            *("mongodb-atlas-local", "percona-server-mongodb"),
        ),
        title="MongoDB",
        role=Role.DATASTORE,
        memory=1024,
        cpu=512,
        data=("/data/db", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/mongo",
            "https://www.mongodb.com/docs/manual/core/wiredtiger/",
        ),
    ),
    KnownImage(
        names=(
            *("redis", "redis-stack", "redis-stack-server", "redis-cluster"),
            *("valkey", "valkey-bundle", "valkey-cluster", "keydb"),
        ),
        title="Redis",
        role=Role.DATASTORE,
        data=("/data", _BITNAMI),
        sources=("https://hub.docker.com/_/redis", "https://hub.docker.com/r/valkey/valkey"),
    ),
    KnownImage(
        # It watches servers and keeps no data: what it writes into its configuration it learns.
        names=("redis-sentinel",),
        title="Redis Sentinel",
        role=Role.DATASTORE,
        sources=(
            "https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/",
            "https://github.com/bitnami/containers/tree/main/bitnami/redis-sentinel",
        ),
    ),
    KnownImage(
        # It wants 256 MiB for each processor that it sees, of four fifths of the memory, and ends
        # if there is less; a task of one vCPU or less sees two.
        names=("dragonfly",),
        title="Dragonfly",
        role=Role.DATASTORE,
        memory=1024,
        data=("/data",),
        sources=(
            "https://www.dragonflydb.io/docs/getting-started/docker",
            "https://github.com/dragonflydb/dragonfly/issues/3097",
        ),
    ),
    KnownImage(
        names=("memcached",),
        title="Memcached",
        role=Role.DATASTORE,
        sources=("https://hub.docker.com/_/memcached",),
    ),
    KnownImage(
        # Elastic gives it 2 GiB by default, of which half becomes the heap.
        names=("elasticsearch", "elasticsearch-oss", "elasticsearch-wolfi"),
        title="Elasticsearch",
        role=Role.DATASTORE,
        memory=2048,
        cpu=512,
        heap_percent=50,
        data=("/usr/share/elasticsearch/data", _BITNAMI),
        memory_maps=MemoryMaps(
            checked_with=(*_DISCOVERY, "cluster.initial_master_nodes"),
            cure='node.store.allow_mmap: "false"',
        ),
        sources=(
            "https://www.elastic.co/guide/en/elasticsearch/reference/8.19/docker.html",
            "https://www.elastic.co/guide/en/cloud-on-k8s/1.8/k8s-jvm-heap-size.html",
        ),
    ),
    KnownImage(
        # Its heap has 1 GiB by default, and should be half of the memory.
        names=("opensearch",),
        title="OpenSearch",
        role=Role.DATASTORE,
        memory=2048,
        cpu=512,
        heap_percent=50,
        data=("/usr/share/opensearch/data", _BITNAMI),
        memory_maps=MemoryMaps(
            checked_with=(
                *_DISCOVERY,
                "cluster.initial_cluster_manager_nodes",
                "cluster.initial_master_nodes",
            ),
            cure='node.store.allow_mmap: "false"',
        ),
        sources=("https://docs.opensearch.org/1.0/opensearch/install/important-settings",),
    ),
    KnownImage(
        # A heap of 512 MiB by default.
        names=("solr",),
        title="Solr",
        role=Role.DATASTORE,
        memory=1024,
        cpu=512,
        data=("/var/solr", _BITNAMI),
        sources=(
            "https://solr.apache.org/guide/solr/latest/deployment-guide/solr-in-docker.html",
            "https://solr.apache.org/guide/solr/latest/deployment-guide/jvm-settings.html",
        ),
    ),
    KnownImage(
        names=("meilisearch",),
        title="Meilisearch",
        role=Role.DATASTORE,
        data=("/meili_data",),
        sources=("https://www.meilisearch.com/docs/guides/docker",),
    ),
    KnownImage(
        names=("typesense",),
        title="Typesense",
        role=Role.DATASTORE,
        data=("/data",),
        sources=("https://typesense.org/docs/guide/install-typesense.html",),
    ),
    KnownImage(
        # Half of what a server in production has at least; its heap is 1 GiB then.
        names=("cassandra", "dse-server"),
        title="Cassandra",
        role=Role.DATASTORE,
        memory=4096,
        cpu=1024,
        data=("/var/lib/cassandra", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/cassandra",
            "https://cassandra.apache.org/doc/latest/cassandra/managing/operating/hardware.html",
        ),
    ),
    KnownImage(
        # The least in production.
        names=("scylla", "scylladb"),
        title="ScyllaDB",
        role=Role.DATASTORE,
        memory=4096,
        cpu=1024,
        data=("/var/lib/scylla", _BITNAMI),
        sources=(
            "https://hub.docker.com/r/scylladb/scylla",
            "https://docs.scylladb.com/manual/stable/getting-started/system-requirements.html",
        ),
    ),
    KnownImage(
        names=("couchdb",),
        title="CouchDB",
        role=Role.DATASTORE,
        data=("/opt/couchdb/data", _BITNAMI),
        sources=("https://hub.docker.com/_/couchdb",),
    ),
    KnownImage(
        names=("couchbase", "couchbase/server"),
        title="Couchbase",
        role=Role.DATASTORE,
        memory=4096,
        cpu=1024,
        data=("/opt/couchbase/var",),
        sources=(
            "https://hub.docker.com/_/couchbase",
            "https://docs.couchbase.com/server/current/install/pre-install.html",
        ),
    ),
    KnownImage(
        names=("neo4j",),
        title="Neo4j",
        role=Role.DATASTORE,
        memory=2048,
        cpu=512,
        data=("/data", _BITNAMI),
        off_network="Amazon Neptune",
        sources=(
            "https://neo4j.com/docs/operations-manual/current/docker/mounting-volumes/",
            "https://neo4j.com/docs/operations-manual/current/installation/requirements/",
        ),
    ),
    KnownImage(
        names=("arangodb",),
        title="ArangoDB",
        role=Role.DATASTORE,
        data=("/var/lib/arangodb3",),
        sources=("https://hub.docker.com/_/arangodb",),
    ),
    KnownImage(
        names=("influxdb",),
        title="InfluxDB",
        role=Role.DATASTORE,
        data=("/var/lib/influxdb", "/var/lib/influxdb2", "/var/lib/influxdb3", _BITNAMI),
        sources=("https://hub.docker.com/_/influxdb",),
    ),
    KnownImage(
        # As documented for less than 16 GB: queries that need more fail, but the server runs.
        names=("clickhouse", "clickhouse-server"),
        title="ClickHouse",
        role=Role.DATASTORE,
        memory=4096,
        cpu=1024,
        data=("/var/lib/clickhouse", _BITNAMI),
        sources=(
            "https://hub.docker.com/r/clickhouse/clickhouse-server",
            "https://clickhouse.com/docs/operations/tips",
        ),
    ),
    KnownImage(
        # It does not start with less than 2000 MB. It needs NFS 4.2 at least, and EFS has 4.1.
        names=("mssql/server", "mssql-server-linux", "azure-sql-edge", "rhel/server"),
        title="SQL Server",
        role=Role.DATASTORE,
        memory=2048,
        cpu=1024,
        data=("/var/opt/mssql",),
        off_network="Amazon RDS",
        sources=(
            "https://learn.microsoft.com/sql/linux/sql-server-linux-setup",
            "https://learn.microsoft.com/sql/linux/sql-server-linux-known-issues",
            "https://learn.microsoft.com/sql/linux/sql-server-linux-docker-container-configure",
        ),
    ),
    KnownImage(
        # The free editions use up to 2 GB only for data.
        names=(
            *("oracle-free", "oracle-xe", "database/free", "database/express"),
            *("database/enterprise", "oracle/database"),
        ),
        title="Oracle Database",
        role=Role.DATASTORE,
        memory=3072,
        cpu=1024,
        data=("/opt/oracle/oradata",),
        sources=(
            "https://hub.docker.com/r/gvenzl/oracle-free",
            "https://www.oracle.com/database/free/faq/",
        ),
    ),
    KnownImage(
        names=("db2",),
        title="Db2",
        role=Role.DATASTORE,
        data=("/database",),
        sources=("https://www.ibm.com/docs/en/db2/11.5?topic=system-linux",),
    ),
    KnownImage(
        names=("cockroach",),
        title="CockroachDB",
        role=Role.DATASTORE,
        memory=2048,
        cpu=1024,
        data=("/cockroach/cockroach-data",),
        sources=(
            "https://www.cockroachlabs.com/docs/stable/start-a-local-cluster-in-docker-linux",
            "https://www.cockroachlabs.com/docs/stable/recommended-production-settings",
        ),
    ),
    KnownImage(
        names=("etcd",),
        title="etcd",
        role=Role.DATASTORE,
        data=("/etcd-data", "/var/lib/etcd", "/default.etcd", _BITNAMI),
        sources=("https://etcd.io/docs/v3.5/op-guide/container/",),
    ),
    KnownImage(
        # A heap of 1000 MB at most by default.
        names=("zookeeper", "cp-zookeeper"),
        title="ZooKeeper",
        role=Role.DATASTORE,
        memory=1536,
        data=("/data", "/datalog", "/var/lib/zookeeper", _BITNAMI),
        sources=(
            "https://hub.docker.com/_/zookeeper",
            "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html",
        ),
    ),
    KnownImage(
        names=("consul",),
        title="Consul",
        role=Role.DATASTORE,
        data=("/consul/data", _BITNAMI),
        sources=("https://hub.docker.com/r/hashicorp/consul",),
    ),
    KnownImage(
        names=("vault", "openbao"),
        title="Vault",
        role=Role.DATASTORE,
        data=("/vault/file", "/vault/data", "/openbao/file", "/openbao/data"),
        sources=("https://hub.docker.com/r/hashicorp/vault",),
    ),
    KnownImage(
        names=("openldap", "lldap"),
        title="an LDAP directory",
        role=Role.DATASTORE,
        data=("/var/lib/ldap", "/data", _BITNAMI),
        sources=("https://github.com/osixia/docker-openldap", "https://github.com/lldap/lldap"),
    ),
    KnownImage(
        names=("minio",),
        title="MinIO",
        role=Role.DATASTORE,
        data=("/data", "/export", _BITNAMI),
        off_network="Amazon S3",
        sources=(
            "https://hub.docker.com/r/minio/minio",
            (
                "https://github.com/minio/docs/blob/main/source/operations/install-deploy-manage/"
                "deploy-minio-multi-node-multi-drive.rst"
            ),
        ),
    ),
    KnownImage(
        names=("qdrant",),
        title="Qdrant",
        role=Role.DATASTORE,
        data=("/qdrant/storage",),
        sources=("https://qdrant.tech/documentation/guides/installation/",),
    ),
    KnownImage(
        names=("weaviate",),
        title="Weaviate",
        role=Role.DATASTORE,
        data=("/var/lib/weaviate",),
        sources=("https://docs.weaviate.io/deploy/configuration/persistence",),
    ),
    KnownImage(
        names=("chroma",),
        title="Chroma",
        role=Role.DATASTORE,
        data=("/data", "/chroma/chroma"),
        sources=("https://docs.trychroma.com/guides/deploy/docker",),
    ),
    KnownImage(
        # Its installation may fail with less.
        names=("milvus",),
        title="Milvus",
        role=Role.DATASTORE,
        memory=8192,
        cpu=2048,
        data=("/var/lib/milvus",),
        sources=(
            "https://milvus.io/docs/install_standalone-docker-compose.md",
            "https://milvus.io/docs/prerequisite-docker.md",
        ),
    ),
    KnownImage(
        names=("prometheus",),
        title="Prometheus",
        role=Role.DATASTORE,
        data=("/prometheus", _BITNAMI),
        off_network="Amazon Managed Service for Prometheus",
        sources=(
            "https://prometheus.io/docs/prometheus/latest/installation/",
            "https://prometheus.io/docs/prometheus/latest/storage/",
        ),
    ),
    KnownImage(
        names=("victoria-metrics",),
        title="VictoriaMetrics",
        role=Role.DATASTORE,
        data=("/victoria-metrics-data", _BITNAMI),
        sources=("https://docs.victoriametrics.com/victoriametrics/",),
    ),
    KnownImage(
        names=("loki",),
        title="Loki",
        role=Role.DATASTORE,
        data=("/loki", _BITNAMI),
        sources=("https://grafana.com/docs/loki/latest/setup/install/docker/",),
    ),
    KnownImage(
        names=("tempo",),
        title="Tempo",
        role=Role.DATASTORE,
        data=("/var/tempo",),
        sources=("https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/",),
    ),
)
