"""Security groups: the networks of the Compose file."""

from collections.abc import Iterator

from troposphere import Output
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress

from compose2cfn.plan.make import Plan
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
    for name, group in sorted(plan.network.groups.items()):
        if not group.logical:
            continue
        origin = ("networks", name)
        yield Resource(
            SecurityGroup(
                group.logical,
                GroupDescription=f"Compose network {name}",
                VpcId=vpc,
                Tags=tag_object(network=name),
            ),
            origin,
        )
        yield Resource(
            SecurityGroupIngress(
                f"{group.logical}Ingress",
                GroupId=helper(group.id),
                SourceSecurityGroupId=helper(group.id),
                IpProtocol="-1",
                Description=f"Members of the Compose network {name}",
            ),
            origin,
        )
        yield Out(
            Output(
                f"{group.logical}Id",
                Value=helper(group.id),
                Description=f"Security group of the Compose network {name}",
            ),
            origin,
        )
    for owner, id_ in sorted(plan.network.fronts.items()):
        origin = ("services", owner)
        yield Resource(
            SecurityGroup(
                id_,
                GroupDescription=f"Ingress of the Compose service {owner}",
                VpcId=vpc,
                Tags=tag_object(service=owner),
            ),
            origin,
        )
    for owner in plan.tasks:
        configuration: dict[str, object] = {
            "SecurityGroups": list(plan.network.groups_of(owner)),
            "Subnets": list(plan.network.subnets_of(owner)),
        }
        if plan.compute.tasks[owner].fargate:
            configuration["AssignPublicIp"] = plan.network.public_ip
        yield ServicePart(
            owner,
            {"NetworkConfiguration": {"AwsvpcConfiguration": configuration}},
            origin=("services", owner),
        )
