"""Compare the content of templates: where it differs, and what a change elsewhere changes in it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.plan.terms.values import Use, uses
from compose2cfn.stack.schemas import EACH

_NAMES = ("Name", "Key", "ContainerName", "Sid", "PolicyName")
"""What the entries of a list are told apart by, in paths that people read."""


def mapping(value: object) -> Mapping[str, object]:
    """Return a mapping of a template; an empty one if it is something else."""
    return {str(name): each for name, each in value.items()} if isinstance(value, dict) else {}


def differing(old: object, new: object, path: str = "") -> Iterator[str]:
    """List the paths at which two values differ."""
    match old, new:
        case dict(), dict() if not _is_function(old) and not _is_function(new):
            for name in sorted({*old, *new}, key=str):
                step = f"{path}.{name}" if path else str(name)
                yield from differing(old.get(name), new.get(name), step)
        case list(), list() if len(old) == len(new) and _labels(old) == _labels(new):
            for label, one, other in zip(_labels(new), old, new, strict=True):
                yield from differing(one, other, f"{path}[{label}]")
        case _:
            if old != new:
                yield path


def differing_later(old: object, new: object, later: object, path: str = "") -> Iterator[str]:
    """List the paths at which a value becomes another one later, where it is not another one now.

    ``later`` is what `unsettled` makes of the new value.
    """
    match old, new, later:
        case dict(), dict(), dict() if not _is_function(old) and not _is_function(new):
            for name in sorted({*old, *new}, key=str):
                step = f"{path}.{name}" if path else str(name)
                yield from differing_later(old.get(name), new.get(name), later.get(name), step)
        case list(), list(), list() if len(old) == len(new) and _labels(old) == _labels(new):
            for label, one, other, last in zip(_labels(new), old, new, later, strict=True):
                yield from differing_later(one, other, last, f"{path}[{label}]")
        case _:
            if old == new:
                yield from differing(new, later, path)


def _labels(entries: list[object]) -> list[str]:
    """Name the entries of a list: by their names if these are unique, else by number."""
    for key in _NAMES:
        names = [mapping(entry).get(key) for entry in entries]
        if all(isinstance(name, str) for name in names) and len(set(map(str, names))) == len(names):
            return [str(name) for name in names]
    return [str(number) for number, _ in enumerate(entries)]


def _is_function(value: Mapping[object, object]) -> bool:
    name = next(iter(value)) if len(value) == 1 else ""
    return name in {"Ref", "Condition"} or str(name).startswith("Fn::")


def at(value: object, steps: Steps) -> object:
    """Return what is at a path of a schema, in which `EACH` goes into the entries of a list."""
    if not steps:
        return value
    first, *rest = steps
    if first == EACH:
        entries = value if isinstance(value, list) else []
        return [at(entry, tuple(rest)) for entry in entries]
    return at(mapping(value).get(str(first)), tuple(rest))


@dataclass(frozen=True)
class _Changing:
    """What stands in the place of a function whose value changes."""

    by: str


def unsettled(value: object, changing: Collection[Use]) -> object:
    """Put something else in the place of each function that uses what changes."""
    match value:
        case dict() if _is_function(value):
            by = sorted(name for kind, name in uses(value) if (kind, name) in changing)
            return _Changing(by[0]) if by else value
        case dict():
            return {name: unsettled(each, changing) for name, each in value.items()}
        case list():
            return [unsettled(each, changing) for each in value]
    return value


def changing_in(value: object) -> Iterator[str]:
    """List what was put in by `unsettled`, by the names of the resources that change."""
    match value:
        case _Changing(by):
            yield by
        case dict():
            for each in value.values():
                yield from changing_in(each)
        case list():
            for each in value:
                yield from changing_in(each)
