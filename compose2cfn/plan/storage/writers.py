"""Tell which tasks write to the same directory of a volume."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.plan.storage.mounts import NamedMount


class WrittenDirectory(NamedTuple):
    """A directory of a volume that outlives tasks, and who writes to it."""

    volume: str
    writers: tuple[str, ...]
    """The owners of the tasks that write to it, to one above it or to one in it, sorted."""
    origin: KeyPath
    """Where the volume is written."""


def written_directories(
    mounts: Mapping[str, Iterable[NamedMount]], origins: Mapping[str, KeyPath]
) -> tuple[WrittenDirectory, ...]:
    """List what tasks write to; ``mounts`` are those of each task, by its owner.

    ``origins`` has the places of volumes that are in no section of the file.
    """
    volumes: dict[str, dict[str, set[str]]] = {}
    for owner, mounted in mounts.items():
        for mount in mounted:
            if not mount.read_only:
                directories = volumes.setdefault(mount.volume, {})
                directories.setdefault(mount.subpath, set()).add(owner)
    found = []
    for volume, directories in sorted(volumes.items()):
        for here in sorted(directories):
            around = (owners for there, owners in directories.items() if _meet(here, there))
            origin = origins.get(volume, KeyPath(("volumes", volume)))
            found.append(WrittenDirectory(volume, tuple(sorted(set().union(*around))), origin))
    return tuple(found)


def _meet(one: str, other: str) -> bool:
    """Tell whether two directories of a volume are the same, or one is in the other."""
    shorter, longer = sorted((f"{one}/".lstrip("/"), f"{other}/".lstrip("/")), key=len)
    return longer.startswith(shorter)
