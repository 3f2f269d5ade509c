"""Declare the parameters that a template refers to."""

from collections.abc import Iterable

from compose2cfn.findings import Parameter

_INTERFACE = "AWS::CloudFormation::Interface"


def declaration(parameter: Parameter) -> dict[str, object]:
    """Write the declaration of a parameter: its type, and whatever else is known."""
    fields: dict[str, object] = {"Type": parameter.type, "Description": parameter.description}
    if parameter.default is not None:
        fields["Default"] = parameter.default
    if parameter.allowed_values:
        fields["AllowedValues"] = list(parameter.allowed_values)
    if parameter.allowed_pattern:
        fields["AllowedPattern"] = parameter.allowed_pattern
    if parameter.constraint:
        fields["ConstraintDescription"] = parameter.constraint
    if parameter.min_length is not None:
        fields["MinLength"] = parameter.min_length
    if parameter.no_echo:
        fields["NoEcho"] = True
    return fields


def interface(parameters: Iterable[Parameter]) -> dict[str, object]:
    """Write the metadata by which the console shows parameters in groups, both sorted."""
    groups: dict[str, list[str]] = {}
    for parameter in sorted(parameters, key=lambda parameter: parameter.id):
        groups.setdefault(parameter.group, []).append(parameter.id)
    labelled = [
        {"Label": {"default": label}, "Parameters": groups[label]} for label in sorted(groups)
    ]
    return {_INTERFACE: {"ParameterGroups": labelled}} if labelled else {}
