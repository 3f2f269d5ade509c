"""Fold the fields that several emitters set on one thing, in any order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias, TypeGuard

from compose2cfn.model.frozen import LISTS, MAPPINGS, SIMPLE
from compose2cfn.model.functions import Function
from compose2cfn.stack.intrinsics import canonical

# The keys that identify the entries of a list. A list of other mappings is joined, equal ones once;
# a list of texts is one value.
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "ContainerDefinitions": ("Name",),
    "DependsOn": ("ContainerName",),
    "Environment": ("Name",),
    "LoadBalancers": ("ContainerName", "ContainerPort", "TargetGroupArn"),
    "MountPoints": ("ContainerPath",),
    "PortMappings": ("ContainerPort", "ContainerPortRange"),
    "Secrets": ("Name",),
    "SystemControls": ("Namespace",),
    "Tags": ("Key",),
    "Tmpfs": ("ContainerPath",),
    "Ulimits": ("Name",),
    "Volumes": ("Name",),
}


class Conflict(NamedTuple):
    """Two parts want different values under one name."""

    field: str
    """The name of the field that it is in."""
    below: str = ""
    """The way on from there: ``.Options.mode`` or ``[80]``."""

    def __str__(self) -> str:
        return f"{self.field}{self.below}"


_Path: TypeAlias = tuple[str, ...]
"""The names on the way to a value of the parts."""


def _conflict(here: _Path, entry: str = "") -> Conflict:
    field, *below = here
    return Conflict(field, "".join([*(f".{name}" for name in below), entry]))


def fold(parts: Iterable[Mapping[str, object]]) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    """Merge mappings, join lists of mappings; what cannot be merged is named as a conflict.

    The order of parts has no effect.
    """
    conflicts: list[Conflict] = []
    folded = _merged(parts, (), conflicts)
    return folded, tuple(dict.fromkeys(conflicts))


def _merged(
    parts: Iterable[Mapping[str, object]], above: _Path, conflicts: list[Conflict]
) -> dict[str, object]:
    """Gather what parts say under each name, and make one value of it."""
    said = defaultdict[str, list[object]](list)
    for fields in parts:
        for name, value in fields.items():
            said[name].append(value)
    return {
        name: values[0]
        if len(values) == 1 and type(values[0]) in SIMPLE
        else _one(values, (*above, name), conflicts)
        for name, values in said.items()
    }


def _one(values: list[object], here: _Path, conflicts: list[Conflict]) -> object:
    """Make one value of all the values under a name, or note the conflict here."""
    if all(map(_joins, values)):
        return _joined(values, here, conflicts)
    mappings = [v for v in values if _merges(v)]
    if len(mappings) == len(values):
        return _merged(mappings, here, conflicts)
    first, *others = values
    if any(differ(first, other) for other in others):
        conflicts.append(_conflict(here))
    return first


def _merges(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether several parts may add to a mapping, or it is a single value."""
    return (
        type(value) not in SIMPLE
        and isinstance(value, MAPPINGS)
        and not isinstance(value, Function)
    )


def differ(one: object, other: object) -> bool:
    """Tell whether two values are written differently, as 1, 1.0 and true are, which are equal."""
    if one is other or (type(one) is type(other) is str and one == other):
        return False
    return canonical(one) != canonical(other)


def _joins(value: object) -> bool:
    """Tell whether several parts may add to a list, or it is a single value."""
    return isinstance(value, LISTS) and all(isinstance(item, MAPPINGS) for item in value)


def _joined(
    lists: Iterable[object], here: _Path, conflicts: list[Conflict]
) -> list[Mapping[str, object]]:
    """Join lists: equal entries once, sorted by what identifies them."""
    items = [item for entries in lists if isinstance(entries, LISTS) for item in entries]
    if len(items) < 2:
        return items
    keys = IDENTITY.get(here[-1], ())
    joined: dict[tuple[tuple[int, str], ...], Mapping[str, object]] = {}
    for item in items:
        rank = tuple(_rank(item[key]) for key in keys if key in item) or (_rank(item),)
        known = joined.setdefault(rank, item)
        if known is not item and differ(known, item):
            entry = ", ".join(text or str(number) for number, text in rank)
            conflicts.append(_conflict(here, f"[{entry}]"))
    return [joined[rank] for rank in sorted(joined)]


def _rank(value: object) -> tuple[int, str]:
    """Sort numbers by size and everything else by its text."""
    match value:
        case int():
            return value, ""
        case str():
            return 0, value
    return 0, canonical(value)
