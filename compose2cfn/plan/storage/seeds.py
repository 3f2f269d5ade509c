"""Decide which new volumes start with what an image has at their mount point, as Docker does it."""

from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service
from compose2cfn.plan.known_images import known_image
from compose2cfn.plan.storage.efs_options import is_exclusive, is_own
from compose2cfn.plan.storage.mounts import NamedMount


class SeededMount(Record):
    """A mount of a new volume that gets what the image of its service has there, once."""

    volume: str
    target: str
    origin: KeyPath


def seeded_mounts(
    project: Project,
    mounts: Mapping[str, Iterable[NamedMount]],
    shells: frozenset[str],
) -> Mapping[str, tuple[SeededMount, ...]]:
    """List the mounts of each service that are seeded.

    ``shells`` names the services whose images surely have a shell, which copies the files.
    """
    return {
        service: tuple(
            SeededMount(volume=mount.volume, target=mount.target, origin=mount.origin)
            for mount in mounted
            if _may_seed(mount, project) and _is_wanted(service, mount, project, shells)
        )
        for service, mounted in mounts.items()
    }


def report_unseeded(
    project: Project,
    mounts: Mapping[str, Iterable[NamedMount]],
    seeded: Mapping[str, tuple[SeededMount, ...]],
    findings: Findings,
) -> None:
    """Warn once of the new volumes that start empty, though an image may have files there.

    That another image of a volume is copied says nothing: it may have none.
    """
    known = {mount.origin for several in seeded.values() for mount in several}
    empty = sorted(
        {
            mount.volume
            for service, mounted in mounts.items()
            for mount in mounted
            if mount.origin not in known
            and project.volumes[mount.volume].x_aws_seed is None
            and _may_seed(mount, project)
            and not _keeps_data(project.services[service], mount)
        }
    )
    if empty:
        findings.at("volumes", empty[0]).warn(
            "volume-empty",
            f"on AWS, {listed(empty, 'and')} start{'s' if len(empty) == 1 else ''} empty, since "
            "it is not known whether the images have a shell to copy what they have there; write "
            "x-aws-seed: true to have it copied, or false",
        )


def _may_seed(mount: NamedMount, project: Project) -> bool:
    """Tell whether Docker would copy files into a volume: into a whole new one, as it is written.

    A directory for the mark must be outside of what is mounted.
    """
    volume = project.volumes[mount.volume]
    whole = not mount.subpath and volume.driver_opts.get("root_directory", "/x").strip("/")
    return bool(is_own(volume) and whole and not mount.nocopy and not mount.read_only)


def _is_wanted(service: str, mount: NamedMount, project: Project, shells: frozenset[str]) -> bool:
    """Tell whether to seed: as the file says, else where it surely works."""
    said = project.volumes[mount.volume].x_aws_seed
    if said is not None:
        return said
    if is_exclusive(project.volumes[mount.volume]):
        return False  # it would write before the task holds the lock
    helped = project.services[service].x_aws_delivery is not None
    return service in shells and not helped and not _keeps_data(project.services[service], mount)


def _keeps_data(service: Service, mount: NamedMount) -> bool:
    """Tell whether a well-known datastore keeps its data there, which it makes itself."""
    image = known_image(service)
    return bool(image and image.keeps_data and image.holds_data(mount.target))


def named_mounts(mounts: Mapping[str, Iterable[object]]) -> Mapping[str, tuple[NamedMount, ...]]:
    """Keep the mounts of named volumes, by service."""
    return {name: tuple(_named(each)) for name, each in mounts.items()}


def _named(mounts: Iterable[object]) -> Iterator[NamedMount]:
    return (mount for mount in mounts if isinstance(mount, NamedMount))
