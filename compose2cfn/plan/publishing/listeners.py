"""Decide how published ports reach their services: listeners, target groups and rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.aws import AwsRoute
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing import target_groups as targets
from compose2cfn.plan.publishing.claims import (
    Claim,
    certificates,
    region,
    report_shared,
    routed,
    spoken,
)
from compose2cfn.plan.publishing.ingress_rules import Gate, report_many, to_balancer, to_target
from compose2cfn.plan.publishing.load_balancers import APPLICATION, Balancer, Balancers
from compose2cfn.plan.publishing.ports import exposures
from compose2cfn.plan.publishing.routes import Rule, report_clashes, rule
from compose2cfn.plan.publishing.target_groups import MOST_TARGETS, Target
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.arns import read
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names, label
from compose2cfn.plan.terms.values import Value, ref

LEAST_GRACE = 60
"""Seconds in which a new task may fail health checks."""
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


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
    redirect: int
    """The port of HTTPS that requests without a rule are sent to; 0 is none."""
    origin: Steps


@dataclass(frozen=True, slots=True)
class Listeners:
    """All that is published."""

    balancers: tuple[Balancer, ...]
    """The stack's own."""
    targets: tuple[Target, ...]
    listeners: tuple[Listener, ...]
    gates: tuple[Gate, ...]
    former_ids: Mapping[str, str]
    """The ids that the retired plugin gave to what has another id here."""

    def targets_of(self, owner: str) -> tuple[Target, ...]:
        """List the target groups of a task."""
        return tuple(target for target in self.targets if target.owner == owner)


def route(app: App, names: Names, tasks: Tasks, where: Networking, notes: Notes) -> Listeners:
    """Give every published port its listener and target group."""
    balancers = Balancers(app, names, where, notes)
    claims = [
        Claim(exposure, balancers.of(exposure.service, exposure.kind, exposure.port, exposure.path))
        for exposure in exposures(app, names, tasks, where, notes)
    ]
    routing = _Routing(app, names, notes, claims)
    listeners = tuple(routing.listeners())
    gates = {gate.id: gate for target in routing.targets for gate in to_target(target, where)}
    gates |= {gate.id: gate for gate in routing.gates()}
    found = Listeners(
        balancers=tuple(balancer for balancer in balancers.found.values() if balancer.own),
        targets=routing.distinct_targets(),
        listeners=listeners,
        gates=tuple(gates[id_] for id_ in sorted(gates)),
        former_ids=routing.former_ids(),
    )
    balancers.report_unused()
    _report(app, tasks, found, notes)
    return found


def grace(app: App, service: str) -> int:
    """Give the seconds in which a new task may fail the load balancer's health checks."""
    check = app.project.services[service].healthcheck
    if check is None or check.disable:
        return LEAST_GRACE
    start = check.start_period.seconds if check.start_period else 0
    interval = check.interval.seconds if check.interval else 30
    retries = 3 if check.retries is None else check.retries
    return max(LEAST_GRACE, round(start + interval * retries))


@dataclass(slots=True)
class _Routing:
    """The making of listeners from the ports that want one."""

    app: App
    names: Names
    notes: Notes
    claims: list[Claim]
    made: list[tuple[Listener, list[Claim]]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def listeners(self) -> Iterator[Listener]:
        """Make the listeners; a port whose target group is given needs none."""
        shared: dict[tuple[str, int, str], list[Claim]] = {}
        for claim in self.claims:
            if claim.listens:
                shared.setdefault(claim.key, []).append(claim)
            else:
                self._report_fixed(claim)
                self._target(claim, claim.exposure.protocol.upper())
        ends: dict[object, tuple[str, int, str]] = {}
        for key in sorted(shared):
            # A port of a load balancer is one listener, and a listener that is given is one port.
            if {ends.setdefault(end, key) for end in (key[:2], key[2]) if end} != {key}:
                self.notes.error(
                    "port-shared",
                    "a load balancer has one listener on a port; write as published what this "
                    "listener listens on, and x-aws-loadbalancer if it is another one's",
                    shared[key][0].exposure.path,
                )
                continue
            listener = self._listener(shared[key])
            self.made.append((listener, shared[key]))
            yield listener

    def distinct_targets(self) -> tuple[Target, ...]:
        """List the target groups, each once, by id."""
        found = {(t.id, label(t.arn), t.port): t for t in self.targets}
        return tuple(found[key] for key in sorted(found))

    def gates(self) -> Iterator[Gate]:
        """Open the load balancers' own groups to those who may reach the listeners."""
        for listener, (first, *others) in self.made:
            if not listener.balancer.group_id:
                self._report_ingress([first, *others])
                continue
            allowed = first.exposure.ingress
            for other in (claim.exposure for claim in others):
                if any(source not in allowed for source in other.ingress) or len(allowed) != len(
                    other.ingress
                ):
                    self.notes.error(
                        "ingress-shared",
                        f"{first.exposure.service!r} and {other.service!r} share a port, and who "
                        "reaches one reaches the other; write the same x-aws-ingress for both",
                        other.path,
                    )
            yield from to_balancer(
                listener.balancer, listener.protocol, listener.port, allowed, listener.origin
            )

    def former_ids(self) -> dict[str, str]:
        """Give the ids of the retired plugin for what has another one here."""
        found: dict[str, str] = {}
        for listener, claims in self.made:
            for exposure in (claim.exposure for claim in claims if listener.own):
                old = f"{exposure.protocol.upper()}{exposure.target}Listener"
                found.setdefault(self.names.service(exposure.service, old), listener.id)
        for target in self.targets:
            for transport in ("TCP", "UDP"):
                old = f"{transport}{target.published}TargetGroup"
                if target.own and (id_ := self.names.service(target.service, old)) != target.id:
                    found.setdefault(id_, target.id)
        own = {claim.balancer.id for claim in self.claims if claim.balancer.own}
        if own and "LoadBalancer" not in own:
            found["LoadBalancer"] = min(own)
        return found

    def _listener(self, claims: list[Claim]) -> Listener:
        """Make one listener of all ports that want it."""
        first = claims[0]
        port, balancer = first.exposure.published, first.balancer
        protocol = spoken(claims, self.notes)
        stem = f"{balancer.id}{targets.family(protocol)}{port}"
        redirects = [claim for claim in claims if claim.exposure.port.x_aws_redirect]
        plain = [
            claim
            for claim in claims
            if claim.exposure.port.x_aws_route is None and claim not in redirects
        ]
        report_shared(plain, redirects, protocol, self.notes)
        rules = tuple(
            rule(asked, self._target(claim, protocol), self.notes)
            for claim in routed(claims, plain, self.notes)
            if (asked := claim.exposure.port.x_aws_route)
        )
        report_clashes(rules, self.notes)
        given = first.exposure.port.x_aws_listener
        if given is not None:
            self._report_given(claims, rules)
        default_first = sorted(claims, key=lambda claim: claim not in plain)
        return Listener(
            id=f"{stem}Listener",
            arn=ref(f"{stem}Listener") if given is None else self._given(given, stem, claims),
            own=given is None,
            balancer=balancer,
            port=port,
            protocol=protocol,
            certificates=certificates(default_first, stem, region(self.claims), self.notes),
            default=self._target(plain[0], protocol) if plain else None,
            rules=rules,
            redirect=self._redirect(redirects, protocol),
            origin=first.exposure.path,
        )

    def _target(self, claim: Claim, protocol: str) -> Target:
        exposure, balancer = claim.exposure, claim.balancer
        made = targets.target(self.app, self.names, exposure, balancer, protocol, self.notes)
        self.targets.append(made)
        return made

    def _redirect(self, claims: list[Claim], protocol: str) -> int:
        """Find the port that ports redirect to; 0 if none of them does."""
        for claim in claims:
            path = (*claim.exposure.path, "x-aws-redirect")
            if str(claim.exposure.port.x_aws_redirect).lower() != "https":
                self.notes.error("redirect-unknown", "write x-aws-redirect: https", path)
            elif protocol != "HTTP":
                about = f"this port speaks {protocol}; write x-aws-redirect on one that speaks HTTP"
                self.notes.error("redirect-https", about, path)
            elif claim.exposure.port.x_aws_route is not None:
                about = "a port redirects all requests; take x-aws-route out"
                self.notes.error("redirect-route", about, path)
        if not claims:
            return 0
        balancer = claims[0].balancer
        ports = {c.exposure.published for c in self.claims if c.secure and c.balancer is balancer}
        if not ports and balancer.own:
            about = "no port of this load balancer speaks HTTPS; publish one with x-aws-certificate"
            path = (*claims[0].exposure.path, "x-aws-redirect")
            self.notes.error("redirect-target", about, path)
        return min(ports - {443}) if ports and 443 not in ports else 443

    def _given(self, given: Value, stem: str, claims: list[Claim]) -> Value:
        """Use the listener that is given, or ask for it."""
        if given == "":
            return self.notes.ask(
                Parameter(
                    id=f"{stem}ListenerArn",
                    group="Load balancing",
                    description="ARN of the listener that passes requests on to the services",
                    allowed_pattern="arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]+:listener/app/.+",
                    constraint="the ARN of a listener of an Application Load Balancer",
                )
            )
        arn = read(given)
        if isinstance(given, str) and not (arn and arn.resource.startswith("listener/")):
            for claim in claims:
                path = (*claim.exposure.path, "x-aws-listener")
                about = f"{given!r} is not the ARN of a listener"
                self.notes.error("listener-unknown", about, path)
        return given

    def _report_given(self, claims: list[Claim], rules: tuple[Rule, ...]) -> None:
        """Report what a listener that is given cannot do, and what must fit its other rules."""
        made = {rule.target.origin: rule for rule in rules}
        for claim in claims:
            path = (*claim.exposure.path, "x-aws-listener")
            asked = claim.exposure.port.x_aws_route or AwsRoute()
            if claim.exposure.path not in made or claim.balancer.kind != APPLICATION:
                self.notes.error(
                    "listener-route",
                    "a listener that exists has its default already; say with x-aws-route which "
                    "requests are this service's, or give one of its target groups with "
                    "x-aws-target_group",
                    path,
                )
            elif asked.priority in (None, ""):
                self.notes.info(
                    "route-foreign",
                    f"the rule has the priority {made[claim.exposure.path].priority}; if another "
                    "rule of this listener has it, write another one in x-aws-route",
                    path,
                )

    def _report_fixed(self, claim: Claim) -> None:
        """Report what nothing heeds where the target group, and its listener, are given."""
        port = claim.exposure.port
        for key, said in (
            ("x-aws-certificate", port.x_aws_certificate),
            ("x-aws-ingress", port.x_aws_ingress),
            ("x-aws-listener", port.x_aws_listener),
            ("x-aws-redirect", port.x_aws_redirect),
            ("x-aws-route", port.x_aws_route),
        ):
            if said is not None:
                about = "the target group is given, and its listener with it: this changes nothing"
                self.notes.warn("target-fixed", about, (*claim.exposure.path, key))

    def _report_ingress(self, claims: list[Claim]) -> None:
        for claim in claims:
            if claim.exposure.port.x_aws_ingress is not None:
                self.notes.warn(
                    "ingress-given",
                    "the security group of the load balancer is given and stays as it is: it "
                    "decides who reaches this port",
                    (*claim.exposure.path, "x-aws-ingress"),
                )


def _report_full(listeners: list[Listener], notes: Notes) -> None:
    """Report what one load balancer has too many of.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
    """
    routes = [each.target for listener in listeners for each in listener.rules]
    groups = {target.id: target for target in routes}
    groups |= {one.default.id: one.default for one in listeners if one.default is not None}
    for code, most, what, origins in (
        ("listener-count", 50, "listeners", [one.origin for one in listeners]),
        ("route-count", 100, "routes", [target.origin for target in routes]),
        ("target-count", 100, "target groups", [target.origin for target in groups.values()]),
        (
            "certificate-count",
            25,
            "certificates besides the first of each port",
            [one.origin for one in listeners for _ in one.certificates[one.own :]],
        ),
    ):
        if len(origins) > most:
            about = f"a load balancer has at most {most} {what}; leave some to another one"
            notes.error(code, f"{about}, given by x-aws-loadbalancer", origins[most])


def _report(app: App, tasks: Tasks, found: Listeners, notes: Notes) -> None:
    """Report what is more than AWS takes, and what nothing heeds."""
    for owner in tasks:
        if len(found.targets_of(owner)) > MOST_TARGETS:
            notes.error(
                "target-count",
                f"a service has at most {MOST_TARGETS} published ports; take some out, or write "
                "x-aws-loadbalancer: none on them",
                ("services", owner, "ports"),
            )
    for id_ in sorted({listener.balancer.id for listener in found.listeners}):
        _report_full([one for one in found.listeners if one.balancer.id == id_], notes)
    report_many(found.gates, notes)
    checked = {target.service for target in found.targets if target.own}
    for name, service in app.project.services.items():
        if service.x_aws_healthcheck is not None and name not in checked:
            notes.warn(
                "check-unused",
                "no target group of this stack checks this service, and this has no effect; "
                "write healthcheck for ECS's own check",
                ("services", name, "x-aws-healthcheck"),
            )
