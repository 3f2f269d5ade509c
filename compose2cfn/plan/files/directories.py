"""Find the directories of a container that must be volumes so that files can be in them.

ECS mounts directories and never files, and a volume hides what the image has at its place. So a
file whose directory the image may fill is delivered with that directory, and the image's own files
are copied into it first. What is mounted as a whole (a folder, an anonymous volume) is such a
directory too. Of directories within one another, the outermost is the one volume.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import dirname, normpath
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.frozen import Record
from compose2cfn.plan.files.delivered import DeliveredFile
from compose2cfn.plan.terms.paths import ancestors, within


class NeededDirectory(Record):
    """A directory that must be a volume, or a part of one."""

    path: str
    copied: bool
    """Whether the image's own files come first."""
    whole: bool
    """Whether it is mounted itself, and hides what an outer mount has there."""
    read_only: bool
    origin: KeyPath


class Layer(NamedTuple):
    """A directory in a delivered one that starts with the image's own files, or empty."""

    path: str
    copied: bool


class DeliveredDirectory(Record):
    """A directory that is delivered to a container, with its files by their absolute paths."""

    service: str
    path: str
    whole: bool
    """Whether it is mounted itself, not only because a file is in it."""
    layers: tuple[Layer, ...]
    """What is in it before the files, the outer ones first; the first is the directory itself."""
    files: tuple[DeliveredFile, ...]
    holds: tuple[str, ...]
    """Where other mounts are in it: a read-only one must have directories for them."""
    read_only: bool
    origin: KeyPath

    @property
    def seeded(self) -> bool:
        """Tell whether making it needs the service's own image."""
        return any(layer.copied for layer in self.layers)

    @property
    def filled(self) -> bool:
        """Tell whether anything is in it at the start."""
        return self.seeded or bool(self.files)


def needed_directories(
    files: Iterable[DeliveredFile], anonymous: Mapping[str, NeededDirectory], *, helped: bool
) -> Mapping[str, NeededDirectory]:
    """List the directories that must be volumes, by path; what is mounted as a whole decides.

    ``anonymous`` has those that are anonymous volumes; ``helped`` says that the image's own files
    do not matter.
    """
    found: dict[str, NeededDirectory] = {}
    for file in files:
        path = directory_of(file)
        new = NeededDirectory(
            path=path,
            copied=not (file.directory or helped or file.helped),
            whole=bool(file.directory),
            read_only=file.read_only,
            origin=file.origin,
        )
        known = found.setdefault(path, new)
        found[path] = known.but(
            copied=known.copied and new.copied,
            whole=known.whole or new.whole,
            read_only=known.read_only and new.read_only,
        )
    return {**found, **anonymous}


def directory_of(file: DeliveredFile) -> str:
    """Name the directory that a file needs: what is mounted as a whole, or the one it is in."""
    return normpath(file.directory) if file.directory else dirname(normpath(file.target))


def delivered_directories(
    service: str,
    files: Sequence[DeliveredFile],
    needed: Mapping[str, NeededDirectory],
    others: Iterable[str],
) -> Iterator[DeliveredDirectory]:
    """Put files into the outermost of the directories that they need, sorted by path.

    ``others`` are the targets of the service's other mounts.
    """
    around = {path: _outermost(path, needed) for path in needed}
    parts: dict[str, list[NeededDirectory]] = {}
    for path in sorted(needed):
        parts.setdefault(around[path], []).append(needed[path])
    members: dict[str, list[DeliveredFile]] = {}
    for file in files:
        members.setdefault(around[directory_of(file)], []).append(file)
    for path in sorted(parts):
        seen = _seen(members.get(path, ()), needed)
        yield DeliveredDirectory(
            service=service,
            path=path,
            whole=needed[path].whole,
            layers=tuple(_layers(parts[path], needed, path)),
            files=seen,
            holds=tuple(sorted(other for other in others if within(other, path))),
            read_only=not needed[path].copied and all(part.read_only for part in parts[path]),
            origin=seen[0].origin if seen else needed[path].origin,
        )


def _outermost(path: str, needed: Mapping[str, NeededDirectory]) -> str:
    """Find the outermost directory that must be a volume and contains a path."""
    return next((outer for outer in reversed(ancestors(path)) if outer in needed), path)


def _layers(
    parts: Iterable[NeededDirectory], needed: Mapping[str, NeededDirectory], path: str
) -> Iterator[Layer]:
    """List the directories at and below a path that start differently from what they are in."""
    yield Layer(path, needed[path].copied)
    for inner in parts:
        if inner.path == path or not inner.whole:
            continue
        above = (needed[outer] for outer in ancestors(inner.path) if outer in needed)
        around = next(outer for outer in above if outer.whole or outer.path == path)
        if not (inner.copied and around.copied):
            yield Layer(inner.path, inner.copied)


def _seen(
    files: Iterable[DeliveredFile], needed: Mapping[str, NeededDirectory]
) -> tuple[DeliveredFile, ...]:
    """List the files that show in a directory, sorted; a single file hides one of a folder."""
    seen: dict[str, DeliveredFile] = {}
    for file in sorted(files, key=lambda file: (not file.directory, len(file.directory))):
        if not _hidden(file, needed):
            seen[normpath(file.target)] = file
    return tuple(seen[target] for target in sorted(seen))


def _hidden(file: DeliveredFile, needed: Mapping[str, NeededDirectory]) -> bool:
    """Tell whether another directory is mounted over a file of a folder."""
    return bool(file.directory) and any(
        above in needed and needed[above].whole and within(above, file.directory)
        for above in ancestors(normpath(file.target))
    )
