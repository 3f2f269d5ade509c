"""Decide what the mounts of services become: file systems, anonymous volumes, memory, files."""

from collections.abc import Container, Iterable, Iterator, Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.project import Volume
from compose2cfn.plan.storage.access_points import check_directory
from compose2cfn.plan.storage.attachments import Attachment, Grant, Mounts, Seed, VolumeLock
from compose2cfn.plan.storage.datastores import report_network, report_unkept
from compose2cfn.plan.storage.efs import FileSystem, file_system
from compose2cfn.plan.storage.locks import volume_locks
from compose2cfn.plan.storage.mounts import (
    AnonymousVolume,
    BindMount,
    BoundVolume,
    NamedMount,
    ServiceMount,
    service_mounts,
)
from compose2cfn.plan.storage.owners import Directories, mounted_directories
from compose2cfn.plan.storage.seeds import (
    SeededMount,
    named_mounts,
    report_unseeded,
    seeded_mounts,
)
from compose2cfn.plan.storage.tmpfs import Tmpfs
from compose2cfn.plan.storage.writers import WrittenDirectory, written_directories
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value


class Storage(Record):
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


class StorageFacts(Record):
    """What other wings know that decides about mounts."""

    bound: Mapping[str, BoundVolume]
    """The bind mounts that become volumes, by their places."""
    shells: frozenset[str]
    """The services whose images surely have a shell."""
    subnets: tuple[Value, ...]
    """Those of tasks that do not choose their own."""
    own_subnets: frozenset[str]
    """The owners of those that do."""
    windows: frozenset[str]
    """The owners of the tasks that run on Windows."""


def storage(
    app: App, names: Names, tasks: Tasks, findings: Findings, *, facts: StorageFacts
) -> Storage:
    """Decide on every mount of a project."""
    app = _with_volumes(app, facts.bound.values())
    origins = {volume.name: volume.origin for volume in facts.bound.values()}
    found = service_mounts(app.project.services, facts.bound, findings)
    named = named_mounts(found)
    seeded = seeded_mounts(app.project, named, facts.shells)
    file_systems = _file_systems(
        app,
        names,
        mounted_directories(app.project, found, findings, origins=origins),
        findings,
        origins=origins,
        marked={mount.volume for several in seeded.values() for mount in several},
        subnets=facts.subnets,
    )
    report_unseeded(app.project, named, seeded, findings)
    report_unkept(app.project.services, tasks, found, findings)
    report_network(app.project.services, found, findings)
    mounts: dict[str, Mounts] = {}
    for name, mounted in found.items():
        seeds = tuple(_seeds(seeded[name], file_systems))
        decided = _mounts(mounted, file_systems, findings).but(seeds=seeds)
        on_windows = tasks.owner(name) in facts.windows
        mounts[name] = _on_windows(decided, findings) if on_windows else decided
    _report_zones(facts.own_subnets, tasks, mounts, findings)
    return Storage(
        mounts=Frozen(mounts),
        file_systems=Frozen(file_systems),
        grants=tuple(_grants(tasks, mounts)),
        written=written_directories(_by_owner(tasks, named), origins),
        locks=volume_locks(tasks, mounts, names, findings),
    )


def _by_owner(
    tasks: Tasks, mounts: Mapping[str, tuple[NamedMount, ...]]
) -> Mapping[str, list[NamedMount]]:
    """Put together what the services of each task mount."""
    return {
        owner: [mount for name in task.services for mount in mounts[name]]
        for owner, task in tasks.items()
    }


def _with_volumes(app: App, bound: Iterable[BoundVolume]) -> App:
    """Add the volumes that the file does not name."""
    volumes = {volume.name: Volume(name=volume.name) for volume in bound}
    if not volumes:
        return app
    known = {**app.project.volumes, **volumes}
    return app.but(project=app.project.model_copy(update={"volumes": known}))


def _file_systems(
    app: App,
    names: Names,
    directories: Mapping[str, Directories],
    findings: Findings,
    *,
    origins: Mapping[str, KeyPath],
    marked: Container[str],
    subnets: tuple[Value, ...],
) -> Mapping[str, FileSystem]:
    """Decide what each mounted volume becomes, sorted by name.

    ``origins`` has the places of those that are in no section of the file; ``marked`` names those
    that are seeded.
    """
    return {
        volume: file_system(
            app,
            names,
            findings.at(*origins.get(volume, ("volumes", volume))),
            volume=volume,
            directories=mounted,
            marked=volume in marked,
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
    spot = findings.at(*mount.origin)
    below = f"/{spot.shown(mount.subpath)}" if mount.subpath else ""
    check_directory(access_point, mount.subpath, spot, shown=f"{mounted.shown_root}{below}")
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
    return mounts.but(tmpfs=(), seeds=())


def _seeds(mounts: Iterable[SeededMount], file_systems: Mapping[str, FileSystem]) -> Iterator[Seed]:
    """Find the ways to the volumes that are seeded, and to their marks."""
    for mount in mounts:
        system = file_systems[mount.volume]
        if system.mark:
            yield Seed(
                target=mount.target,
                data=system.access_points[""],
                mark=system.mark,
                file_system=system,
                origin=mount.origin,
            )


def _grants(tasks: Tasks, mounts: Mapping[str, Mounts]) -> Iterator[Grant]:
    """Decide what each task may do with each file system that it mounts."""
    for owner, task in tasks.items():
        attachments = [each for name in task.services for each in mounts[name].attachments]
        seeds = [seed for name in task.services for seed in mounts[name].seeds]
        yield from _granted(owner, attachments, seeds)


def _granted(
    owner: str, attachments: Iterable[Attachment], seeds: Iterable[Seed]
) -> Iterator[Grant]:
    """Decide what a task may do with each file system that it mounts, sorted by the volume."""
    mounted: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        mounted.setdefault(attachment.file_system.volume, []).append(attachment)
    for volume, found in sorted(mounted.items()):
        marks = [seed.mark for seed in seeds if seed.file_system.volume == volume]
        points = [*(attachment.access_point for attachment in found), *marks]
        yield Grant(
            owner=owner,
            file_system=found[0].file_system,
            access_points=tuple(sorted({point.id for point in points})),
            root=any(point.root for point in points),
            write=any(not attachment.read_only for attachment in found),
        )


def _report_zones(
    owners: frozenset[str], tasks: Tasks, mounts: Mapping[str, Mounts], findings: Findings
) -> None:
    """Warn about tasks that choose their subnets: their zones may have no mount target."""
    for owner in sorted(owners & tasks.keys()):
        attachments = [each for name in tasks[owner].services for each in mounts[name].attachments]
        if any(attachment.file_system.new for attachment in attachments):
            findings.at("services", owner, "x-aws-subnets").warn(
                "subnet-volume",
                "volumes can be mounted only in the availability zones of the stack's own subnets; "
                "choose subnets in the same zones",
            )
