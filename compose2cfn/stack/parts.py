"""Fold the fields that several emitters give one thing, whatever order they come in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from compose2cfn.model.functions import Function
from compose2cfn.stack.intrinsics import canonical

# What tells the entries of a list apart. A list of other mappings is joined, equal ones once; a
# list of texts is one value.
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

    name: str

    @property
    def field(self) -> str:
        """The field that it lies in."""
        return self.name.partition(".")[0].partition("[")[0]


def fold(parts: Iterable[Mapping[str, object]]) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    """Merge mappings, join lists of mappings; what cannot be merged is named as a conflict.

    The order of parts leaves no trace.
    """
    conflicts: list[Conflict] = []
    folded = _merged(parts, "", conflicts)
    return folded, tuple(dict.fromkeys(conflicts))


def _merged(
    parts: Iterable[Mapping[str, object]], prefix: str, conflicts: list[Conflict]
) -> dict[str, object]:
    """Gather what parts say under each name, and make one value of it."""
    said: dict[str, list[object]] = {}
    for fields in parts:
        for name, value in fields.items():
            said.setdefault(name, []).append(value)
    return {name: _one(name, values, prefix, conflicts) for name, values in said.items()}


def _one(name: str, values: list[object], prefix: str, conflicts: list[Conflict]) -> object:
    """Make one value of all that are wanted under a name."""
    path = f"{prefix}{name}"
    mappings = [v for v in values if isinstance(v, Mapping) and not isinstance(v, Function)]
    if len(mappings) == len(values):
        return _merged(mappings, f"{path}.", conflicts)
    if all(map(_joins, values)):
        return _joined(name, values, path, conflicts)
    first, *others = values
    if any(_differ(first, other) for other in others):
        conflicts.append(Conflict(path))
    return first


def _differ(one: object, other: object) -> bool:
    """Tell whether two values are written differently."""
    return one != other and canonical(one) != canonical(other)


def _joins(value: object) -> bool:
    """Tell a list that several parts may add to from one that is a single value."""
    return isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value)


def _joined(
    name: str, lists: Iterable[object], path: str, conflicts: list[Conflict]
) -> list[Mapping[str, object]]:
    """Put lists together: equal entries once, sorted by what tells them apart."""
    keys = IDENTITY.get(name, ())
    joined: dict[tuple[tuple[int, str], ...], Mapping[str, object]] = {}
    for item in (item for entries in lists if isinstance(entries, Sequence) for item in entries):
        rank = tuple(_rank(item[key]) for key in keys if key in item) or (_rank(item),)
        if _differ(joined.setdefault(rank, item), item):
            entry = ", ".join(text or str(number) for number, text in rank)
            conflicts.append(Conflict(f"{path}[{entry}]"))
    return [joined[rank] for rank in sorted(joined)]


def _rank(value: object) -> tuple[int, str]:
    """Sort numbers by size and everything else by its text."""
    match value:
        case int():
            return value, ""
        case str():
            return 0, value
    return 0, canonical(value)
