"""Decide on the load balancers: which there are, and how the stack creates its own."""

from collections.abc import Collection, Mapping

from compose2cfn.diagnostics import KeyPath, dotted, listed, many
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.aws import NO_LOAD_BALANCER, AwsLoadBalancer
from compose2cfn.model.frozen import Record
from compose2cfn.plan.network import Networking, subnets
from compose2cfn.plan.publishing.attributes import ALL_ATTRIBUTES, attributes_of
from compose2cfn.plan.publishing.load_balancer_requests import (
    SCHEMES,
    TOP_KEY,
    USUAL_IDS,
    LoadBalancerRequest,
    LoadBalancerRequests,
)
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.publishing.withheld import UNPUBLISHED
from compose2cfn.plan.terms.given import (
    APPLICATION_LOAD_BALANCER,
    NETWORK_LOAD_BALANCER,
    SECURITY_GROUP,
)
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, ref

_EXISTING = {
    LoadBalancerType.APPLICATION: APPLICATION_LOAD_BALANCER,
    LoadBalancerType.NETWORK: NETWORK_LOAD_BALANCER,
}
_LEAST_SUBNETS = {LoadBalancerType.APPLICATION: 2, LoadBalancerType.NETWORK: 1}


class LoadBalancer(Record):
    """A load balancer.

    ``id`` is its stem in logical ids, and its own id if the stack creates it; it contains what
    replaces a load balancer (its type and scheme), so that a new one never takes an old one's id.
    """

    id: str
    type: LoadBalancerType
    arn: Value
    own: bool
    """Whether the stack creates it."""
    security_group: Value
    origin: KeyPath
    security_group_id: str = ""
    """The logical id of its security group, if the stack creates that."""
    subnets: tuple[Value, ...] = ()
    apart: bool = False
    """Whether it asks for subnets of its own because those of the tasks are private."""
    beside_tasks: bool = False
    """Whether it is in the subnets of the tasks, as nothing else is written."""
    scheme: str = ""
    attributes: tuple[tuple[str, Value], ...] = ()

    @property
    def stem(self) -> str:
        """What the ids of its target groups contain: nothing for the usual one."""
        return self.id.removesuffix("LoadBalancer")


def load_balancers(
    ports: Collection[PublishedPort],
    shared: AwsLoadBalancer | None,
    *,
    names: Names,
    networking: Networking,
    findings: Findings,
) -> Mapping[KeyPath, LoadBalancer]:
    """Find the load balancer of each published port, by where the port is written.

    ``shared`` is what the top level says of load balancers.
    """
    types = frozenset(port.load_balancer_type for port in ports)
    requests = LoadBalancerRequests(
        shared=shared or NO_LOAD_BALANCER, types=types, names=names, findings=findings
    )
    found: dict[str, LoadBalancer] = {}
    of_ports: dict[KeyPath, LoadBalancer] = {}
    for port in ports:
        request = requests.of(port)
        existing = request.asked.arn is not None
        made = _existing(request) if existing else _new(request, networking, port.origin)
        known = found.setdefault(made.id, made)
        if known is made:
            _report_chosen(made, findings.at(*made.origin))
        elif known.but(origin=made.origin) != made:
            port.spot(findings).error(
                "balancer-differs",
                f"this port and {dotted(known.origin)} share a load balancer with different "
                "settings; write them once, in x-aws-loadbalancer at the top level",
            )
        of_ports[port.origin] = known
    if shared is not None:
        _report_unused(shared, tuple(found.values()), findings.at(TOP_KEY))
    return of_ports


def _existing(request: LoadBalancerRequest) -> LoadBalancer:
    """Use an existing load balancer."""
    return LoadBalancer(
        id=request.id,
        type=request.type,
        arn=_arn(request),
        own=False,
        security_group=_security_group(request, request.id),
        origin=request.named.path,
    )


_MISTAKEN = dict.fromkeys(SCHEMES, "scheme") | dict.fromkeys(LoadBalancerType, "type")
"""Words in place of an ARN that are values of settings."""


def _arn(request: LoadBalancerRequest) -> Value:
    """Use the ARN that is given, or ask for it; a name cannot be used."""
    kind, arn = _EXISTING[request.type], request.asked.arn
    asked = kind.parameter(
        f"{request.id}Arn",
        f"ARN of the load balancer, of the type {request.type}, that publishes the services",
    )
    if isinstance(arn, str) and arn in _MISTAKEN:
        shown = request.named.shown(arn)
        request.named.error(
            "balancer-unknown",
            f"{shown!r} does not name a load balancer; write {{{_MISTAKEN[arn]}: {shown}}} for one "
            "of the stack, or the ARN of an existing one",
        )
        return arn
    if isinstance(arn, str) and arn and not arn.startswith("arn:"):
        request.named.warn(
            "balancer-name",
            f"{request.named.shown(arn)!r} is a name, and only a call to AWS could find its ARN, "
            "so it becomes a template parameter; write the ARN",
        )
        return request.named.ask(asked)
    return kind.given(arn, request.named, asked)


def _security_group(request: LoadBalancerRequest, id_: str) -> Value:
    """Use the security group that is given: the tasks admit that group, never the internet."""
    asked = SECURITY_GROUP.parameter(
        f"{id_}SecurityGroupId", "Security group of the load balancer; the tasks admit it"
    )
    spot = request.at("security_group")
    return SECURITY_GROUP.given(
        request.asked.security_group, spot, asked._replace(group="Load balancing")
    )


def _report_chosen(made: LoadBalancer, spot: Spot) -> None:
    """Say what an existing load balancer must have, or why one is in other subnets than tasks."""
    if not made.own:
        spot.info(
            "balancer-given",
            "the load balancer stays unchanged; it must be in the same VPC, and its security "
            "group must admit clients",
        )
    if not made.apart:
        return
    spot.info(
        "balancer-subnets",
        "tasks without public addresses are in private subnets, and a load balancer that faces the "
        f"internet needs public ones, so {made.id}Subnet1Id and the like are parameters of their "
        "own; to name them, or for one that only the VPC reaches, write x-aws-loadbalancer: "
        "{subnets: [...]} or {scheme: internal}",
    )


def _new(request: LoadBalancerRequest, networking: Networking, origin: KeyPath) -> LoadBalancer:
    """Decide what a new load balancer is like."""
    internal = request.asked.scheme == "internal"
    id_ = f"Internal{request.id}" if internal else request.id
    apart = request.asked.subnets is None and not internal and networking.private
    own_group = f"{id_}SecurityGroup" if request.asked.security_group is None else ""
    return LoadBalancer(
        id=id_,
        type=request.type,
        arn=ref(id_),
        own=True,
        security_group=ref(own_group) if own_group else _security_group(request, id_),
        security_group_id=own_group,
        subnets=_subnets(request, id_, networking.subnets, apart=apart),
        apart=apart,
        beside_tasks=request.asked.subnets is None and not apart,
        scheme="internal" if internal else "internet-facing",
        attributes=attributes_of(
            request.asked.attributes or {},
            request.type,
            request.at("attributes"),
            shared=request.is_for_either_type("attributes"),
        ),
        origin=origin,
    )


def _subnets(
    request: LoadBalancerRequest, id_: str, own_subnets: tuple[Value, ...], *, apart: bool
) -> tuple[Value, ...]:
    """Find the subnets of a new load balancer.

    One that is ``apart`` asks for as many as the tasks have, to be in each of their zones.
    """
    findings, least = request.spot.findings, _LEAST_SUBNETS[request.type]
    if request.asked.subnets is not None:
        return subnets(request.asked.subnets, request.at("subnets"), prefix=id_, least=least)
    if apart:
        count = max(len(own_subnets), least)
        return subnets(count, request.at("subnets"), prefix=id_, least=least)
    if len(own_subnets) < least:
        about = (
            "an Application Load Balancer needs two availability zones; write two or more subnets"
        )
        findings.at("x-aws-subnets").error("subnet-count", about)
    return own_subnets


def report_costs(
    own: Collection[LoadBalancer], findings: Findings, *, public_address: Value
) -> None:
    """Say what is billed by the hour even if it is not used.

    ``public_address`` says whether tasks on Fargate have one: ENABLED, DISABLED, or a reference.
    """
    if not own:
        return
    public = sum(len(one.subnets) for one in own if one.scheme == "internet-facing")
    about = f"{many(len(own), 'load balancer')} ({listed(sorted(one.id for one in own), 'and')})"
    if public:
        about += f" with {many(public, 'public address')}"
    each = "the public address of each task on Fargate"
    match public_address:
        case "DISABLED":
            tasks = ""
        case "ENABLED":
            tasks = f", and {each}"
        case _:
            tasks = f", and {each} unless AssignPublicIp is DISABLED"
    first = min(own, key=lambda one: one.id)
    findings.at(*first.origin).info(
        "billed-hourly",
        f"billed by the hour: {about}{tasks}",
    )


def _report_unused(shared: AwsLoadBalancer, found: tuple[LoadBalancer, ...], spot: Spot) -> None:
    """Report what the top level says that concerns no load balancer."""
    existing = {one.id for one in found if not one.own}
    if shared.arn not in (None, UNPUBLISHED) and existing.isdisjoint(USUAL_IDS.values()):
        spot.warn(
            "balancer-unused",
            "no port is published on this load balancer; write x-aws-protocol: http (or tcp) on "
            "the ports that it serves",
        )
    own = [one for one in found if one.own]
    if own:
        had = {name for one in own for name, _ in one.attributes}
        for name in sorted((shared.attributes or {}).keys() & ALL_ATTRIBUTES - had):
            about = "no load balancer that the stack creates has this attribute; leave it out"
            (spot / "attributes" / name).warn("balancer-unused", about)
