"""Security groups: the networks of the Compose file."""

from collections.abc import Iterator

from troposphere import Output, ec2

from compose2cfn.plan.make import Plan
from compose2cfn.plan.network import SecurityGroup
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import Item, Out, Resource, ServicePart, emitter
from compose2cfn.stack.tags import tag_object


@emitter(
    "networks.*.external",
    "networks.*.internal",
    "networks.*.name",
    "networks.*.x-aws-name",
    "networks.*.x-aws-securitygroup",
    "services.*.network_mode",
    "services.*.x-aws-subnets",
    "x-aws-assign_public_ip",
    "x-aws-subnets",
    "x-aws-vpc",
)
def network(plan: Plan) -> Iterator[Item]:
    """Make each Compose network a security group, and stand every task in its own."""
    vpc = helper(plan.network.vpc)
    for name, group in plan.network.security_groups.items():
        if group.logical_id:
            yield from _members(name, group, vpc)
    for owner, id_ in sorted(plan.network.ingress_groups.items()):
        yield Resource(
            ec2.SecurityGroup(
                id_,
                GroupDescription=f"Ingress of the Compose service {owner}",
                VpcId=vpc,
                Tags=tag_object(service=owner),
            ),
            ("services", owner),
        )
    for owner, interface in plan.network.tasks.items():
        configuration: dict[str, object] = {
            "SecurityGroups": list(interface.security_groups),
            "Subnets": list(interface.subnets),
        }
        if plan.compute.tasks[owner].fargate:
            configuration["AssignPublicIp"] = plan.network.public_address
        yield ServicePart(
            owner,
            {"NetworkConfiguration": {"AwsvpcConfiguration": configuration}},
            origin=("services", owner),
        )


def _members(name: str, group: SecurityGroup, vpc: object) -> Iterator[Item]:
    """Make the group of a Compose network, whose members reach each other on all ports."""
    origin = ("networks", name)
    yield Resource(
        ec2.SecurityGroup(
            group.logical_id,
            GroupDescription=f"Compose network {name}",
            VpcId=vpc,
            Tags=tag_object(network=name),
        ),
        origin,
    )
    yield Resource(
        ec2.SecurityGroupIngress(
            f"{group.logical_id}Ingress",
            GroupId=helper(group.id),
            SourceSecurityGroupId=helper(group.id),
            IpProtocol="-1",
            Description=f"Members of the Compose network {name}",
        ),
        origin,
    )
    yield Out(
        Output(
            f"{group.logical_id}Id",
            Value=helper(group.id),
            Description=f"Security group of the Compose network {name}",
        ),
        origin,
    )
