"""What CloudFormation looks up for a template: parameters of Systems Manager, secrets, ids."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from compose2cfn.policy.deployed import Deployed
from compose2cfn.policy.documents import Permissions
from compose2cfn.policy.patterns import literal
from compose2cfn.policy.reach import ANY

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
_STORED = "AWS::SSM::Parameter::*"
_CHECKED = {
    "AWS::EC2::AvailabilityZone::Name": "ec2:DescribeAvailabilityZones",
    "AWS::EC2::Image::Id": "ec2:DescribeImages",
    "AWS::EC2::Instance::Id": "ec2:DescribeInstances",
    "AWS::EC2::KeyPair::KeyName": "ec2:DescribeKeyPairs",
    "AWS::EC2::SecurityGroup::Id": "ec2:DescribeSecurityGroups",
    "AWS::EC2::Subnet::Id": "ec2:DescribeSubnets",
    "AWS::EC2::VPC::Id": "ec2:DescribeVpcs",
    "AWS::EC2::Volume::Id": "ec2:DescribeVolumes",
}


def allow_lookups(collected: Permissions, deployed: Deployed) -> None:
    """Allow what CloudFormation looks up for parameters, and for dynamic references."""
    for name, entry in deployed.parameters.items():
        kind = str(entry.get("Type"))
        if fnmatchcase(kind, _STORED):
            default = literal(str(entry["Default"])) if "Default" in entry else ANY
            text = deployed.known.get(name, default)
            collected.allow(["ssm:GetParameters"], [_parameter(deployed, text)])
        for checked, action in _CHECKED.items():
            if checked in kind:
                collected.allow([action], [ANY])
    for action, arn in _references(deployed):
        collected.allow([action], [arn])


def _references(deployed: Deployed) -> Iterator[tuple[str, str]]:
    """List what dynamic references look up.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    for service, what in deployed.dynamic_references():
        if service == "secretsmanager":
            parts = what.split(":")
            arn = ":".join(parts[:7]) if what.startswith("arn:") else ""
            named = deployed.reach.arn("secretsmanager", f"secret:{parts[0]}-??????")
            yield "secretsmanager:GetSecretValue", arn or named
        else:
            yield "ssm:GetParameters", _parameter(deployed, what.partition(":")[0])


def _parameter(deployed: Deployed, name: str) -> str:
    """Write the ARN of a parameter; those of AWS itself belong to no account."""
    reach = deployed.reach
    account = "" if name.startswith("/aws/") else reach.account
    path = name if name.startswith("/") else f"/{name}"
    return f"arn:{reach.partition}:ssm:{reach.region}:{account}:parameter{path}"
