"""What the services of one task together need from the place where it runs."""

from collections.abc import Iterable, Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.capacity import Capacities, Capacity
from compose2cfn.plan.compute.counts import TaskCount, task_count
from compose2cfn.plan.compute.own_instances import OwnInstances, is_arm
from compose2cfn.plan.compute.places import InstancePlaces
from compose2cfn.plan.compute.platforms import Platform, platform
from compose2cfn.plan.compute.requests import ALL_GPUS, ResourceRequest, task_request
from compose2cfn.plan.tasks import Task, Tasks

_OWN_MEMORY = frozenset({"", "none", "private", "shareable"})
"""Ways to say that a container does not share memory segments with others."""


class TaskRequirements(Record):
    """What the services of one task ask for together."""

    owner: str
    capacity: Capacity | None
    places: InstancePlaces
    """Where the file says so."""
    resources: ResourceRequest
    task_count: TaskCount
    platform: Platform
    managed: bool
    """Whether ECS Managed Instances support everything that its services say."""
    security_modules: tuple[str, ...]
    """The modules of Linux that its ``security_opt`` need, as the ECS agent calls them."""

    @property
    def own_instances(self) -> OwnInstances | None:
        """The settings of its EC2 instances if the stack starts some: it wants them, or GPUs."""
        if self.capacity is None and self.resources.gpus:
            return OwnInstances()
        return self.capacity if isinstance(self.capacity, OwnInstances) else None

    @property
    def arm_instances(self) -> bool:
        """Whether its own EC2 instances have ARM processors: it says so, or their type is such."""
        kind = self.own_instances.type if self.own_instances else None
        return self.platform.arm or (isinstance(kind, str) and is_arm(kind))


def task_requirements(
    app: App, tasks: Tasks, requests: Mapping[str, ResourceRequest], findings: Findings
) -> Mapping[str, TaskRequirements]:
    """Read what each task asks for, by its owner; ``requests`` are those of its services."""
    services = app.project.services
    capacities = Capacities(app.project, findings)
    for task in tasks.values():
        _check_gpus(InstancePlaces(task, capacities), requests)
    return {
        owner: TaskRequirements(
            owner=owner,
            capacity=_capacity(task, capacities, findings),
            places=InstancePlaces(task, capacities),
            resources=task_request(requests[name] for name in task.services),
            task_count=task_count(task, services, findings),
            platform=platform({name: services[name].platform for name in task.services}, findings),
            managed=all(_taken(services[name]) for name in task.services),
            security_modules=_modules(services[name] for name in task.services),
        )
        for owner, task in tasks.items()
    }


def _check_gpus(places: InstancePlaces, requests: Mapping[str, ResourceRequest]) -> None:
    """Report a container that wants all GPUs, beside another one that wants some too."""
    asked = {name: gpus for name in places.task.services if (gpus := requests[name].gpus)}
    greedy = next((name for name, gpus in asked.items() if gpus == ALL_GPUS), None)
    if greedy is not None and len(asked) > 1:
        (places.gpus_of(greedy) or places.gpus).error(
            "gpu-all",
            "a container cannot have all GPUs of an EC2 instance if another one has some too; "
            "say how many: count",
        )


def _taken(service: Service) -> bool:
    """Tell whether Managed Instances support everything that a service says.

    They run privileged containers, and give any capability of Linux.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-security.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-tasks-services.html
    """
    return not service.security_opt and not service.shm_size and service.ipc in _OWN_MEMORY


_MODULES: Mapping[str, str] = {"apparmor": "APPARMOR", "label": "SELINUX"}


def _modules(services: Iterable[Service]) -> tuple[str, ...]:
    """List the modules that security options need."""
    kinds = {
        option.replace("=", ":", 1).partition(":")[0]
        for service in services
        for option in service.security_opt
    }
    return tuple(sorted(_MODULES[kind] for kind in kinds & _MODULES.keys()))


def _capacity(task: Task, capacities: Capacities, findings: Findings) -> Capacity | None:
    """Read the one place where all services of a task run."""
    asked = {name: found for name in task.services if (found := capacities.of(name)) is not None}
    first = next(iter(asked.values()), None)
    for name, found in asked.items():
        if found != first:
            findings.at("services", name, "x-aws-capacity").error(
                "capacity-conflict",
                "services that share a task run in one place; write the same for all of them",
            )
    return first
