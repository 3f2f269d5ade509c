"""Declare the parameters that a template refers to."""

from collections.abc import Iterable, Mapping

from troposphere import Parameter as Declaration
from troposphere import Template

from compose2cfn.findings import Parameter

_INTERFACE = "AWS::CloudFormation::Interface"


def declare(template: Template, referred: Iterable[str], known: Mapping[str, Parameter]) -> None:
    """Declare what is referred to and known; the console shows them by group, sorted."""
    used = [known[id_] for id_ in sorted(known.keys() & set(referred))]
    groups: dict[str, list[str]] = {}
    for parameter in used:
        template.parameters[parameter.id] = _declaration(parameter)
        groups.setdefault(parameter.group, []).append(parameter.id)
    if groups:
        template.set_metadata(
            {
                _INTERFACE: {
                    "ParameterGroups": [
                        {"Label": {"default": label}, "Parameters": groups[label]}
                        for label in sorted(groups)
                    ]
                }
            }
        )


def _declaration(parameter: Parameter) -> Declaration:
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
    return Declaration(parameter.id, **fields)
