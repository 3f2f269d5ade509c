"""Decide what the mounts of services become: file systems, scratch, memory, delivered files."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.filesystems import FileSystem, filesystem
from compose2cfn.plan.groups import Groups
from compose2cfn.plan.names import Names
from compose2cfn.plan.notes import Notes

DEFAULT_TMPFS = 64
"""MiB of a tmpfs whose size is not written; it counts against the container's memory."""
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A volume mounted in the container of a service.

    ``volume`` is its name within the task; ``filesystem`` is empty for task scratch.
    """

    service: str
    target: str
    volume: str
    read_only: bool
    filesystem: str
    subpath: str
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Memory:
    """A tmpfs of a container; the size is in MiB."""

    service: str
    target: str
    size: int
    options: tuple[str, ...]
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Storage:
    """All mounts of a project that are volumes."""

    filesystems: Mapping[str, FileSystem]
    attachments: Mapping[str, tuple[Attachment, ...]]
    """For each task, by its owner."""
    memories: Mapping[str, tuple[Memory, ...]]

    def writes_volume(self, owner: str) -> bool:
        """Tell whether a task writes to a volume that outlives it."""
        return any(a.filesystem and not a.read_only for a in self.attachments[owner])

    def filesystems_of(self, owner: str) -> tuple[FileSystem, ...]:
        """List the file systems that a task mounts."""
        names = sorted({a.filesystem for a in self.attachments[owner] if a.filesystem})
        return tuple(self.filesystems[name] for name in names)


def attach(app: App, names: Names, groups: Groups, notes: Notes) -> Storage:
    """Decide on every mount of a project but the bind mounts, which are deliveries."""
    attachments: dict[str, tuple[Attachment, ...]] = {}
    memories: dict[str, tuple[Memory, ...]] = {}
    for owner, task in groups.tasks.items():
        mounts = [
            (name, mount, origin)
            for name in task.services
            for mount, origin in _mounts(app, name, notes)
        ]
        attachments[owner] = tuple(
            found
            for name, mount, origin in mounts
            if (found := _attachment(names, name, mount, origin, notes))
        )
        memories[owner] = tuple(
            _memory(name, mount, origin) for name, mount, origin in mounts if mount.type == "tmpfs"
        ) + tuple(
            short
            for name in task.services
            for index, text in enumerate(app.project.services[name].tmpfs)
            if (short := _short(name, text, ("services", name, "tmpfs", index), notes))
        )
    used = sorted({a.filesystem for found in attachments.values() for a in found if a.filesystem})
    return Storage(
        filesystems={
            name: filesystem(name, app.project.volumes[name], names, notes) for name in used
        },
        attachments=attachments,
        memories=memories,
    )


def _mounts(app: App, name: str, notes: Notes) -> list[tuple[Mount, KeyPath]]:
    """List the mounts of a service, those it takes from others included."""
    services = app.project.services
    found: list[tuple[Mount, KeyPath]] = [
        (m, ("services", name, "volumes", i)) for i, m in enumerate(services[name].volumes)
    ]
    for index, text in enumerate(services[name].volumes_from):
        path: KeyPath = ("services", name, "volumes_from", index)
        source, _, mode = text.removeprefix("service:").partition(":")
        if source not in services:
            notes.error(
                "volumes-from",
                "containers outside the file are not known here; name a service",
                path,
            )
            continue
        taken = {m.target for m, _ in found}
        for mount in services[source].volumes:
            if mount.target in taken:
                continue
            if mount.type == "volume" and mount.source:
                shared = mount.model_copy(update={"read_only": mount.read_only or mode == "ro"})
                found.append((shared, path))
            else:
                notes.error(
                    "volumes-from",
                    f"{mount.target} of {source!r} is no named volume, and only those can be "
                    "shared between tasks; give it a name",
                    path,
                )
    return found


def _attachment(
    names: Names, service: str, mount: Mount, origin: KeyPath, notes: Notes
) -> Attachment | None:
    match mount.type:
        case "volume" if mount.source:
            stem = names.volume(mount.source, "")
            subpath = mount.volume.subpath if mount.volume else ""
            volume = f"{stem}{_suffix(subpath)}"
            return Attachment(
                service, mount.target, volume, mount.read_only, mount.source, subpath, origin
            )
        case "volume":
            notes.info(
                "volume-anonymous",
                "an anonymous volume lives as long as its task; give it a name to keep what is "
                "in it",
                origin,
            )
            stem = names.service(service, "Scratch")
            return Attachment(
                service,
                mount.target,
                f"{stem}{_suffix(mount.target)}",
                mount.read_only,
                "",
                "",
                origin,
            )
        case "image" | "cluster" | "npipe":
            notes.error(
                "mount-type",
                f"ECS has no mounts of the type {mount.type}; put the content into the image, or "
                "use a named volume",
                origin,
            )
    return None


def _suffix(text: str) -> str:
    """Tell apart what one volume is divided into."""
    return sha256(text.encode()).hexdigest()[:8] if text else ""


def _memory(service: str, mount: Mount, origin: KeyPath) -> Memory:
    size = mount.tmpfs.size if mount.tmpfs else 0
    mode = mount.tmpfs.mode if mount.tmpfs else 0
    options = (f"mode={mode:o}",) if mode else ()
    return Memory(service, mount.target, -(-size // MIB) or DEFAULT_TMPFS, options, origin)


def _short(service: str, text: str, origin: KeyPath, notes: Notes) -> Memory | None:
    """Read an entry of ``tmpfs``: a path, and options after a colon."""
    target, _, rest = text.partition(":")
    size, options = DEFAULT_TMPFS, []
    for option in filter(None, rest.split(",")):
        key, _, value = option.partition("=")
        if key != "size":
            options.append(option)
        elif number := _mebibytes(value):
            size = number
        else:
            notes.error("tmpfs-size", "write the size as e.g. size=64m", origin)
            return None
    return Memory(service, target, size, tuple(options), origin)


def _mebibytes(text: str) -> int:
    """Read a size of a tmpfs in MiB, rounded up; 0 for what is none."""
    digits, unit = text.rstrip("kKmMgG"), text[-1:].lower()
    if not digits.isdecimal():
        return 0
    return -(-int(digits) * {"k": 1024, "m": MIB, "g": 1024 * MIB}.get(unit, 1) // MIB)
