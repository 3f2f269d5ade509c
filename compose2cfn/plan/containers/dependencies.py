"""Decide what a container waits for within its task."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.service import Service
from compose2cfn.plan.containers.health import has_health_check
from compose2cfn.plan.tasks import COMPLETED, Task, Tasks
from compose2cfn.plan.terms.names import Names

_HEALTHY = "service_healthy"
_CONDITIONS: Mapping[str, str] = {
    "service_started": "START",
    _HEALTHY: "HEALTHY",
    COMPLETED: "SUCCESS",
}


class ContainerDependency(NamedTuple):
    """A container that another one of its task waits for; ``condition`` is a word of ECS."""

    container: str
    condition: str


def find_dependencies(
    name: str, services: Mapping[str, Service], tasks: Tasks, spot: Spot
) -> Iterator[ContainerDependency]:
    """List what the container of a service waits for; tasks wait for each other by themselves."""
    task = tasks.of(name)
    for other, dependency in sorted(services[name].depends_on.items()):
        if other not in services:
            continue
        here = spot / other / "condition"
        if dependency.condition == COMPLETED and other not in tasks.of(other).jobs:
            here.error(
                "dependency-completed",
                f"others need {other!r} running, so it never completes; let all of them wait for "
                "its completion, or this one for its start",
            )
        if dependency.condition == _HEALTHY and not has_health_check(services[other]):
            _report_unchecked(other, task, here)
        if other in task.services:
            yield ContainerDependency(Names.container(other), _CONDITIONS[dependency.condition])


def _report_unchecked(other: str, task: Task, spot: Spot) -> None:
    """Report a service that others of its task wait for, and that ECS never sees healthy."""
    about = (
        f"{other!r} has no healthcheck that ECS sees (it does not see the image's own); write one"
    )
    if other in task.services:
        spot.error("dependency-health", about)
    else:
        spot.warn("dependency-health", f"{about}, or the others wait only for its start")
