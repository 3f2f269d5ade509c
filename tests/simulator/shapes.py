"""Hold CloudFormation values against the shapes of AWS's API descriptions."""

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

Measured = TypeVar("Measured")


class ShapeFault(Exception):
    """The API does not take such a value."""


def to_api(value: object, shape: Shape, path: str) -> object:
    """Spell a CloudFormation value as the API wants it, or say why it cannot be one.

    Member names match in any case; unknown and missing members, types, enums, patterns, lengths
    and ranges are checked. CloudFormation takes a number as text and text as a number, but a
    boolean for text is a fault: nobody who writes one means the word that AWS makes of it.
    """
    match shape:
        case StructureShape():
            return _structure(value, shape, path)
        case ListShape():
            items = [
                to_api(item, shape.member, f"{path}[{index}]")
                for index, item in enumerate(_list(value, shape, path))
            ]
            return _measured(items, len(items), shape, path)
        case MapShape():
            if not isinstance(value, dict):
                _fault(shape, path, f"expected a map, got {value!r}")
            table = {
                str(key): to_api(item, shape.value, f"{path}.{key}") for key, item in value.items()
            }
            return _measured(table, len(table), shape, path)
        case StringShape():
            return _string(value, shape, path)
    return _scalar(value, shape, path)


def _fault(shape: Shape, path: str, message: str) -> NoReturn:
    raise ShapeFault(f"{path}: {message} (API shape {shape.name})")


def _structure(value: object, shape: StructureShape, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        _fault(shape, path, f"expected an object, got {value!r}")
    spelled = {member.lower(): member for member in shape.members}
    out = {}
    for key, item in value.items():
        member = spelled.get(key.lower())
        if member is None:
            _fault(shape, path, f"unknown member {key}")
        out[member] = to_api(item, shape.members[member], f"{path}.{key}")
    for member in shape.required_members:
        if member not in out:
            _fault(shape, path, f"required member {member} missing")
    return out


def _list(value: object, shape: Shape, path: str) -> list[object]:
    if not isinstance(value, list):
        _fault(shape, path, f"expected a list, got {value!r}")
    return value


def _string(value: object, shape: StringShape, path: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        _fault(shape, path, f"expected a string, got {value!r}")
    text = str(value)
    if shape.enum and text not in shape.enum:
        _fault(shape, path, f"{text!r} is not one of {list(shape.enum)[:12]}")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, text):
        _fault(shape, path, f"{text!r} does not match {pattern}")
    return _measured(text, len(text), shape, path)


def _matches(pattern: str, text: str) -> bool:
    try:
        return bool(re.search(pattern, text))
    except re.error:  # written for Java, and Python reads it otherwise: the other checks remain
        return True


def _scalar(value: object, shape: Shape, path: str) -> object:
    convert: Callable[[str], int | float]
    match shape.type_name:
        case "boolean":
            if str(value).lower() not in {"true", "false"}:
                _fault(shape, path, f"expected a boolean, got {value!r}")
            return str(value).lower() == "true"
        case "integer" | "long":
            convert = int
        case "float" | "double":
            convert = float
        case _:
            return value
    try:
        number = convert(str(value))
    except ValueError:
        _fault(shape, path, f"expected a number, got {value!r}")
    return _measured(number, number, shape, path)


def _measured(value: Measured, size: float, shape: Shape, path: str) -> Measured:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        _fault(shape, path, f"{str(value)[:60]!r} is below the minimum of {low}")
    if high is not None and size > high:
        _fault(shape, path, f"{str(value)[:60]!r} is above the maximum of {high}")
    return value
