"""How each container is configured, and what the containers of a task share."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen
from compose2cfn.plan.compute import Compute
from compose2cfn.plan.containers.definitions import (
    ContainerDefinition,
    Definitions,
    report_unchecked,
)
from compose2cfn.plan.containers.health import ContainerHealthCheck, report_checks
from compose2cfn.plan.containers.helpers import (
    INIT_CONTAINER,
    LOCK_CONTAINER,
    LOG_ROUTER,
    HelperContainer,
)
from compose2cfn.plan.containers.host_names import report_host_names
from compose2cfn.plan.containers.kernel import KernelSettings
from compose2cfn.plan.containers.log_drivers import LogConfiguration
from compose2cfn.plan.containers.log_group import StackLogGroup
from compose2cfn.plan.containers.logs import LogRouter, Logs, direct_logs, routed_tasks
from compose2cfn.plan.containers.memory_maps import report_memory_maps
from compose2cfn.plan.containers.settings import TaskSettings, set_up_task
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names

__all__ = [
    "INIT_CONTAINER",
    "LOCK_CONTAINER",
    "LOG_ROUTER",
    "ContainerDefinition",
    "ContainerHealthCheck",
    "Containers",
    "HelperContainer",
    "KernelSettings",
    "LogConfiguration",
    "LogRouter",
    "Logs",
    "StackLogGroup",
    "TaskSettings",
    "define_containers",
    "direct_logs",
    "routed_tasks",
]


class Containers(NamedTuple):
    """The configuration of the containers of all services."""

    definitions: Mapping[str, ContainerDefinition]
    """For each service."""
    tasks: Mapping[str, TaskSettings]
    """For each task, by its owner."""


def define_containers(
    app: App,
    names: Names,
    tasks: Tasks,
    *,
    compute: Compute,
    findings: Findings,
    moved: Mapping[str, Mapping[str, str]],
) -> Containers:
    """Decide how the container of each service is configured.

    ``moved`` says for each service which files are elsewhere, by the paths that it names them by.
    """
    services = app.project.services
    define = Definitions(
        app=app, names=names, tasks=tasks, compute=compute, findings=findings, moved=moved
    )
    definitions = {name: define.of_service(name) for name in services}
    report_checks(services, tasks, findings)
    report_unchecked(definitions, tasks, routed_tasks(services, tasks), findings)
    report_host_names(services, findings)
    on_fargate = (name for name in services if compute.tasks[tasks.of(name).owner].fargate)
    report_memory_maps(services, on_fargate, findings)
    settings = {
        owner: set_up_task(task, services, definitions, compute.tasks[owner], findings=findings)
        for owner, task in tasks.items()
    }
    return Containers(Frozen(definitions), Frozen(settings))
