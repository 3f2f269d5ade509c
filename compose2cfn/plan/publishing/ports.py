"""Decide which ports of services are published, each read once."""

from collections.abc import Container, Iterable, Iterator, Mapping
from ipaddress import ip_address

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Port
from compose2cfn.plan.known_images import known_image
from compose2cfn.plan.network import is_secluded
from compose2cfn.plan.publishing.ingress_sources import ingress_sources, said_ingress
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.port_settings import PortDefaults, PortSettings
from compose2cfn.plan.publishing.withheld import UNNUMBERED, Withheld, Withholding
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.port_numbers import port_number
from compose2cfn.plan.terms.values import Value


class PublishedPort(Record):
    """One port of a service that clients reach by way of a load balancer."""

    service: str
    owner: str
    """The service whose task it runs in."""
    target: int
    """The port of the container."""
    published: int
    """The port of the load balancer."""
    numbered: bool
    """Whether the file names the port of the load balancer; otherwise it is the container's."""
    load_balancer_type: LoadBalancerType
    """The type of load balancer that supports its protocol."""
    typed: bool
    """Whether the file says something that implies this type."""
    settings: PortSettings
    ingress: tuple[Value, ...]
    """The addresses, security groups and prefix lists that may reach it."""
    origin: KeyPath

    def spot(self, findings: Findings) -> Spot:
        """Go to where it is written."""
        return findings.at(*self.origin)


def published_ports(
    app: App, names: Names, tasks: Tasks, findings: Findings
) -> tuple[PublishedPort, ...]:
    """List the ports that are published, service by service; say why the others are not."""
    found: list[PublishedPort] = []
    withheld: list[str] = []
    defaults = PortDefaults.read(app.project)
    kept_back_in = _kept_back(app, tasks)
    for name, service in sorted(app.project.services.items()):
        spot = findings.at("services", name, "ports")
        if service.ports and name in tasks.of(name).jobs:
            spot.warn(
                "port-job",
                "the service runs to its end before others start, so its ports are not published",
            )
            withheld.append(name)
            continue
        reading = _Reading(names=names, defaults=defaults, service=name, owner=tasks.owner(name))
        kept_back = kept_back_in.get(name, {})
        for index, reason in kept_back.items():
            reason.report(spot / index)
        if any(reason.decided_here for reason in kept_back.values()):
            withheld.append(name)
        found += _on_one_load_balancer(list(reading.read(service.ports, kept_back, spot)), findings)
    if withheld and not found:
        _report_unreachable(withheld, findings)
    return tuple(found)


def publishing_tasks(app: App, tasks: Tasks) -> frozenset[str]:
    """Name the owners of the tasks with a port that is published."""
    kept_back = _kept_back(app, tasks)
    return frozenset(
        tasks.owner(name)
        for name, reasons in kept_back.items()
        if len(reasons) < len(app.project.services[name].ports)
    )


def _kept_back(app: App, tasks: Tasks) -> Mapping[str, Mapping[int, Withheld]]:
    """Tell why ports are not published: by service, and by their places in its list.

    Jobs are left out: they publish none.
    """
    services = app.project.services
    found = {
        name: _kept_back_of(app, tasks, name)
        for name in services
        if name not in tasks.of(name).jobs
    }
    takers: dict[str, set[str]] = {}
    for name, reasons in found.items():
        for index, port in enumerate(services[name].ports):
            if index not in reasons:
                takers.setdefault(_usual_number(port), set()).add(name)
    for name, reasons in found.items():
        for index, port in enumerate(services[name].ports):
            alone = len(takers.get(_usual_number(port), ())) < 2
            if index not in reasons and not alone and _is_bare(port):
                reasons[index] = UNNUMBERED
    return found


def _usual_number(port: Port) -> str:
    """Return what a port is published as: its own number, if the file does not say."""
    return str(port.target) if port.published in {"", "0"} else port.published


def _is_bare(port: Port) -> bool:
    """Tell whether a file says nothing of how a port is published; Docker chooses one then."""
    plain = Port(target=port.target, protocol=port.protocol)
    return port.published in {"", "0"} and PortSettings.read(port) == PortSettings.read(plain)


def _kept_back_of(app: App, tasks: Tasks, name: str) -> dict[int, Withheld]:
    """Tell why ports of one service are not published, whatever others publish."""
    service = app.project.services[name]
    withholding = Withholding(
        defaults=PortDefaults.read(app.project),
        image=known_image(service),
        secluded=is_secluded(app, tasks.of(name)),
    )
    reasons = (withholding.of(port, PortSettings.read(port)) for port in service.ports)
    return {index: reason for index, reason in enumerate(reasons) if reason}


def _report_unreachable(services: Iterable[str], findings: Findings) -> None:
    """Say once that no port is published, though these services have some."""
    findings.at("services").info(
        "nothing-published",
        f"none of the ports of {listed(services, 'and')} is published, so this application cannot "
        "be reached from outside its networks; the findings at the ports say why",
    )


class _Reading(Record):
    """What reads the ports of one service."""

    names: Names
    defaults: PortDefaults
    service: str
    owner: str

    def read(
        self, ports: tuple[Port, ...], withheld: Container[int], spot: Spot
    ) -> Iterator[PublishedPort]:
        """Read the ports of the service, each once, but for those that are withheld."""
        seen: dict[tuple[int, int], list[Port]] = {}
        for index, port in enumerate(ports):
            if index in withheld:
                continue
            published = _number(port, spot / index)
            alike = seen.setdefault((port.target, published), [])
            same = port.model_copy(update={"host_ip": "", "published": published, "mode": ""})
            if published and same not in alike:
                alike.append(same)
                yield self._published(port, PortSettings.read(port), published, spot / index)

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
        elif said is None and (published, usual) == (443, LoadBalancerType.NETWORK):
            _report_plain(settings, spot)
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


def _number(port: Port, spot: Spot) -> int:
    """Find the one port that a load balancer listens on; anything else is a finding."""
    if port.mode == "host":
        spot.warn(
            "port-mode", "tasks do not publish ports on a host; a load balancer publishes this one"
        )
    if port.host_ip and not ip_address(port.host_ip).is_unspecified:
        address = spot.shown(port.host_ip, of="host_ip")
        about = f"a load balancer has its own addresses; {address} is left out"
        spot.warn("port-address", about)
    first, _, last = port.published.partition("-")
    if last:
        about = (
            "a load balancer listens on one port of a range, here "
            f"{spot.shown(first, of='published')}; publish one port"
        )
        spot.warn("port-range", about)
    target = spot.shown(port.target, of="target")
    if first in {"", "0"}:
        other = 80 if port.target != 80 else 8080
        spot.info(
            "port-published",
            "there is no published port, so the load balancer listens on "
            f"{target}; to choose another one, write e.g. {other}:{target}",
            subject=str(target),
        )
        return port.target
    number = port_number(first)
    if not number:
        published = spot.shown(port.published, of="published")
        about = f"{published!r} is not a valid port; write a number from 1 to 65535"
        spot.error("port-number", about)
    return number


def _report_plain(settings: PortSettings, spot: Spot) -> None:
    """Say that the port of HTTPS is passed on as it is where nothing says more about it."""
    if settings.transport == "tcp":
        spot.info(
            "port-plain",
            "port 443 without a certificate is plain TCP on a Network Load Balancer, so the "
            "service itself must use TLS; to let a load balancer do that, write x-aws-certificate",
        )


def _report_unheeded(settings: PortSettings, spot: Spot) -> None:
    """Report what has no effect where the target group, and so its listener, exists already."""
    for key, said in (
        ("x-aws-certificate", settings.certificates != ()),
        ("x-aws-ingress", settings.ingress is not None),
        ("x-aws-listener", settings.listener is not None),
        ("x-aws-redirect", settings.redirect is not None),
        ("x-aws-route", settings.route is not None),
    ):
        if said:
            about = "the target group and its listener exist already, so this has no effect"
            (spot / key).warn("target-fixed", about)


def _on_one_load_balancer(ports: list[PublishedPort], findings: Findings) -> list[PublishedPort]:
    """Keep a service on one address: its port 80 joins its ports that are not HTTP."""
    if all(
        port.load_balancer_type is LoadBalancerType.APPLICATION
        or port.settings.target_group is not None
        for port in ports
    ):
        return ports
    return [_beside_others(port, findings) for port in ports]


def _beside_others(port: PublishedPort, findings: Findings) -> PublishedPort:
    """Let a port of which only the number 80 is known join the other ports of its service."""
    if port.typed or port.load_balancer_type is LoadBalancerType.NETWORK:
        return port
    port.spot(findings).warn(
        "port-moved",
        "this port goes to the Network Load Balancer with the service's other ports, so "
        "that the service has one address; to publish it on an Application Load Balancer, "
        "write x-aws-protocol: http",
    )
    return port.but(load_balancer_type=LoadBalancerType.NETWORK)
