"""Decide what each published port speaks, and whether it is published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.service import Port, Service
from compose2cfn.plan.notes import Notes

# What a port of a container says about the server that listens on it. Most files publish these for
# the workstation's sake; on AWS a load balancer would put them before the world.
WITHHELD: Mapping[int, str] = {
    22: "SSH",
    111: "rpcbind",
    389: "LDAP",
    636: "LDAP",
    1433: "SQL Server",
    1521: "Oracle Database",
    2049: "NFS",
    2181: "ZooKeeper",
    2375: "the Docker engine",
    2376: "the Docker engine",
    2379: "etcd",
    2380: "etcd",
    3306: "MySQL",
    4222: "NATS",
    4369: "Erlang's port mapper",
    5432: "PostgreSQL",
    5671: "RabbitMQ",
    5672: "RabbitMQ",
    5984: "CouchDB",
    6379: "Redis",
    6380: "Redis",
    7000: "Cassandra",
    7474: "Neo4j",
    7687: "Neo4j",
    8086: "InfluxDB",
    8123: "ClickHouse",
    8529: "ArangoDB",
    9000: "MinIO or an admin console",
    9042: "Cassandra",
    9092: "Kafka",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    11211: "Memcached",
    15672: "RabbitMQ's console",
    26257: "CockroachDB",
    27017: "MongoDB",
    28015: "RethinkDB",
    33060: "MySQL",
    50000: "Db2",
    61616: "ActiveMQ",
}


class Speech(StrEnum):
    """What a port speaks, as far as a load balancer cares."""

    HTTP = "http"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One port of a service that a load balancer publishes."""

    service: str
    index: int
    target: int
    published: int
    protocol: str
    """``tcp`` or ``udp``."""
    speech: Speech
    marked: bool
    """Whether the file says what the port speaks."""
    port: Port

    @property
    def path(self) -> KeyPath:
        """Where the port is written."""
        return ("services", self.service, "ports", self.index)


def exposures(app: App, name: str, service: Service, notes: Notes) -> tuple[Exposure, ...]:
    """List the ports of a service that are published; the others get a note."""
    found = []
    for index, port in enumerate(service.ports):
        path: KeyPath = ("services", name, "ports", index)
        if port.mode == "host":
            notes.warn(
                "port-mode",
                "tasks publish no port on a host; a load balancer publishes this one",
                path,
            )
        published = _published(port, path, notes)
        if published is None or not _wanted(app, port, path, notes):
            continue
        speech, marked = _speech(port, published, path, notes)
        protocol = port.protocol or "tcp"
        if protocol not in {"tcp", "udp"}:
            notes.error(
                "port-protocol", f"load balancers do not speak {protocol}; use tcp or udp", path
            )
            continue
        found.append(Exposure(name, index, port.target, published, protocol, speech, marked, port))
    return tuple(_moved(found, notes))


def _published(port: Port, path: KeyPath, notes: Notes) -> int | None:
    """Find the one port that a load balancer listens on."""
    first, _, last = port.published.partition("-")
    if last:
        notes.warn(
            "port-range",
            f"a load balancer listens on one port of a range, and this is {first}",
            path,
        )
    if first in {"", "0"}:
        notes.info(
            "port-published",
            f"no published port is written, so the load balancer listens on {port.target}; write "
            f"e.g. 80:{port.target}",
            path,
        )
        return port.target
    return int(first) if first.isdecimal() else None


def _wanted(app: App, port: Port, path: KeyPath, notes: Notes) -> bool:
    """Tell whether a port is to be published at all."""
    balancer = port.x_aws_loadbalancer
    if balancer and balancer.arn == "none":
        return False
    if _loopback(port.host_ip):
        notes.info(
            "port-loopback", f"the port is bound to {port.host_ip}, so it is not published", path
        )
        return False
    served = WITHHELD.get(port.target)
    written = port.x_aws_ingress is not None or app.project.x_aws_ingress is not None
    marked = port.x_aws_protocol or port.app_protocol or port.x_aws_certificate or port.x_aws_route
    if served and not written and not marked:
        notes.warn(
            "port-withheld",
            f"port {port.target} is known as that of {served} and is not published, so that it "
            "does not stand before "
            "the world; other services reach it by name. To publish it, write x-aws-ingress with "
            "the addresses "
            "that may reach it",
            path,
        )
        return False
    return True


def _loopback(address: str) -> bool:
    return address.startswith("127.") or address in {"::1", "localhost"}


def _speech(port: Port, published: int, path: KeyPath, notes: Notes) -> tuple[Speech, bool]:
    """Find out what a port speaks, and whether the file says so."""
    marks = {str(m).lower() for m in (port.x_aws_protocol, port.app_protocol) if m}
    if unknown := marks - {"http", "https", "http2", "grpc", "tcp", "udp", "tls"}:
        notes.error("port-speech", f"{min(unknown)!r} is not known; write http or https", path)
    if (
        marks & {"http", "https", "http2", "grpc"}
        or port.x_aws_certificate
        or port.x_aws_route
        or port.x_aws_redirect
    ):
        return Speech.HTTP, True
    if marks:
        return Speech.OTHER, True
    unmarked = published == 80 and (port.protocol or "tcp") == "tcp"
    return (Speech.HTTP if unmarked else Speech.OTHER), False


def _moved(found: list[Exposure], notes: Notes) -> list[Exposure]:
    """Keep a service on one address: its unmarked 80 goes with ports that are not HTTP."""
    if not any(e.speech is Speech.OTHER for e in found):
        return found
    out = []
    for exposure in found:
        if exposure.speech is Speech.HTTP and not exposure.marked:
            notes.warn(
                "port-moved",
                "this port goes to the Network Load Balancer with the service's other ports, so "
                "that the service keeps one "
                "address; write x-aws-protocol: http to have it on an Application Load Balancer",
                exposure.path,
            )
            out.append(replace(exposure, speech=Speech.OTHER))
        else:
            out.append(exposure)
    return out
