"""Choose subnets among those that the stack of an infrastructure has: public or private ones.

Such a stack has the outputs ``PublicSubnet1Id``, ``PublicSubnet2Id`` and so on, and, where it has
NAT gateways, ``PrivateSubnet1Id`` and so on.
"""

import re
from collections.abc import Iterator, Mapping

from compose2cfn.plan.terms.values import references

_SUBNET = re.compile("(?P<prefix>.*)Subnet(?P<number>[0-9]+)Id")
_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_NO_NAT = frozenset({"", "0", "none", "false"})

_PUBLIC_ADDRESS = "AssignPublicIp"
_NAT = "NatGateways"
"""The output that says whether private subnets reach the internet: ``none``, or anything else."""


def derived(
    declared: Mapping[str, object], body: Mapping[str, object], known: Mapping[str, str]
) -> Mapping[str, str]:
    """Give parameters for subnets their values.

    Without NAT, tasks need public subnets and public addresses. With it, they are in private ones,
    unless load balancers that face the internet share their parameters.
    """
    facing = frozenset(_facing(body))
    subnets = {name: found for name in declared if (found := _SUBNET.fullmatch(name))}
    tasks = {
        name for name, found in subnets.items() if not found["prefix"].endswith("LoadBalancer")
    }
    private = known.get(_NAT, "none").lower() not in _NO_NAT and not tasks & facing
    values = {}
    for name, found in subnets.items():
        kind = "Private" if private and name in tasks else "Public"
        if value := known.get(f"{kind}Subnet{found['number']}Id"):
            values[name] = value
    if tasks & values.keys() and _PUBLIC_ADDRESS in declared:
        values[_PUBLIC_ADDRESS] = "DISABLED" if private else "ENABLED"
    return values


def _facing(body: Mapping[str, object]) -> Iterator[str]:
    """List what the subnets of load balancers that face the internet refer to."""
    match body.get("Resources"):
        case {**resources}:
            for resource in resources.values():
                match resource:
                    case {"Type": kind, "Properties": {"Subnets": subnets, **more}} if (
                        kind == _LOAD_BALANCER and more.get("Scheme") != "internal"
                    ):
                        yield from references(subnets)
