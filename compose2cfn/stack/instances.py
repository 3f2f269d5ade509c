"""What the EC2 instances of one service need, whoever starts them: a role and a security group."""

from collections.abc import Iterator, Mapping

from troposphere import AWSObject
from troposphere.ec2 import SecurityGroup
from troposphere.iam import InstanceProfile, Role

from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import Value, attribute, ref
from compose2cfn.stack.items import Item
from compose2cfn.stack.objects import resource
from compose2cfn.stack.policies import managed_policy, trust
from compose2cfn.stack.tags import tags

_ROLE = "InstanceRole"
_PROFILE = "InstanceProfile"
_SECURITY_GROUP = "InstanceSecurityGroup"


class InstanceAccess:
    """The role, its profile and the security group of the instances of one service."""

    def __init__(self, plan: Plan, owner: str) -> None:
        self.plan = plan
        self.owner = owner

    def items(self, policy: str) -> Iterator[Item]:
        """Make them; ``policy`` is the managed policy of AWS that lets an instance serve tasks."""
        role: Mapping[str, object] = {
            "AssumeRolePolicyDocument": trust("ec2.amazonaws.com"),
            "ManagedPolicyArns": [managed_policy(policy)],
            "Tags": self.tags,
        }
        yield self.made(Role, self.id(_ROLE), role)
        yield self.made(InstanceProfile, self.id(_PROFILE), {"Roles": [ref(self.id(_ROLE))]})
        # EC2 calls them instances, but another description would replace a deployed group.
        group: Mapping[str, object] = {
            "GroupDescription": f"Machines of the service {self.owner}",
            "VpcId": self.plan.network.vpc,
            "Tags": self.tags,
        }
        yield self.made(SecurityGroup, self.id(_SECURITY_GROUP), group)

    @property
    def role(self) -> Value:
        """The ARN of the role."""
        return attribute(self.id(_ROLE), "Arn")

    @property
    def profile(self) -> Value:
        """The ARN of the profile that gives an instance the role."""
        return attribute(self.id(_PROFILE), "Arn")

    @property
    def security_group(self) -> Value:
        """The id of the security group, which lets nothing in."""
        return attribute(self.id(_SECURITY_GROUP), "GroupId")

    @property
    def tags(self) -> list[Mapping[str, object]]:
        """The tags of what the service has."""
        return tags(service=self.owner)

    def id(self, suffix: str) -> str:
        """Name a resource of the service."""
        return self.plan.names.service(self.owner, suffix)

    def made(self, kind: type[AWSObject], id_: str, fields: Mapping[str, object]) -> Item:
        """Make a resource of the service."""
        return resource(kind, id_, fields, ("services", self.owner))
