"""Values that are known only when the stack is created: the functions that return them."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from compose2cfn.findings import Spot
from compose2cfn.model.aws import Value
from compose2cfn.model.functions import Function, function, spelled_out

_T = TypeVar("_T")

__all__ = [
    "NO_VALUE",
    "REGION",
    "STACK_NAME",
    "STACK_UUID",
    "Value",
    "arn",
    "attribute",
    "check_plain",
    "distinct",
    "join",
    "part",
    "ref",
    "references",
    "sub",
]


def ref(id_: str) -> Function:
    """Refer to a parameter, a pseudo parameter or a resource."""
    return function("Ref", id_)


def attribute(id_: str, name: str) -> Function:
    """Refer to an attribute of a resource."""
    return function("Fn::GetAtt", [id_, name])


def sub(text: str, **values: object) -> Function:
    """Substitute ``${…}`` in a text."""
    return function("Fn::Sub", [text, values] if values else text)


def join(separator: str, *parts: Value) -> Value:
    """Join parts; where all are known, that is a text."""
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return separator.join(texts)
    return function("Fn::Join", [separator, parts])


def part(index: int, separator: str, text: object) -> Function:
    """Split a text and take one part of it, counted from 0."""
    return function("Fn::Select", [index, function("Fn::Split", [separator, text])])


STACK_NAME = ref("AWS::StackName")
REGION = ref("AWS::Region")
NO_VALUE = ref("AWS::NoValue")
STACK_UUID = part(2, "/", ref("AWS::StackId"))
"""The part of the stack's id that is unique."""


def arn(
    service: str,
    resource: str,
    *,
    region: str = "${AWS::Region}",
    account: str = "${AWS::AccountId}",
) -> Function:
    """Write the ARN of a resource in this stack's partition."""
    return sub(f"arn:${{AWS::Partition}}:{service}:{region}:{account}:{resource}")


def check_plain(mapping: Mapping[str, object], spot: Spot) -> None:
    """Report a mapping of the Compose file that a template would read as a function."""
    if spelled_out(mapping):
        (name,) = mapping
        (spot / name).error(
            "function-name",
            f"CloudFormation reads a mapping whose only key is {name} as an intrinsic function; "
            "add another entry, or give this one another name",
        )


def distinct(values: Iterable[_T]) -> tuple[_T, ...]:
    """Keep each value once, in order; intrinsic functions are compared like texts."""
    found: list[_T] = []
    for value in values:
        if value not in found:
            found.append(value)
    return tuple(found)


def references(value: object) -> frozenset[str]:
    """List the logical ids, parameters and pseudo parameters that a value refers to."""
    found: set[str] = set()
    _gather(value, found)
    return frozenset(found)


def _gather(value: object, found: set[str]) -> None:
    """Add what a value refers to."""
    match value:
        case str() | int() | float() | None:
            pass
        case dict() | Mapping():
            if len(value) != 1 or not _gather_function(value, found):
                for item in value.values():
                    _gather(item, found)
        case list() | tuple():
            for item in value:
                _gather(item, found)


def _gather_function(value: Mapping[str, object], found: set[str]) -> bool:
    """Add what a function refers to; False for anything else, whose parts may have references."""
    match value:
        case {"Ref": str(id_)}:
            found.add(id_)
        case {"Fn::GetAtt": str(text)}:
            found.add(text.partition(".")[0])
        case {"Fn::GetAtt": [str(id_), *_]}:
            found.add(id_)
        case {"Fn::Sub": str(text)}:
            found |= _named(text)
        case {"Fn::Sub": [str(text), Mapping() as own]}:
            found |= _named(text) - frozenset(map(str, own))
            _gather(own, found)
        case _:
            return False
    return True


def _named(text: str) -> frozenset[str]:
    """List what ``${…}`` names in a text; ``${!…}`` is written out by CloudFormation as it is."""
    pieces = text.split("${")[1:]
    return frozenset(
        piece.partition("}")[0].strip().partition(".")[0]
        for piece in pieces
        if "}" in piece and not piece.startswith("!")
    )
