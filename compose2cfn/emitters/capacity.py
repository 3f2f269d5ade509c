"""EC2 instances for tasks that Fargate cannot run."""

from collections.abc import Iterator, Mapping
from json import dumps

from troposphere.ec2 import LaunchTemplate
from troposphere.ecs import CapacityProvider

from compose2cfn.plan.compute import InstanceGroup, ManagedScaling
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import STACK_UUID, Value, attribute, ref, sub
from compose2cfn.stack.instances import InstanceAccess
from compose2cfn.stack.items import Item, emitter

_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"

_LAUNCH_TEMPLATE = "LaunchTemplate"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def capacity(plan: Plan) -> Iterator[Item]:
    """Start EC2 instances for the tasks that ask for GPUs or for instances of their own."""
    for owner, group in sorted(plan.compute.instance_groups.items()):
        yield from _Group(plan, InstanceAccess(plan, owner), group).items()


class _Group:
    """The resources of one group of EC2 instances."""

    def __init__(self, plan: Plan, access: InstanceAccess, group: InstanceGroup) -> None:
        self.plan = plan
        self.access = access
        self.group = group

    def items(self) -> Iterator[Item]:
        yield from self.access.items(_POLICY)
        yield self._template()
        yield self._group()
        if self.group.scaling:
            yield self._provider(self.group.scaling)

    def _template(self) -> Item:
        disk, metadata = self.group.disk, self.group.metadata
        root = {
            "DeviceName": disk.device,
            "Ebs": {
                "DeleteOnTermination": disk.deleted,
                "Encrypted": disk.encrypted,
                "VolumeSize": disk.size,
                "VolumeType": disk.type,
            },
        }
        named = [{"Key": "Name", "Value": self.group.name}, *self.access.tags]
        data = {
            "BlockDeviceMappings": [root],
            "IamInstanceProfile": {"Arn": self.access.profile},
            "ImageId": self.group.image,
            "InstanceType": self.group.type,
            "MetadataOptions": {
                "HttpPutResponseHopLimit": metadata.hop_limit,
                "HttpTokens": metadata.tokens,
            },
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
        """Tell the ECS agent which cluster to join, and how tasks find the instance there."""
        text = "".join(f"{line}\n" for line in self._agent_settings())
        match self.plan.compute.cluster.name:
            case str() as name:
                return sub(text.replace("${Cluster}", name), Stack=STACK_UUID)
            case {"Ref": str() as id_}:
                return sub(text.replace("${Cluster}", f"${{{id_}}}"), Stack=STACK_UUID)
            case given:
                return sub(text, Cluster=given, Stack=STACK_UUID)

    def _agent_settings(self) -> Iterator[str]:
        """Write the shell that configures the ECS agent."""
        mark = self.group.attribute
        yield "#!/bin/bash"
        yield "cat >> /etc/ecs/ecs.config <<'CONFIG'"
        yield "ECS_CLUSTER=${Cluster}"
        if self.group.metadata.hidden_from_tasks:
            yield "ECS_AWSVPC_BLOCK_IMDS=true"
        yield f"ECS_INSTANCE_ATTRIBUTES={dumps({mark.name: mark.value})}"
        if self.group.gpus:
            yield "ECS_ENABLE_GPU_SUPPORT=true"
        for module in self.group.security_modules:
            yield f"ECS_{module}_CAPABLE=true"
        yield "CONFIG"

    def _group(self) -> Item:
        from troposphere.autoscaling import AutoScalingGroup  # noqa: PLC0415 - few stacks have one

        template = self.access.id(_LAUNCH_TEMPLATE)
        marked: list[Mapping[str, object]] = [
            {**tag, "PropagateAtLaunch": False} for tag in self.access.tags
        ]
        if self.group.scaling:
            # ECS puts this tag on the groups that it scales; CloudFormation would remove it.
            marked.append({"Key": "AmazonECSManaged", "Value": "", "PropagateAtLaunch": True})
        return self.access.made(
            AutoScalingGroup,
            self.group.group_id,
            {
                "LaunchTemplate": {
                    "LaunchTemplateId": ref(template),
                    "Version": attribute(template, "LatestVersionNumber"),
                },
                "MinSize": _text(self.group.minimum),
                "MaxSize": _text(self.group.maximum),
                "Tags": marked,
                "VPCZoneIdentifier": list(self.plan.network.subnets),
            },
        )

    def _provider(self, scaling: ManagedScaling) -> Item:
        return self.access.made(
            CapacityProvider,
            self.group.provider_id,
            {
                "Name": self.group.provider_name,
                "AutoScalingGroupProvider": {
                    "AutoScalingGroupArn": ref(self.group.group_id),
                    "ManagedDraining": _switch(on=scaling.draining),
                    "ManagedScaling": {
                        "Status": _switch(on=True),
                        "TargetCapacity": scaling.target_capacity,
                    },
                    "ManagedTerminationProtection": _switch(on=scaling.termination_protection),
                },
                "Tags": self.access.tags,
            },
        )


def _switch(*, on: bool) -> str:
    return "ENABLED" if on else "DISABLED"


def _text(number: int | Value) -> Value:
    return str(number) if isinstance(number, int) else number
