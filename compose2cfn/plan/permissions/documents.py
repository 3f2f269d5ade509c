"""Check policy documents that a file brings along, before IAM refuses them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network

from compose2cfn.diagnostics import Steps, did_you_mean
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import intrinsic

VERSIONS = ("2012-10-17", "2008-10-17")
LARGEST = 10_240
"""Characters of all policies within one role, white space aside."""
MOST_MANAGED = 25
"""Managed policies that one role can have."""

_LENGTH_OF_ARN = 92
"""Characters of a long one, in quotes."""
_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"\*|[^:*?]+:[^:]+")
_RESOURCE = re.compile(r"\*|arn:[^:]*:[^:*?]+:[^:]*:[^:]*:.+")
# Buckets, roles and hosted zones have no region; a bucket has no account either.
_PLACELESS = re.compile(
    r"arn:[^:]*:(?:iam|route53):[^:*?]+:.*"
    r"|arn:[^:]*:s3:(?:[^:*?]+:[^:]*|[^:]*:[^:*?]+):[^/]*"
)
_DATE = re.compile(r"\d+|\d{4}(-\d\d){0,2}([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_ARN = re.compile(r"\*|arn:(?:[^:]*:){4}.*")


def _address(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _anything(_: str) -> bool:
    return True


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(
        (
            *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
            *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        ),
        _anything,
    ),
    **dict.fromkeys(
        (
            *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
            *("NumericGreaterThan", "NumericGreaterThanEquals"),
        ),
        _matches(_NUMBER),
    ),
    **dict.fromkeys(
        (
            *("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals"),
            *("DateGreaterThan", "DateGreaterThanEquals"),
        ),
        _matches(_DATE),
    ),
    **dict.fromkeys(("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), _matches(_ARN)),
    **dict.fromkeys(("IpAddress", "NotIpAddress"), _address),
    **dict.fromkeys(("Bool", "Null"), {"true", "false"}.__contains__),
    "BinaryEquals": _matches(_BASE64),
}


def extent(value: object) -> int:
    """Count the characters of a document as IAM does; an intrinsic function counts as an ARN."""
    match value:
        case Mapping() if intrinsic(value):
            return _LENGTH_OF_ARN
        case Mapping():
            return max(2, 1 + sum(extent(key) + extent(item) + 2 for key, item in value.items()))
        case str():
            return len(value) + 2
        case Sequence():
            return max(2, 1 + sum(extent(item) + 1 for item in value))
    return len(str(value))


def check(document: Mapping[str, object], path: Steps, notes: Notes) -> None:
    """Report what IAM would refuse of a policy document for a role; intrinsics are left alone."""
    for key in document:
        if key not in _ELEMENTS:
            _fault(
                notes,
                f"a policy document has no {key!r}{did_you_mean(key, _ELEMENTS)}",
                (*path, key),
            )
    version = document.get("Version", VERSIONS[0])
    if isinstance(version, str) and version not in VERSIONS:
        _fault(notes, f'there is no version {version!r}; write "{VERSIONS[0]}"', (*path, "Version"))
    statements = document.get("Statement")
    found = statements if isinstance(statements, list | tuple) else [statements]
    if not statements:
        _fault(notes, "a policy document needs a Statement", path)
        return
    sids: set[str] = set()
    for place, statement in enumerate(found):
        here = (*path, "Statement", place) if found is statements else (*path, "Statement")
        if not isinstance(statement, Mapping):
            _fault(notes, "a statement is a mapping", here)
        elif not intrinsic(statement):
            _statement(statement, here, sids, notes)


def _fault(notes: Notes, message: str, path: Steps) -> None:
    notes.error("policy-refused", f"IAM refuses this: {message}", path)


def _statement(statement: Mapping[str, object], path: Steps, sids: set[str], notes: Notes) -> None:
    for key in statement:
        if key in {"Principal", "NotPrincipal"}:
            _fault(notes, "the role is itself the principal of its policies", (*path, key))
        elif key not in _STATEMENT:
            hint = did_you_mean(key, _STATEMENT)
            _fault(notes, f"a statement has no {key!r}{hint}", (*path, key))
    sid = statement.get("Sid", "")
    if isinstance(sid, str) and (not _SID.fullmatch(sid) or (sid and sid in sids)):
        _fault(notes, "a Sid is made of letters and digits, and no two are equal", (*path, "Sid"))
    sids.add(str(sid))
    effect = statement.get("Effect")
    if not intrinsic(effect) and effect not in ("Allow", "Deny"):  # it may be a list
        _fault(notes, "a statement needs an Effect: Allow or Deny", (*path, "Effect"))
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource")):
        if one in statement and other in statement:
            _fault(notes, f"{one} and {other} exclude each other", (*path, other))
        elif not (statement.get(one) or statement.get(other)):
            article = "an" if one == "Action" else "a"
            _fault(notes, f"a statement needs {article} {one}", path)
    _patterns(statement, path, notes)
    _conditions(statement.get("Condition"), (*path, "Condition"), notes)


def _patterns(statement: Mapping[str, object], path: Steps, notes: Notes) -> None:
    """Check what a statement allows, and on what."""
    for key, value in statement.items():
        for text in _texts(value):
            match key:
                case "Action" | "NotAction" if not _ACTION.fullmatch(text):
                    wrong = f"{text!r} is no action; write e.g. s3:GetObject"
                case "Resource" | "NotResource" if not _RESOURCE.fullmatch(text):
                    wrong = f"{text!r} is neither an ARN nor *"
                case "Resource" | "NotResource" if _PLACELESS.fullmatch(text):
                    wrong = f"the ARN {text!r} has a region or an account where there is none"
                case _:
                    continue
            _fault(notes, wrong, (*path, key))


def _texts(value: object) -> Iterator[str]:
    """List the texts of a value that may be one or several."""
    match value:
        case str():
            yield value
        case Sequence():
            yield from (item for item in value if isinstance(item, str))


def _conditions(value: object, path: Steps, notes: Notes) -> None:
    if value is None or intrinsic(value):
        return
    if not isinstance(value, Mapping):
        _fault(notes, "a Condition is a mapping of operators", path)
        return
    for written, operands in value.items():
        here = (*path, written)
        plain = re.sub(r"^(ForAllValues|ForAnyValue):", "", written)
        operator = plain.removesuffix("IfExists")
        if operator not in _OPERATORS or (operator == "Null" and plain != operator):
            hint = did_you_mean(operator, _OPERATORS)
            _fault(notes, f"there is no operator {written!r}{hint}", here)
        elif not isinstance(operands, Mapping):
            _fault(notes, "an operator holds a mapping of keys to values", here)
        else:
            for key, operand in operands.items():
                _operand(operator, operand, (*here, key), notes)


def _operand(operator: str, operand: object, path: Steps, notes: Notes) -> None:
    items: Iterable[object] = operand if isinstance(operand, list | tuple) else (operand,)
    for item in items:
        text = str(item).lower() if isinstance(item, bool) else str(item)
        if isinstance(item, Mapping | list | tuple):
            if not intrinsic(item):
                _fault(notes, "the value of a condition is a text", path)
        elif "${" not in text and not _OPERATORS[operator](text):
            _fault(notes, f"{text!r} is nothing that {operator} compares", path)
