"""EC2 instances for tasks that Fargate cannot run."""

from collections.abc import Iterator, Mapping
from json import dumps
from typing import NamedTuple

from troposphere.autoscaling import AutoScalingGroup
from troposphere.ec2 import LaunchTemplate
from troposphere.ecs import CapacityProvider

from compose2cfn.plan.compute import MachineGroup
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import STACK_UUID, Value, attribute, ref, sub
from compose2cfn.stack.instances import InstanceAccess
from compose2cfn.stack.items import Item, emitter

_ROOT_DEVICE = "/dev/xvda"
"""The first disk of Amazon Linux."""
_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"

_LAUNCH_TEMPLATE = "LaunchTemplate"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def capacity(plan: Plan) -> Iterator[Item]:
    """Start EC2 instances for the tasks that ask for GPUs or for instances of their own."""
    for owner, machines in sorted(plan.compute.machines.items()):
        yield from _Group(plan, InstanceAccess(plan, owner), machines).items()


class _Group(NamedTuple):
    """The resources of one group of EC2 instances."""

    plan: Plan
    access: InstanceAccess
    machines: MachineGroup

    def items(self) -> Iterator[Item]:
        yield from self.access.items(_POLICY)
        yield self._template()
        yield self._group()
        if self.machines.managed:
            yield self._provider()

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
        name = sub(f"${{AWS::StackName}}-{self.plan.names.container(self.access.owner)}")
        named = [{"Key": "Name", "Value": name}, *self.access.tags]
        data = {
            "BlockDeviceMappings": [disk],
            "IamInstanceProfile": {"Arn": self.access.profile},
            "ImageId": self.machines.image,
            "InstanceType": self.machines.type,
            "MetadataOptions": {"HttpPutResponseHopLimit": 1, "HttpTokens": "required"},
            "SecurityGroupIds": [self.access.security_group],
            "TagSpecifications": [
                {"ResourceType": kind, "Tags": named} for kind in ("instance", "volume")
            ],
            "UserData": {"Fn::Base64": self._user_data()},
        }
        return self.access.made(
            LaunchTemplate, self.access.id(_LAUNCH_TEMPLATE), {"LaunchTemplateData": data}
        )

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
        template = self.access.id(_LAUNCH_TEMPLATE)
        marked: list[Mapping[str, object]] = [
            {**tag, "PropagateAtLaunch": False} for tag in self.access.tags
        ]
        if self.machines.managed:
            # ECS puts this tag on the groups that it scales; CloudFormation would remove it.
            marked.append({"Key": "AmazonECSManaged", "Value": "", "PropagateAtLaunch": True})
        return self.access.made(
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
        return self.access.made(
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
                "Tags": self.access.tags,
            },
        )


def _text(number: int | Value) -> Value:
    return str(number) if isinstance(number, int) else number
