"""Decide what the mounts of services become: file systems, scratch, memory.

Bind mounts bring files, and so are deliveries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from compose2cfn.diagnostics import Steps
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.storage.efs import FileSystem, check_directory, filesystem
from compose2cfn.plan.storage.mounts import DROP, HELPER, Mounted, mounts, policy
from compose2cfn.plan.storage.tmpfs import Memory, memories
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.paths import within


@dataclass(frozen=True, slots=True)
class Attachment:
    """A named volume mounted in the container of a service."""

    service: str
    target: str
    filesystem: str
    """The name of the volume in the Compose file."""
    volume: str
    """Its name within the task; a sub path is a volume of its own there."""
    read_only: bool
    subpath: str
    origin: Steps


@dataclass(frozen=True, slots=True)
class Scratch:
    """An anonymous volume: a directory that lives as long as its task."""

    service: str
    target: str
    filled: bool
    """Whether what the image has there comes first, as Docker does it."""
    origin: Steps


@dataclass(frozen=True, slots=True)
class Storage:
    """All mounts of a project that are volumes, and the list of the others."""

    mounts: Mapping[str, tuple[Mounted, ...]]
    """For each service, every mount."""
    filesystems: Mapping[str, FileSystem]
    attachments: Mapping[str, tuple[Attachment, ...]]
    """For each task, by its owner."""
    scratches: Mapping[str, tuple[Scratch, ...]]
    """For each service."""
    memories: Mapping[str, tuple[Memory, ...]]
    """For each task, by its owner."""

    def writes_volume(self, owner: str) -> bool:
        """Tell whether a task writes to a volume that outlives it."""
        return any(not a.read_only for a in self.attachments[owner])

    def filesystems_of(self, owner: str) -> tuple[FileSystem, ...]:
        """List the file systems that a task mounts."""
        names = sorted({a.filesystem for a in self.attachments[owner]})
        return tuple(self.filesystems[name] for name in names)

    def subpaths(self, filesystem: str) -> tuple[str, ...]:
        """List the directories within a volume that tasks mount; the empty one is all of it."""
        found = (a for attached in self.attachments.values() for a in attached)
        return tuple(sorted({a.subpath for a in found if a.filesystem == filesystem}))


def attach(app: App, names: Names, tasks: Tasks, notes: Notes) -> Storage:
    """Decide on every mount of a project but the bind mounts."""
    mounted = mounts(app, notes)
    attachments: dict[str, tuple[Attachment, ...]] = {}
    memory: dict[str, tuple[Memory, ...]] = {}
    for owner, task in tasks.items():
        attachments[owner] = tuple(
            _attachment(names, name, found.mount, found.origin)
            for name in task.services
            for found in mounted[name]
            if found.mount.type == "volume" and found.mount.source
        )
        memory[owner] = tuple(
            found for name in task.services for found in memories(app, name, mounted[name], notes)
        )
    scratches = {
        name: tuple(_scratches(app, name, found, notes)) for name, found in mounted.items()
    }
    used = sorted({a.filesystem for found in attachments.values() for a in found})
    filesystems = {name: filesystem(app, name, names, notes) for name in used}
    for attachment in (a for found in attachments.values() for a in found):
        check_directory(
            filesystems[attachment.filesystem], attachment.subpath, attachment.origin, notes
        )
    _report_empty(mounted, filesystems, notes)
    return Storage(mounted, filesystems, attachments, scratches, memory)


def _attachment(names: Names, service: str, mount: Mount, origin: Steps) -> Attachment:
    subpath = mount.volume.subpath.strip("/") if mount.volume else ""
    mark = sha256(subpath.encode()).hexdigest()[:8] if subpath else ""
    return Attachment(
        service=service,
        target=mount.target,
        filesystem=mount.source,
        volume=names.volume(mount.source, mark),
        read_only=mount.read_only,
        subpath=subpath,
        origin=origin,
    )


def _scratches(
    app: App, service: str, found: tuple[Mounted, ...], notes: Notes
) -> Iterator[Scratch]:
    """List the anonymous volumes of a service."""
    dropped = [
        m.mount.target for m in found if m.mount.type == "bind" and policy(app, service) == DROP
    ]
    for mount, origin in ((m.mount, m.origin) for m in found):
        if mount.type != "volume" or mount.source:
            continue
        if any(within(mount.target, above) for above in dropped):
            notes.info(
                "volume-anonymous",
                "what this would keep apart is not mounted, so the image's own files are there "
                "without it",
                origin,
            )
            continue
        helped = app.project.services[service].x_aws_delivery == HELPER
        filled = not (helped or (mount.volume and mount.volume.nocopy))
        notes.info(
            "volume-anonymous",
            "a volume without a name lives as long as its task; give it one to keep what is in it"
            + ("; the image's files are copied into it first, unless it says nocopy" * filled),
            origin,
        )
        yield Scratch(service, mount.target, filled, origin)


def _report_empty(
    mounted: Mapping[str, tuple[Mounted, ...]], filesystems: Mapping[str, FileSystem], notes: Notes
) -> None:
    """Tell of the volumes that Docker would fill from the image; nocopy says that it should not."""
    copied = {
        m.mount.source
        for of_service in mounted.values()
        for m in of_service
        if m.mount.type == "volume" and not (m.mount.volume and m.mount.volume.nocopy)
    }
    for name, found in filesystems.items():
        if name in copied and found.own:
            notes.info(
                "volume-empty",
                "the volume starts empty on AWS: what the image has at its mount point is not "
                "copied into it",
                ("volumes", name),
            )
