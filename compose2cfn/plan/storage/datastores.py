"""See which well-known datastores keep their data nowhere that outlives their tasks."""

from collections.abc import Iterator, Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.service import Service
from compose2cfn.plan.known_images import KnownImage, known_image
from compose2cfn.plan.storage.mounts import AnonymousVolume, BindMount, NamedMount, ServiceMount
from compose2cfn.plan.storage.tmpfs import Tmpfs
from compose2cfn.plan.tasks import Tasks


def report_unkept(
    services: Mapping[str, Service],
    tasks: Tasks,
    mounts: Mapping[str, tuple[ServiceMount, ...]],
    findings: Findings,
) -> None:
    """Warn once of the datastores and brokers whose data ends with each task."""
    found = []
    for name, service in sorted(services.items()):
        image = known_image(service)
        running = name not in tasks.of(name).jobs
        if running and image and image.keeps_data and not _keeps(image, service, mounts[name]):
            found.append((name, image))
    if found:
        findings.at("services").warn(
            "data-unkept",
            f"the data of {listed(map(_named, found), 'and')} ends with each task, so with every "
            "deployment; mount a named volume where the image keeps it, or a tmpfs if it may be "
            "lost",
        )


def report_network(
    services: Mapping[str, Service],
    mounts: Mapping[str, tuple[ServiceMount, ...]],
    findings: Findings,
) -> None:
    """Warn once of the datastores whose makers do not support what their data is on."""
    found = []
    for name, service in sorted(services.items()):
        image = known_image(service)
        if image and image.off_network and _is_on_efs(image, service, mounts[name]):
            found.append((name, image))
    if found:
        instead = dict.fromkeys(image.off_network for _, image in found)
        whose = "their" if len(found) > 1 else "its"
        findings.at("services").warn(
            "data-network",
            f"the data of {listed(map(_named, found), 'and')} is on EFS, and {whose} makers do "
            "not support network file systems: it may be damaged; where it matters, use "
            f"{listed(instead, 'and')} instead",
        )


def _is_on_efs(image: KnownImage, service: Service, mounts: tuple[ServiceMount, ...]) -> bool:
    """Tell whether the data of a service is in a volume: where its image has it, or it says so."""
    usual = [mount for mount in mounts if image.holds_data(mount.target)]
    told = [mount for mount in mounts if _is_mentioned(mount.target, service)]
    return any(isinstance(one, NamedMount) and not one.read_only for one in usual or told)


def _named(found: tuple[str, KnownImage]) -> str:
    name, image = found
    return f"{name} ({image.title})"


def _keeps(image: KnownImage, service: Service, mounts: tuple[ServiceMount, ...]) -> bool:
    """Tell whether data has a place that lasts, or is said to be lost."""
    return any(
        image.holds_data(mount.target) or _is_mentioned(mount.target, service)
        for mount in mounts
        if _lasts(mount)
    )


def _lasts(mount: ServiceMount) -> bool:
    match mount:
        case NamedMount(read_only=read_only) | BindMount(read_only=read_only):
            return not read_only  # what becomes of bind mounts is said of each
        case Tmpfs():
            return True
        case AnonymousVolume():
            return False


def _is_mentioned(target: str, service: Service) -> bool:
    """Tell whether a variable or a command names a directory, so that data may be there."""
    return any(target.rstrip("/") in text for text in _texts(service))


def _texts(service: Service) -> Iterator[str]:
    yield from filter(None, service.environment.values())
    yield from service.entrypoint or ()
    yield from service.command or ()
