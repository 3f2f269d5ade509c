"""Fold the fields that several emitters give one thing, whatever order they come in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compose2cfn.plan.terms.values import intrinsic
from compose2cfn.stack.intrinsics import canonical

# What tells the entries of a list apart. A list of other mappings is joined, equal ones once; a
# list of texts is one value.
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "ContainerDefinitions": ("Name",),
    "DependsOn": ("ContainerName",),
    "Environment": ("Name",),
    "LoadBalancers": ("ContainerName", "ContainerPort", "TargetGroupArn"),
    "MountPoints": ("ContainerPath",),
    "PortMappings": ("ContainerPort", "ContainerPortRange", "Protocol"),
    "Secrets": ("Name",),
    "SystemControls": ("Namespace",),
    "Tags": ("Key",),
    "Tmpfs": ("ContainerPath",),
    "Ulimits": ("Name",),
    "Volumes": ("Name",),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two parts want different values under one name."""

    name: str

    @property
    def field(self) -> str:
        """The field that it lies in."""
        return self.name.partition(".")[0].partition("[")[0]


def fold(parts: Iterable[Mapping[str, object]]) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    """Merge mappings, join lists of mappings; what cannot be merged is named as a conflict.

    Without a conflict the order of parts leaves no trace; with one they are folded in an order of
    their own, so that it leaves none either.
    """
    given = list(parts)
    folded, conflicts = _folded(given)
    return _folded(sorted(given, key=canonical)) if conflicts else (folded, ())


def _folded(
    parts: Iterable[Mapping[str, object]],
) -> tuple[dict[str, object], tuple[Conflict, ...]]:
    conflicts: list[Conflict] = []
    folded: dict[str, object] = {}
    for fields in parts:
        _merge(folded, fields, "", conflicts)
    return folded, tuple(dict.fromkeys(conflicts))


def _merge(
    into: dict[str, object], fields: Mapping[str, object], prefix: str, conflicts: list[Conflict]
) -> None:
    for name, value in fields.items():
        path = f"{prefix}{name}"
        match into.get(name), value:
            case None, Mapping() if not intrinsic(value):
                fresh: dict[str, object] = {}
                _merge(fresh, value, f"{path}.", conflicts)
                into[name] = fresh
            case None, _:
                into[name] = (
                    list(_joined(name, [value], path, conflicts)) if _joins(value) else value
                )
            case dict() as known, Mapping() if not intrinsic(known) and not intrinsic(value):
                _merge(known, value, f"{path}.", conflicts)
            case list() as known, _ if _joins(known) and _joins(value):
                into[name] = list(_joined(name, [known, value], path, conflicts))
            case known, _ if canonical(known) != canonical(value):
                conflicts.append(Conflict(path))


def _joins(value: object) -> bool:
    """Tell a list that several parts may add to from one that is a single value."""
    return isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value)


def _joined(
    name: str, lists: Iterable[object], path: str, conflicts: list[Conflict]
) -> Iterable[Mapping[str, object]]:
    """Put lists together: equal entries once, sorted by what tells them apart."""
    keys = IDENTITY.get(name, ())
    joined: dict[tuple[tuple[int, str], ...], Mapping[str, object]] = {}
    for item in (item for entries in lists if isinstance(entries, Sequence) for item in entries):
        rank = tuple(_rank(item[key]) for key in keys if key in item) or (_rank(item),)
        if canonical(joined.setdefault(rank, item)) != canonical(item):
            conflicts.append(Conflict(f"{path}[{', '.join(text for _, text in rank)}]"))
    return [joined[rank] for rank in sorted(joined)]


def _rank(value: object) -> tuple[int, str]:
    """Sort numbers by size and everything else by its text."""
    match value:
        case int():
            return value, ""
        case str():
            return 0, value
    return 0, canonical(value)
