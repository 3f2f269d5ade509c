"""Choose the ECS Managed Instances that run what Fargate cannot.

AWS starts, patches and stops them. Their capacity provider belongs to one cluster and needs no
association with it, so that it can leave a cluster in the update that takes its service away.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ManagedInstances.html
"""

from collections.abc import Mapping
from math import ceil

from compose2cfn.diagnostics import many
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.plan.compute.clusters import Cluster
from compose2cfn.plan.compute.fargate import quantities
from compose2cfn.plan.compute.instance_needs import (
    WAY_OUT,
    check_type,
    grouped,
    largest_need,
    report_none,
)
from compose2cfn.plan.compute.instance_settings import GPU_DISK, ManagedInstances
from compose2cfn.plan.compute.instance_types import fitting
from compose2cfn.plan.compute.own_instances import OwnInstances
from compose2cfn.plan.compute.platforms import Platform
from compose2cfn.plan.compute.requests import ResourceRequest
from compose2cfn.plan.compute.requirements import TaskRequirements
from compose2cfn.plan.terms.names import Names


def managed_owners(
    requirements: Mapping[str, TaskRequirements], owners: Mapping[str, str], cluster: Cluster
) -> frozenset[str]:
    """List the owners of instances that can be Managed Instances.

    ``owners`` names the owner of the instances for each task that runs on some. A global service
    needs one task on each instance of a cluster, which Managed Instances cannot do.
    """
    if cluster.own and any(task.task_count.daemon for task in requirements.values()):
        return frozenset()
    return frozenset(
        owner
        for owner, tasks in grouped(requirements, owners).items()
        if all(map(_managed, tasks)) and not _says_more(tasks[0].own_instances)
    )


def _managed(task: TaskRequirements) -> bool:
    """Tell whether a task can run on them; a global service needs existing instances."""
    windows, arm_gpus = task.platform.windows, task.platform.arm and task.resources.gpus
    return task.managed and not (task.task_count.daemon or windows or arm_gpus)


def _says_more(said: OwnInstances | None) -> bool:
    """Tell whether an image or numbers are written, which AWS chooses for Managed Instances."""
    return said is not None and (said.image, said.minimum, said.maximum) != (None, None, None)


def select_instances(
    requirements: Mapping[str, TaskRequirements],
    owners: Mapping[str, str],
    names: Names,
    findings: Findings,
    *,
    cluster: Cluster,
) -> Mapping[str, ManagedInstances]:
    """Choose the Managed Instances of this stack, by the owner of the task they belong to."""
    return {
        owner: _Selection(
            tasks=tasks, names=names, cluster=cluster, spot=findings.at("services", owner)
        ).instances()
        for owner, tasks in grouped(requirements, owners).items()
    }


class _Selection(Record):
    """The selection for the tasks of one group."""

    tasks: tuple[TaskRequirements, ...]
    names: Names
    cluster: Cluster
    spot: Spot

    def instances(self) -> ManagedInstances:
        """Say what the instances must have, and report that there are some."""
        owner, need = self.tasks[0], largest_need(self.tasks)
        said = owner.own_instances or OwnInstances()
        if isinstance(said.type, str):
            check_type(said.type, need, owner.platform, owner.places.type)
        elif not fitting(need.cpu, need.reservation, need.gpus, arm=owner.platform.arm):
            report_none(need, owner.platform, owner.places)
        self._tell(need, said)
        return ManagedInstances(
            provider_id=self.names.service(owner.owner, "CapacityProvider"),
            # Not the name of one with an Auto Scaling group, which may take the place of this one.
            provider_name=self.cluster.provider_name(self.names.service(owner.owner, "-managed")),
            vcpus=max(ceil(need.cpu / 1024), 1),
            memory=_with_system(need.reservation),
            gpus=need.gpus,
            most_gpus=None if need.gpus or said.type is not None else 0,
            processors=() if said.type is not None else _makers(owner.platform),
            type=said.type,
            arm=owner.arm_instances,
            disk=said.disk or (GPU_DISK if need.gpus else None),
        )

    def _tell(self, need: ResourceRequest, said: OwnInstances) -> None:
        size = "of the type that is given"
        if said.type is None:
            size = f"with {quantities(need.cpu, _with_system(need.reservation))} at least"
            size += f" and {many(need.gpus, 'GPU')}" if need.gpus else ""
        back = (
            ""
            if self.cluster.own
            else "; to move it to Fargate later, write x-aws-capacity: FARGATE, since ECS cannot "
            "move a service from a capacity provider to a launch type"
        )
        self.spot.info(
            "capacity-machines",
            f"runs on ECS Managed Instances {size}; {WAY_OUT}{back}",
        )


def _makers(platform: Platform) -> tuple[str, ...]:
    """Name the makers of the processors that a platform needs, as EC2 calls them."""
    return ("amazon-web-services",) if platform.arm else ("amd", "intel")


def _with_system(memory: int) -> int:
    """Add what the system and the ECS agent need to the memory of tasks."""
    return ceil(memory * 8 / 7)
