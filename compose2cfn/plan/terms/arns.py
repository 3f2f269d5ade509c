"""Read ARNs, the names by which AWS identifies its resources: the one place that says their forms.

No form admits ``*``, ``?`` or ``$``: ARNs get into policies, where IAM would read more than one
name in them. All characters are ASCII, as AWS has no others in names.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compose2cfn.model.functions import Function
from compose2cfn.plan.terms.values import Value

PARTITION = "aws[a-z-]*"
SERVICE = "[a-z0-9-]+"
REGION_NAME = "[a-z0-9-]+"
ACCOUNT = "[0-9]{12}"
PATH = "[A-Za-z0-9_+=,.@/-]+"
"""A name in IAM, with its path."""
SECRET_NAME = "[A-Za-z0-9/_+=.@!-]+"  # noqa: S105 - the form of a name
"""The name of a secret in Secrets Manager, or of a parameter."""

_FORM = (
    f"arn:({PARTITION}):({SERVICE}):((?:{REGION_NAME})?):((?:{ACCOUNT})?):"
    r"([A-Za-z0-9_+=,.@/:!#%~()-]+)"
)


class Arn(NamedTuple):
    """The parts of an ARN; region and account are empty where a service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{':'.join(self)}"


def read(value: Value | None) -> Arn | None:
    """Read an ARN; None for any other text, and for a value that is known only in the stack."""
    found = re.fullmatch(_FORM, value) if isinstance(value, str) else None
    return Arn(*found.groups()) if found else None


def form(service: str, resource: str, *, region: str = REGION_NAME, account: str = ACCOUNT) -> str:
    """Write the form of the ARNs of a kind of resource, as a pattern."""
    return f"arn:{PARTITION}:{service}:{region}:{account}:{resource}"


def widens(value: object) -> bool:
    """Tell whether a value puts ``*``, ``?`` or ``$`` into a policy: as a text, or by a function.

    IAM reads these as any characters, or as variables.
    """
    return any(re.search(r"[*?$]", text) for text in _literals(value))


def _literals(value: object) -> Iterator[str]:
    """List the texts that a value is made of, apart from names of what is in the template."""
    match value:
        case str():
            yield value
        case Function():
            ((name, argument),) = value.items()
            yield from _of_function(name, argument)
        case Mapping():
            for each in value.values():
                yield from _literals(each)
        case list() | tuple():
            for each in value:
                yield from _literals(each)


def _of_function(name: str, argument: object) -> Iterator[str]:
    match name, argument:
        case (("Ref" | "Condition" | "Fn::GetAtt" | "Fn::FindInMap" | "Fn::ImportValue"), _):
            pass
        case "Fn::If", [_, *choices]:
            yield from _literals(choices)
        case "Fn::Sub", str(text):
            yield re.sub(r"\$\{[^!}][^}]*\}", "", text)
        case "Fn::Sub", [str(text), *own]:
            yield from _of_function(name, text)
            yield from _literals(own)
        case _:
            yield from _literals(argument)
