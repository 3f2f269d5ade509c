"""Check the conditions of policy statements, before IAM refuses them."""

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Spot
from compose2cfn.model.functions import Function

_DATE = r"(?a)\d+|\d{4}(-\d\d){0,2}([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_NUMBER = r"(?a)[-+]?\d+(\.\d+)?"
_ARN = r"\*|arn:(?:[^:]*:){4}.*"


def _address(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


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


def report_refused(message: str, spot: Spot) -> None:
    """Report what IAM refuses in a policy document."""
    spot.error("policy-refused", f"IAM refuses this: {message}")


def check_conditions(said: object, spot: Spot) -> None:
    """Report what IAM refuses in the conditions of a statement; functions are not checked."""
    if said is None or isinstance(said, Function):
        return
    if not isinstance(said, Mapping):
        report_refused("a Condition must be a mapping of operators", spot)
        return
    for written, operands in said.items():
        _check_operator(str(written), operands, spot / str(written))


def _check_operator(written: str, operands: object, spot: Spot) -> None:
    single = re.sub(r"^(ForAllValues|ForAnyValue):", "", written)
    operator = single.removesuffix("IfExists")
    if operator not in _OPERATORS or (operator == "Null" and single != operator):
        hint = did_you_mean(operator, _OPERATORS)
        report_refused(f"there is no operator {written!r}{hint}", spot)
    elif not isinstance(operands, Mapping):
        report_refused("an operator must have a mapping of keys to values", spot)
    else:
        for key, operand in operands.items():
            _check_operand(operator, operand, spot / str(key))


def _check_operand(operator: str, operand: object, spot: Spot) -> None:
    items: Iterable[object] = operand if isinstance(operand, list | tuple) else (operand,)
    for item in items:
        text = str(item).lower() if isinstance(item, bool) else str(item)
        if isinstance(item, Mapping | list | tuple):
            if not isinstance(item, Function):
                report_refused("the value of a condition must be a text", spot)
        elif "${" not in text and not _OPERATORS[operator](text):
            report_refused(f"{spot.shown(text)!r} is not a valid value for {operator}", spot)
