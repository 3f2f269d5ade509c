"""Decide which subnets are used: by all tasks, by single ones, by load balancers."""

from collections.abc import Mapping

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.given import SUBNET
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, distinct

MOST_SUBNETS = 16
"""Subnets of one ECS service."""
DEFAULT_SUBNETS = 2
"""An Application Load Balancer needs two availability zones."""

_MOST_ASKED = 99
_LISTS = frozenset({"Fn::Cidr", "Fn::GetAZs", "Fn::Split"})
"""Functions that return lists: what stands for one subnet must not move within a list."""


def subnets(
    said: int | tuple[Value, ...] | None, spot: Spot, *, prefix: str, least: int = 1
) -> tuple[Value, ...]:
    """Take subnets as they are given, or leave the number that is given to parameters.

    ``prefix`` begins the ids of these parameters; ``least`` is how many subnets are needed.
    """
    match said:
        case tuple() if said:
            found = tuple(_subnet(value, spot) for value in said)
        case int():
            found = _asked(min(said, _MOST_ASKED), spot, prefix)
        case _:
            found = _asked(DEFAULT_SUBNETS, spot, prefix)
    if not least <= len(found) <= MOST_SUBNETS:
        spot.error(
            "subnet-count",
            f"write {least} to {MOST_SUBNETS} subnets, each in another availability zone",
        )
    if distinct(found) != found:
        spot.error("subnet-twice", "write each subnet once, each in another availability zone")
    return found


def _subnet(said: Value, spot: Spot) -> Value:
    """Read one subnet."""
    if not isinstance(said, str) and said.keys() & _LISTS:
        spot.error("subnet-list", "write subnets one by one, not as one list of them")
    return SUBNET.read(said, spot)


def _asked(count: int, spot: Spot, prefix: str) -> tuple[Value, ...]:
    """Leave subnets to parameters."""
    purpose = f", for {prefix}" if prefix else ""
    return tuple(
        spot.ask(
            SUBNET.parameter(
                f"{prefix}Subnet{number}Id",
                f"Subnet {number} of the VPC, in a zone of its own{purpose}",
            )
        )
        for number in range(1, count + 1)
    )


def chosen_subnets(
    app: App, names: Names, tasks: Tasks, findings: Findings
) -> Mapping[str, tuple[Value, ...]]:
    """Find the subnets of the tasks that choose their own, by the owner of the task."""
    found = {}
    for name, service in sorted(app.project.services.items()):
        if service.x_aws_subnets is None:
            continue
        spot = findings.at("services", name, "x-aws-subnets")
        if (owner := tasks.owner(name)) != name:
            about = f"the service runs in the task of {owner!r}; write the subnets there"
            spot.error("subnet-shared", about)
            continue
        found[name] = subnets(service.x_aws_subnets, spot, prefix=names.service(name, ""))
    return found
