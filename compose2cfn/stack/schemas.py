"""What CloudFormation's registry says of the types of resources that are emitted here.

The table, ``schemas.json``, is generated from the schemas that cfn-lint bundles, and read when it
is first asked for: only an overlay, and emitters of others, need it.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple, NotRequired, TypeAlias, TypedDict

from compose2cfn.diagnostics import Steps

EACH = "*"
"""The step of a path that stands for each entry of a list."""


class ObjectSchema(NamedTuple):
    """What an object among the properties of a resource may contain."""

    names: frozenset[str]
    required: frozenset[str]
    below: Callable[[str], "ObjectSchema | None"]
    """The shape of the object, or of each entry of the list, that is the value of a property."""
    choices: tuple[tuple[str, ...], ...] = ()
    """Groups of names of which one must be there."""
    rivals: tuple[tuple[str, ...], ...] = ()
    """Groups of names of which no two may be there."""
    companions: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Names that must be there beside another one."""


class _Object(TypedDict):
    """An object of a schema: what it needs, and what it has, with the objects in that."""

    needs: list[str]
    has: dict[str, str | None]
    choices: NotRequired[list[list[str]]]
    rivals: NotRequired[list[list[str]]]
    companions: NotRequired[dict[str, list[str]]]


class _Schema(TypedDict):
    """What the table has of one type."""

    createOnly: list[str]
    conditionalCreateOnly: list[str]
    readOnly: list[str]
    objects: dict[str, _Object]


_Table: TypeAlias = Mapping[str, _Schema]

PROPERTIES = "Properties"
"""The object of a schema that holds the properties of the resource itself."""


@cache
def _table() -> _Table:
    text = (files("compose2cfn.stack") / "schemas.json").read_text(encoding="utf-8")
    table: _Table = json.loads(text)
    return table


def types() -> frozenset[str]:
    """List the types of resources that the table knows."""
    return frozenset(_table())


def create_only(kind: str) -> frozenset[Steps]:
    """List the paths of the properties whose change replaces a resource."""
    return _paths(_table()[kind]["createOnly"]) if kind in _table() else frozenset()


def conditionally_create_only(kind: str) -> frozenset[Steps]:
    """List the paths of the properties whose change may replace a resource."""
    return _paths(_table()[kind]["conditionalCreateOnly"]) if kind in _table() else frozenset()


def read_only(kind: str) -> frozenset[Steps]:
    """List the paths of the properties that AWS sets; `EACH` is a step into a list."""
    return _paths(_table()[kind]["readOnly"]) if kind in _table() else frozenset()


def required(kind: str) -> frozenset[str]:
    """List the properties that a resource cannot be without."""
    found = shape(kind)
    return found.required if found else frozenset()


def shape(kind: str) -> ObjectSchema | None:
    """Return the shape of the properties of a type; None if the table does not know it."""
    return _shape(kind, PROPERTIES) if kind in _table() else None


@cache
def _shape(kind: str, name: str) -> ObjectSchema:
    found = _table()[kind]["objects"][name]

    def below(word: str) -> ObjectSchema | None:
        inner = found["has"].get(word)
        return _shape(kind, inner) if inner else None

    return ObjectSchema(
        names=frozenset(found["has"]),
        required=frozenset(found["needs"]),
        below=below,
        choices=tuple(map(tuple, found.get("choices", ()))),
        rivals=tuple(map(tuple, found.get("rivals", ()))),
        companions={name: tuple(needs) for name, needs in found.get("companions", {}).items()},
    )


@cache
def _steps(path: str) -> Steps:
    return tuple(path.split("/"))


def _paths(written: list[str]) -> frozenset[Steps]:
    return frozenset(map(_steps, written))
