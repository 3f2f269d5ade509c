"""Parameters: their values, checked against their declarations and against what exists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from tests.simulator.account import Account
from tests.simulator.refusals import Refusal
from tests.simulator.template import Properties

# What CloudFormation looks up for parameters of its own types: service, operation, argument.
EXISTING = {
    "AWS::EC2::Image::Id": ("ec2", "DescribeImages", "ImageIds"),
    "AWS::EC2::SecurityGroup::Id": ("ec2", "DescribeSecurityGroups", "GroupIds"),
    "AWS::EC2::Subnet::Id": ("ec2", "DescribeSubnets", "SubnetIds"),
    "AWS::EC2::VPC::Id": ("ec2", "DescribeVpcs", "VpcIds"),
}
TYPES = {
    "String",
    "Number",
    *EXISTING,
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::KeyPair::KeyName",
}
TYPES |= {"AWS::Route53::HostedZone::Id", "AWS::SSM::Parameter::Name"}


@dataclass(frozen=True)
class Parameters:
    """What a stack was given: ``texts`` as written, ``values`` as ``Ref`` gives them."""

    texts: Mapping[str, str]
    values: Mapping[str, object]
    secret: frozenset[str]

    def shown(self) -> dict[str, str]:
        """Return the texts as CloudFormation shows them: NoEcho values as stars."""
        return {name: "****" if name in self.secret else text for name, text in self.texts.items()}


def evaluate(
    declared: Mapping[str, Properties], given: Mapping[str, str], account: Account
) -> Parameters:
    """Take each parameter's value or default, and check it."""
    if unknown := given.keys() - declared.keys():
        raise Refusal(f"Parameters: {sorted(unknown)} do not exist in the template")
    missing = [
        name for name, entry in declared.items() if name not in given and "Default" not in entry
    ]
    if missing:
        raise Refusal(f"Parameters: [{', '.join(missing)}] must have values")
    texts, values = {}, {}
    for name, entry in declared.items():
        texts[name] = _text(given.get(name, entry.get("Default")))
        values[name] = _value(name, entry, texts[name], account)
    secret = {name for name, entry in declared.items() if _text(entry.get("NoEcho")) == "true"}
    return Parameters(texts, values, frozenset(secret))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(name: str, entry: Properties, text: str, account: Account) -> object:
    kind = entry.get("Type", "String")
    stored = re.fullmatch(r"AWS::SSM::Parameter::Value<(.+)>", kind)
    if stored:
        kind, text = stored[1], _stored(text, account)
    several = re.fullmatch(r"List<(.+)>", kind)
    base = several[1] if several else "String" if kind == "CommaDelimitedList" else kind
    if base not in TYPES:
        raise Refusal(f"Template format error: Unrecognized parameter type: {kind}")
    is_list = bool(several) or kind == "CommaDelimitedList"
    items = [item.strip() for item in text.split(",")] if is_list else [text]
    if base == "Number" and not all(re.fullmatch(r"-?\d+(\.\d+)?", item) for item in items):
        raise Refusal(f"Parameter '{name}' must be a number")
    for item in items:
        _check(name, entry, item)
    if base in EXISTING and not stored:  # what AWS publishes there exists
        service, operation, argument = EXISTING[base]
        try:
            account.call(service, operation, {argument: items})
        except ClientError as error:
            raise Refusal(
                f"Parameter validation failed: parameter value {text} for parameter name {name}"
                f" does not exist. ({error})"
            ) from error
    return items if is_list else items[0]


def _stored(name: str, account: Account) -> str:
    try:
        return str(account.call("ssm", "GetParameter", {"Name": name})["Parameter"]["Value"])
    except ClientError as error:
        raise Refusal(
            f"Unable to fetch parameters [{name}] from parameter store for this account. ({error})"
        ) from error


def _check(name: str, entry: Properties, item: str) -> None:
    allowed = [_text(value) for value in entry.get("AllowedValues", [item])]
    if item not in allowed:
        raise Refusal(f"Parameter '{name}' must be one of AllowedValues")
    if not re.fullmatch(entry.get("AllowedPattern", r"(?s:.*)"), item):
        raise Refusal(f"Parameter '{name}' must match pattern {entry['AllowedPattern']}")
    if len(item) < int(entry.get("MinLength", 0)):
        raise Refusal(f"Parameter '{name}' must contain at least {entry['MinLength']} characters")
    if len(item) > int(entry.get("MaxLength", 4096)):
        raise Refusal(
            f"Parameter '{name}' must contain at most {entry.get('MaxLength', 4096)} characters"
        )
    if entry.get("Type") == "Number":
        low, high = entry.get("MinValue", "-inf"), entry.get("MaxValue", "inf")
        if not float(low) <= float(item) <= float(high):
            raise Refusal(f"Parameter '{name}' must be a number from {low} to {high}")
