"""Decide which ports of services are published, each read once."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.service import Port
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.ingress_sources import ingress_sources, said_ingress
from compose2cfn.plan.publishing.known_ports import KNOWN_SERVERS
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.port_settings import PortDefaults, PortSettings
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.port_numbers import PORT_NUMBERS, port_number
from compose2cfn.plan.terms.values import Value

UNPUBLISHED = "none"
"""In place of the ARN of a load balancer: the port is not published."""


class PublishedPort(NamedTuple):
    """One port of a service that clients reach by way of a load balancer."""

    service: str
    owner: str
    """The service whose task it runs in."""
    target: int
    """The port of the container."""
    published: int
    """The port of the load balancer."""
    numbered: bool
    """Whether the file says which port of the load balancer, or it is that of the container."""
    load_balancer_type: LoadBalancerType
    """The type of load balancer that understands what is spoken."""
    typed: bool
    """Whether the file says something that tells this type."""
    settings: PortSettings
    ingress: tuple[Value, ...]
    """The addresses, security groups and prefix lists that may reach it."""
    origin: KeyPath

    def spot(self, findings: Findings) -> Spot:
        """Go to where it is written."""
        return findings.at(*self.origin)


def published_ports(
    app: App, names: Names, tasks: Tasks, findings: Findings, *, networking: Networking
) -> tuple[PublishedPort, ...]:
    """List the ports that are published, service by service; say of the others why not."""
    found: list[PublishedPort] = []
    defaults = PortDefaults.read(app.project)
    for name, service in sorted(app.project.services.items()):
        if service.ports and name in tasks.of(name).jobs:
            findings.at("services", name, "ports").warn(
                "port-job",
                "the service runs to its end before others start, and its ports are not published",
            )
            continue
        owner = tasks.owner(name)
        reading = _Reading(names, defaults, name, owner, networking.tasks[owner].secluded)
        ports = reading.read(service.ports, findings.at("services", name, "ports"))
        found += _on_one_load_balancer(list(ports), findings)
    return tuple(found)


class _Reading(NamedTuple):
    """The reading of the ports of one service."""

    names: Names
    defaults: PortDefaults
    service: str
    owner: str
    internal: bool
    """Whether its task joins internal networks only."""

    def read(self, ports: tuple[Port, ...], spot: Spot) -> Iterator[PublishedPort]:
        """Read the ports of the service, each once."""
        seen: dict[tuple[int, int], list[Port]] = {}
        for index, port in enumerate(ports):
            settings = PortSettings.read(port)
            if self._is_kept_back(port, settings, spot / index):
                continue
            published = _number(port, spot / index)
            alike = seen.setdefault((port.target, published), [])
            same = port.model_copy(update={"host_ip": "", "published": published, "mode": ""})
            if published and same not in alike:
                alike.append(same)
                yield self._published(port, settings, published, spot / index)

    def _published(
        self, port: Port, settings: PortSettings, published: int, spot: Spot
    ) -> PublishedPort:
        settings.report(spot, port.protocol)
        said = settings.load_balancer_type
        plain_http = (published, settings.transport) == (80, "tcp")
        usual = LoadBalancerType.APPLICATION if plain_http else LoadBalancerType.NETWORK
        stem = self.names.service(self.service, f"{settings.transport.upper()}{published}")
        if settings.target_group is not None:
            _report_unheeded(settings, spot)
        return PublishedPort(
            service=self.service,
            owner=self.owner,
            target=port.target,
            published=published,
            numbered=port.published != "",
            load_balancer_type=said or usual,
            typed=said is not None,
            settings=settings,
            ingress=ingress_sources(said_ingress(settings, self.defaults, spot), stem),
            origin=spot.path,
        )

    def _is_kept_back(self, port: Port, settings: PortSettings, spot: Spot) -> bool:
        """Tell whether a port is not published, and say why."""
        if settings.transport not in {"tcp", "udp"}:
            spot.error(
                "port-protocol", f"load balancers do not speak {port.protocol}; use tcp or udp"
            )
            return True
        if port.target not in PORT_NUMBERS:
            spot.error("port-number", "the ports of a container are 1 to 65535")
            return True
        load_balancer = settings.load_balancer or self.defaults.load_balancer
        if load_balancer and load_balancer.arn == UNPUBLISHED:
            return True
        if port.host_ip and ip_address(port.host_ip).is_loopback:
            spot.info(
                "port-loopback", f"the port is bound to {port.host_ip}, so it is not published"
            )
            return True
        if said_ingress(settings, self.defaults, spot) is not None:
            return False
        return self._is_internal(spot) or _is_private(port.target, settings, spot)

    def _is_internal(self, spot: Spot) -> bool:
        if self.internal:
            spot.warn(
                "port-internal",
                "the service joins internal networks alone, so the port is not published; join "
                "another network too, or write x-aws-ingress with the addresses that may reach it",
            )
        return self.internal


def _is_private(target: int, settings: PortSettings, spot: Spot) -> bool:
    """Tell whether a port is known as that of a server that is not for the internet."""
    server = KNOWN_SERVERS.get(target)
    if server is None or settings.published_on_purpose:
        return False
    spot.warn(
        "port-withheld",
        f"port {target} is known as that of {server} and is not published, so that it "
        "does not stand before the world; other services reach it by name. To publish it, "
        "write x-aws-ingress with the addresses that may reach it",
    )
    return True


def _number(port: Port, spot: Spot) -> int:
    """Find the one port that a load balancer listens on; what is not one is a finding."""
    if port.mode == "host":
        spot.warn(
            "port-mode", "tasks publish no port on a host; a load balancer publishes this one"
        )
    if port.host_ip and not ip_address(port.host_ip).is_unspecified:
        about = f"a load balancer has addresses of its own, and {port.host_ip} is left out"
        spot.warn("port-address", about)
    first, _, last = port.published.partition("-")
    if last:
        about = f"a load balancer listens on one port of a range, and this is {first}"
        spot.warn("port-range", about)
    if first in {"", "0"}:
        spot.info(
            "port-published",
            "no published port is written, so the load balancer listens on "
            f"{port.target}; write e.g. 80:{port.target}",
        )
        return port.target
    number = port_number(first)
    if not number:
        spot.error("port-number", f"{port.published!r} is no port; write a number from 1 to 65535")
    return number


def _report_unheeded(settings: PortSettings, spot: Spot) -> None:
    """Report what means nothing where the target group, and its listener with it, exist."""
    for key, said in (
        ("x-aws-certificate", settings.certificates != ()),
        ("x-aws-ingress", settings.ingress is not None),
        ("x-aws-listener", settings.listener is not None),
        ("x-aws-redirect", settings.redirect is not None),
        ("x-aws-route", settings.route is not None),
    ):
        if said:
            about = "the target group is given, and its listener with it: this changes nothing"
            (spot / key).warn("target-fixed", about)


def _on_one_load_balancer(ports: list[PublishedPort], findings: Findings) -> list[PublishedPort]:
    """Keep a service on one address: its port 80 goes with ports that are not HTTP."""
    if all(
        port.load_balancer_type is LoadBalancerType.APPLICATION
        or port.settings.target_group is not None
        for port in ports
    ):
        return ports
    return [_beside_others(port, findings) for port in ports]


def _beside_others(port: PublishedPort, findings: Findings) -> PublishedPort:
    """Let a port that nothing says more of than 80 go with the other ports of its service."""
    if port.typed or port.load_balancer_type is LoadBalancerType.NETWORK:
        return port
    port.spot(findings).warn(
        "port-moved",
        "this port goes to the Network Load Balancer with the service's other ports, so "
        "that the service keeps one address; write x-aws-protocol: http to have it on an "
        "Application Load Balancer",
    )
    return port._replace(load_balancer_type=LoadBalancerType.NETWORK)
