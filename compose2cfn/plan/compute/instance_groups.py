"""Choose the EC2 instances that a stack starts for tasks that Fargate cannot run."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from compose2cfn.findings import Findings, Parameter, Spot
from compose2cfn.plan.compute.clusters import Cluster
from compose2cfn.plan.compute.instance_needs import (
    WAY_OUT,
    check_type,
    grouped,
    largest_need,
    report_none,
)
from compose2cfn.plan.compute.instance_settings import (
    GPU_DISK,
    IMAGE_DISK,
    InstanceAttribute,
    InstanceGroup,
    ManagedScaling,
    RootVolume,
)
from compose2cfn.plan.compute.instance_types import fitting
from compose2cfn.plan.compute.own_instances import OwnInstances, is_arm
from compose2cfn.plan.compute.requests import ResourceRequest
from compose2cfn.plan.compute.requirements import TaskRequirements
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, sub

_ATTRIBUTE = "compose.capacity"

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
_IMAGES = "/aws/service/ecs/optimized-ami/amazon-linux-2023{}/recommended/image_id"


_LAST = (
    "; before the service is removed or moved to Fargate, update once with scale: 0, since a "
    "cluster keeps a capacity provider as long as a task uses it"
)
"""How a service leaves: its cluster loses the provider before the service changes or is deleted.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
"""


def select_groups(
    requirements: Mapping[str, TaskRequirements],
    owners: Mapping[str, str],
    names: Names,
    findings: Findings,
    *,
    cluster: Cluster,
) -> Mapping[str, InstanceGroup]:
    """Choose the EC2 instances of this stack, by the owner of the task that each group belongs to.

    ``owners`` names that task for each one that runs on them.
    """
    return {
        owner: _Choice(tasks, names, findings.at("services", owner), cluster).group()
        for owner, tasks in grouped(requirements, owners).items()
    }


class _ChosenType(NamedTuple):
    """An instance type, as far as it is known."""

    value: Value
    words: str
    arm: bool = False


class _Choice:
    """The choice of the EC2 instances for tasks; they belong to the first of these."""

    def __init__(
        self, tasks: tuple[TaskRequirements, ...], names: Names, spot: Spot, cluster: Cluster
    ) -> None:
        self.tasks = tasks
        self.names = names
        self.spot = spot
        self.cluster = cluster

    @property
    def managed(self) -> bool:
        """Tell whether ECS starts and stops them: it does in a cluster that the stack creates."""
        return self.cluster.own

    @property
    def _owner(self) -> TaskRequirements:
        return self.tasks[0]

    @cached_property
    def _said(self) -> OwnInstances:
        return self._owner.own_instances or OwnInstances()

    @cached_property
    def _need(self) -> ResourceRequest:
        return largest_need(self.tasks)

    def group(self) -> InstanceGroup:
        """Choose them, and say which."""
        kind = self._type()
        minimum, maximum = self._bounds()
        if kind:
            self.spot.info(
                "capacity-machines",
                f"runs on EC2 instances that this stack starts: {_range(minimum, maximum)}, "
                f"{kind.words}; {WAY_OUT}{_LAST if self._scaled else ''}",
            )
        owner = self._owner.owner
        return InstanceGroup(
            group_id=self.names.service(owner, "AutoscalingGroup"),
            provider_id=self.names.service(owner, "CapacityProvider"),
            provider_name=self.cluster.provider_name(self.names.service(owner, "")),
            type=kind.value if kind else "",
            image=self._image(arm=self._owner.platform.arm or (kind is not None and kind.arm)),
            minimum=minimum,
            maximum=maximum,
            name=sub(f"${{AWS::StackName}}-{self.names.container(owner)}"),
            disk=RootVolume(size=self._said.disk or (GPU_DISK if self._need.gpus else IMAGE_DISK)),
            gpus=bool(self._need.gpus),
            security_modules=tuple(
                sorted({module for task in self.tasks for module in task.security_modules})
            ),
            image_given=self._said.image is not None,
            attribute=InstanceAttribute(
                name=_ATTRIBUTE, value=f"${{Stack}}-{self.names.container(owner)}"
            ),
            scaling=ManagedScaling() if self.managed else None,
        )

    def _type(self) -> _ChosenType | None:
        """Choose the type: the one that is written, else a parameter with the smallest."""
        match self._said.type:
            case str() as name:
                place = self._owner.places.type
                check_type(name, self._need, self._owner.platform, place)
                return _ChosenType(name, place.shown(name), is_arm(name))
            case None:
                return self._smallest()
            case given:
                return _ChosenType(given, "of the type that is given")

    def _smallest(self) -> _ChosenType | None:
        """Ask for a type that holds the tasks, with the smallest one as the default."""
        need = self._need
        found = fitting(need.cpu, need.reservation, need.gpus, arm=self._owner.platform.arm)
        if not found:
            report_none(need, self._owner.platform, self._owner.places)
            return None
        asked = Parameter(
            id=self.names.service(self._owner.owner, "InstanceType"),
            group="EC2 instances",
            description="Type of the EC2 instances of the tasks; the default is the smallest "
            "that fits",
            default=found[0].name,
            allowed_values=tuple(kind.name for kind in found),
        )
        return _ChosenType(self.spot.ask(asked), found[0].name, found[0].arm)

    def _image(self, *, arm: bool) -> Value:
        """Choose the image: the one that is given, else the newest of Amazon ECS."""
        if self._said.image is not None:
            return self._said.image
        if self._need.gpus and arm:
            self._owner.places.platform.error(
                "ami-unknown",
                "Amazon ECS has no image for ARM instances with GPUs; write one in "
                "node.ami or x-aws-capacity: {ami: ID}",
            )
        kind = "Arm64" if arm else ""
        if self._need.gpus:
            kind = "Gpu"
        return self.spot.ask(
            Parameter(
                id=f"Ecs{kind}Image",
                group="EC2 instances",
                type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
                description="Public parameter that names the image of the EC2 instances",
                default=_IMAGES.format(f"/{kind.lower()}" if kind else ""),
            )
        )

    def _bounds(self) -> tuple[int | Value, int | Value]:
        """Say how many EC2 instances there are at least and at most.

        Managed ones start from none, with room for an update that starts new tasks first. Of
        others there are as many as tasks, since nothing would start more later.
        """
        said, tasks = self._said, self._most_tasks()
        if not self._scaled:
            self._check_number()
            minimum = tasks if said.minimum is None else said.minimum
            return minimum, minimum
        minimum = 0 if said.minimum is None else said.minimum
        doubled = 2 * tasks if isinstance(tasks, int) else tasks
        maximum = doubled if said.maximum is None else said.maximum
        if isinstance(minimum, int) and isinstance(maximum, int):
            maximum = max(minimum, maximum)
        return minimum, maximum

    @property
    def _scaled(self) -> bool:
        """Tell whether ECS starts more when tasks wait for room: not for global services."""
        return self.managed and not all(task.task_count.daemon for task in self.tasks)

    def _check_number(self) -> None:
        """Report numbers that would keep tasks waiting for ever: nothing starts more instances."""
        said, spot = self._said, self._owner.places.capacity
        why = (
            "a global service runs on the EC2 instances that there are"
            if self.managed
            else "in an existing cluster, nothing starts EC2 instances for waiting tasks"
        )
        if said.minimum == 0 and self._wanted:
            (spot / "min").error(
                "machine-count",
                f"{why}, so no task would ever run; write how many there are, e.g. min: 1",
            )
        elif said.maximum not in (None, 0, said.minimum):
            (spot / "max").error(
                "machine-count",
                f"{why}, so there are never more than min; write how many there are in min, and "
                "leave max out",
            )

    @property
    def _wanted(self) -> bool:
        """Tell whether there may ever be a task to run."""
        return any(task.task_count.daemon or task.task_count.maximum != 0 for task in self.tasks)

    def _most_tasks(self) -> int | Value:
        """Return the largest number of tasks, if it is known; one for a global service."""
        known = 0
        for task in self.tasks:
            count = 1 if task.task_count.daemon else task.task_count.maximum
            if not isinstance(count, int):
                return count
            known += count
        return max(known, 1)


def _range(minimum: int | Value, maximum: int | Value) -> str:
    if minimum == maximum:
        return f"{minimum} of them" if isinstance(minimum, int) else "as many as a value says"
    if isinstance(minimum, int) and isinstance(maximum, int):
        return f"{minimum} to {maximum} of them"
    return "as many as values say"
