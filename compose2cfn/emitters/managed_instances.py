"""ECS Managed Instances: EC2 instances that AWS starts, patches and stops for tasks."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from troposphere import AWSObject
from troposphere.ec2 import SecurityGroup
from troposphere.ecs import CapacityProvider
from troposphere.iam import InstanceProfile, Role

from compose2cfn.plan.compute import ManagedInstances
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import Value, attribute, ref, sub
from compose2cfn.stack.items import Item, emitter
from compose2cfn.stack.objects import resource
from compose2cfn.stack.policies import allow, trust
from compose2cfn.stack.tags import tags

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
_INFRASTRUCTURE = "AmazonECSInfrastructureRolePolicyForManagedInstances"
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-instance-profile.html
_INSTANCE = "AmazonECSInstanceRolePolicyForManagedInstances"

_INFRASTRUCTURE_ROLE = "InfrastructureRole"
_ROLE = "InstanceRole"
_PROFILE = "InstanceProfile"
_SECURITY_GROUP = "InstanceSecurityGroup"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def managed_instances(plan: Plan) -> Iterator[Item]:
    """Let AWS start instances for the tasks that ask for GPUs or for instances of their own."""
    for owner, machines in sorted(plan.compute.managed_instances.items()):
        yield from _Provider(plan, owner, machines).items()


class _Provider(NamedTuple):
    """The capacity provider of one group of instances, and what it needs."""

    plan: Plan
    owner: str
    machines: ManagedInstances

    def items(self) -> Iterator[Item]:
        yield self._instance_role()
        yield self._made(InstanceProfile, self._id(_PROFILE), {"Roles": [ref(self._id(_ROLE))]})
        yield self._infrastructure_role()
        yield self._security_group()
        yield self._provider()

    def _id(self, suffix: str) -> str:
        return self.plan.names.service(self.owner, suffix)

    def _made(self, kind: type[AWSObject], id_: str, fields: Mapping[str, object]) -> Item:
        return resource(kind, id_, fields, ("services", self.owner))

    def _tags(self) -> list[Mapping[str, object]]:
        return tags(service=self.owner)

    def _instance_role(self) -> Item:
        """Let an instance join the cluster and serve its tasks, and nothing else."""
        fields = {
            "AssumeRolePolicyDocument": trust("ec2.amazonaws.com"),
            "ManagedPolicyArns": [_managed_policy(_INSTANCE)],
            "Tags": self._tags(),
        }
        return self._made(Role, self._id(_ROLE), fields)

    def _infrastructure_role(self) -> Item:
        """Let ECS start instances, and give them their role.

        The managed policy passes on only roles that are named ecsInstanceRole.
        """
        passing = allow(
            ["iam:PassRole"],
            attribute(self._id(_ROLE), "Arn"),
            {"StringLike": {"iam:PassedToService": "ec2.*"}},
        )
        fields = {
            "AssumeRolePolicyDocument": trust("ecs.amazonaws.com"),
            "ManagedPolicyArns": [_managed_policy(_INFRASTRUCTURE)],
            "Policies": [{"PolicyName": "instances", "PolicyDocument": passing}],
            "Tags": self._tags(),
        }
        return self._made(Role, self._id(_INFRASTRUCTURE_ROLE), fields)

    def _security_group(self) -> Item:
        fields = {
            "GroupDescription": f"Machines of the service {self.owner}",
            "VpcId": self.plan.network.vpc,
            "Tags": self._tags(),
        }
        return self._made(SecurityGroup, self._id(_SECURITY_GROUP), fields)

    def _provider(self) -> Item:
        template: dict[str, object] = {
            "Ec2InstanceProfileArn": attribute(self._id(_PROFILE), "Arn"),
            "InstanceRequirements": self._requirements(),
            "NetworkConfiguration": {
                "SecurityGroups": [attribute(self._id(_SECURITY_GROUP), "GroupId")],
                "Subnets": list(self.plan.network.subnets),
            },
        }
        if self.machines.disk is not None:
            template["StorageConfiguration"] = {"StorageSizeGiB": self.machines.disk}
        fields = {
            "Name": self.machines.provider_name,
            "ClusterName": self.plan.compute.cluster.name,
            "ManagedInstancesProvider": {
                "InfrastructureRoleArn": attribute(self._id(_INFRASTRUCTURE_ROLE), "Arn"),
                "InstanceLaunchTemplate": template,
                "PropagateTags": "CAPACITY_PROVIDER",
            },
            "Tags": self._tags(),
        }
        return self._made(CapacityProvider, self.machines.provider_id, fields)

    def _requirements(self) -> Mapping[str, object]:
        """Say what an instance must have, or which type it must be."""
        machines = self.machines
        needed: dict[str, object] = {
            "VCpuCount": {"Min": machines.vcpus},
            "MemoryMiB": {"Min": machines.memory},
        }
        if machines.gpus:
            needed["AcceleratorCount"] = {"Min": machines.gpus}
            needed["AcceleratorManufacturers"] = ["nvidia"]
            needed["AcceleratorTypes"] = ["gpu"]
        if machines.type is not None:
            return {**needed, "AllowedInstanceTypes": [machines.type]}
        if not machines.gpus:
            needed["AcceleratorCount"] = {"Max": 0}
        makers = ["amazon-web-services"] if machines.arm else ["amd", "intel"]
        return {**needed, "CpuManufacturers": makers}


def _managed_policy(name: str) -> Value:
    return sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{name}")
