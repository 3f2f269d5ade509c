"""The disk that a Fargate task has besides its images: ``x-aws-ephemeral_storage``."""

from collections.abc import Mapping

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.launches import Launch
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.values import Value

LEAST_DISK = 21
MOST_DISK = 200
"""GiB of disk that a Fargate task can have instead of the usual 20."""


def task_disks(
    app: App, tasks: Tasks, launches: Mapping[str, Launch], findings: Findings
) -> dict[str, int | Value]:
    """Find the GiB of disk of the tasks that ask for more than the default, by owner."""
    found = {
        owner: _disk(task, app.project.services, launches[owner], findings)
        for owner, task in tasks.items()
    }
    return {owner: disk for owner, disk in found.items() if disk is not None}


def _disk(
    task: Task, services: Mapping[str, Service], launch: Launch, findings: Findings
) -> int | Value | None:
    """Find the size of a task's disk: the largest that one of its services asks for."""
    sizes: list[int] = []
    given: list[Value] = []
    for name in task.services:
        asked = services[name].x_aws_ephemeral_storage
        if asked is None or asked == "":
            continue
        spot = findings.at("services", name, "x-aws-ephemeral_storage")
        if not launch.fargate:
            spot.error(
                "machine-disk",
                "this is for Fargate; for EC2 instances, write x-aws-capacity: {disk: GIB}",
            )
        if isinstance(asked, int):
            sizes += _fitting(asked, spot)
        else:
            given.append(asked)
    return given[0] if given else max(sizes, default=None)


def _fitting(size: int, spot: Spot) -> tuple[int, ...]:
    """Return a size that Fargate has; report any other."""
    if size > MOST_DISK:
        spot.error("fargate-disk", f"must be from {LEAST_DISK} to {MOST_DISK} GiB on Fargate")
    elif size < LEAST_DISK:
        spot.warn("fargate-disk", "every task has a disk of 20 GiB, so this has no effect")
    else:
        return (size,)
    return ()
