"""The ARNs of roles and instance profiles."""

from collections.abc import Iterable, Mapping

from compose2cfn.policy.deployed import Deployed
from compose2cfn.policy.patterns import values_at
from compose2cfn.policy.reach import ANY

_KEPT = 20
"""Characters of the stack's name that names of roles, 64 at most, surely keep."""


def role_arns(deployed: Deployed, value: object) -> list[str]:
    """List the ARNs of a role that is given by reference, ARN, name or instance profile.

    If it is not known, it may be any role of the account.
    """
    profile = deployed.made("AWS::IAM::InstanceProfile", value)
    if profile is None:
        return [_role_given(deployed, value)]
    return [_role_given(deployed, role) for role in values_at(profile, "Roles")]


def _role_given(deployed: Deployed, value: object) -> str:
    role = deployed.made("AWS::IAM::Role", value)
    if role is not None:
        return _role_arn(deployed, role)
    text = deployed.text(value)
    if text.startswith("arn:") and ":role/" in text:
        return text
    return deployed.reach.global_arn("iam", f"role/{ANY if ':' in text else text}")


def _role_arn(deployed: Deployed, properties: Mapping[str, object]) -> str:
    path = deployed.text(properties.get("Path", "/"))
    name = deployed.name(properties, "RoleName", _KEPT)
    return deployed.reach.global_arn("iam", f"role{path}{name}")


def own_roles(deployed: Deployed) -> Iterable[str]:
    """Reach the roles of the stack."""
    return [_role_arn(deployed, properties) for _, properties in deployed.of("AWS::IAM::Role")]


def roles_of_tasks(deployed: Deployed) -> Iterable[str]:
    """Reach the roles that tasks get, also given ones."""
    for path in ("ExecutionRoleArn", "TaskRoleArn"):
        for _, value in deployed.at("AWS::ECS::TaskDefinition", path):
            yield from role_arns(deployed, value)


def instance_profiles(deployed: Deployed) -> Iterable[str]:
    """Reach the instance profiles of the stack."""
    for _, properties in deployed.of("AWS::IAM::InstanceProfile"):
        path = deployed.text(properties.get("Path", "/"))
        name = deployed.name(properties, "InstanceProfileName", _KEPT)
        yield deployed.reach.global_arn("iam", f"instance-profile{path}{name}")
