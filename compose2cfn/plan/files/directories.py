"""Find the directories of a container that must be volumes for files to stand in them.

ECS mounts directories and never files, and a volume hides what the image has at its place. So a
file whose directory the image may fill is delivered with that directory, and the image's own files
come into it first. What is mounted as a whole (a folder, an anonymous volume) is a directory
likewise. One volume holds all that stands within another: the outermost.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, normpath

from compose2cfn.diagnostics import Steps
from compose2cfn.plan.files.delivered import Brought
from compose2cfn.plan.storage.mounts import within
from compose2cfn.plan.storage.volumes import Scratch


@dataclass(frozen=True, slots=True)
class Need:
    """A directory that must be a volume, or a part of one."""

    path: str
    copied: bool
    """Whether the image's own files come first."""
    whole: bool
    """Whether it is mounted itself, and hides what an outer mount has there."""
    read_only: bool
    origin: Steps


@dataclass(frozen=True, slots=True)
class Layer:
    """A directory in a delivered one that begins with the image's own files, or with none."""

    path: str
    copied: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that is delivered to a container, with its files by their whole paths."""

    service: str
    path: str
    whole: bool
    """Whether it is mounted itself, and not for the sake of a file in it."""
    layers: tuple[Layer, ...]
    """What is in it before the files, the outer ones first; the first is the folder itself."""
    files: tuple[Brought, ...]
    holds: tuple[str, ...]
    """Where other mounts stand in it: a read-only one must have directories for them."""
    read_only: bool
    origin: Steps

    @property
    def seeded(self) -> bool:
        """Tell whether it takes the service's own image to make it."""
        return any(layer.copied for layer in self.layers)

    @property
    def filled(self) -> bool:
        """Tell whether anything is in it at the start."""
        return self.seeded or bool(self.files)


def needs(
    files: Iterable[Brought], scratches: Iterable[Scratch], *, helped: bool
) -> Mapping[str, Need]:
    """List the directories that must be volumes, by path; what is mounted as a whole decides.

    ``helped`` says that the image's own files do not matter.
    """
    found: dict[str, Need] = {}
    for file in files:
        path = place(file)
        new = Need(
            path=path,
            copied=not (file.folder or helped or file.helped),
            whole=bool(file.folder),
            read_only=file.read_only,
            origin=file.origin,
        )
        known = found.setdefault(path, new)
        found[path] = Need(
            path=path,
            copied=known.copied and new.copied,
            whole=known.whole or new.whole,
            read_only=known.read_only and new.read_only,
            origin=known.origin,
        )
    for scratch in scratches:
        path = normpath(scratch.target)
        found[path] = Need(path, scratch.filled, whole=True, read_only=False, origin=scratch.origin)
    return found


def place(file: Brought) -> str:
    """Name the directory that a file needs: what is mounted as a whole, or that it stands in."""
    return normpath(file.folder) if file.folder else dirname(normpath(file.target))


def folders(
    service: str, files: Sequence[Brought], found: Mapping[str, Need], others: Iterable[str]
) -> Iterator[Folder]:
    """Put files into the outermost of the directories that they need, sorted by path.

    ``others`` are the targets of the service's other mounts.
    """
    for path, need in sorted(found.items()):
        if any(within(path, other) for other in found):
            continue
        parts = [other for other in found.values() if other is need or within(other.path, path)]
        members = _members(files, found, path)
        yield Folder(
            service=service,
            path=path,
            whole=need.whole,
            layers=tuple(_layers(found, path)),
            files=members,
            holds=tuple(sorted(other for other in others if within(other, path))),
            read_only=not need.copied and all(part.read_only for part in parts),
            origin=members[0].origin if members else need.origin,
        )


def _layers(found: Mapping[str, Need], path: str) -> Iterator[Layer]:
    """List the directories at and below a path that begin otherwise than what they are in."""
    yield Layer(path, found[path].copied)
    for inner in sorted(other for other in found if within(other, path) and found[other].whole):
        outer = (p for p in found if within(inner, p) and (found[p].whole or p == path))
        around = found[max(outer, key=len)]
        if not (found[inner].copied and around.copied):
            yield Layer(inner, found[inner].copied)


def _members(files: Iterable[Brought], found: Mapping[str, Need], path: str) -> tuple[Brought, ...]:
    """List the files that are seen in a folder, sorted; a single file covers one of a folder."""
    seen: dict[str, Brought] = {}
    for file in sorted(files, key=lambda file: (not file.folder, len(file.folder))):
        target = normpath(file.target)
        hidden = file.folder and any(
            need.whole and within(need.path, file.folder) and within(target, need.path)
            for need in found.values()
        )
        if within(target, path) and not hidden:
            seen[target] = file
    return tuple(seen[target] for target in sorted(seen))
