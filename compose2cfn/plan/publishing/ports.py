"""Decide what becomes of each port: what it speaks, and whether it is published."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.service import Port
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.load_balancers import APPLICATION, NETWORK, NONE, kind_said
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, distinct

# What a port of a container says about the server that listens on it. Most files publish these for
# the workstation's sake; on AWS a load balancer would put them before the world.
WITHHELD: Mapping[int, str] = {
    22: "SSH",
    23: "Telnet",
    111: "rpcbind",
    139: "SMB",
    389: "LDAP",
    445: "SMB",
    636: "LDAP",
    873: "rsync",
    1433: "SQL Server",
    1434: "SQL Server",
    1521: "Oracle Database",
    1883: "MQTT brokers",
    2049: "NFS",
    2181: "ZooKeeper",
    2375: "the Docker engine",
    2376: "the Docker engine",
    2377: "the Docker engine",
    2379: "etcd",
    2380: "etcd",
    3050: "Firebird",
    3306: "MySQL",
    3389: "Remote Desktop",
    4222: "NATS",
    4369: "Erlang's port mapper",
    5432: "PostgreSQL",
    5601: "Kibana",
    5671: "RabbitMQ",
    5672: "RabbitMQ",
    5900: "VNC",
    5984: "CouchDB",
    5985: "Windows Remote Management",
    5986: "Windows Remote Management",
    6333: "Qdrant",
    6334: "Qdrant",
    6379: "Redis",
    6380: "Redis",
    6650: "Pulsar",
    7000: "Cassandra",
    7199: "Cassandra",
    7474: "Neo4j",
    7687: "Neo4j",
    8086: "InfluxDB",
    8091: "Couchbase",
    8123: "ClickHouse",
    8500: "Consul",
    8529: "ArangoDB",
    9000: "MinIO, ClickHouse, PHP-FPM and Portainer",
    9042: "Cassandra",
    9092: "Kafka",
    9093: "Kafka",
    9094: "Kafka",
    9160: "Cassandra",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    11211: "Memcached",
    15672: "RabbitMQ's console",
    19530: "Milvus",
    26257: "CockroachDB",
    26379: "Redis Sentinel",
    27017: "MongoDB",
    27018: "MongoDB",
    27019: "MongoDB",
    28015: "RethinkDB",
    33060: "MySQL",
    50000: "Db2",
    61616: "ActiveMQ",
}

EVERYWHERE = "0.0.0.0/0"
SOURCE = re.compile(r"(?:sg|pl)-(?:[0-9a-f]{8}|[0-9a-f]{17})")
"""How the id of a security group or prefix list is written."""
_WEB = frozenset({"grpc", "h2c", "http", "http2", "https", "ws", "wss"})
_STREAMS = frozenset({"tcp", "tls", "udp"})
_SPOKEN = frozenset({"http", "https"}) | _STREAMS
_PORTS = range(1, 65_536)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One port of a service that a load balancer publishes."""

    service: str
    owner: str
    index: int
    target: int
    published: int
    protocol: str
    """``tcp`` or ``udp``."""
    kind: str
    """The kind of load balancer that understands what it speaks."""
    marked: bool
    """Whether the file says what it speaks."""
    ingress: tuple[Value, ...]
    """The addresses that may reach it."""
    port: Port

    @property
    def path(self) -> Steps:
        """Where the port is written."""
        return ("services", self.service, "ports", self.index)

    @property
    def speech(self) -> str:
        """What the load balancer is said to speak to clients, in lower case."""
        return (self.port.x_aws_protocol or self.port.app_protocol or "").lower()


def exposures(
    app: App, names: Names, tasks: Tasks, where: Networking, notes: Notes
) -> tuple[Exposure, ...]:
    """List the ports that are published, service by service; of the others it is said why not."""
    found: list[Exposure] = []
    for name, service in sorted(app.project.services.items()):
        if service.ports and name in tasks.of(name).jobs:
            notes.warn(
                "port-job",
                "the service runs to its end before others start, and its ports are not published",
                ("services", name, "ports"),
            )
            continue
        reading = _Reading(app, names, name, tasks.owner(name), where, notes)
        found += _together(list(reading.exposures()), notes)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The reading of the ports of one service."""

    app: App
    names: Names
    service: str
    owner: str
    where: Networking
    notes: Notes

    def exposures(self) -> Iterator[Exposure]:
        seen: list[Port] = []
        for index, port in enumerate(self.app.project.services[self.service].ports):
            path: Steps = ("services", self.service, "ports", index)
            if self.keeps(port, path):
                continue
            published = self.published(port, path)
            same = port.model_copy(update={"host_ip": "", "published": published, "mode": ""})
            if published in _PORTS and same not in seen:
                seen.append(same)
                kind, marked = self.kind(port, published, path)
                yield Exposure(
                    service=self.service,
                    owner=self.owner,
                    index=index,
                    target=port.target,
                    published=published,
                    protocol=port.protocol.lower(),
                    kind=kind,
                    marked=marked,
                    ingress=self.ingress(port, published, path),
                    port=port,
                )

    def keeps(self, port: Port, path: Steps) -> bool:
        """Tell whether a port is not published, and say why."""
        if port.protocol.lower() not in {"tcp", "udp"}:
            about = f"load balancers do not speak {port.protocol}; use tcp or udp"
            self.notes.error("port-protocol", about, path)
            return True
        if port.target not in _PORTS:
            self.notes.error("port-number", "the ports of a container are 1 to 65535", path)
            return True
        asked = port.x_aws_loadbalancer or self.app.project.x_aws_loadbalancer
        if asked and asked.arn == NONE:
            return True
        if port.host_ip and ip_address(port.host_ip).is_loopback:
            about = f"the port is bound to {port.host_ip}, so it is not published"
            self.notes.info("port-loopback", about, path)
            return True
        return not self._limited(port) and (self._secluded(path) or self._withheld(port, path))

    def _limited(self, port: Port) -> bool:
        """Tell whether the file says who may reach a port."""
        project = self.app.project
        balancers = (port.x_aws_loadbalancer, project.x_aws_loadbalancer)
        return any(
            said is not None
            for said in (
                port.x_aws_ingress,
                project.x_aws_ingress,
                *(asked.ingress for asked in balancers if asked),
            )
        )

    def _secluded(self, path: Steps) -> bool:
        if not self.where.tasks[self.owner].secluded:
            return False
        self.notes.warn(
            "port-internal",
            "the service joins internal networks alone, so the port is not published; join another "
            "network too, or write x-aws-ingress with the addresses that may reach it",
            path,
        )
        return True

    def _withheld(self, port: Port, path: Steps) -> bool:
        served = WITHHELD.get(port.target)
        web = (port.x_aws_protocol or "").lower() in _WEB or port.x_aws_certificate is not None
        known = port.x_aws_listener is not None or port.x_aws_target_group is not None
        if not served or web or known or port.x_aws_route or port.x_aws_redirect:
            return False
        self.notes.warn(
            "port-withheld",
            f"port {port.target} is known as that of {served} and is not published, so that it "
            "does not stand before the world; other services reach it by name. To publish it, "
            "write x-aws-ingress with the addresses that may reach it",
            path,
        )
        return True

    def published(self, port: Port, path: Steps) -> int:
        """Find the one port that a load balancer listens on; 0 is none."""
        if port.mode == "host":
            self.notes.warn(
                "port-mode",
                "tasks publish no port on a host; a load balancer publishes this one",
                path,
            )
        if port.host_ip and not ip_address(port.host_ip).is_unspecified:
            self.notes.warn(
                "port-address",
                f"a load balancer has addresses of its own, and {port.host_ip} is left out",
                path,
            )
        first, _, last = port.published.partition("-")
        if last:
            about = f"a load balancer listens on one port of a range, and this is {first}"
            self.notes.warn("port-range", about, path)
        if first in {"", "0"}:
            self.notes.info(
                "port-published",
                "no published port is written, so the load balancer listens on "
                f"{port.target}; write e.g. 80:{port.target}",
                path,
            )
            return port.target
        number = int(first) if first.isascii() and first.isdecimal() else 0
        if number not in _PORTS:
            about = f"{port.published!r} is no port; write a number from 1 to 65535"
            self.notes.error("port-number", about, path)
        return number

    def kind(self, port: Port, published: int, path: Steps) -> tuple[str, bool]:
        """Find the kind of load balancer for what a port speaks, and whether the file says it."""
        said = (port.x_aws_protocol or "").lower()
        hint = port.app_protocol.lower()
        balancer = kind_said(port.x_aws_loadbalancer, port.x_aws_listener)
        if said not in _SPOKEN | {""}:
            self.notes.error(
                "port-speech",
                f"{said!r} is not known; write http, https, tcp, tls or udp",
                (*path, "x-aws-protocol"),
            )
        web = port.x_aws_certificate is not None or port.x_aws_route or port.x_aws_redirect
        if said:
            found = APPLICATION if said in _WEB else NETWORK
        elif balancer or hint in _WEB | _STREAMS:
            found = balancer or (APPLICATION if hint in _WEB else NETWORK)
        elif web or (port.x_aws_target_group is not None and port.protocol.lower() == "tcp"):
            found = APPLICATION
        elif hint or published != 80 or port.protocol.lower() != "tcp":
            return NETWORK, bool(hint)
        else:
            return APPLICATION, False
        if balancer not in {"", found}:
            self.notes.error(
                "balancer-kind",
                f"what this port speaks needs the type {found}, and the load balancer is of the "
                f"type {balancer}",
                path,
            )
        transport = "tcp" if found == APPLICATION or said in {"", "tls"} else said
        known = said in _SPOKEN or (not said and found == APPLICATION)
        if known and transport != port.protocol.lower():
            about = f"{said or 'HTTP'} goes over {transport}, and this port is {port.protocol}"
            self.notes.error("port-speech", about, path)
        return found, True

    def ingress(self, port: Port, published: int, path: Steps) -> tuple[Value, ...]:
        """List the addresses that may reach a port: the nearest place that says so counts."""
        project = self.app.project
        balancers = (port.x_aws_loadbalancer, project.x_aws_loadbalancer)
        own, shared = (asked.ingress if asked else None for asked in balancers)
        stem = self.names.service(self.service, f"{port.protocol.upper()}{published}")
        for said, where, before in (
            (port.x_aws_ingress, (*path, "x-aws-ingress"), stem),
            (own, (*path, "x-aws-loadbalancer", "ingress"), stem),
            (shared, ("x-aws-loadbalancer", "ingress"), ""),
            (project.x_aws_ingress, ("x-aws-ingress",), ""),
        ):
            if said == ():
                return (self.notes.ask(_asked(before)),)
            if said is not None:
                return distinct(_block(value, where, self.notes) for value in said)
        return (EVERYWHERE,)


def _asked(stem: str) -> Parameter:
    return Parameter(
        id=f"{stem}IngressCidr",
        group="Load balancing",
        description="Addresses that may reach what is published, such as 203.0.113.0/24",
        allowed_pattern=r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}",
        constraint="a block of addresses, such as 203.0.113.0/24",
    )


def _block(value: Value, path: Steps, notes: Notes) -> Value:
    """Read a block of addresses, or the id of a security group or prefix list."""
    if not isinstance(value, str) or SOURCE.fullmatch(value):
        return value
    # What follows a percent sign names an interface of one machine, and means nothing to EC2.
    with suppress(ValueError):
        if "%" not in value:
            return str(ip_network(value, strict=False))
    notes.error(
        "ingress-unknown",
        f"{value!r} is no block of addresses; write e.g. 203.0.113.0/24, or the id of a security "
        "group (sg-...) or prefix list (pl-...)",
        path,
    )
    return value


def _together(found: list[Exposure], notes: Notes) -> list[Exposure]:
    """Keep a service on one address: its unmarked 80 goes with ports that are not HTTP."""
    if all(e.kind == APPLICATION or e.port.x_aws_target_group is not None for e in found):
        return found
    out = []
    for exposure in found:
        if exposure.kind == APPLICATION and not exposure.marked:
            notes.warn(
                "port-moved",
                "this port goes to the Network Load Balancer with the service's other ports, so "
                "that the service keeps one address; write x-aws-protocol: http to have it on an "
                "Application Load Balancer",
                exposure.path,
            )
            out.append(replace(exposure, kind=NETWORK))
        else:
            out.append(exposure)
    return out
