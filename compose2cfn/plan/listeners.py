"""Decide how published ports reach their services: listeners, target groups and rules."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.aws import AwsRoute
from compose2cfn.plan.balancers import APPLICATION, Balancer, balancer
from compose2cfn.plan.groups import Groups
from compose2cfn.plan.names import Names
from compose2cfn.plan.network import Placement
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.ports import Exposure, exposures
from compose2cfn.plan.values import Value, ref

MOST_TARGETS = 5
"""Target groups of one ECS service."""
LEAST_GRACE = 60
"""Seconds in which a new task may fail health checks."""
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


@dataclass(frozen=True, slots=True)
class Check:
    """How a load balancer asks whether a target is well; times in seconds."""

    protocol: str
    path: str = ""
    port: str = ""
    codes: str = ""
    interval: int | None = None
    timeout: int | None = None
    healthy: int | None = None
    unhealthy: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target group: where requests of a listener go."""

    id: str
    arn: Value
    own: bool
    owner: str
    service: str
    port: int
    published: int
    protocol: str
    version: str
    check: Check
    balancer: Balancer
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests of a listener go to a target."""

    id: str
    target: Target
    hosts: tuple[Value, ...]
    paths: tuple[Value, ...]
    priority: int | Value


@dataclass(frozen=True, slots=True)
class Listener:
    """One port of a load balancer; without a default target, what no rule takes is not found."""

    id: str
    arn: Value
    own: bool
    balancer: Balancer
    port: int
    protocol: str
    certificates: tuple[Value, ...]
    default: Target | None
    rules: tuple[Rule, ...]
    redirect: bool
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Listeners:
    """All that is published."""

    balancers: tuple[Balancer, ...]
    targets: tuple[Target, ...]
    listeners: tuple[Listener, ...]
    former_ids: Mapping[str, str]
    """The ids that the retired plugin gave to what has another id here."""

    def targets_of(self, owner: str) -> tuple[Target, ...]:
        """List the target groups of a task."""
        return tuple(target for target in self.targets if target.owner == owner)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A port that wants a listener."""

    exposure: Exposure
    balancer: Balancer
    owner: str
    protocol: str


def route(app: App, names: Names, groups: Groups, where: Placement, notes: Notes) -> Listeners:
    """Give every published port its listener and target group."""
    claims = []
    for name, service in sorted(app.project.services.items()):
        for exposure in exposures(app, name, service, notes):
            found = balancer(app, names, where, exposure, notes)
            protocol = _protocol(exposure, found)
            claims.append(_Claim(exposure, found, groups.owners[name], protocol))
    shared: dict[tuple[str, int, Value | str], list[_Claim]] = {}
    for claim in claims:
        given = str(claim.exposure.port.x_aws_listener or "")
        shared.setdefault((claim.balancer.id, claim.exposure.published, given), []).append(claim)
    listeners = tuple(_listener(app, names, shared[key], notes) for key in sorted(shared, key=str))
    targets = {
        target.id: target
        for listener in listeners
        for target in (listener.default, *(rule.target for rule in listener.rules))
        if target is not None
    }
    routed = Listeners(
        balancers=tuple(
            {
                c.balancer.id: c.balancer for c in claims if not c.exposure.port.x_aws_listener
            }.values()
        ),
        targets=tuple(targets[id_] for id_ in sorted(targets)),
        listeners=listeners,
        former_ids={
            names.service(
                claim.exposure.service, f"TCP{claim.exposure.target}Listener"
            ): listener.id
            for listener, key in zip(listeners, sorted(shared, key=str), strict=True)
            for claim in shared[key]
        },
    )
    for owner in groups.tasks:
        if len(routed.targets_of(owner)) > MOST_TARGETS:
            notes.error(
                "target-count",
                f"a service has at most {MOST_TARGETS} published ports; take some out, or write "
                "x-aws-loadbalancer: none on them",
                ("services", owner, "ports"),
            )
    return routed


def grace(app: App, service: str) -> int:
    """Give the seconds in which a new task may fail the load balancer's health checks."""
    check = app.project.services[service].healthcheck
    if check is None or check.disable:
        return LEAST_GRACE
    start = check.start_period.seconds if check.start_period else 0
    interval = check.interval.seconds if check.interval else 30
    return max(
        LEAST_GRACE, round(start + interval * (3 if check.retries is None else check.retries))
    )


def _protocol(exposure: Exposure, found: Balancer) -> str:
    """Name the protocol of the listener."""
    if found.kind == APPLICATION:
        return "HTTPS" if exposure.port.x_aws_certificate else "HTTP"
    if exposure.port.x_aws_certificate:
        return "TLS"
    return exposure.protocol.upper()


def _listener(app: App, names: Names, claims: list[_Claim], notes: Notes) -> Listener:
    """Make one listener of all ports that want it."""
    first = claims[0]
    port = first.exposure.published
    path = first.exposure.path
    given = first.exposure.port.x_aws_listener
    id_ = f"{first.balancer.id}{_family(first.protocol)}{port}Listener"
    protocols = {claim.protocol for claim in claims}
    plain = [c for c in claims if c.exposure.port.x_aws_route is None]
    if protocols == {"TCP", "UDP"} and len({(c.owner, c.exposure.target) for c in claims}) == 1:
        protocol, plain = "TCP_UDP", plain[:1]
    else:
        protocol = max(protocols)
        _report_shared(plain, port, notes)
    certificates = tuple(
        dict.fromkeys(
            v for c in claims for v in c.exposure.port.x_aws_certificate or () if isinstance(v, str)
        )
    )
    others = tuple(
        v for c in claims for v in c.exposure.port.x_aws_certificate or () if not isinstance(v, str)
    )
    for claim in claims:
        _check_speech(claim, notes)
    rules = tuple(
        _rule(app, names, claim, protocol, claim.exposure.port.x_aws_route, notes)
        for claim in claims
        if claim.exposure.port.x_aws_route is not None
    )
    _report_priorities(rules, notes)
    redirect = any(c.exposure.port.x_aws_redirect for c in claims)
    default = _target(app, names, plain[0], protocol, notes) if plain and not redirect else None
    if given and default is not None:
        notes.error(
            "listener-route",
            "a listener that exists has its default already; say with x-aws-route which requests "
            "are this service's",
            (*path, "x-aws-listener"),
        )
    return Listener(
        id=id_,
        arn=given or ref(id_),
        own=not given,
        balancer=first.balancer,
        port=port,
        protocol=protocol,
        certificates=(*certificates, *others),
        default=default,
        rules=rules,
        redirect=redirect,
        origin=path,
    )


def _family(protocol: str) -> str:
    return "UDP" if protocol == "UDP" else "TCP"


def _report_shared(plain: list[_Claim], port: int, notes: Notes) -> None:
    """Report services that want the same listener and say nothing of who gets which requests."""
    for other in plain[1:]:
        notes.error(
            "port-shared",
            f"{plain[0].exposure.service!r} and {other.exposure.service!r} both publish port "
            f"{port}; publish another port, "
            "or share it with x-aws-route: {host: ..., path: ...}",
            other.exposure.path,
        )


def _check_speech(claim: _Claim, notes: Notes) -> None:
    port = claim.exposure.port
    wants = {str(m).lower() for m in (port.x_aws_protocol, port.app_protocol) if m}
    if "https" in wants and not port.x_aws_certificate and not port.x_aws_listener:
        notes.error(
            "certificate-missing",
            "HTTPS needs a certificate: write x-aws-certificate with the ARN of one in AWS "
            "Certificate Manager",
            claim.exposure.path,
        )
    if port.x_aws_redirect and str(port.x_aws_redirect).lower() != "https":
        notes.error(
            "redirect-unknown",
            "write x-aws-redirect: https",
            (*claim.exposure.path, "x-aws-redirect"),
        )
    elif port.x_aws_redirect and port.x_aws_certificate:
        notes.error(
            "redirect-https",
            "a port that speaks HTTPS cannot redirect to HTTPS; write x-aws-redirect on the "
            "plain one",
            (*claim.exposure.path, "x-aws-redirect"),
        )


def _target(app: App, names: Names, claim: _Claim, listener: str, notes: Notes) -> Target:
    """Make the target group of a port."""
    exposure = claim.exposure
    given = exposure.port.x_aws_target_group
    suffix = (
        f"{_family(exposure.protocol.upper())}{exposure.published}{claim.balancer.stem}TargetGroup"
    )
    protocol = (
        "HTTP" if claim.balancer.kind == APPLICATION else {"TLS": "TCP"}.get(listener, listener)
    )
    id_ = names.service(exposure.service, suffix)
    return Target(
        id=id_,
        arn=given or ref(id_),
        own=not given,
        owner=claim.owner,
        service=exposure.service,
        port=exposure.target,
        published=exposure.published,
        protocol=protocol,
        version={"grpc": "GRPC", "http2": "HTTP2"}.get(exposure.port.app_protocol, "HTTP1")
        if protocol == "HTTP"
        else "",
        check=_check(app, exposure, protocol, notes),
        balancer=claim.balancer,
        origin=exposure.path,
    )


def _check(app: App, exposure: Exposure, protocol: str, notes: Notes) -> Check:
    """Decide how the load balancer asks whether a target is well."""
    path: KeyPath = ("services", exposure.service, "x-aws-healthcheck")
    service = app.project.services[exposure.service]
    asked = service.x_aws_healthcheck
    if asked is None:
        if protocol == "UDP":
            streams = [p.target for p in service.ports if (p.protocol or "tcp") == "tcp"]
            if not streams:
                notes.error(
                    "check-udp",
                    "a load balancer asks over TCP whether a service is well, and this one "
                    "listens on UDP alone; name a TCP port "
                    "that it listens on: x-aws-healthcheck: {port: ...}",
                    exposure.path,
                )
            return Check("TCP", port=str(streams[0]) if streams else "")
        return Check("HTTP" if protocol == "HTTP" else "TCP")
    numbers = {
        name: _number(value, (*path, name), least, most, notes)
        for name, value, least, most in (
            ("interval", asked.interval, 5, 300),
            ("timeout", asked.timeout, 2, 120),
            ("healthy", asked.healthy, 2, 10),
            ("unhealthy", asked.unhealthy, 2, 10),
        )
    }
    if numbers["timeout"] and numbers["timeout"] >= (numbers["interval"] or 30):
        notes.error(
            "check-times",
            "the timeout is shorter than the interval (30 seconds unless written)",
            (*path, "timeout"),
        )
    kind = str(asked.protocol or ("HTTP" if protocol == "HTTP" or asked.path else "TCP")).upper()
    if kind not in {"HTTP", "HTTPS", "TCP"} or (kind == "TCP" and protocol == "HTTP"):
        notes.error(
            "check-protocol",
            "write HTTP or HTTPS (TCP on a Network Load Balancer)",
            (*path, "protocol"),
        )
    if asked.path and not re.fullmatch(r"/[!-~]{0,1023}", str(asked.path)):
        notes.error(
            "check-path",
            "the path starts with / and has at most 1024 characters, none blank",
            (*path, "path"),
        )
    return Check(
        protocol=kind,
        path=str(asked.path or ""),
        port=str(asked.port or ""),
        codes=str(asked.codes or ""),
        **numbers,
    )


def _number(value: object, path: KeyPath, least: int, most: int, notes: Notes) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or not least <= value <= most:
        notes.error("check-range", f"write a whole number from {least} to {most}", path)
        return None
    return value


def _rule(
    app: App,
    names: Names,
    claim: _Claim,
    protocol: str,
    asked: AwsRoute,
    notes: Notes,
) -> Rule:
    """Make the rule that gives a service its requests."""
    path = (*claim.exposure.path, "x-aws-route")
    if claim.balancer.kind != APPLICATION:
        notes.error(
            "route-kind",
            "only an Application Load Balancer routes requests; write x-aws-protocol: http",
            path,
        )
    hosts, paths = asked.host or (), asked.path or ()
    if not hosts and not paths:
        notes.error("route-empty", "say which requests: host, path or both", path)
    if len(hosts) + len(paths) > MOST_TARGETS:
        notes.error("route-values", "a rule has at most five hosts and paths together", path)
    for host in hosts:
        if isinstance(host, str) and ("." not in host or len(host) > 128):
            notes.error(
                "route-host",
                f"{host!r} is no host: it has a dot, and at most 128 characters",
                (*path, "host"),
            )
    for prefix in paths:
        if isinstance(prefix, str) and (not prefix.startswith("/") or len(prefix) > 128):
            notes.error(
                "route-path",
                f"{prefix!r} is no path: it starts with /, and has at most 128 characters",
                (*path, "path"),
            )
    target = _target(app, names, claim, protocol, notes)
    priority = asked.priority if asked.priority not in {None, ""} else _priority(hosts, paths)
    if isinstance(priority, int) and not 1 <= priority <= 50_000:
        notes.error("route-priority", "write a priority from 1 to 50000", (*path, "priority"))
    return Rule(
        target.id.removesuffix("TargetGroup") + "ListenerRule", target, hosts, paths, priority or 1
    )


def _priority(hosts: Iterable[Value], paths: Iterable[Value]) -> int:
    """Derive a priority from the route alone: what is more specific comes first."""
    hosts, paths = tuple(map(str, hosts)), tuple(map(str, paths))
    weight = min(max(map(len, hosts), default=0) + max(map(len, paths), default=0), 390)
    spread = int(sha256(repr((hosts, paths)).encode()).hexdigest(), 16) % 100
    return 40_000 - 100 * weight + spread


def _report_priorities(rules: tuple[Rule, ...], notes: Notes) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        other = seen.setdefault(str(rule.priority), rule)
        if other is not rule:
            notes.error(
                "route-priority",
                f"{other.target.service!r} and {rule.target.service!r} have the priority "
                f"{rule.priority} on one listener; "
                "write another one in x-aws-route",
                (*rule.target.origin, "x-aws-route"),
            )
