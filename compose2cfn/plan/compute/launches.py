"""Decide how the tasks of each service are launched: on Fargate or EC2 instances, and how many."""

from collections.abc import Mapping

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.plan.compute.capacity import SharedInstances
from compose2cfn.plan.compute.clusters import Cluster
from compose2cfn.plan.compute.counts import TaskCount
from compose2cfn.plan.compute.instance_settings import (
    InstanceAttribute,
    InstanceGroup,
    ManagedInstances,
)
from compose2cfn.plan.compute.platforms import LINUX_ON_ARM, Platform
from compose2cfn.plan.compute.requests import HELPER_MEMORY
from compose2cfn.plan.compute.requirements import TaskRequirements
from compose2cfn.plan.compute.strategies import (
    FARGATE,
    FARGATE_SPOT,
    ProviderStrategy,
    StrategyItem,
)
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import CLUSTER_CAPACITY
from compose2cfn.plan.terms.values import ref


class Launch(Record):
    """How the tasks of one service are launched.

    Without a ``strategy`` of capacity providers, the launch type decides.
    """

    fargate: bool
    platform: Platform
    task_count: TaskCount
    managed: bool = False
    """Whether AWS manages the instances: they are ECS Managed Instances."""
    strategy: tuple[StrategyItem, ...] = ()
    group: InstanceGroup | None = None
    """The EC2 instances of the stack that it runs on; None if AWS or others start them."""
    constraint: InstanceAttribute | None = None
    """What the EC2 instances must have on which tasks are placed."""
    requires: tuple[str, ...] = ()
    """The logical ids of what is created before the service, and deleted after it."""

    @property
    def launch_type(self) -> str:
        """Name the launch type."""
        return "FARGATE" if self.fargate else "EC2"

    @property
    def compatibility(self) -> str:
        """Say what the task definition is written for."""
        return "MANAGED_INSTANCES" if self.managed else self.launch_type

    @property
    def helper_memory(self) -> int:
        """MiB to reserve for a container that does not say; Fargate needs none."""
        return 0 if self.fargate else HELPER_MEMORY


def instance_owners(
    tasks: Tasks, requirements: Mapping[str, TaskRequirements]
) -> Mapping[str, str]:
    """Name, for each task that runs on EC2 instances of this stack, the owner of these."""
    found: dict[str, str] = {}
    for owner, asked in requirements.items():
        match asked.capacity:
            case SharedInstances(service):
                other = requirements[tasks.owner(service)]
                if other.own_instances:
                    found[owner] = other.owner
                    _check_system(asked)
                    _check_processor(asked, other)
                else:
                    _report_unshared(service, asked.places.capacity)
            case _ if asked.own_instances:
                found[owner] = owner
                _check_system(asked)
            case ProviderStrategy(fargate=True) if asked.resources.gpus:
                asked.places.capacity_or(asked.places.gpus).error(
                    "fargate-gpu",
                    "Fargate has no GPUs; leave x-aws-capacity out, or write x-aws-capacity: EC2",
                )
    return found


def _report_unshared(service: str, spot: Spot) -> None:
    spot.error(
        "capacity-shared",
        f"{service!r} has no EC2 instances to share; give it some with x-aws-capacity: EC2",
    )


def _check_processor(asked: TaskRequirements, other: TaskRequirements) -> None:
    if asked.platform.processor and asked.platform.arm != other.arm_instances:
        asked.places.platform.error(
            "machine-processor",
            f"the EC2 instances of {other.owner!r} have a different processor from this platform; "
            "change one of them, or write x-aws-capacity: EC2 for instances of its own",
        )


def _check_system(asked: TaskRequirements) -> None:
    if asked.platform.windows:
        asked.places.capacity_or(asked.places.platform).error(
            "machine-windows",
            "EC2 instances with Windows are not supported; leave the task to Fargate, or name a "
            "capacity provider",
        )


class Launching(Record):
    """What launches depend on."""

    cluster: Cluster
    instance_groups: Mapping[str, InstanceGroup]
    """The EC2 instances of this stack, by their owners."""
    managed_instances: Mapping[str, ManagedInstances]
    """Those that AWS manages, likewise."""
    findings: Findings

    def launch(self, asked: TaskRequirements, instance_owner: str | None) -> Launch:
        """Decide how the tasks of one service are launched."""
        if instance_owner is not None and instance_owner in self.managed_instances:
            return self._on_managed_instances(asked, self.managed_instances[instance_owner])
        if instance_owner is not None:
            return self._on_own_instances(asked, self.instance_groups[instance_owner])
        match asked.capacity:
            case ProviderStrategy(items, fargate=True):
                return self._on_fargate(asked, items)
            case ProviderStrategy(items):
                return self._on_providers(asked, items)
            case _ if asked.task_count.daemon and (self.instance_groups or not self.cluster.own):
                # On whatever instances the cluster has.
                return Launch(fargate=False, platform=asked.platform, task_count=asked.task_count)
        usual = StrategyItem(FARGATE)
        return self._on_fargate(asked, (usual,) if self.cluster.own else ())

    @staticmethod
    def _on_managed_instances(asked: TaskRequirements, instances: ManagedInstances) -> Launch:
        """Run tasks on Managed Instances, whose provider a cluster knows from its making.

        AWS asks for ARM64 in the task definition of what is to run on such a processor:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-runtimeplatform.html
        """
        unsaid = LINUX_ON_ARM if instances.arm else Platform()
        return Launch(
            fargate=False,
            managed=True,
            platform=asked.platform if asked.platform.processor else unsaid,
            task_count=asked.task_count,
            strategy=(StrategyItem(ref(instances.provider_id)),),
        )

    def _on_own_instances(self, asked: TaskRequirements, group: InstanceGroup) -> Launch:
        """Run tasks on EC2 instances of this stack.

        A cluster of its own knows them as a capacity provider, which a global service cannot use;
        in any other cluster they are found by an attribute.
        """
        if group.scaling and not asked.task_count.daemon:
            item = StrategyItem(ref(group.provider_id))
            return self._by_strategy(asked, (item,), fargate=False).but(group=group)
        return Launch(
            fargate=False,
            platform=asked.platform,
            task_count=asked.task_count,
            group=group,
            constraint=group.attribute,
            requires=(group.group_id,),
        )

    def _on_providers(self, asked: TaskRequirements, items: tuple[StrategyItem, ...]) -> Launch:
        """Run tasks on EC2 instances that the cluster has already."""
        if self.cluster.own:
            asked.places.capacity.error(
                "capacity-foreign",
                "a capacity provider serves the cluster that its EC2 instances join; name that "
                "cluster with x-aws-cluster, or write x-aws-capacity: EC2",
            )
        if asked.task_count.daemon:
            mode = self.findings.at("services", asked.owner, "deploy", "mode")
            asked.places.capacity_or(mode).error(
                "daemon-provider",
                "a global service runs on every EC2 instance of the cluster, no matter what "
                "provides them; leave x-aws-capacity out",
            )
        return self._by_strategy(asked, items, fargate=False)

    def _on_fargate(self, asked: TaskRequirements, items: tuple[StrategyItem, ...]) -> Launch:
        """Run tasks on Fargate, which has no EC2 instances to run one task on each."""
        spot = self.findings.at("services", asked.owner)
        if asked.platform.windows and any(item.provider == FARGATE_SPOT for item in items):
            asked.places.capacity_or(asked.places.platform).error(
                "fargate-spot",
                "Fargate Spot cannot run Windows tasks; write x-aws-capacity: FARGATE",
            )
        if asked.task_count.daemon:
            (spot / "deploy" / "mode").warn(
                "daemon-fargate",
                "Fargate has no EC2 instances to run a task on each, so one task runs",
            )
            asked = asked.but(task_count=TaskCount())
        return self._by_strategy(asked, items, fargate=True)

    def _by_strategy(
        self, asked: TaskRequirements, items: tuple[StrategyItem, ...], *, fargate: bool
    ) -> Launch:
        """Let capacity providers run tasks; a cluster of this stack must have them first."""
        return Launch(
            fargate=fargate,
            platform=asked.platform,
            task_count=asked.task_count,
            strategy=items,
            requires=(CLUSTER_CAPACITY,) if items and self.cluster.own else (),
        )
