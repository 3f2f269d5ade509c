"""Decide what the containers of a task share."""

from collections.abc import Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch
from compose2cfn.plan.containers.definitions import ContainerDefinition
from compose2cfn.plan.containers.isolation import share_memory, share_processes
from compose2cfn.plan.containers.kernel import report_sysctls
from compose2cfn.plan.tasks import Task
from compose2cfn.plan.terms.names import INIT, Names, refuse_container
from compose2cfn.plan.terms.values import Value, sub


class TaskSettings(Record):
    """What a task definition says about all its containers."""

    family: Value
    """The name that all versions of the task definition have."""
    ipc_mode: str
    """Whose memory segments the containers share: ``launch``, ``task``, or empty: each its own."""
    pid_mode: str
    """Whose processes they see, in the same words."""
    health_checked: bool
    """Whether ECS checks the health of the task: that of a container with which it ends."""


def set_up_task(
    task: Task,
    services: Mapping[str, Service],
    definitions: Mapping[str, ContainerDefinition],
    launch: Launch,
    *,
    findings: Findings,
) -> TaskSettings:
    """Decide what the containers of a task share, which have these definitions."""
    members = {name: services[name] for name in task.services}
    containers = [definitions[name] for name in task.services]
    report_sysctls(members, findings)
    _report_names(task, findings)
    return TaskSettings(
        family=sub(f"${{AWS::StackName}}-{Names.container(task.owner)}"),
        ipc_mode=share_memory(members, launch, findings),
        pid_mode=share_processes(members, launch, findings),
        health_checked=any(one.essential and one.health_check for one in containers),
    )


def _report_names(task: Task, findings: Findings) -> None:
    """Report services whose containers would have the name of another container."""
    seen = {INIT: "the container that prepares a task"}
    for name in task.services:
        container = Names.container(name)
        if container in seen:
            refuse_container(container, seen[container], findings.at("services", name))
        seen[container] = f"that of {name!r}"
