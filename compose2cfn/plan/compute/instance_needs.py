"""What the tasks that share EC2 instances need from these, whoever starts them."""

from collections.abc import Iterable, Mapping

from compose2cfn.diagnostics import many
from compose2cfn.findings import Spot
from compose2cfn.plan.compute.fargate import quantities
from compose2cfn.plan.compute.instance_types import INSTANCE_TYPES, fitting
from compose2cfn.plan.compute.own_instances import is_arm
from compose2cfn.plan.compute.places import InstancePlaces
from compose2cfn.plan.compute.platforms import Platform
from compose2cfn.plan.compute.requests import ResourceRequest
from compose2cfn.plan.compute.requirements import TaskRequirements

WAY_OUT = (
    "the instances pull images and send logs, for which their subnets need a NAT gateway, public "
    "addresses for instances, or endpoints; tasks on them have no public address, so they reach "
    "the internet only through a NAT gateway"
)
"""What EC2 instances and their tasks need of their subnets.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-awsvpc-mode.html
"""


def grouped(
    requirements: Mapping[str, TaskRequirements], owners: Mapping[str, str]
) -> Mapping[str, tuple[TaskRequirements, ...]]:
    """Group the tasks that share EC2 instances by the owner of these, which comes first."""
    tasks = {owner: [requirements[owner]] for owner in sorted(set(owners.values()))}
    for owner, instance_owner in sorted(owners.items()):
        if owner != instance_owner:
            tasks[instance_owner].append(requirements[owner])
    return {owner: tuple(those) for owner, those in tasks.items()}


def largest_need(tasks: Iterable[TaskRequirements]) -> ResourceRequest:
    """Say what the largest of some tasks needs from an EC2 instance."""
    asked = [task.resources for task in tasks]
    return ResourceRequest(
        cpu=max(one.cpu for one in asked),
        reservation=max(one.reservation for one in asked),
        gpus=max(abs(one.gpus) for one in asked),
    )


def check_type(name: str, need: ResourceRequest, platform: Platform, spot: Spot) -> None:
    """Check that a type that is written suits the tasks."""
    known, shown = INSTANCE_TYPES.get(name), spot.shown(name)
    if known and not known.fits(need.cpu, need.reservation, need.gpus):
        spot.error(
            "machine-small",
            f"{shown} has {known.cpu // 1024} vCPU, {known.usable} MiB for tasks and "
            f"{many(known.gpus, 'GPU')}, but the task needs {_text(need)}; choose another type",
        )
    if platform.processor and is_arm(name) != platform.arm:
        spot.error(
            "machine-processor",
            f"{shown} has a different processor from the service's platform; change one of them",
        )


def report_none(need: ResourceRequest, platform: Platform, places: InstancePlaces) -> None:
    """Report that the tasks fit on no type, at the first number that is too much for all."""
    if not fitting(0, 0, need.gpus, arm=platform.arm):
        spot = places.gpus
    elif not fitting(need.cpu, 0, need.gpus, arm=platform.arm):
        spot = places.cpu
    else:
        spot = places.memory
    spot.error(
        "machine-none",
        f"no known instance type has {_text(need)}; ask for less, or name one with "
        "x-aws-capacity: {machine: TYPE}",
    )


def _text(need: ResourceRequest) -> str:
    gpus = f" and {many(need.gpus, 'GPU')}" if need.gpus else ""
    return f"{quantities(need.cpu, need.reservation)}{gpus}"
