"""Read what each service mounts: its own entries, and what it takes from other services."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from posixpath import normpath
from typing import TypeAlias

from compose2cfn.diagnostics import KeyPath, dotted
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.mount import NO_VOLUME_OPTIONS, Mount
from compose2cfn.model.service import Service
from compose2cfn.plan.storage.targets import mountable
from compose2cfn.plan.storage.tmpfs import Tmpfs, tmpfs_entries, tmpfs_mount

_UNKNOWN: Mapping[str, str] = {
    "cluster": "that is a volume of Docker Swarm; use a named volume",
    "image": "copy the files into the service's own image",
    "npipe": "that is a Windows pipe of the host; leave it out",
}
"""The types of mounts that ECS does not have, and what to do instead."""


class NamedMount(Record):
    """A named volume, or a directory in it, that a service mounts."""

    volume: str
    subpath: str
    """The directory within the volume; empty for the whole volume."""
    target: str
    read_only: bool
    nocopy: bool
    """Whether the volume is not to get what the image has at the target."""
    origin: KeyPath


class AnonymousVolume(Record):
    """A directory that lives as long as its task."""

    target: str
    nocopy: bool
    """Whether it is not to get what the image has at the target."""
    origin: KeyPath


class BindMount(Record):
    """A file or directory of the host that a service mounts; ECS has no such host."""

    source: str
    target: str
    read_only: bool
    origin: KeyPath
    entry: KeyPath
    """Where it is written, also if another service takes it."""


class BoundVolume(Record):
    """A volume in the place of a folder of the host, which the file does not name."""

    name: str
    source: str
    """The folder as people write it."""
    origin: KeyPath
    """The first of its mounts."""


ServiceMount: TypeAlias = NamedMount | AnonymousVolume | BindMount | Tmpfs


def service_mounts(
    services: Mapping[str, Service], bound: Mapping[str, BoundVolume], findings: Findings
) -> Mapping[str, tuple[ServiceMount, ...]]:
    """List the mounts of every service; those that ECS does not support are faults.

    ``bound`` has the bind mounts that are volumes, by their paths.
    """
    found: dict[str, tuple[ServiceMount, ...]] = {}
    for name in _givers_first(services):
        spot = findings.at("services", name)
        own = tuple(_written(services[name].volumes, bound, spot / "volumes"))
        taken = _taken(services[name].volumes_from, own, found, spot / "volumes_from")
        found[name] = (*own, *taken)
    return {
        name: (*found[name], *tmpfs_entries(service.tmpfs, findings.at("services", name, "tmpfs")))
        for name, service in services.items()
    }


def _givers_first(services: Mapping[str, Service]) -> Iterable[str]:
    """Order services so that each comes after those whose volumes it takes.

    There is such an order: a service waits for the others, and services that wait for one another
    are refused when a file is read.
    """
    givers = {
        name: [_giver(text) for text in service.volumes_from] for name, service in services.items()
    }
    return (name for name in TopologicalSorter(givers).static_order() if name in services)


def _giver(text: str) -> str:
    """Name the service that an entry of ``volumes_from`` is about; empty for another container."""
    return "" if text.startswith("container:") else text.partition(":")[0]


def _written(
    volumes: Iterable[Mount], bound: Mapping[str, BoundVolume], spot: Spot
) -> Iterator[ServiceMount]:
    """List the mounts that a service itself has, except those that ECS does not support."""
    for index, mount in enumerate(volumes):
        where = spot / index
        if mount.type in _UNKNOWN:
            kind = where.shown(mount.type, of="type")
            about = f"ECS has no mounts of the type {kind}: {_UNKNOWN[mount.type]}"
            where.error("mount-type", about)
        elif mountable(mount.target, where):
            yield _read(mount, bound.get(dotted(where.path)), where)


def _read(mount: Mount, bound: BoundVolume | None, spot: Spot) -> ServiceMount:
    """Read one mount of a type that ECS has."""
    options = mount.volume or NO_VOLUME_OPTIONS
    if mount.type == "tmpfs":
        return tmpfs_mount(mount, spot)
    if mount.type == "bind" and not bound:
        return BindMount(
            source=mount.source,
            target=mount.target,
            read_only=mount.read_only,
            origin=spot.path,
            entry=spot.path,
        )
    if mount.named or bound:
        return NamedMount(
            volume=bound.name if bound else mount.source,
            subpath=options.subpath.strip("/") if mount.named else "",
            target=mount.target,
            read_only=mount.read_only,
            # Docker copies nothing into a folder of its host.
            nocopy=options.nocopy or bool(bound),
            origin=spot.path,
        )
    return AnonymousVolume(target=mount.target, nocopy=options.nocopy, origin=spot.path)


def _taken(
    volumes_from: Iterable[str],
    own: Iterable[ServiceMount],
    others: Mapping[str, Iterable[ServiceMount]],
    spot: Spot,
) -> Iterator[ServiceMount]:
    """List the mounts that a service takes from ``others``, in addition to its own.

    A container of another task is another machine: they can share a named volume, and files that
    are delivered to each.
    """
    targets = {normpath(mount.target) for mount in own}
    for index, text in enumerate(volumes_from):
        where = spot / index
        giver = _giver(text)
        if giver not in others:
            about = "containers outside the file are unknown here; name a service"
            where.error("volumes-from", about)
        for mount in others.get(giver, ()):
            target = normpath(mount.target)
            if target in targets or isinstance(mount, Tmpfs):
                continue
            targets.add(target)
            if isinstance(mount, AnonymousVolume):
                shown = spot.findings.shown(mount.target, mount.origin / "target")
                where.error(
                    "volumes-from",
                    f"{giver!r} has an anonymous volume at {shown}, but tasks can share only named "
                    "ones; give it a name",
                )
                continue
            read_only = mount.read_only or text.partition(":")[2] == "ro"
            yield mount.but(read_only=read_only, origin=where.path)
