"""EC2 instances for tasks that Fargate cannot run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps

from troposphere import AWSObject
from troposphere.autoscaling import AutoScalingGroup
from troposphere.ec2 import LaunchTemplate, SecurityGroup
from troposphere.ecs import CapacityProvider
from troposphere.iam import InstanceProfile, Role

from compose2cfn.plan.compute import MachineGroup
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import STACK_UUID, Value, attribute, ref, sub
from compose2cfn.stack.items import Item, emitter
from compose2cfn.stack.objects import resource
from compose2cfn.stack.policies import trust
from compose2cfn.stack.tags import tags

_ROOT_DEVICE = "/dev/xvda"
"""The first disk of Amazon Linux."""
_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"

_ROLE = "InstanceRole"
_PROFILE = "InstanceProfile"
_SECURITY_GROUP = "InstanceSecurityGroup"
_LAUNCH_TEMPLATE = "LaunchTemplate"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def capacity(plan: Plan) -> Iterator[Item]:
    """Start EC2 instances for the tasks that ask for GPUs or for instances of their own."""
    for owner, machines in sorted(plan.compute.machines.items()):
        yield from _Group(plan, owner, machines).items()


@dataclass(frozen=True, slots=True)
class _Group:
    """The resources of one group of EC2 instances."""

    plan: Plan
    owner: str
    machines: MachineGroup

    def items(self) -> Iterator[Item]:
        yield self._role()
        yield self._made(InstanceProfile, self._id(_PROFILE), {"Roles": [ref(self._id(_ROLE))]})
        yield self._security_group()
        yield self._template()
        yield self._group()
        if self.machines.managed:
            yield self._provider()

    def _id(self, suffix: str) -> str:
        return self.plan.names.service(self.owner, suffix)

    def _made(self, kind: type[AWSObject], id_: str, fields: Mapping[str, object]) -> Item:
        return resource(kind, id_, fields, ("services", self.owner))

    def _tags(self) -> list[Mapping[str, object]]:
        return tags(service=self.owner)

    def _role(self) -> Item:
        """Let an EC2 instance join the cluster and serve its tasks, and nothing else."""
        return self._made(
            Role,
            self._id(_ROLE),
            {
                "AssumeRolePolicyDocument": trust("ec2.amazonaws.com"),
                "ManagedPolicyArns": [sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{_POLICY}")],
                "Tags": self._tags(),
            },
        )

    def _security_group(self) -> Item:
        return self._made(
            SecurityGroup,
            self._id(_SECURITY_GROUP),
            {
                "GroupDescription": f"Machines of the service {self.owner}",
                "VpcId": self.plan.network.vpc,
                "Tags": self._tags(),
            },
        )

    def _template(self) -> Item:
        disk = {
            "DeviceName": _ROOT_DEVICE,
            "Ebs": {
                "DeleteOnTermination": True,
                "Encrypted": True,
                "VolumeSize": self.machines.disk,
                "VolumeType": "gp3",
            },
        }
        name = sub(f"${{AWS::StackName}}-{self.plan.names.container(self.owner)}")
        named = [{"Key": "Name", "Value": name}, *self._tags()]
        data = {
            "BlockDeviceMappings": [disk],
            "IamInstanceProfile": {"Arn": attribute(self._id(_PROFILE), "Arn")},
            "ImageId": self.machines.image,
            "InstanceType": self.machines.type,
            "MetadataOptions": {"HttpPutResponseHopLimit": 1, "HttpTokens": "required"},
            "SecurityGroupIds": [attribute(self._id(_SECURITY_GROUP), "GroupId")],
            "TagSpecifications": [
                {"ResourceType": kind, "Tags": named} for kind in ("instance", "volume")
            ],
            "UserData": {"Fn::Base64": self._user_data()},
        }
        return self._made(LaunchTemplate, self._id(_LAUNCH_TEMPLATE), {"LaunchTemplateData": data})

    def _user_data(self) -> Value:
        """Tell the ECS agent of an EC2 instance which cluster to join, and how it is found there.

        Tasks have their own network interfaces and roles, and cannot use those of the instance.
        """
        mark = self.machines.attribute
        lines = (
            "#!/bin/bash",
            "cat >> /etc/ecs/ecs.config <<'CONFIG'",
            "ECS_CLUSTER=${Cluster}",
            "ECS_AWSVPC_BLOCK_IMDS=true",
            f"ECS_INSTANCE_ATTRIBUTES={dumps({mark.name: mark.value})}",
            *(("ECS_ENABLE_GPU_SUPPORT=true",) if self.machines.gpus else ()),
            "CONFIG",
        )
        text = "".join(f"{line}\n" for line in lines)
        match self.plan.compute.cluster.name:
            case str() as name:
                return sub(text.replace("${Cluster}", name), Stack=STACK_UUID)
            case {"Ref": str() as id_}:
                return sub(text.replace("${Cluster}", f"${{{id_}}}"), Stack=STACK_UUID)
            case given:
                return sub(text, Cluster=given, Stack=STACK_UUID)

    def _group(self) -> Item:
        template = self._id(_LAUNCH_TEMPLATE)
        marked: list[Mapping[str, object]] = [
            {**tag, "PropagateAtLaunch": False} for tag in self._tags()
        ]
        if self.machines.managed:
            # ECS puts this tag on the groups that it scales; CloudFormation would remove it.
            marked.append({"Key": "AmazonECSManaged", "Value": "", "PropagateAtLaunch": True})
        return self._made(
            AutoScalingGroup,
            self.machines.group_id,
            {
                "LaunchTemplate": {
                    "LaunchTemplateId": ref(template),
                    "Version": attribute(template, "LatestVersionNumber"),
                },
                "MinSize": _text(self.machines.minimum),
                "MaxSize": _text(self.machines.maximum),
                "Tags": marked,
                "VPCZoneIdentifier": list(self.plan.network.subnets),
            },
        )

    def _provider(self) -> Item:
        return self._made(
            CapacityProvider,
            self.machines.provider_id,
            {
                "Name": self.machines.provider_name,
                "AutoScalingGroupProvider": {
                    "AutoScalingGroupArn": ref(self.machines.group_id),
                    "ManagedDraining": "ENABLED",
                    "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 100},
                    "ManagedTerminationProtection": "DISABLED",
                },
                "Tags": self._tags(),
            },
        )


def _text(number: int | Value) -> Value:
    return str(number) if isinstance(number, int) else number
