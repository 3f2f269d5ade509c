"""Read where secrets are kept: which service of AWS has one, and how IAM names it there."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from compose2cfn.model.functions import Function, function
from compose2cfn.plan.terms import arns
from compose2cfn.plan.terms.values import Value, arn, join, sub

GET_VALUE = "secretsmanager:GetSecretValue"
GET_PARAMETERS = "ssm:GetParameters"

# A part of an ARN may be filled in by Fn::Sub, with a text that may contain colons.
_FILLED = r"\$\{[^!}][^}]*\}"
_PARTITION = f"arn:(?:{arns.PARTITION}|{_FILLED})"
_OWNER = f"(?:{arns.REGION_NAME}|{_FILLED})+:(?:{arns.ACCOUNT}|{_FILLED})"
_NAME = f"(?:{arns.SECRET_NAME}|{_FILLED})+"
_SELECTOR = r":[^:]*:[^:]*:[^:]*"
_SECRET = (
    f"(?P<arn>{_PARTITION}:secretsmanager:{_OWNER}:secret:{_NAME}|{_FILLED})"
    f"(?P<selector>{_SELECTOR})?"
)
_PARAMETER = f"{_PARTITION}:ssm:{_OWNER}:parameter{_NAME}"
_PARAMETER_NAME = r"(?!(?i:/aws|/ssm))(?=.{2,900}$)(?:/[A-Za-z0-9_.-]+){1,15}"
_WHOLE = r"-[A-Za-z0-9]{6}$|\}$"
"""How the name of a secret ends in its ARN: with characters that AWS adds."""
_WORD = r"-(?:[a-z]{6}|[A-Z][a-z]{5}|[A-Z]{6})$"
"""How a name may end itself: one in sixty of the random endings that AWS adds looks like this.

AWS takes any six characters for its own, and finds no secret.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""


class SecretReference(NamedTuple):
    """Where a secret, or one key of it, is kept."""

    value: Value
    """What ECS gets."""
    arn: Value
    """What IAM gets; it has no keys."""
    action: str = GET_VALUE
    """What ECS must be allowed to do to read it."""
    selected: bool = False
    """Whether the value selects a key or a version already."""
    whole: bool = True
    """Whether the ARN has the characters that AWS adds to the name of each secret."""
    doubtful: bool = False
    """Whether these characters look like the last word of a name."""

    def key(self, name: str) -> Value:
        """Select one key of the secret."""
        return join("", self.value, f":{name}::")


def named_parameter(text: str) -> SecretReference | None:
    """Find a parameter of this region and account by its name, which begins with a slash.

    Any other text might be the secret itself.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
    """
    if not re.fullmatch(_PARAMETER_NAME, text):
        return None
    found = arn("ssm", f"parameter{text}")
    return SecretReference(found, found, GET_PARAMETERS)


def secret_reference(value: Value) -> SecretReference | None:
    """Find out where a secret is kept; None for a text that is not the ARN of one."""
    match value:
        case str():
            return None if "${" in value else _read(value, str)
        case {"Fn::Sub": str(text)}:
            found = _read(text, sub)
        case {"Fn::Sub": [str(text), Mapping() as own]}:
            found = _read(text, lambda part: sub(part, **own))
        case {"Fn::Join": ["", [Function() as secret, str(last)]]} if _selects(last):
            found = SecretReference(value, secret, selected=True)
        case {"Fn::Join": ["", [*parts, str(last)]]} if _selects(last):
            found = SecretReference(value, function("Fn::Join", ["", parts]), selected=True)
        case _:
            found = None
    # A value that is known only in the stack is assumed to be a secret.
    if arns.widens(value):
        return None
    return found._replace(value=value) if found else SecretReference(value, value)


def _selects(text: str) -> bool:
    """Tell whether a text selects a key or a version behind an ARN."""
    return re.fullmatch(_SELECTOR, text) is not None


def _read(text: str, write: Callable[[str], Value]) -> SecretReference | None:
    if re.fullmatch(_PARAMETER, text):
        return SecretReference(write(text), write(text), GET_PARAMETERS)
    if not (found := re.fullmatch(_SECRET, text)):
        return None
    whole = re.search(_WHOLE, found["arn"]) is not None
    return SecretReference(
        value=write(text),
        arn=write(found["arn"] if whole else f"{found['arn']}-??????"),
        selected=found["selector"] is not None,
        whole=whole,
        doubtful=re.search(_WORD, found["arn"]) is not None,
    )
