"""Make the listeners of load balancers from the ports that are published on them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Record
from compose2cfn.plan.publishing.certificates import Certificates, region_of
from compose2cfn.plan.publishing.listener_ports import (
    ListenerPorts,
    listener_ports,
    report_protocol,
    report_shared,
    routes_of,
)
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.load_balancers import LoadBalancer
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.publishing.routes import ListenerRule, listener_rule, without_clashes
from compose2cfn.plan.publishing.target_groups import TargetGroup, TargetGroups, transport_of
from compose2cfn.plan.terms.given import LISTENER
from compose2cfn.plan.terms.names import digest
from compose2cfn.plan.terms.values import Value, comparable, ref

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""Which versions and ciphers of TLS listeners speak."""
_HTTPS_PORT = 443


class Forward(NamedTuple):
    """Requests that match no rule go to a target group."""

    target_group: TargetGroup


class Redirect(NamedTuple):
    """Requests that match no rule are redirected to another port."""

    protocol: str
    port: int
    status: int


class FixedResponse(NamedTuple):
    """Requests that match no rule are answered by the load balancer itself."""

    status: int
    content_type: str
    body: str


DefaultAction: TypeAlias = Forward | Redirect | FixedResponse
_NOT_FOUND = FixedResponse(404, "text/plain", "Not found")


class ListenerCertificate(NamedTuple):
    """A certificate besides the default one; its id derives from it, and from nothing else."""

    id: str
    arn: Value


class Listener(Record):
    """One port of a load balancer, and what becomes of the requests on it."""

    id: str
    arn: Value
    own: bool
    """Whether the stack creates it."""
    load_balancer: LoadBalancer
    port: int
    protocol: str
    certificate: Value | None
    """The default one, if the stack creates the listener and it uses TLS."""
    security_policy: str
    """The versions and ciphers of TLS; empty where there is no default certificate."""
    more_certificates: tuple[ListenerCertificate, ...]
    default: DefaultAction | None
    """None for an existing listener: it has its own."""
    rules: tuple[ListenerRule, ...]
    target_groups: tuple[TargetGroup, ...]
    """Those of its rules, and then that of its default."""
    ports: tuple[PublishedPort, ...]
    """The published ports that share it."""
    origin: KeyPath


def listeners(
    ports: tuple[PublishedPort, ...],
    load_balancers: Mapping[KeyPath, LoadBalancer],
    target_groups: TargetGroups,
    findings: Findings,
) -> tuple[Listener, ...]:
    """Make the listeners for published ports; each port's load balancer is found by its origin."""
    there = [load_balancers[port.origin].arn for port in ports]
    there += [value for port in ports for value in port.settings.certificates]
    certificates = Certificates(region_of(there), findings)
    tls_ports: dict[str, set[int]] = {}
    for port in ports:
        if port.settings.tls:
            tls_ports.setdefault(load_balancers[port.origin].id, set()).add(port.published)
    making = _Making(
        target_groups=target_groups,
        certificates=certificates,
        tls_ports=tls_ports,
        findings=findings,
    )
    return tuple(
        making.listener(shared) for shared in listener_ports(ports, load_balancers, findings)
    )


class _Making(Record):
    """What makes listeners."""

    target_groups: TargetGroups
    certificates: Certificates
    tls_ports: Mapping[str, Iterable[int]]
    """The ports on which each load balancer uses TLS, by its id."""
    findings: Findings

    def listener(self, shared: ListenerPorts) -> Listener:
        """Make one listener of all ports that share it."""
        existing, protocol = shared.existing, shared.protocol
        stem = f"{shared.load_balancer.id}{transport_of(protocol)}{shared.published}"
        id_ = f"{stem}Listener"
        report_protocol(shared, self.findings)
        report_shared(shared, self.findings)
        rules = self._rules(shared, id_)
        if existing is not None:
            self._report_existing(shared, rules)
        unrouted = [self._target_group(shared, port) for port in shared.plain[:1]]
        default = self._default(shared, unrouted)
        certificate, more = self._certificates(shared, stem)
        return Listener(
            id=id_,
            arn=self._arn(shared, id_),
            own=existing is None,
            load_balancer=shared.load_balancer,
            port=shared.published,
            protocol=protocol,
            certificate=certificate,
            security_policy="" if certificate is None else TLS_POLICY,
            more_certificates=tuple(_certificate(id_, arn) for arn in more),
            default=default if existing is None else None,
            rules=rules,
            target_groups=(*(rule.target_group for rule in rules), *unrouted),
            ports=shared.ports,
            origin=shared.ports[0].origin,
        )

    def _target_group(self, shared: ListenerPorts, port: PublishedPort) -> TargetGroup:
        return self.target_groups.of(port, shared.load_balancer, shared.protocol)

    def _rules(self, shared: ListenerPorts, listener: str) -> tuple[ListenerRule, ...]:
        rules = [
            listener_rule(route, listener, self._target_group(shared, port), self.findings)
            for port in routes_of(shared, self.findings)
            if (route := port.settings.route)
        ]
        return without_clashes(rules, self.findings)

    def _certificates(self, shared: ListenerPorts, stem: str) -> tuple[Value | None, list[Value]]:
        """List the certificates, the default one apart; an existing listener has its own."""
        found = self.certificates.of(shared.plain_first, stem)
        if shared.existing is not None or not found:
            return None, list(found)
        return found[0], list(found[1:])

    def _default(self, shared: ListenerPorts, unrouted: list[TargetGroup]) -> DefaultAction:
        """Decide what becomes of the requests that match no rule."""
        self._report_redirects(shared)
        if shared.redirects:
            return Redirect("HTTPS", self._secure_port(shared), 301)
        return Forward(unrouted[0]) if unrouted else _NOT_FOUND

    def _report_redirects(self, shared: ListenerPorts) -> None:
        """Report ports that cannot redirect, or that have nowhere to redirect to."""
        for port in shared.redirects:
            spot = port.spot(self.findings) / "x-aws-redirect"
            if port.settings.redirect != "https":
                spot.error("redirect-unknown", "write x-aws-redirect: https")
            elif shared.protocol != "HTTP":
                spot.error(
                    "redirect-https",
                    f"this port uses {shared.protocol}; write x-aws-redirect on one that uses HTTP",
                )
            elif port.settings.route is not None:
                spot.error("redirect-route", "a port redirects all requests; leave x-aws-route out")
        load_balancer = shared.load_balancer
        for port in shared.redirects[:1]:
            if load_balancer.own and load_balancer.id not in self.tls_ports:
                (port.spot(self.findings) / "x-aws-redirect").error(
                    "redirect-target",
                    "no port of this load balancer uses HTTPS; publish one with x-aws-certificate",
                )

    def _secure_port(self, shared: ListenerPorts) -> int:
        """Find the port that requests are redirected to."""
        ports = self.tls_ports.get(shared.load_balancer.id, (_HTTPS_PORT,))
        return _HTTPS_PORT if _HTTPS_PORT in ports else min(ports)

    def _arn(self, shared: ListenerPorts, id_: str) -> Value:
        """Refer to the listener that the stack creates; else use the one that is given, or ask."""
        if shared.existing is None:
            return ref(id_)
        asked = LISTENER.parameter(
            f"{id_}Arn", "ARN of the listener that passes requests on to the services"
        )
        # All ports name the same one; if it is not valid, each is reported.
        first, *_ = [
            LISTENER.given(shared.existing, port.spot(self.findings) / "x-aws-listener", asked)
            for port in shared.ports
        ]
        return first

    def _report_existing(self, shared: ListenerPorts, rules: tuple[ListenerRule, ...]) -> None:
        """Report what an existing listener cannot do, and what must fit its other rules."""
        made = {rule.target_group.origin: rule for rule in rules}
        http = shared.load_balancer.type is LoadBalancerType.APPLICATION
        for port in shared.ports:
            spot = port.spot(self.findings) / "x-aws-listener"
            rule = made.get(port.origin)
            if rule is None or not http:
                spot.error(
                    "listener-route",
                    "an existing listener already has its default action; say with x-aws-route "
                    "which requests go to this service, or name one of its target groups in "
                    "x-aws-target_group",
                )
            elif rule.derived:
                spot.info(
                    "route-foreign",
                    f"the rule has the priority {rule.priority}; if another rule of this "
                    "listener has it too, write another one in x-aws-route",
                )


def _certificate(listener: str, arn: Value) -> ListenerCertificate:
    return ListenerCertificate(f"{listener}Certificate{digest(comparable(arn))}", arn)
