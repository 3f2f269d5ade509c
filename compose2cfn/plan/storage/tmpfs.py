"""Decide on file systems in memory: what ``tmpfs`` says, and mounts of that type."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.storage.mounts import Mounted, mountable
from compose2cfn.plan.terms.findings import Notes

DEFAULT_SIZE = 64
"""MiB of a tmpfs whose size is not written; it counts against the container's memory."""
MIB = 1024 * 1024

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
OPTIONS = frozenset(
    (
        *("async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "gid"),
        *("mand", "mode", "mpol", "noatime", "nodev", "nodiratime", "noexec", "nomand"),
        *("norelatime", "nostrictatime", "nosuid", "nr_blocks", "nr_inodes", "private", "rbind"),
        *("relatime", "remount", "ro", "rprivate", "rshared", "rslave", "runbindable", "rw"),
        *("shared", "slave", "strictatime", "suid", "sync", "uid", "unbindable"),
    )
)
"""The options that ECS takes; some have a value."""

_SIZE = re.compile(r"(\d{1,15})([kmg]?)", re.IGNORECASE)
_UNITS = {"": 1, "k": 1024, "m": MIB, "g": 1024 * MIB}


@dataclass(frozen=True, slots=True)
class Memory:
    """A tmpfs of a container; the size is in MiB."""

    service: str
    target: str
    size: int
    options: tuple[str, ...]
    origin: Steps


def memories(app: App, service: str, mounted: Iterable[Mounted], notes: Notes) -> Iterator[Memory]:
    """List the file systems in memory of a service."""
    for mount, origin in ((m.mount, m.origin) for m in mounted if m.mount.type == "tmpfs"):
        yield Memory(service, mount.target, *_said(mount, origin, notes), origin)
    for index, text in enumerate(app.project.services[service].tmpfs):
        path: Steps = ("services", service, "tmpfs", index)
        target, _, options = text.partition(":")
        if mountable(target, path, notes):
            yield Memory(service, target, *_written(options, path, notes), path)


def _said(mount: Mount, path: Steps, notes: Notes) -> tuple[int, tuple[str, ...]]:
    """Read the size and the options of a mount."""
    said = mount.tmpfs
    options = (("ro",) if mount.read_only else ()) + (
        (f"mode={said.mode:o}",) if said and said.mode else ()
    )
    return _size(said.size if said else 0, path, notes), options


def _written(text: str, path: Steps, notes: Notes) -> tuple[int, tuple[str, ...]]:
    """Read the size and the options of an entry of ``tmpfs``, as mount(8) takes them."""
    size = 0
    options = []
    for option in filter(None, text.split(",")):
        name, _, value = option.partition("=")
        if name in OPTIONS:
            options.append(option)
        elif name != "size":
            notes.error("tmpfs-option", f"ECS takes no option {name!r} of a tmpfs", path)
        elif (found := _SIZE.fullmatch(value)) and int(found[1]):
            size = int(found[1]) * _UNITS[found[2].lower()]
        else:
            notes.error("tmpfs-size", "write a size such as size=64m", path)
            size = MIB
    return _size(size, path, notes), tuple(options)


def _size(size: int, path: Steps, notes: Notes) -> int:
    """Round bytes up to whole MiB; without any there is a size that small containers bear."""
    if size:
        return -(-size // MIB)
    about = f"no size is written, so it has {DEFAULT_SIZE} MiB of the container's memory"
    notes.info("tmpfs-size", about, path)
    return DEFAULT_SIZE
