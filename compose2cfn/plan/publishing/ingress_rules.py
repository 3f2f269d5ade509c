"""Decide who may reach load balancers, and that they alone reach the services behind them."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Steps
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.load_balancers import Balancer
from compose2cfn.plan.publishing.target_groups import Target
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import ingress_rule_id, label
from compose2cfn.plan.terms.values import Value, ref

MOST_RULES = 60
"""Inbound rules of one security group, for each family of addresses (a default quota)."""

_TRANSPORTS = {"TCP_UDP": ("tcp", "udp"), "UDP": ("udp",)}


@dataclass(frozen=True, slots=True)
class Gate:
    """A way through a security group: an ingress rule for one port."""

    id: str
    group: Value
    source: Value
    """The property that names the source says what it is: ``CidrIp``, ``SourceSecurityGroupId``…"""
    by: str
    protocol: str
    port: int
    about: str
    origin: Steps = field(compare=False)


def transports(protocol: str) -> tuple[str, ...]:
    """List the transports that a listener or target group of a protocol takes."""
    return _TRANSPORTS.get(protocol, ("tcp",))


def to_balancer(
    balancer: Balancer, protocol: str, port: int, ingress: tuple[Value, ...], origin: Steps
) -> Iterator[Gate]:
    """Open the own group of a load balancer on the port of a listener."""
    for transport in transports(protocol):
        for source in ingress:
            yield Gate(
                id=ingress_rule_id(balancer.group_id, label(source), transport, port),
                group=balancer.group,
                source=source,
                by=_by(source),
                protocol=transport,
                port=port,
                about=f"Clients of port {port}",
                origin=origin,
            )


def to_target(target: Target, where: Networking) -> Iterator[Gate]:
    """Open the group of a service to its load balancer, for requests and for health checks."""
    door = where.tasks[target.owner].ingress_group
    asked = target.check.port
    checked = int(asked) if isinstance(asked, str) and asked.isdecimal() else target.port
    ways = {(transport, target.port) for transport in transports(target.protocol)}
    for transport, port in sorted(ways | {("tcp", checked)}):
        yield Gate(
            id=ingress_rule_id(door, label(target.balancer.group), transport, port),
            group=ref(door),
            source=target.balancer.group,
            by="SourceSecurityGroupId",
            protocol=transport,
            port=port,
            about=f"The {target.balancer.kind} load balancer",
            origin=("services", target.owner),
        )


def report_many(gates: tuple[Gate, ...], notes: Notes) -> None:
    """Report groups with more rules than a group may have."""
    count = Counter(json.dumps(gate.group) for gate in gates)
    for gate in gates:
        if count.pop(json.dumps(gate.group), 0) > MOST_RULES:
            notes.error(
                "rule-count",
                f"a security group has at most {MOST_RULES} rules; publish fewer ports, or write "
                "fewer and larger blocks in x-aws-ingress",
                gate.origin,
            )


def _by(source: Value) -> str:
    """Name the property that holds a source."""
    match source:
        case str() if source.startswith("sg-"):
            return "SourceSecurityGroupId"
        case str() if source.startswith("pl-"):
            return "SourcePrefixListId"
        case str() if ":" in source:
            return "CidrIpv6"
        case {"Fn::GetAtt": [_, "GroupId"]}:
            return "SourceSecurityGroupId"
    return "CidrIp"
