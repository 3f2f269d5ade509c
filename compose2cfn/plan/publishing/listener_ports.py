"""Decide which published ports share a listener, and what they must agree on."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.load_balancers import LoadBalancer
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.terms.port_numbers import PORT_NUMBERS
from compose2cfn.plan.terms.values import Value, comparable


class ListenerPorts:
    """The published ports that share one listener of a load balancer; there is at least one."""

    def __init__(
        self, load_balancer: LoadBalancer, protocol: str, ports: tuple[PublishedPort, ...]
    ) -> None:
        self.load_balancer = load_balancer
        self.protocol = protocol
        """The protocol between clients and the listener."""
        self.ports = ports

    @property
    def published(self) -> int:
        """The port of the load balancer."""
        return self.ports[0].published

    @property
    def existing(self) -> Value | None:
        """The listener, if it is one that exists; empty if it is left to a parameter."""
        return self.ports[0].settings.listener

    @property
    def redirects(self) -> tuple[PublishedPort, ...]:
        """The ports that redirect their requests."""
        return tuple(port for port in self.ports if port.settings.redirect)

    @property
    def routed(self) -> tuple[PublishedPort, ...]:
        """The ports with a route: it says which requests are theirs."""
        return tuple(
            port
            for port in self.ports
            if port.settings.route is not None and not port.settings.redirect
        )

    @property
    def plain(self) -> tuple[PublishedPort, ...]:
        """The ports that get the requests that no other port gets; there should be at most one."""
        return tuple(port for port in self.ports if _is_plain(port))

    @property
    def plain_first(self) -> tuple[PublishedPort, ...]:
        """All ports, the plain ones before the others."""
        return (*self.plain, *(port for port in self.ports if not _is_plain(port)))


def _is_plain(port: PublishedPort) -> bool:
    return port.settings.route is None and not port.settings.redirect


class _Place(NamedTuple):
    """What ports that share a listener have in common."""

    load_balancer: str
    published: int
    listener: str
    """The existing listener, as a text to compare; empty for one that the stack creates."""

    @property
    def port(self) -> tuple[str, int]:
        """The load balancer and its port."""
        return self.load_balancer, self.published


def listener_ports(
    ports: Iterable[PublishedPort],
    load_balancers: Mapping[KeyPath, LoadBalancer],
    findings: Findings,
) -> Iterator[ListenerPorts]:
    """Group the ports that share a listener; an existing target group has one already."""
    shared: dict[_Place, list[PublishedPort]] = {}
    for port in ports:
        if port.settings.target_group is None:
            existing = port.settings.listener
            place = _Place(
                load_balancers[port.origin].id,
                port.published,
                "" if existing is None else comparable(existing),
            )
            shared.setdefault(place, []).append(port)
    clashing = _clashing(shared)
    for place, together in sorted(shared.items()):
        if place in clashing:
            together[0].spot(findings).error(
                "port-shared",
                "a load balancer has one listener per port; publish the port of this listener, "
                "and write x-aws-loadbalancer if the listener belongs to another one",
            )
        else:
            load_balancer = load_balancers[together[0].origin]
            protocol = _protocol(load_balancer.type, together)
            yield ListenerPorts(load_balancer, protocol, tuple(together))


def _clashing(places: Iterable[_Place]) -> frozenset[_Place]:
    """Find listeners that are not possible beside those before them, in order.

    A port of a load balancer has one listener, and an existing listener is on one port.
    """
    found = set()
    listener_on: dict[tuple[str, int], str] = {}
    port_of: dict[str, tuple[str, int]] = {}
    for place in sorted(places):
        if listener_on.setdefault(place.port, place.listener) != place.listener:
            found.add(place)
        if place.listener and port_of.setdefault(place.listener, place.port) != place.port:
            found.add(place)
    return frozenset(found)


def _protocol(type_: LoadBalancerType, ports: Iterable[PublishedPort]) -> str:
    """Name the protocol between clients and a listener that ports share."""
    tls = any(port.settings.tls for port in ports)
    if type_ is LoadBalancerType.APPLICATION:
        return "HTTPS" if tls else "HTTP"
    return "TLS" if tls else "_".join(sorted({port.settings.transport.upper() for port in ports}))


def report_protocol(shared: ListenerPorts, findings: Findings) -> None:
    """Report protocols that cannot share a listener, and TLS without a certificate."""
    tls = [port for port in shared.ports if port.settings.tls]
    if not tls:
        return
    if shared.existing is None and not any(port.settings.certificates for port in tls):
        for port in tls:
            why = "clients speak HTTP/2 over TLS alone, and " if port.settings.http2 else ""
            port.spot(findings).error(
                "certificate-missing",
                f"{why}TLS on a load balancer needs a certificate; write the ARN of one in "
                "x-aws-certificate, or x-aws-protocol: tcp if the service has its own",
            )
    for port in shared.ports:
        settings = port.settings
        if settings.client_protocol in {"http", "tcp", "udp"} or settings.transport == "udp":
            port.spot(findings).error(
                "port-speech",
                f"{tls[0].service!r} uses TLS on this port of the load balancer, which "
                "excludes other protocols; publish another port",
            )


def routes_of(shared: ListenerPorts, findings: Findings) -> Iterator[PublishedPort]:
    """List the ports that get requests by a rule.

    A service has one target group and one rule at a listener; ports that need more are a finding.
    """
    first = {port.service: port for port in shared.plain[:1]}
    with_rule: set[str] = set()
    for port in shared.routed:
        other = first.setdefault(port.service, port)
        spot = port.spot(findings)
        if other.target != port.target:
            spot.error(
                "port-shared",
                f"port {spot.shown(port.published, of='published')} of {port.service!r} goes to "
                f"{other.spot(findings).shown(other.target, of='target')} and to "
                f"{spot.shown(port.target, of='target')} of its container; publish another port "
                "for one of them",
            )
        elif port.service in with_rule or other.settings.app_protocol != port.settings.app_protocol:
            spot.error(
                "port-shared",
                f"port {spot.shown(port.published, of='published')} of {port.service!r} is written "
                "twice, with different settings; write it once, with all hosts and paths in one "
                "x-aws-route",
            )
        else:
            with_rule.add(port.service)
            yield port


def report_shared(shared: ListenerPorts, findings: Findings) -> None:
    """Report ports that want the same listener without saying who gets which requests."""
    plain = shared.plain
    ends = {(port.service, port.target) for port in plain}
    if not plain or (len(ends) == 1 and shared.protocol == "TCP_UDP"):
        return
    first, *others = (*plain, *shared.redirects)
    for other in others:
        other.spot(findings).error("port-shared", _about_both(first, other, findings))


def _about_both(first: PublishedPort, other: PublishedPort, findings: Findings) -> str:
    """Say why two ports cannot share a listener, and what to write instead."""
    published = first.spot(findings).shown(first.published, of="published")
    if first.service == other.service:
        if first.settings.transport == other.settings.transport:
            return f"port {published} is published twice; publish another port"
        return (
            f"TCP and UDP of port {published} share a listener; let both reach the same "
            "port of the service, or publish another port"
        )
    also = other.spot(findings).shown(other.published, of="published")
    both = f"{first.service!r} and {other.service!r} both publish port {published}"
    if also != published:
        both = (
            f"{first.service!r} and {other.service!r} publish one port, as {published} and {also}"
        )
    bare = next((port for port in (other, first) if not port.numbered), None)
    if bare is None:
        return (
            f"{both}; publish another port, or share it with x-aws-route: {{host: ..., path: ...}}"
        )
    another = bare.target % PORT_NUMBERS[-1] + 1
    return (
        f"{both}: without a published port, the container's number is used; write e.g. "
        f"{another}:{bare.target} in {bare.service!r}, or expose instead of ports if only "
        "other services call it"
    )
