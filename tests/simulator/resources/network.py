"""Amazon EC2: security groups and launch templates."""

from collections.abc import Iterator
from typing import ClassVar

from tests.simulator.resources.base import Resource
from tests.simulator.template import Properties


class SecurityGroup(Resource):
    type = "AWS::EC2::SecurityGroup"
    named_by = "GroupName"

    def create(self) -> None:
        refuse_letters(self, self.properties["GroupDescription"], DESCRIPTION_ALPHABET | {"&"})
        tags = [{"ResourceType": "security-group", "Tags": self.properties.get("Tags", [])}]
        made = self.call(
            "ec2",
            "CreateSecurityGroup",
            **self.some("VpcId"),
            GroupName=self.name(),
            Description=self.properties["GroupDescription"],
            TagSpecifications=tags if self.properties.get("Tags") else [],
        )
        self.id = made["GroupId"]
        self.attributes = {"GroupId": self.id, "Id": self.id}
        for way, rules in self._rules(self.properties):
            self._change_rules("Authorize", way, rules)
        self._inline = self._rules(self.properties)

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"SecurityGroupEgress", "SecurityGroupIngress", "Tags"})
        for way, rules in self._inline:
            self._change_rules("Revoke", way, rules)
        self._inline = self._rules(self.properties)
        for way, rules in self._inline:
            self._change_rules("Authorize", way, rules)

    def delete(self) -> None:
        if user := next(self._users(), None):
            self.refuse(f"DependencyViolation: resource {self.id} has a dependent object: {user}")
        self.call("ec2", "DeleteSecurityGroup", GroupId=self.id)

    @staticmethod
    def _rules(properties: Properties) -> list[tuple[str, list[Properties]]]:
        return [(way, properties.get(f"SecurityGroup{way}", [])) for way in ("Ingress", "Egress")]

    def _change_rules(self, verb: str, way: str, rules: list[Properties]) -> None:
        for rule in rules:
            permission = permissions(self, rule)
            self.call("ec2", f"{verb}SecurityGroup{way}", GroupId=self.id, IpPermissions=permission)

    def _users(self) -> Iterator[str]:
        """Find what still uses this group."""
        for group in self.call("ec2", "DescribeSecurityGroups")["SecurityGroups"]:
            for permission in (*group["IpPermissions"], *group["IpPermissionsEgress"]):
                pairs = permission.get("UserIdGroupPairs", [])
                if group["GroupId"] != self.id and self.id in [p.get("GroupId") for p in pairs]:
                    yield group["GroupId"]
        for balancer in self.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
            if self.id in balancer.get("SecurityGroups", []):
                yield balancer["LoadBalancerArn"]
        for system in self.call("efs", "DescribeFileSystems")["FileSystems"]:
            targets = self.call("efs", "DescribeMountTargets", FileSystemId=system["FileSystemId"])[
                "MountTargets"
            ]
            for target in targets:
                target_id = target["MountTargetId"]
                found = self.call(
                    "efs", "DescribeMountTargetSecurityGroups", MountTargetId=target_id
                )
                if self.id in found["SecurityGroups"]:
                    yield target_id


class _Rule(Resource):
    way: ClassVar[str]

    def create(self) -> None:
        made = self._call("Authorize")
        self.id = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        self.attributes = {"Id": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description"})

    def delete(self) -> None:
        self._call("Revoke")

    def _call(self, verb: str) -> Properties:
        return self.call(
            "ec2",
            f"{verb}SecurityGroup{self.way}",
            GroupId=self.properties["GroupId"],
            IpPermissions=permissions(self, self.properties),
        )


class SecurityGroupIngress(_Rule):
    type = "AWS::EC2::SecurityGroupIngress"
    way = "Ingress"


class SecurityGroupEgress(_Rule):
    type = "AWS::EC2::SecurityGroupEgress"
    way = "Egress"


def permissions(resource: Resource, rule: Properties) -> list[Properties]:
    """Spell a rule as the API does; descriptions are held against EC2's alphabet."""
    if int(rule.get("FromPort", 0)) > int(rule.get("ToPort", 65535)):
        resource.refuse(f"Invalid TCP/UDP port range ({rule['FromPort']}-{rule['ToPort']})")
    text = rule.get("Description", "")
    refuse_letters(resource, text, DESCRIPTION_ALPHABET)
    note = {"Description": text} if text else {}
    permission: Properties = {"IpProtocol": str(rule["IpProtocol"])}
    permission |= {key: rule[key] for key in ("FromPort", "ToPort") if key in rule}
    sources = {
        "CidrIp": ("IpRanges", "CidrIp"),
        "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
        "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
        "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
        "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    given = [key for key in sources if key in rule]
    if len(given) != 1:
        resource.refuse(f"a rule needs exactly one source or destination, not {given}")
    member, name = sources[given[0]]
    permission[member] = [{name: rule[given[0]], **note}]
    return [permission]


def refuse_letters(resource: Resource, text: str, allowed: frozenset[str]) -> None:
    """Refuse a description that has other letters than EC2 takes."""
    if illegal := set(text) - allowed:
        resource.refuse(f"Invalid description: {sorted(illegal)} in {text!r}")


DESCRIPTION_ALPHABET = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=;{}!$*"
)
"""What a rule's description may consist of, whatever its source is (EC2 API, UserIdGroupPair)."""


class LaunchTemplate(Resource):
    type = "AWS::EC2::LaunchTemplate"
    named_by = "LaunchTemplateName"
    name_limit = 128

    def create(self) -> None:
        made = self.call(
            "ec2",
            "CreateLaunchTemplate",
            **self.rest("LaunchTemplateName", "TagSpecifications"),
            LaunchTemplateName=self.name(),
        )["LaunchTemplate"]
        self.id = made["LaunchTemplateId"]
        self._note(made["LatestVersionNumber"])

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"LaunchTemplateData", "TagSpecifications", "VersionDescription"})
        made = self.call(
            "ec2",
            "CreateLaunchTemplateVersion",
            LaunchTemplateId=self.id,
            LaunchTemplateData=self.properties["LaunchTemplateData"],
        )
        self._note(made["LaunchTemplateVersion"]["VersionNumber"])

    def delete(self) -> None:
        self.call("ec2", "DeleteLaunchTemplate", LaunchTemplateId=self.id)

    def _note(self, version: int) -> None:
        self.attributes = {
            "DefaultVersionNumber": "1",
            "LatestVersionNumber": str(version),
            "LaunchTemplateId": self.id,
        }
