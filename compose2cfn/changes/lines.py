"""Find the lines of Compose files that cause the changes between their templates."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compose2cfn.changes.change import Cause, Change
from compose2cfn.changes.compare import Comparison
from compose2cfn.diagnostics import Location, Steps
from compose2cfn.model.app import App


class Origins(NamedTuple):
    """An application, and the Compose paths that its resources come from, by their ids."""

    app: App
    paths: Mapping[str, Steps]


def with_lines(comparison: Comparison, old: Origins, new: Origins) -> Comparison:
    """Say at each cause which lines it comes from, where that is certain.

    It is if the applications differ in one key only, and read no files whose content may differ, or
    if keys that differ have the names of what differs in the property.
    """
    lines = _differences(old.app, new.app)
    alone = len(lines) == 1 and not (_has_files(old.app) or _has_files(new.app))

    def placed(change: Change) -> Change:
        path = new.paths.get(change.id) or old.paths.get(change.id, ())
        causes = (
            cause
            if cause.by
            else cause._replace(
                lines=tuple(lines.values()) if alone else _lines(cause, path, lines)
            )
            for cause in change.causes
        )
        return change._replace(causes=tuple(causes))

    return comparison._replace(changes=tuple(map(placed, comparison.changes)))


def _differences(old: App, new: App) -> Mapping[Steps, Location]:
    """Tell where two applications differ in what is written: by paths of keys, the first place."""
    found: dict[Steps, Location] = {}
    for path in _differing(_written(old), _written(new)):
        place = new.places.get(path) or old.places.get(path)
        if not place and not _is_derived(path):
            place = new.place(path) or old.place(path)
        if place:
            found.setdefault(path[:3], place)
    return found


def _is_derived(path: Steps) -> bool:
    """Tell whether a value that nobody wrote comes from the name of the project."""
    return path[-1] == "name" and len(path) in {1, 3}


def _has_files(app: App) -> bool:
    """Tell whether files become a part of the template, whose content is not compared here."""
    mounts = (mount for service in app.project.services.values() for mount in service.volumes)
    return bool(app.project.configs) or any(mount.type == "bind" for mount in mounts)


def _written(app: App) -> Mapping[str, object]:
    """Collect the model, and the ``x-*`` keys of the top level, which are not printed with it."""
    top = [path for path in app.places if len(path) == 1 and str(path[0]).startswith("x-")]
    return app.to_compose(extensions=True) | {str(path[0]): app.written(path) for path in top}


def _differing(old: object, new: object, path: Steps = ()) -> Iterator[Steps]:
    match old, new:
        case Mapping(), Mapping():
            for name in sorted({*old, *new}, key=str):
                yield from _differing(old.get(name), new.get(name), (*path, name))
        case [*ones], [*others] if len(ones) == len(others):
            for number, (one, other) in enumerate(zip(ones, others, strict=True)):
                yield from _differing(one, other, (*path, number))
        case _:
            if old != new:
                yield path


def _lines(cause: Cause, path: Steps, lines: Mapping[Steps, Location]) -> tuple[Location, ...]:
    """List the lines of the keys of a resource that have the names of what differs."""
    names = {word.lower() for each in cause.paths for word in each.replace("[", ".").split(".")}
    return tuple(
        place
        for key, place in lines.items()
        if key[: len(path)] == path and str(key[-1]).replace("_", "") in names
    )
