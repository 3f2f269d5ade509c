"""Decide what the mounts of services become: file systems, anonymous volumes, memory, files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen
from compose2cfn.plan.storage.attachments import Attachment, Grant, Mounts, VolumeLock
from compose2cfn.plan.storage.datastores import report_unkept
from compose2cfn.plan.storage.efs import FileSystem, check_directory, file_system
from compose2cfn.plan.storage.locks import volume_locks
from compose2cfn.plan.storage.mounts import (
    AnonymousVolume,
    BindMount,
    NamedMount,
    ServiceMount,
    service_mounts,
)
from compose2cfn.plan.storage.owners import Directories, mounted_directories
from compose2cfn.plan.storage.tmpfs import Tmpfs
from compose2cfn.plan.storage.writers import WrittenDirectory, written_directories
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value


class Storage(NamedTuple):
    """All that services mount, and the file systems behind it."""

    mounts: Mapping[str, Mounts]
    """For each service."""
    file_systems: Mapping[str, FileSystem]
    """Those that are mounted, by the name of the volume, sorted."""
    grants: tuple[Grant, ...]
    written: tuple[WrittenDirectory, ...]
    """The directories of volumes that tasks write to."""
    locks: tuple[VolumeLock, ...]
    """Those of the volumes that only one task may write to at a time."""


def storage(
    app: App,
    names: Names,
    tasks: Tasks,
    findings: Findings,
    *,
    subnets: tuple[Value, ...],
    own_subnets: frozenset[str],
    windows: frozenset[str],
) -> Storage:
    """Decide on every mount of a project.

    ``subnets`` are those of tasks that do not choose their own; ``own_subnets`` has the owners of
    those that do, ``windows`` of those that run on Windows.
    """
    found = service_mounts(app.project.services, findings)
    named = _named(found.values())
    directories = mounted_directories(app.project, found, findings)
    file_systems = _file_systems(app, names, directories, findings, subnets=subnets)
    _report_empty(named, file_systems, findings)
    report_unkept(app.project.services, tasks, found, findings)
    mounts: dict[str, Mounts] = {}
    grants: list[Grant] = []
    for owner, task in tasks.items():
        for name in task.services:
            decided = _mounts(found[name], file_systems, findings)
            mounts[name] = _on_windows(decided, findings) if owner in windows else decided
        attachments = [a for name in task.services for a in mounts[name].attachments]
        grants.extend(_grants(owner, attachments))
        if owner in own_subnets:
            _report_zones(attachments, findings.at("services", owner, "x-aws-subnets"))
    return Storage(
        mounts=Frozen(mounts),
        file_systems=Frozen(file_systems),
        grants=tuple(grants),
        written=written_directories(
            {owner: _named(found[name] for name in task.services) for owner, task in tasks.items()}
        ),
        locks=volume_locks(tasks, mounts, names, findings),
    )


def _named(mounts: Iterable[Iterable[ServiceMount]]) -> list[NamedMount]:
    """Keep the mounts of named volumes."""
    return [mount for each in mounts for mount in each if isinstance(mount, NamedMount)]


def _file_systems(
    app: App,
    names: Names,
    directories: Mapping[str, Directories],
    findings: Findings,
    *,
    subnets: tuple[Value, ...],
) -> Mapping[str, FileSystem]:
    """Decide what each mounted volume becomes, sorted by name."""
    return {
        volume: file_system(
            app,
            names,
            findings.at("volumes", volume),
            volume=volume,
            directories=mounted,
            subnets=subnets,
        )
        for volume, mounted in directories.items()
    }


def _mounts(
    mounted: Iterable[ServiceMount], file_systems: Mapping[str, FileSystem], findings: Findings
) -> Mounts:
    """Sort the mounts of a service by what they become."""
    attachments: list[Attachment] = []
    anonymous: list[AnonymousVolume] = []
    tmpfs: list[Tmpfs] = []
    binds: list[BindMount] = []
    for mount in mounted:
        match mount:
            case NamedMount():
                attachments.append(_attachment(mount, file_systems[mount.volume], findings))
            case AnonymousVolume():
                anonymous.append(mount)
            case Tmpfs():
                tmpfs.append(mount)
            case BindMount():
                binds.append(mount)
    return Mounts(
        attachments=tuple(attachments),
        anonymous=tuple(anonymous),
        tmpfs=tuple(tmpfs),
        binds=tuple(binds),
    )


def _attachment(mount: NamedMount, mounted: FileSystem, findings: Findings) -> Attachment:
    """Mount a directory of a file system."""
    access_point = mounted.access_points[mount.subpath]
    check_directory(access_point, mount.subpath, findings.at(*mount.origin))
    return Attachment(
        file_system=mounted,
        access_point=access_point,
        target=mount.target,
        read_only=mount.read_only,
        origin=mount.origin,
    )


def _on_windows(mounts: Mounts, findings: Findings) -> Mounts:
    """Report what a task on Windows cannot mount."""
    for attachment in mounts.attachments:
        findings.at(*attachment.origin).error(
            "volume-windows",
            "tasks on Windows cannot mount EFS file systems; run the service on linux/amd64, or "
            "keep the data in a database or in Amazon S3",
        )
    for memory in mounts.tmpfs:
        findings.at(*memory.origin).warn(
            "windows-linux",
            "only Linux has file systems in memory; on Windows, what is written there goes to the "
            "task's disk",
        )
    return mounts._replace(tmpfs=())


def _grants(owner: str, attachments: Iterable[Attachment]) -> Iterator[Grant]:
    """Decide what a task may do with each file system that it mounts, sorted by the volume."""
    mounted: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        mounted.setdefault(attachment.file_system.volume, []).append(attachment)
    for _, found in sorted(mounted.items()):
        points = [attachment.access_point for attachment in found]
        yield Grant(
            owner=owner,
            file_system=found[0].file_system,
            access_points=tuple(sorted({point.id for point in points})),
            root=any(point.root for point in points),
            write=any(not attachment.read_only for attachment in found),
        )


def _report_zones(attachments: Iterable[Attachment], spot: Spot) -> None:
    """Warn about a task that chooses its subnets: its zone may have no mount target."""
    if any(attachment.file_system.new for attachment in attachments):
        spot.warn(
            "subnet-volume",
            "volumes can be mounted only in the availability zones of the stack's own subnets; "
            "choose subnets in the same zones",
        )


def _report_empty(
    named: Iterable[NamedMount], file_systems: Mapping[str, FileSystem], findings: Findings
) -> None:
    """Report the volumes that Docker would fill from the image; nocopy says that it should not."""
    copied = {mount.volume for mount in named if not mount.nocopy}
    for volume, found in file_systems.items():
        if volume in copied and found.new:
            findings.at("volumes", volume).info(
                "volume-empty",
                "on AWS, the volume starts empty; what the image has at its mount point is not "
                "copied into it",
            )
