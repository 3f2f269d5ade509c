"""IAM."""

import json
from functools import lru_cache

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from tests.simulator.account import ACCOUNT_ID, PARTITION
from tests.simulator.resources.base import Resource


class Role(Resource):
    type = "AWS::IAM::Role"
    named_by = "RoleName"
    name_limit = 64

    def create(self) -> None:
        self.id = self.name()
        document = self.properties["AssumeRolePolicyDocument"]
        made = self.call(
            "iam",
            "CreateRole",
            **self.rest("AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", "RoleName"),
            RoleName=self.id,
            AssumeRolePolicyDocument=json.dumps(document),
        )["Role"]
        self.attributes = {"Arn": made["Arn"], "RoleId": made["RoleId"]}
        self._attach()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", "Tags"})
        document = self.properties["AssumeRolePolicyDocument"]
        self.call(
            "iam",
            "UpdateAssumeRolePolicy",
            RoleName=self.id,
            PolicyDocument=json.dumps(document),
        )
        self._detach()
        self._attach()

    def delete(self) -> None:
        self._detach()
        self.call("iam", "DeleteRole", RoleName=self.id)

    def _attach(self) -> None:
        for policy in self.properties.get("Policies", []):
            self.call(
                "iam",
                "PutRolePolicy",
                RoleName=self.id,
                PolicyName=policy["PolicyName"],
                PolicyDocument=json.dumps(policy["PolicyDocument"]),
            )
        for arn in self.properties.get("ManagedPolicyArns", []):
            know(arn, self.site.account.region)
            self.call("iam", "AttachRolePolicy", RoleName=self.id, PolicyArn=arn)

    def _detach(self) -> None:
        attached = self.call("iam", "ListAttachedRolePolicies", RoleName=self.id)
        for policy in attached["AttachedPolicies"]:
            arn = policy["PolicyArn"]
            self.call("iam", "DetachRolePolicy", RoleName=self.id, PolicyArn=arn)
        for name in self.call("iam", "ListRolePolicies", RoleName=self.id)["PolicyNames"]:
            self.call("iam", "DeleteRolePolicy", RoleName=self.id, PolicyName=name)


class Policy(Resource):
    type = "AWS::IAM::Policy"

    def create(self) -> None:
        if not self.properties.get("Roles"):
            self.refuse("a policy needs at least one of Roles, Users and Groups")
        for role in self.properties["Roles"]:
            self.call(
                "iam",
                "PutRolePolicy",
                RoleName=role,
                PolicyName=self.properties["PolicyName"],
                PolicyDocument=json.dumps(self.properties["PolicyDocument"]),
            )
        self.id = self.name()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"PolicyDocument"})
        self.create()

    def delete(self) -> None:
        for role in self.properties["Roles"]:
            name = self.properties["PolicyName"]
            self.call("iam", "DeleteRolePolicy", RoleName=role, PolicyName=name)


class InstanceProfile(Resource):
    type = "AWS::IAM::InstanceProfile"
    named_by = "InstanceProfileName"
    name_limit = 128

    def create(self) -> None:
        made = self.call(
            "iam",
            "CreateInstanceProfile",
            **self.some("Path"),
            InstanceProfileName=self.name(),
        )["InstanceProfile"]
        self.id = made["InstanceProfileName"]
        self.attributes = {"Arn": made["Arn"]}
        self._add("AddRoleToInstanceProfile")

    def delete(self) -> None:
        self._add("RemoveRoleFromInstanceProfile")
        self.call("iam", "DeleteInstanceProfile", InstanceProfileName=self.id)

    def _add(self, operation: str) -> None:
        for role in self.properties["Roles"]:
            self.call("iam", operation, InstanceProfileName=self.id, RoleName=role)


def trusted_by(resource: Resource, arn: str) -> set[str]:
    """Name the services that a role lets assume it, for a resource that is given the role."""
    role = resource.call("iam", "GetRole", RoleName=arn.rpartition("/")[2])["Role"]
    statements = role["AssumeRolePolicyDocument"]["Statement"]
    return {
        str(one["Principal"].get("Service"))
        for one in statements
        if one["Effect"] == "Allow" and one["Action"] == "sts:AssumeRole"
    }


@lru_cache
def _managed_policies() -> dict[str, dict[str, object]]:
    policies: dict[str, dict[str, object]] = json.loads(aws_managed_policies_data)
    return policies


def know(arn: str, region: str) -> None:
    """Let moto know one policy of AWS's own; to load all of them takes it seconds."""
    name = arn.rsplit("/", 1)[1]
    entry = _managed_policies().get(name)
    known = iam_backends[ACCOUNT_ID][PARTITION].managed_policies
    if entry is not None and arn not in known:
        policy = AWSManagedPolicy.from_data(name, ACCOUNT_ID, region, entry)
        if policy.arn == arn:
            known[arn] = policy
