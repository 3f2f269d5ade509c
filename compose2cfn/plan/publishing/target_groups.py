"""Decide on target groups: where the requests of a port go."""

from collections.abc import Container, Iterable, Iterator, Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import HealthCheck, Service
from compose2cfn.plan.publishing.health_checks import TargetHealthCheck, health_check
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.load_balancers import LoadBalancer
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.terms.given import TARGET_GROUP
from compose2cfn.plan.terms.names import Names, label
from compose2cfn.plan.terms.values import Value, ref

_DEREGISTRATION_DELAY = 30
"""Seconds in which old tasks finish requests, while new ones get the others."""
_LEAST_GRACE = 60
"""Seconds in which a new task may fail health checks."""
_UNSAID_GRACE = 300
"""The same where nothing says how long a start takes; one that is shorter waits for nothing."""
_VERSIONS = {"grpc": "GRPC", "h2c": "HTTP2", "http2": "HTTP2"}


class TargetGroup(Record):
    """A target group: the tasks of a service, as a listener sends requests to them."""

    id: str
    arn: Value
    own: bool
    """Whether the stack creates it."""
    owner: str
    """The service whose tasks are the targets."""
    service: str
    """The service in these tasks that gets the requests."""
    container_port: int
    port: int
    """The port of the load balancer; targets are registered with their own."""
    protocol: str
    protocol_version: str
    """The version of HTTP for the targets; empty for the usual one, and for what is not HTTP."""
    target_type: str
    deregistration_delay: int
    """Seconds in which a deregistered target may finish requests."""
    health_check: TargetHealthCheck | None
    """None for an existing target group."""
    load_balancer: LoadBalancer
    origin: KeyPath


class TargetGroups(Record):
    """What makes target groups."""

    services: Mapping[str, Service]
    names: Names
    findings: Findings
    stop_first: Container[str]
    """The owners of the tasks that are told to stop before new ones start."""

    def of(self, port: PublishedPort, load_balancer: LoadBalancer, listener: str) -> TargetGroup:
        """Make the target group of a port; ``listener`` is the protocol of its listener."""
        given, app_protocol = port.settings.target_group, port.settings.app_protocol
        id_ = self._id(port, load_balancer, listener)
        http = load_balancer.type is LoadBalancerType.APPLICATION
        protocol = _protocol(app_protocol, listener, http=http)
        version = _VERSIONS.get(app_protocol, "")
        check = None
        if given is None:
            service = self.services[port.service]
            check = health_check(port, service, self.findings, protocol=protocol, version=version)
        return TargetGroup(
            id=id_,
            arn=ref(id_) if given is None else self._given(given, id_, port),
            own=given is None,
            owner=port.owner,
            service=port.service,
            container_port=port.target,
            port=port.published,
            protocol=protocol,
            protocol_version=version if http else "",
            target_type="ip",  # the only type for tasks with network interfaces of their own
            deregistration_delay=self._delay(port.owner),
            health_check=check,
            load_balancer=load_balancer,
            origin=port.origin,
        )

    def _delay(self, owner: str) -> int:
        """Choose how long old tasks of a service finish requests.

        ECS sends the stop after that delay, but starts the new task at once: while the old one
        finished requests, both would write. Nothing is left to finish where it stops anyway.
        """
        return 0 if owner in self.stop_first else _DEREGISTRATION_DELAY

    def _id(self, port: PublishedPort, load_balancer: LoadBalancer, listener: str) -> str:
        """Name the target group of a port; ``listener`` is the protocol of its listener."""
        stem = f"{transport_of(listener)}{port.published}{load_balancer.stem}"
        return self.names.service(port.service, f"{stem}TargetGroup")

    def existing(
        self, ports: Iterable[PublishedPort], load_balancers: Mapping[KeyPath, LoadBalancer]
    ) -> Iterator[TargetGroup]:
        """Find the existing target groups, each with a listener already."""
        asked: dict[str, int] = {}
        for port in ports:
            if port.settings.target_group is None:
                continue
            load_balancer, transport = load_balancers[port.origin], port.settings.transport.upper()
            if port.settings.target_group == "":
                id_ = self._id(port, load_balancer, transport)
                if asked.setdefault(id_, port.target) != port.target:
                    self._report_asked(port)
                    continue
            yield self.of(port, load_balancer, transport)

    def _report_asked(self, port: PublishedPort) -> None:
        """Report a second target group that is left to a parameter of the same name."""
        port.spot(self.findings).error(
            "port-shared",
            "this target group and that of another port are both left to a parameter that is "
            f"named after the published port {port.published}; publish another port for one of "
            "them, or write its ARN",
        )

    def _given(self, given: Value, id_: str, port: PublishedPort) -> Value:
        """Use the target group that is given, or ask for it."""
        asked = TARGET_GROUP.parameter(
            f"{id_}Arn",
            f"ARN of the target group for port {port.target} of {port.service}; its targets are "
            "addresses",
        )
        return TARGET_GROUP.given(given, port.spot(self.findings) / "x-aws-target_group", asked)


def transport_of(protocol: str) -> str:
    """Name the transport of a listener, as in ids."""
    return "UDP" if protocol == "UDP" else "TCP"


def _protocol(app_protocol: str, listener: str, *, http: bool) -> str:
    """Name the protocol in which requests reach the targets."""
    if http:
        return "HTTPS" if app_protocol in {"https", "wss"} else "HTTP"
    if listener == "TLS":
        return "TLS" if app_protocol == "tls" else "TCP"
    return listener


def by_owner(found: Iterable[TargetGroup]) -> dict[str, tuple[TargetGroup, ...]]:
    """List the target groups of each task, each once, by id."""
    distinct = {(one.id, label(one.arn), one.container_port): one for one in found}
    owned: dict[str, list[TargetGroup]] = {}
    for key in sorted(distinct):
        owned.setdefault(distinct[key].owner, []).append(distinct[key])
    return {owner: tuple(groups) for owner, groups in owned.items()}


def grace_periods(
    owned: Mapping[str, Iterable[TargetGroup]], services: Mapping[str, Service]
) -> dict[str, int]:
    """Return the seconds in which new tasks may fail a load balancer's health checks, by owner."""
    return {
        owner: max(_grace_period(services[group.service].healthcheck) for group in groups)
        for owner, groups in owned.items()
    }


def _grace_period(check: HealthCheck | None) -> int:
    """Give a service that says how long it takes to start as long as Docker would give it."""
    if check is None or check.disable:
        return _UNSAID_GRACE
    start = check.start_period
    least = _UNSAID_GRACE if start is None else _LEAST_GRACE
    interval = check.interval.seconds if check.interval else 30
    retries = 3 if check.retries is None else check.retries
    return max(least, round((start.seconds if start else 0) + interval * retries))
