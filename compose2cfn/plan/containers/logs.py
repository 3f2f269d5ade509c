"""Decide where the output of each container goes."""

from collections.abc import Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Compute
from compose2cfn.plan.containers.helpers import LOG_ROUTER, HelperContainer
from compose2cfn.plan.containers.log_drivers import (
    FIRELENS,
    LogConfiguration,
    choose_log_driver,
    to_stack,
)
from compose2cfn.plan.containers.log_group import StackLogGroup, choose_log_group
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.names import Names


class LogRouter(Record):
    """A container of a task that forwards the output of others, and where its own output goes."""

    container: HelperContainer
    software: str
    """What it runs, as FireLens calls it."""
    log: LogConfiguration


class Logs(Record):
    """Where the output of all containers goes."""

    services: Mapping[str, LogConfiguration]
    """For each service, except those whose output goes nowhere."""
    routers: Mapping[str, LogRouter]
    """For each task that needs one, by its owner."""
    group: StackLogGroup | None
    """The log group of the stack; None if nothing goes there."""
    exec_sessions: bool
    """Whether what is done with ECS Exec goes there: a cluster that is given has rules of its own.
    """

    def of_helper(self, container: str, task: Task) -> LogConfiguration | None:
        """Say where the output of a helper container goes: where that of its task's services does.

        What FireLens routes goes to the log group of the stack, as the router is not there yet.
        """
        logs = [self.services[name] for name in task.services if name in self.services]
        if not logs:
            return None
        if task.owner in self.routers or any(log.in_stack for log in logs):
            return to_stack(container)
        return logs[0].beside(container)


def routed_tasks(services: Mapping[str, Service], tasks: Tasks) -> frozenset[str]:
    """Find the tasks whose output FireLens routes, by owner: each has a container for that."""
    return frozenset(
        tasks.owner(name)
        for name, service in services.items()
        if service.logging and service.logging.driver == FIRELENS
    )


def direct_logs(app: App, tasks: Tasks, compute: Compute, findings: Findings) -> Logs:
    """Decide where the output of each service goes, and what is needed to get it there."""
    sessions = compute.cluster.own and bool(compute.exec_services)
    services: dict[str, LogConfiguration] = {}
    for name, service in app.project.services.items():
        spot = findings.at("services", name, "logging")
        if log := choose_log_driver(name, service, spot):
            services[name] = log
    routed = routed_tasks(app.project.services, tasks)
    routers = {owner: _router(tasks[owner], findings) for owner in sorted(routed)}
    used = sessions or bool(routers) or any(log.in_stack for log in services.values())
    group = choose_log_group(app.project, findings) if used else None
    return Logs(
        services=Frozen(services), routers=Frozen(routers), group=group, exec_sessions=sessions
    )


def _router(task: Task, findings: Findings) -> LogRouter:
    """Choose what forwards the output of a task, and keep its name from others."""
    findings.at("services", task.owner, "logging").ask(LOG_ROUTER.image)
    whose = "the container that routes the logs of a task"
    Names.report_taken(LOG_ROUTER.name, whose, task.services, findings)
    return LogRouter(container=LOG_ROUTER, software="fluentbit", log=to_stack(task.owner))
