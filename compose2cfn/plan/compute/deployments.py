"""Decide how the service of a task is deployed, and how new tasks replace old ones."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.deploy import NO_DEPLOY, NO_UPDATE_CONFIG, Deploy, UpdateConfig
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.labels import service_tags
from compose2cfn.plan.compute.launches import Launch
from compose2cfn.plan.compute.restarts import report_restarts
from compose2cfn.plan.compute.updates import (
    UpdatePercents,
    report_exclusive,
    report_writers,
    update_percents,
)
from compose2cfn.plan.compute.writers import Writers, find_writers
from compose2cfn.plan.tasks import Task, Tasks

MOST_FAILURES = 10
"""Tasks that may fail before a deployment counts as failed.

Enough for a service that waits for its database by crashing until the database is up.
"""


class CircuitBreaker(NamedTuple):
    """After how many failed tasks a deployment fails, and whether the previous one comes back."""

    failures: int
    rollback: bool


class Deployment(Record):
    """How the service of a task is deployed."""

    percents: UpdatePercents
    stop_first: bool
    """Whether old tasks are told to stop before new ones start: they may write the same data."""
    breaker: CircuitBreaker | None
    """Without it, a deployment continues no matter how many tasks fail."""
    rebalancing: bool | None
    """Whether tasks are balanced across zones; None for one task on each EC2 instance."""
    exec: bool
    """Whether ECS Exec can run commands in its containers."""
    tags: Mapping[str, str]
    """Those that the file gives the service."""


def deployments(
    app: App,
    tasks: Tasks,
    launches: Mapping[str, Launch],
    findings: Findings,
    *,
    exec_services: frozenset[str],
    written: Iterable[tuple[str, tuple[str, ...], KeyPath]],
    exclusive: Mapping[str, str],
) -> Mapping[str, Deployment]:
    """Decide how the service of each task is deployed, by its owner.

    ``exec_services`` are those in whose containers ECS Exec runs commands; ``written`` has the
    volumes that outlive tasks, each with the owners of those that write to one directory of it, and
    its place; ``exclusive`` has the owners of the tasks that hold a lock, with its volume.
    """
    services = app.project.services
    counts = {owner: launch.task_count for owner, launch in launches.items()}
    writers = find_writers(tasks, services, counts, written, locking=exclusive.keys())
    found = {}
    for owner, task in tasks.items():
        _report(task, services, findings)
        spot = findings.at("services", owner)
        found[owner] = _deployment(
            task,
            services[owner],
            launches[owner],
            spot,
            writers=writers,
            execs=not exec_services.isdisjoint(task.services),
        )
        if owner in exclusive:
            volume, percents = exclusive[owner], found[owner].percents
            report_exclusive(volume, percents, launches[owner].task_count, spot)
    _report_read_only(services, exec_services, findings)
    report_restarts(tasks, services, findings)
    writers.report_shared(services, findings)
    writers.report_alone(services, findings)
    return Frozen(found)


def _report(task: Task, services: Mapping[str, Service], findings: Findings) -> None:
    """Say which settings of the deployment of a task are left out."""
    for name in task.services:
        if name != task.owner:
            spot = findings.at("services", name, "deploy")
            _report_shared(task.owner, services[name].deploy or NO_DEPLOY, spot)


def _report_read_only(
    services: Mapping[str, Service], exec_services: Iterable[str], findings: Findings
) -> None:
    """Report containers in which ECS Exec cannot run commands."""
    for name in sorted(exec_services):
        if services[name].read_only:
            findings.at("services", name, "read_only").error(
                "exec-read-only",
                "ECS Exec writes to the container's file system; leave read_only or x-aws-exec out",
            )


def _report_shared(owner: str, deploy: Deploy, spot: Spot) -> None:
    """Say which settings of a service are left out because it shares the task of another."""
    written = {
        "labels": deploy.labels,
        "mode": deploy.mode == "global",
        "update_config": deploy.update_config,
    }
    for key, found in written.items():
        if found:
            (spot / key).warn(
                "deploy-shared",
                f"this service runs in the task of {owner!r}, whose deployment this cannot "
                "change; it is left out",
            )


def _deployment(
    task: Task, service: Service, launch: Launch, spot: Spot, *, writers: Writers, execs: bool
) -> Deployment:
    """Decide how a task is deployed whose owner is this service."""
    deploy = service.deploy or NO_DEPLOY
    stop_first = task.owner in writers.stop_first
    percents = update_percents(service, launch, spot, stop_first=stop_first)
    if stop_first and task.owner in writers.writing - writers.locking:
        report_writers(percents, launch.task_count, spot)
    config = deploy.update_config or NO_UPDATE_CONFIG
    return Deployment(
        percents=percents,
        stop_first=(stop_first or config.order == "stop-first") and not percents.overlaps,
        breaker=_breaker(config),
        # Moving a task to another zone starts the new one first.
        rebalancing=None if launch.task_count.daemon else percents.overlaps,
        exec=execs,
        tags=Frozen(service_tags(deploy.labels, spot / "deploy" / "labels")),
    )


def _breaker(config: UpdateConfig) -> CircuitBreaker | None:
    """Decide when a deployment counts as failed, and what happens then."""
    if config.failure_action == "continue":
        return None
    return CircuitBreaker(MOST_FAILURES, rollback=config.failure_action in {"", "rollback"})
