"""Security groups: the networks of the Compose file."""

from collections.abc import Iterator

from troposphere import ec2

from compose2cfn.plan.make import Plan
from compose2cfn.plan.network import SecurityGroup
from compose2cfn.stack.items import Item, ServicePart, emitter
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.tags import tags


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
    """Turn each Compose network into a security group, with every task in its own."""
    for name, group in plan.network.security_groups.items():
        if group.logical_id:
            yield from _members(plan, name, group)
    for owner, id_ in sorted(plan.network.ingress_groups.items()):
        fields = {
            "GroupDescription": f"Ingress of the Compose service {owner}",
            "VpcId": plan.network.vpc,
            "Tags": tags(service=owner),
        }
        yield resource(ec2.SecurityGroup, id_, fields, ("services", owner))
    for owner, interface in plan.network.tasks.items():
        configuration: dict[str, object] = {
            "SecurityGroups": list(interface.security_groups),
            "Subnets": list(interface.subnets),
        }
        if interface.public_address is not None:
            configuration["AssignPublicIp"] = interface.public_address
        yield ServicePart(
            owner,
            {"NetworkConfiguration": {"AwsvpcConfiguration": configuration}},
            origin=("services", owner),
        )


def _members(plan: Plan, name: str, group: SecurityGroup) -> Iterator[Item]:
    """Make the group of a Compose network, whose members reach each other on all ports."""
    origin = ("networks", name)
    fields = {
        "GroupDescription": f"Compose network {name}",
        "VpcId": plan.network.vpc,
        "Tags": tags(network=name),
    }
    yield resource(ec2.SecurityGroup, group.logical_id, fields, origin)
    rule = {
        "GroupId": group.id,
        "SourceSecurityGroupId": group.id,
        "IpProtocol": "-1",
        "Description": f"Members of the Compose network {name}",
    }
    yield resource(ec2.SecurityGroupIngress, f"{group.logical_id}Ingress", rule, origin)
    about = f"Security group of the Compose network {name}"
    yield output(f"{group.logical_id}Id", group.id, about, origin)
