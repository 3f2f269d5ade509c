"""EC2 machines for tasks that Fargate cannot run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troposphere import AWSObject
from troposphere.autoscaling import AutoScalingGroup
from troposphere.ec2 import LaunchTemplate, SecurityGroup
from troposphere.ecs import CapacityProvider
from troposphere.iam import InstanceProfile, Role

from compose2cfn.plan.compute.machines import ATTRIBUTE, PROVIDER, Machines
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import STACK_UUID, Value, attribute, ref, sub
from compose2cfn.stack.items import Item, Resource, emitter
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs

ROOT = "/dev/xvda"
"""The first disk of Amazon Linux."""

_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"

# Tasks have network interfaces and roles of their own, and no business with those of the machine.
_USER_DATA = """\
#!/bin/bash
cat >> /etc/ecs/ecs.config <<'CONFIG'
ECS_CLUSTER=${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_INSTANCE_ATTRIBUTES={"%s": "${Stack}-%s"}
"""
_USER_DATA_GPU = "ECS_ENABLE_GPU_SUPPORT=true\n"
_USER_DATA_END = "CONFIG\n"


@emitter("services.*.deploy.placement.constraints", "services.*.x-aws-capacity", "x-aws-capacity")
def capacity(plan: Plan) -> Iterator[Item]:
    """Start machines for the tasks that ask for GPUs or for machines of their own."""
    for keeper, machines in sorted(plan.compute.machines.items()):
        yield from _Group(plan, keeper, machines).items()


@dataclass(frozen=True, slots=True)
class _Group:
    """The resources of one group of machines."""

    plan: Plan
    keeper: str
    machines: Machines

    def items(self) -> Iterator[Item]:
        yield self._role()
        yield self._made(
            InstanceProfile, "InstanceProfile", {"Roles": [ref(self._id("InstanceRole"))]}
        )
        yield self._made(
            SecurityGroup,
            "InstanceSecurityGroup",
            {
                "GroupDescription": f"Machines of the service {self.keeper}",
                "VpcId": self.plan.network.vpc,
                "Tags": self._tags(),
            },
        )
        yield self._template()
        yield self._group()
        if self.machines.managed:
            yield self._provider()

    def _id(self, suffix: str) -> str:
        return self.plan.names.service(self.keeper, suffix)

    def _made(self, kind: type[AWSObject], suffix: str, fields: Mapping[str, object]) -> Resource:
        return Resource(build(kind, self._id(suffix), fields), ("services", self.keeper))

    def _tags(self) -> list[Mapping[str, object]]:
        return [{"Key": key, "Value": value} for key, value in pairs(service=self.keeper).items()]

    def _role(self) -> Resource:
        """Let a machine join the cluster and serve its tasks, and nothing else."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        return self._made(
            Role,
            "InstanceRole",
            {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                "ManagedPolicyArns": [sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{_POLICY}")],
                "Tags": self._tags(),
            },
        )

    def _template(self) -> Resource:
        disk = {
            "DeviceName": ROOT,
            "Ebs": {
                "DeleteOnTermination": True,
                "Encrypted": True,
                "VolumeSize": self.machines.disk,
                "VolumeType": "gp3",
            },
        }
        tags = [{"Key": "Name", "Value": self._name()}, *self._tags()]
        data = {
            "BlockDeviceMappings": [disk],
            "IamInstanceProfile": {"Arn": attribute(self._id("InstanceProfile"), "Arn")},
            "ImageId": self.machines.image,
            "InstanceType": self.machines.type,
            "MetadataOptions": {"HttpPutResponseHopLimit": 1, "HttpTokens": "required"},
            "SecurityGroupIds": [attribute(self._id("InstanceSecurityGroup"), "GroupId")],
            "TagSpecifications": [
                {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume")
            ],
            "UserData": {"Fn::Base64": self._user_data()},
        }
        return self._made(LaunchTemplate, "LaunchTemplate", {"LaunchTemplateData": data})

    def _user_data(self) -> Value:
        text = _USER_DATA % (ATTRIBUTE, self.plan.names.container(self.keeper))
        text += (_USER_DATA_GPU if self.machines.gpus else "") + _USER_DATA_END
        match self.plan.compute.cluster.name:
            case str() as name:
                return sub(text.replace("${Cluster}", name), Stack=STACK_UUID)
            case {"Ref": str() as id_}:
                return sub(text.replace("${Cluster}", f"${{{id_}}}"), Stack=STACK_UUID)
            case given:
                return sub(text, Cluster=given, Stack=STACK_UUID)

    def _name(self) -> Value:
        return sub(f"${{AWS::StackName}}-{self.plan.names.container(self.keeper)}")

    def _group(self) -> Resource:
        template = self._id("LaunchTemplate")
        tags: list[Mapping[str, object]] = [
            {**tag, "PropagateAtLaunch": False} for tag in self._tags()
        ]
        if self.machines.managed:
            # ECS puts this tag on the groups that it scales; CloudFormation would take it off.
            tags.append({"Key": "AmazonECSManaged", "Value": "", "PropagateAtLaunch": True})
        return self._made(
            AutoScalingGroup,
            "AutoscalingGroup",
            {
                "LaunchTemplate": {
                    "LaunchTemplateId": ref(template),
                    "Version": attribute(template, "LatestVersionNumber"),
                },
                "MinSize": _text(self.machines.least),
                "MaxSize": _text(self.machines.most),
                "Tags": tags,
                "VPCZoneIdentifier": list(self.plan.network.subnets),
            },
        )

    def _provider(self) -> Resource:
        return self._made(
            CapacityProvider,
            PROVIDER,
            {
                "AutoScalingGroupProvider": {
                    "AutoScalingGroupArn": ref(self._id("AutoscalingGroup")),
                    "ManagedDraining": "ENABLED",
                    "ManagedScaling": {"Status": "ENABLED", "TargetCapacity": 100},
                    "ManagedTerminationProtection": "DISABLED",
                },
                "Tags": self._tags(),
            },
        )


def _text(number: int | Value) -> Value:
    return str(number) if isinstance(number, int) else number
