"""The container of each service, and what its task says of all of them."""

import re
from collections.abc import Iterator, Mapping
from math import ceil

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import ALL_GPUS, ResourceRequest, ends
from compose2cfn.plan.compute import Launch as Host
from compose2cfn.plan.containers.health import checked, health
from compose2cfn.plan.containers.isolation import namespaces
from compose2cfn.plan.containers.kernel import kernel
from compose2cfn.plan.make import Plan
from compose2cfn.plan.tasks import COMPLETED, Task
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import INIT
from compose2cfn.plan.terms.values import Value, ref, sub
from compose2cfn.stack.items import ContainerPart, Item, Param, TaskPart, emitter
from compose2cfn.stack.tags import pairs

_IMAGE = re.compile(r"\S{1,255}")
_CONDITIONS: Mapping[str, str] = {
    "service_started": "START",
    "service_healthy": "HEALTHY",
    COMPLETED: "SUCCESS",
}
_STOP = (2, 120)
"""Seconds that Fargate can give a container to stop."""


@emitter(
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.command",
    "services.*.cpu_period",
    "services.*.cpu_quota",
    "services.*.cpu_shares",
    "services.*.cpus",
    "services.*.depends_on.*.condition",
    "services.*.deploy.resources.limits.cpus",
    "services.*.deploy.resources.limits.memory",
    "services.*.deploy.resources.reservations.cpus",
    "services.*.deploy.resources.reservations.devices[].capabilities",
    "services.*.deploy.resources.reservations.devices[].count",
    "services.*.deploy.resources.reservations.devices[].device_ids",
    "services.*.deploy.resources.reservations.devices[].driver",
    "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.kind",
    "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.value",
    "services.*.deploy.resources.reservations.memory",
    "services.*.devices[].permissions",
    "services.*.devices[].source",
    "services.*.devices[].target",
    "services.*.entrypoint",
    "services.*.environment",
    "services.*.expose",
    "services.*.gpus[].capabilities",
    "services.*.gpus[].count",
    "services.*.gpus[].device_ids",
    "services.*.gpus[].driver",
    "services.*.healthcheck.disable",
    "services.*.healthcheck.interval",
    "services.*.healthcheck.retries",
    "services.*.healthcheck.start_period",
    "services.*.healthcheck.test",
    "services.*.healthcheck.timeout",
    "services.*.image",
    "services.*.init",
    "services.*.ipc",
    "services.*.labels",
    "services.*.mem_limit",
    "services.*.mem_reservation",
    "services.*.pid",
    "services.*.platform",
    "services.*.ports[].protocol",
    "services.*.ports[].target",
    "services.*.privileged",
    "services.*.read_only",
    "services.*.runtime",
    "services.*.security_opt",
    "services.*.shm_size",
    "services.*.stdin_open",
    "services.*.stop_grace_period",
    "services.*.sysctls",
    "services.*.tty",
    "services.*.ulimits.*.hard",
    "services.*.ulimits.*.soft",
    "services.*.user",
    "services.*.working_dir",
    "services.*.x-aws-ephemeral_storage",
)
def containers(plan: Plan) -> Iterator[Item]:
    """Run each service's image as a container of its task."""
    notes = Notes()
    for task in plan.tasks.values():
        host = plan.compute.tasks[task.owner]
        yield _task(plan, task, host, notes)
        _check_names(plan, task, notes)
        for name in task.services:
            yield from _container(plan, task, name, host, notes)
    yield from notes.findings.diagnostics


def _task(plan: Plan, task: Task, host: Host, notes: Notes) -> TaskPart:
    members = {name: plan.app.project.services[name] for name in task.services}
    fields: dict[str, object] = {
        "Family": sub(f"${{AWS::StackName}}-{plan.names.container(task.owner)}"),
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": [host.launch_type],
        "Tags": [{"Key": key, "Value": value} for key, value in pairs(service=task.owner).items()],
        **namespaces(members, host, notes),
    }
    if host.platform.system:
        fields["RuntimePlatform"] = {
            "OperatingSystemFamily": host.platform.system,
            "CpuArchitecture": host.platform.processor,
        }
    _check_kernel(members, notes)
    if disk := plan.compute.disks.get(task.owner):
        fields["EphemeralStorage"] = {"SizeInGiB": disk}
    return TaskPart(task.owner, fields, ("services", task.owner))


def _check_kernel(members: Mapping[str, Service], notes: Notes) -> None:
    """Report settings of the network that two containers of a task want differently."""
    seen: dict[str, str] = {}
    for member, service in members.items():
        for name, value in service.sysctls.items():
            if name.startswith("net.") and seen.setdefault(name, value) != value:
                notes.error(
                    "sysctl-conflict",
                    f"all containers of the task share its network, and another one wants "
                    f"{seen[name]}; write the same value",
                    ("services", member, "sysctls", name),
                )


def _check_names(plan: Plan, task: Task, notes: Notes) -> None:
    """Report names that containers or the family cannot have."""
    seen = {INIT: "the container that prepares a task"}
    for name in task.services:
        container = plan.names.container(name)
        if container in seen:
            notes.error(
                "container-name",
                f"its container would be named {container!r}, as is {seen[container]}; give it "
                "another name",
                ("services", name),
            )
        seen[container] = f"that of {name!r}"


def _container(plan: Plan, task: Task, name: str, host: Host, notes: Notes) -> Iterator[Item]:
    service = plan.app.project.services[name]
    path: Steps = ("services", name)
    image: Value = service.image
    if not image:
        parameter = _parameter(plan, name)
        yield Param(parameter, (*path, "build"))
        image = ref(parameter.id)
    _check_image(service, path, notes)
    fields: dict[str, object | None] = {
        "Image": image,
        "Essential": name not in task.jobs and (name == task.owner or not ends(service)),
        "Command": _words(service, "command", path, notes),
        "EntryPoint": _words(service, "entrypoint", path, notes),
        "DependsOn": _dependencies(plan, task, name, notes),
        "DockerLabels": dict(sorted(service.labels.items())),
        "Environment": _environment(service, path, notes),
        "HealthCheck": health(name, service, notes),
        "Interactive": service.stdin_open,
        "PortMappings": [
            {"ContainerPort": mapping.port, "Protocol": mapping.protocol}
            for mapping in plan.containers.port_mappings[name]
        ],
        "PseudoTerminal": service.tty,
        "ReadonlyRootFilesystem": service.read_only,
        "StopTimeout": _stop(service, host, path, notes),
        "User": service.user,
        "WorkingDirectory": service.working_dir,
        **_size(plan.compute.requests[name]),
        **kernel(name, service, host, notes),
    }
    if service.runtime not in {"", "nvidia", "runc"}:
        notes.warn(
            "runtime-unknown", "ECS has one runtime, and this is left out", (*path, "runtime")
        )
    kept = {key: value for key, value in fields.items() if value or key == "Essential"}
    yield ContainerPart(task.owner, plan.names.container(name), kept, path)


def _check_image(service: Service, path: Steps, notes: Notes) -> None:
    if service.image and not _IMAGE.fullmatch(service.image):
        notes.error(
            "image-name",
            "the name of an image has at most 255 letters and no spaces",
            (*path, "image"),
        )
    elif service.build and service.image and "/" not in service.image:
        notes.warn(
            "image-local",
            "ECS would look for this image on Docker Hub; write the registry that it is pushed to "
            "before its name",
            (*path, "image"),
        )


def _parameter(plan: Plan, name: str) -> Parameter:
    return Parameter(
        id=plan.names.service(name, "Image"),
        group="Images",
        description=f"Image of the service {name}, which is built from source",
        min_length=1,
    )


def _words(service: Service, key: str, path: Steps, notes: Notes) -> list[str] | None:
    words = service.command if key == "command" else service.entrypoint
    if words == ():
        notes.warn(
            "command-empty",
            f"ECS cannot take the {key} of an image away; the image's own runs",
            (*path, key),
        )
    return list(words) if words else None


def _environment(service: Service, path: Steps, notes: Notes) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    for name, value in sorted(service.environment.items()):
        if not name:
            notes.error("variable-name", "a variable needs a name", (*path, "environment"))
        elif value is None:
            notes.warn(
                "variable-unset",
                f"{name} is passed through, but it is not set here; it is left out",
                (*path, "environment", name),
            )
        else:
            found.append({"Name": name, "Value": value})
    return found


def _dependencies(plan: Plan, task: Task, name: str, notes: Notes) -> list[Mapping[str, str]]:
    """List what a container waits for within its task."""
    services = plan.app.project.services
    found: list[Mapping[str, str]] = []
    for other, dependency in sorted(services[name].depends_on.items()):
        path: Steps = ("services", name, "depends_on", other, "condition")
        if other not in services:
            continue
        if dependency.condition == COMPLETED and other not in plan.tasks.of(other).jobs:
            notes.error(
                "dependency-completed",
                f"others need {other!r} running, so it never completes; let them all wait for its "
                "completion, or this one for its start",
                path,
            )
        if dependency.condition == "service_healthy" and not checked(services[other]):
            within = other in task.services
            (notes.error if within else notes.warn)(
                "dependency-health",
                f"{other!r} has no healthcheck that ECS can see (it does not see the image's "
                "own); write one" + ("" if within else ", or only its start is waited for"),
                path,
            )
        if other in task.services:
            found.append(
                {
                    "ContainerName": plan.names.container(other),
                    "Condition": _CONDITIONS[dependency.condition],
                }
            )
    return found


def _stop(service: Service, host: Host, path: Steps, notes: Notes) -> int | None:
    """Give the seconds a container has to stop; ECS gives 30 where the file says nothing."""
    if service.stop_grace_period is None:
        return None
    seconds = ceil(service.stop_grace_period.seconds)
    most = _STOP[1] if host.fargate else seconds
    clamped = max(min(seconds, most), _STOP[0])
    if clamped != service.stop_grace_period.seconds:
        notes.warn(
            "stop-range",
            f"ECS takes whole seconds from {_STOP[0]} to {_STOP[1]}; {service.stop_grace_period} "
            f"becomes {clamped}s",
            (*path, "stop_grace_period"),
        )
    return clamped


def _size(asked: ResourceRequest) -> Mapping[str, object]:
    gpus = "ALL" if asked.gpus == ALL_GPUS else str(asked.gpus)
    return {
        "Cpu": asked.cpu,
        "Memory": asked.memory,
        "MemoryReservation": asked.reservation,
        "ResourceRequirements": [{"Type": "GPU", "Value": gpus}] if asked.gpus else [],
    }
