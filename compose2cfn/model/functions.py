"""Intrinsic functions of CloudFormation: values that are known only when the stack is made."""

from collections.abc import Mapping

from compose2cfn.model.frozen import Frozen, frozen

_SHORT = frozenset(
    (
        *("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue"),
        *("Join", "Length", "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
    )
)
"""What follows ``Fn::`` in the long form, and the exclamation mark in the short one."""

OVERLAY = "x-aws-cloudformation"
CONDITIONAL = frozenset({"Outputs", "Resources"})
"""The sections of an overlay whose entries have the attribute ``Condition``: alone, it is that."""


class Function(Frozen[object]):
    """An intrinsic function: one name and its argument, ``{"Ref": "VpcId"}``.

    Whether a value is one is decided where it is read, and never guessed from a mapping later.
    """

    __slots__ = ()


def function(name: str, argument: object) -> Function:
    """Make a function of its long name and its argument."""
    return Function({name: frozen(argument)})


def function_of_tag(tag: str, argument: object) -> Function | None:
    """Make the function that a short tag stands for; None for any other tag."""
    name = tag.removeprefix("!")
    if name in {"Ref", "Condition"}:
        return function(name, argument)
    if name == "GetAtt" and isinstance(argument, str):
        return function("Fn::GetAtt", argument.split(".", 1))
    return function(f"Fn::{name}", argument) if name in _SHORT else None


def spelled_out(value: Mapping[str, object]) -> bool:
    """Tell whether a template reads a mapping as a function: by its one key."""
    if len(value) != 1:
        return False
    (name,) = value
    return name in {"Ref", "Condition"} or str(name).startswith("Fn::")
