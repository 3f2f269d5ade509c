"""Choose a value for each parameter of a template."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import Diagnostic, Severity, did_you_mean, listed
from compose2cfn.values.given import GivenValue, GivenValues
from compose2cfn.values.network import derived

_ARN_FORM = "arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:.+"


class ChosenValues(NamedTuple):
    """The values that can be written, and what there is to say of the parameters."""

    values: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]


def choose_values(body: Mapping[str, object], given: GivenValues) -> ChosenValues:
    """Choose values for the parameters of a template; those of secrets are left out."""
    parameters = _fields(body.get("Parameters"))
    declared = {name: _fields(entry) for name, entry in sorted(parameters.items())}
    known = {name: value.text for name, value in given.stored.items()}
    network = derived(declared, body, known)
    values: dict[str, str] = {}
    said = [*_unknown(declared, given)]
    for name, entry in declared.items():
        value = given.named.get(name) or given.stored.get(name)
        if value is None and name in network:
            value = GivenValue(network[name])
        if found := _left_out(name, entry, value):
            said += [found] if value or "Default" not in entry else []
        elif value:
            values[name] = value.text
            said += _refused(name, entry, value)
    return ChosenValues(values, tuple(said))


def _fields(entry: object) -> Mapping[str, object]:
    """Return what a mapping of a template has; nothing if it is something else."""
    return {str(name): value for name, value in entry.items()} if isinstance(entry, dict) else {}


def _left_out(
    name: str, entry: Mapping[str, object], value: GivenValue | None
) -> Diagnostic | None:
    """Say why a parameter gets no value, if it gets none."""
    if _is_secret(entry):
        about = (
            f"the value of the parameter {name!r} is a secret, which is not written to a file; "
            "pass it to CloudFormation when the stack is created"
        )
        return Diagnostic(code="parameter-secret", message=about, severity=Severity.INFO)
    if value is None:
        about = (
            f"the parameter {name!r} needs a value: {entry.get('Description', 'see the template')}"
        )
        return Diagnostic(code="parameter-missing", message=about, severity=Severity.INFO)
    return None


def _is_secret(entry: Mapping[str, object]) -> bool:
    """Tell whether a parameter asks for a secret; the ARN of one is not secret."""
    hidden = str(entry.get("NoEcho", "")).lower() == "true"
    return hidden and not str(entry.get("AllowedPattern", "")).startswith("arn:")


def _unknown(declared: Mapping[str, object], given: GivenValues) -> Iterator[Diagnostic]:
    for name in given.named:
        if name not in declared:
            about = f"the template has no parameter {name!r}; its value is left out"
            hint = did_you_mean(name, declared)
            yield Diagnostic(
                code="parameter-unknown", message=about + hint, severity=Severity.WARNING
            )


def _refused(name: str, entry: Mapping[str, object], value: GivenValue) -> Iterator[Diagnostic]:
    """Report a value that CloudFormation would refuse; it is not shown, whatever it is."""
    if wanted := _wanted(entry, value.text):
        about = f"the value of the parameter {name!r} is not {wanted}"
        yield Diagnostic(code="parameter-refused", message=about, at=value.at)


def _wanted(entry: Mapping[str, object], text: str) -> str:
    """Say what a value must be, if it is not; what patterns say is left to CloudFormation.

    But a text that is to be the ARN of a secret may be the secret itself, and is not written.
    """
    match entry:
        case {"AllowedValues": [*allowed]} if text not in map(str, allowed):
            return f"one of its allowed values: {listed(map(str, allowed))}"
        case {"Type": "Number"} if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            return "a number"
        case {"NoEcho": _} if not re.fullmatch(_ARN_FORM, text):
            return "the ARN of a secret in AWS Secrets Manager"
    return ""
