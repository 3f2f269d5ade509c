"""Values that are known only when the stack is created: the functions that return them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from compose2cfn.findings import Spot
from compose2cfn.model.aws import Value
from compose2cfn.model.frozen import LISTS, MAPPINGS, SIMPLE
from compose2cfn.model.functions import Function, function, spelled_out

_T = TypeVar("_T")

__all__ = [
    "DYNAMIC_REFERENCE",
    "REGION",
    "STACK_NAME",
    "STACK_UUID",
    "Use",
    "Value",
    "arn",
    "attribute",
    "check_plain",
    "comparable",
    "distinct",
    "join",
    "part",
    "ref",
    "references",
    "referred",
    "sub",
    "uses",
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


DYNAMIC_REFERENCE = "{{resolve:"
"""How a reference begins that CloudFormation resolves while it creates a stack."""

STACK_NAME = ref("AWS::StackName")
REGION = ref("AWS::Region")
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


def comparable(value: object) -> str:
    """Write a value as a text to compare and sort it by; equal values have equal texts."""
    return json.dumps(value, sort_keys=True)


Use: TypeAlias = tuple[str, str]
"""What a value needs of its template: what kind of thing, and its name.

The kind is ``Ref``, ``Fn::GetAtt``, ``Condition`` or ``Fn::FindInMap``, as the function that needs
it.
"""


def references(value: object) -> frozenset[str]:
    """List the logical ids, parameters and pseudo parameters that a value refers to."""
    return referred(uses(value))


def referred(used: Iterable[Use]) -> frozenset[str]:
    """List of what is needed the logical ids, parameters and pseudo parameters."""
    return frozenset(name for kind, name in used if kind in {"Ref", "Fn::GetAtt"})


def uses(value: object) -> frozenset[Use]:
    """List what the functions in a value need of the template."""
    found: set[Use] = set()
    _gather(value, found)
    return frozenset(found)


def _gather(value: object, found: set[Use]) -> None:
    """Add what the functions in a value need."""
    items: Iterable[object] = ()
    if isinstance(value, LISTS):
        items = value
    elif isinstance(value, MAPPINGS) and not (len(value) == 1 and _gather_function(value, found)):
        items = value.values()
    for item in items:
        if type(item) not in SIMPLE:  # which needs nothing
            _gather(item, found)


def _gather_function(value: Mapping[str, object], found: set[Use]) -> bool:
    """Add what a function needs; False for anything else, whose parts may need something."""
    ((key, argument),) = value.items()
    if isinstance(argument, str):
        return _gather_named(key, argument, found)
    match key, argument:
        case (("Fn::GetAtt" | "Fn::FindInMap"), [str(name), *rest]):
            found.add((key, name))
            _gather(rest, found)
        case "Fn::If", [str(name), *rest]:
            found.add(("Condition", name))
            _gather(rest, found)
        case "Fn::Sub", [str(text), Mapping() as own]:
            found |= {(kind, name) for kind, name in _named(text) if name not in own}
            _gather(own, found)
        case _:
            return False
    return True


def _gather_named(key: str, argument: str, found: set[Use]) -> bool:
    """Add what a function of a text needs; False for anything else."""
    match key:
        case "Ref" | "Condition":
            found.add((key, argument))
        case "Fn::GetAtt":
            found.add((key, argument.partition(".")[0]))
        case "Fn::Sub":
            found |= {*_named(argument)}
        case _:
            return False
    return True


def _named(text: str) -> Iterator[Use]:
    """List what ``${…}`` names in a text; ``${!…}`` is written out by CloudFormation as it is."""
    for piece in text.split("${")[1:]:
        inner, closed, _ = piece.partition("}")
        if closed and not piece.startswith("!"):
            name, dot, _ = inner.strip().partition(".")
            yield ("Fn::GetAtt" if dot else "Ref"), name
