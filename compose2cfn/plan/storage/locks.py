"""Decide which tasks hold a lock while they write to a volume, and which can never have one."""

from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service
from compose2cfn.plan.storage.attachments import Mounts, VolumeLock
from compose2cfn.plan.storage.efs import FileSystem
from compose2cfn.plan.storage.efs_options import is_exclusive
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.names import Names


def exclusive_volumes(project: Project, service: Service) -> int:
    """Count the exclusive volumes that a service itself writes to: each needs a container more."""
    written = {
        mount.source
        for mount in service.volumes
        if mount.named and not mount.read_only and mount.source in project.volumes
    }
    return sum(is_exclusive(project.volumes[volume]) for volume in written)


def volume_locks(
    tasks: Tasks, mounts: Mapping[str, Mounts], names: Names, findings: Findings
) -> tuple[VolumeLock, ...]:
    """Decide on the locks that tasks hold, and report those that make no sense."""
    found = tuple(
        lock for task in tasks.values() for lock in _locks_of(task, mounts, names, findings)
    )
    attached = [one.file_system for each in mounts.values() for one in each.attachments]
    exclusive = {system.volume for system in attached if system.lock}
    _report(found, exclusive, findings)
    return found


def _locks_of(
    task: Task, mounts: Mapping[str, Mounts], names: Names, findings: Findings
) -> Iterator[VolumeLock]:
    """List the locks that a task holds, sorted by the volume."""
    writing: dict[str, list[str]] = {}
    systems: dict[str, FileSystem] = {}
    for service in task.services:
        for attachment in mounts[service].attachments:
            if attachment.file_system.lock and not attachment.read_only:
                volume = attachment.file_system.volume
                systems[volume] = attachment.file_system
                writing.setdefault(volume, []).append(service)
    for volume, services in sorted(writing.items()):
        if lock := systems[volume].lock:
            container = names.lock_container(volume)
            whose = f"the container that holds the lock of the volume {volume!r}"
            names.report_taken(container, whose, task.services, findings)
            yield VolumeLock(
                owner=task.owner,
                file_system=systems[volume],
                access_point=lock,
                container=container,
                mark=f"{lock.task_volume}-held",
                services=tuple(dict.fromkeys(services)),
            )


def _report(locks: Iterable[VolumeLock], exclusive: Iterable[str], findings: Findings) -> None:
    """Report locks that several tasks wait for, and those that nobody needs."""
    owners: dict[str, list[str]] = {volume: [] for volume in sorted(exclusive)}
    for lock in locks:
        owners[lock.file_system.volume].append(lock.owner)
    for volume, writers in owners.items():
        spot = findings.at("volumes", volume, "driver_opts", "exclusive")
        if not writers:
            spot.warn(
                "volume-exclusive", "no service writes to this volume, so nothing holds its lock"
            )
        elif len(writers) > 1:
            spot.error(
                "volume-exclusive",
                f"the tasks of {listed(sorted(writers), 'and')} write to this volume, and all but "
                "one would wait for ever; mount it read-only in the others, or leave this out",
            )
