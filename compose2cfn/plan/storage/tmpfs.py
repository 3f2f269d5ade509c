"""Decide on file systems in memory: entries of ``tmpfs``, and mounts of that type."""

import re
from collections.abc import Iterable, Iterator

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.mount import NO_TMPFS_OPTIONS, Mount
from compose2cfn.model.service import Service
from compose2cfn.model.shortforms import name_of
from compose2cfn.model.units import MIB
from compose2cfn.plan.storage.targets import mountable

DEFAULT_TMPFS = 64
"""MiB of a tmpfs without a size; they count against the container's memory."""

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
TMPFS_OPTIONS = frozenset(
    (
        *("async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "gid"),
        *("mand", "mode", "mpol", "noatime", "nodev", "nodiratime", "noexec", "nomand"),
        *("norelatime", "nostrictatime", "nosuid", "nr_blocks", "nr_inodes", "private", "rbind"),
        *("relatime", "remount", "ro", "rprivate", "rshared", "rslave", "runbindable", "rw"),
        *("shared", "slave", "strictatime", "suid", "sync", "uid", "unbindable"),
    )
)
"""The options that ECS accepts; some have a value."""

_SIZE = r"(?ia)([0-9]{1,15})([kmg]?)"
_UNITS = {"": 1, "k": 1024, "m": MIB, "g": 1024 * MIB}


class Tmpfs(Record):
    """A file system in memory of a container."""

    target: str
    size: int
    """MiB."""
    options: tuple[str, ...]
    """As for mount(8)."""
    origin: KeyPath


def tmpfs_memory(service: Service) -> int:
    """Add up the sizes in MiB that the file gives to the tmpfs of a service.

    One without a size counts nothing: it gets one that fits into every container.
    """
    mounts = (mount.tmpfs for mount in service.volumes if mount.type == "tmpfs" and mount.tmpfs)
    entries = (_last_size(_options(text)) for text in service.tmpfs)
    return sum(_in_mib(size or 0) for size in (*(said.size for said in mounts), *entries))


def tmpfs_mount(mount: Mount, spot: Spot) -> Tmpfs:
    """Read a mount of the type tmpfs."""
    said = mount.tmpfs or NO_TMPFS_OPTIONS
    options = []
    if mount.read_only:
        options.append("ro")
    if said.mode:
        options.append(f"mode={said.mode:o}")
    return Tmpfs(
        target=mount.target,
        size=_whole_mib(said.size, spot),
        options=tuple(options),
        origin=spot.path,
    )


def tmpfs_entries(entries: Iterable[str], spot: Spot) -> Iterator[Tmpfs]:
    """Read the entries of ``tmpfs``: a target, and options as for mount(8)."""
    for index, text in enumerate(entries):
        where = spot / index
        target = text.partition(":")[0]
        if mountable(target, where):
            options = _options(text)
            yield Tmpfs(
                target=target,
                size=_written_size(options, where),
                options=tuple(_known(options, where)),
                origin=where.path,
            )


def _options(entry: str) -> list[str]:
    return [option for option in entry.partition(":")[2].split(",") if option]


def _known(options: Iterable[str], spot: Spot) -> Iterator[str]:
    """List the options that ECS accepts, except the size, which is a separate property."""
    for option in options:
        name = name_of(option)
        if name in TMPFS_OPTIONS:
            yield option
        elif name != "size":
            about = f"ECS does not accept the option {spot.shown(name)!r} of a tmpfs; leave it out"
            spot.error("tmpfs-option", about)


def _written_size(options: Iterable[str], spot: Spot) -> int:
    """Read the size of an entry in MiB."""
    size = _last_size(options)
    if size is None:
        spot.error("tmpfs-size", "the size is not valid; write e.g. size=64m")
        return 1
    return _whole_mib(size, spot)


def _last_size(options: Iterable[str]) -> int | None:
    """Read the size among options in bytes, 0 without one; of several, the last one counts.

    None if one of them is not a size.
    """
    size = 0
    for option in options:
        if name_of(option) == "size":
            found = re.fullmatch(_SIZE, option.partition("=")[2])
            if not found or not int(found[1]):
                return None
            size = int(found[1]) * _UNITS[found[2].lower()]
    return size


def _whole_mib(size: int, spot: Spot) -> int:
    """Round bytes up to whole MiB; the default is small enough for small containers."""
    if size:
        return _in_mib(size)
    spot.info(
        "tmpfs-size",
        f"without a size, it gets {DEFAULT_TMPFS} MiB of the container's memory",
    )
    return DEFAULT_TMPFS


def _in_mib(size: int) -> int:
    return -(-size // MIB)
