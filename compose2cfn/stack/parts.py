"""Fold the fields that several emitters set on one thing, in any order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeGuard

from compose2cfn.model.frozen import SIMPLE
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


def fold(parts: Iterable[Mapping[str, object]]) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    """Merge mappings, join lists of mappings; what cannot be merged is named as a conflict.

    The order of parts has no effect.
    """
    conflicts: list[Conflict] = []
    folded = _merged(parts, None, conflicts)
    return folded, tuple(dict.fromkeys(conflicts))


def _merged(
    parts: Iterable[Mapping[str, object]], above: Conflict | None, conflicts: list[Conflict]
) -> dict[str, object]:
    """Gather what parts say under each name, and make one value of it."""
    said: dict[str, list[object]] = {}
    for fields in parts:
        for name, value in fields.items():
            said.setdefault(name, []).append(value)
    return {
        name: values[0]
        if len(values) == 1 and type(values[0]) in SIMPLE
        else _one(name, values, _within(above, f".{name}") if above else Conflict(name), conflicts)
        for name, values in said.items()
    }


def _within(above: Conflict, step: str) -> Conflict:
    return Conflict(above.field, above.below + step)


def _one(name: str, values: list[object], here: Conflict, conflicts: list[Conflict]) -> object:
    """Make one value of all the values under a name, or note the conflict here."""
    mappings = [v for v in values if _merges(v)]
    if len(mappings) == len(values):
        return _merged(mappings, here, conflicts)
    if all(map(_joins, values)):
        return _joined(name, values, here, conflicts)
    first, *others = values
    if any(differ(first, other) for other in others):
        conflicts.append(here)
    return first


def _merges(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether several parts may add to a mapping, or it is a single value."""
    return (
        type(value) not in SIMPLE and isinstance(value, Mapping) and not isinstance(value, Function)
    )


def differ(one: object, other: object) -> bool:
    """Tell whether two values are written differently, as 1, 1.0 and true are, which are equal."""
    if one is other or (type(one) is type(other) is str and one == other):
        return False
    return canonical(one) != canonical(other)


def _joins(value: object) -> bool:
    """Tell whether several parts may add to a list, or it is a single value."""
    return isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value)


def _joined(
    name: str, lists: Iterable[object], here: Conflict, conflicts: list[Conflict]
) -> list[Mapping[str, object]]:
    """Join lists: equal entries once, sorted by what identifies them."""
    keys = IDENTITY.get(name, ())
    joined: dict[tuple[tuple[int, str], ...], Mapping[str, object]] = {}
    for item in (item for entries in lists if isinstance(entries, Sequence) for item in entries):
        rank = tuple(_rank(item[key]) for key in keys if key in item) or (_rank(item),)
        known = joined.setdefault(rank, item)
        if known is not item and differ(known, item):
            entry = ", ".join(text or str(number) for number, text in rank)
            conflicts.append(_within(here, f"[{entry}]"))
    return [joined[rank] for rank in sorted(joined)]


def _rank(value: object) -> tuple[int, str]:
    """Sort numbers by size and everything else by its text."""
    match value:
        case int():
            return value, ""
        case str():
            return 0, value
    return 0, canonical(value)
