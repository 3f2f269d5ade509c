"""Tell which tasks write to the same directory of a volume."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.plan.storage.mounts import NamedMount


class WrittenDirectory(NamedTuple):
    """A directory of a volume that outlives tasks, and who writes to it."""

    volume: str
    writers: tuple[str, ...]
    """The owners of the tasks that write to it, to one above it or to one in it, sorted."""


def written_directories(
    mounts: Mapping[str, Iterable[NamedMount]],
) -> tuple[WrittenDirectory, ...]:
    """List what tasks write to; ``mounts`` are those of each task, by its owner."""
    owners: dict[tuple[str, str], set[str]] = {}
    for owner, mounted in mounts.items():
        for mount in mounted:
            if not mount.read_only:
                owners.setdefault((mount.volume, mount.subpath), set()).add(owner)
    found = []
    for here in sorted(owners):
        writers = {owner for there in owners if _meet(here, there) for owner in owners[there]}
        found.append(WrittenDirectory(here[0], tuple(sorted(writers))))
    return tuple(found)


def _meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether two directories of volumes are the same, or one is in the other."""
    shorter, longer = sorted((f"{one[1]}/".lstrip("/"), f"{other[1]}/".lstrip("/")), key=len)
    return one[0] == other[0] and longer.startswith(shorter)
