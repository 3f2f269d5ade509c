"""ECS Managed Instances: EC2 instances that AWS starts, patches and stops for tasks."""

from collections.abc import Iterator, Mapping

from troposphere.ecs import CapacityProvider
from troposphere.iam import Role

from compose2cfn.plan.compute import ManagedInstances
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import attribute
from compose2cfn.stack.instances import InstanceAccess
from compose2cfn.stack.items import Item, emitter
from compose2cfn.stack.policies import allow, managed_policy, trust

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
_INFRASTRUCTURE = "AmazonECSInfrastructureRolePolicyForManagedInstances"
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-instance-profile.html
_INSTANCE = "AmazonECSInstanceRolePolicyForManagedInstances"

_INFRASTRUCTURE_ROLE = "InfrastructureRole"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def managed_instances(plan: Plan) -> Iterator[Item]:
    """Let AWS start instances for the tasks that ask for GPUs or for instances of their own."""
    for owner, instances in sorted(plan.compute.managed_instances.items()):
        yield from _Provider(plan, InstanceAccess(plan, owner), instances).items()


class _Provider:
    """The capacity provider of one group of instances, and what it needs."""

    def __init__(self, plan: Plan, access: InstanceAccess, instances: ManagedInstances) -> None:
        self.plan = plan
        self.access = access
        self.instances = instances

    def items(self) -> Iterator[Item]:
        yield from self.access.items(_INSTANCE)
        yield self._infrastructure_role()
        yield self._provider()

    def _infrastructure_role(self) -> Item:
        """Let ECS start instances, and give them their role.

        The managed policy passes on only roles that are named ecsInstanceRole.
        """
        passing = allow(
            ["iam:PassRole"],
            self.access.role,
            {"StringLike": {"iam:PassedToService": "ec2.*"}},
        )
        fields = {
            "AssumeRolePolicyDocument": trust("ecs.amazonaws.com"),
            "ManagedPolicyArns": [managed_policy(_INFRASTRUCTURE)],
            "Policies": [{"PolicyName": "instances", "PolicyDocument": passing}],
            "Tags": self.access.tags,
        }
        return self.access.made(Role, self.access.id(_INFRASTRUCTURE_ROLE), fields)

    def _provider(self) -> Item:
        template: dict[str, object] = {
            "Ec2InstanceProfileArn": self.access.profile,
            "InstanceRequirements": self._requirements(),
            "NetworkConfiguration": {
                "SecurityGroups": [self.access.security_group],
                "Subnets": list(self.plan.network.subnets),
            },
        }
        if self.instances.disk is not None:
            template["StorageConfiguration"] = {"StorageSizeGiB": self.instances.disk}
        fields = {
            "Name": self.instances.provider_name,
            "ClusterName": self.plan.compute.cluster.name,
            "ManagedInstancesProvider": {
                "InfrastructureRoleArn": attribute(self.access.id(_INFRASTRUCTURE_ROLE), "Arn"),
                "InstanceLaunchTemplate": template,
                "PropagateTags": "CAPACITY_PROVIDER",
            },
            "Tags": self.access.tags,
        }
        return self.access.made(CapacityProvider, self.instances.provider_id, fields)

    def _requirements(self) -> Mapping[str, object]:
        """Say what an instance must have, or which type it must be."""
        instances = self.instances
        needed: dict[str, object] = {
            "VCpuCount": {"Min": instances.vcpus},
            "MemoryMiB": {"Min": instances.memory},
        }
        if instances.gpus:
            needed["AcceleratorCount"] = {"Min": instances.gpus}
            needed["AcceleratorManufacturers"] = ["nvidia"]
            needed["AcceleratorTypes"] = ["gpu"]
        if instances.most_gpus is not None:
            needed["AcceleratorCount"] = {"Max": instances.most_gpus}
        if instances.type is not None:
            needed["AllowedInstanceTypes"] = [instances.type]
        if instances.processors:
            needed["CpuManufacturers"] = list(instances.processors)
        return needed
