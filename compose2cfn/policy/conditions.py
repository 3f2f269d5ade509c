"""Under which conditions actions are allowed that would otherwise allow too much."""

from collections.abc import Callable, Mapping

from compose2cfn.plan.terms.names import PROJECT_TAG
from compose2cfn.plan.terms.values import STACK_NAME
from compose2cfn.policy import resource_types as types
from compose2cfn.policy.deployed import Deployed, condensed
from compose2cfn.policy.documents import Condition, possible
from compose2cfn.policy.patterns import values_at
from compose2cfn.policy.reach import ANY

IAM_ROLE = "AWS::IAM::Role"
POLICIES = "ManagedPolicyArns"


def _attached(deployed: Deployed) -> Condition:
    """Attach those managed policies that the template names, and no others."""
    policies = possible(condensed(deployed.texts(IAM_ROLE, POLICIES)))
    if ANY in policies:
        partition = deployed.reach.partition
        policies = [f"arn:{partition}:iam::{owner}:policy/*" for owner in (ANY, "aws")]
    return {"ArnLike": {"iam:PolicyARN": policies}}


def _from_launch_template(deployed: Deployed) -> Condition:
    """Start instances as a launch template says, and not otherwise.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    """
    return {"ArnLike": {"ec2:LaunchTemplate": deployed.reach.arn("ec2", "launch-template/*")}}


def _at_start(_deployed: Deployed) -> Condition:
    """Tag instances when they start.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    """
    return {"StringEquals": {"ec2:CreateAction": "RunInstances"}}


def _by(service: str) -> Callable[[Deployed], Condition]:
    """Use keys through a service, and not otherwise.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """

    def condition(deployed: Deployed) -> Condition:
        return {
            "StringLike": {"kms:ViaService": f"{service}.{deployed.reach.region}.amazonaws.com*"}
        }

    return condition


_DELETED = {
    "ec2:DeleteSecurityGroup": ("AWS::EC2::SecurityGroup", "Tags"),
    "elasticfilesystem:DeleteAccessPoint": ("AWS::EFS::AccessPoint", "AccessPointTags"),
    "elasticfilesystem:DeleteFileSystem": (types.EFS_FILE_SYSTEM, "FileSystemTags"),
    "servicediscovery:DeleteNamespace": (types.CLOUD_MAP_NAMESPACE, "Tags"),
    "servicediscovery:DeleteService": (types.CLOUD_MAP_SERVICE, "Tags"),
}
"""What is deleted that AWS gives ids of its own, and where its tags are, which name the stack."""


def _tagged(deployed: Deployed, kind: str, path: str) -> Condition:
    """Delete what has the tag of the stack, if all resources of the type have it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    tag = {"Key": PROJECT_TAG, "Value": STACK_NAME}
    if all(tag in values_at(properties, path) for _, properties in deployed.of(kind)):
        return {"StringLike": {f"aws:ResourceTag/{PROJECT_TAG}": deployed.reach.stack}}
    return {}


_CONDITIONS: Mapping[tuple[str, str], Callable[[Deployed], Condition]] = {
    (IAM_ROLE, "iam:AttachRolePolicy"): _attached,
    (types.AUTO_SCALING_GROUP, "ec2:CreateTags"): _at_start,
    (types.AUTO_SCALING_GROUP, "ec2:RunInstances"): _from_launch_template,
    (types.SECRETS_MANAGER_SECRET, "kms:Decrypt"): _by("secretsmanager"),
    (types.SECRETS_MANAGER_SECRET, "kms:GenerateDataKey"): _by("secretsmanager"),
    (types.EFS_FILE_SYSTEM, "kms:CreateGrant"): _by("elasticfilesystem"),
    (types.EFS_FILE_SYSTEM, "kms:GenerateDataKeyWithoutPlaintext"): _by("elasticfilesystem"),
}


def condition_of(deployed: Deployed, kind: str, action: str) -> Condition:
    """Write the condition under which an action is allowed for a type; mostly there is none."""
    if action in _DELETED:
        return _tagged(deployed, *_DELETED[action])
    conditioned = _CONDITIONS.get((kind, action))
    return conditioned(deployed) if conditioned else {}
