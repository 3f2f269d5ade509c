"""List what each service mounts, and what the file says of its bind mounts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import normpath

from compose2cfn.diagnostics import Steps
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.terms.findings import Notes

DELIVER = "deliver"
DROP = "drop"
REFUSE = "refuse"
HELPER = "helper"

_ABSOLUTE = re.compile(r"/.*[^/.].*", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:[\\/].*", re.DOTALL)
_KINDS: Mapping[str, str] = {
    "cluster": "it is a volume of Docker Swarm; use a named volume",
    "image": "copy the files into the service's own image",
    "npipe": "it is a pipe of Windows, and there is no host",
}
"""The types of mounts that ECS does not have, and the way out."""


@dataclass(frozen=True, slots=True)
class Mounted:
    """A mount of a service, and what brings it: an entry of its own, or one of volumes_from."""

    mount: Mount
    origin: Steps


def mounts(app: App, notes: Notes) -> Mapping[str, tuple[Mounted, ...]]:
    """List the mounts of every service; those that ECS cannot have are faults."""
    found = {name: tuple(_usable(app, name, notes)) for name in app.project.services}
    return {name: (*own, *_taken(app, name, found, notes)) for name, own in found.items()}


def policy(app: App, service: str) -> str:
    """Say what shall become of a service's bind mounts; empty if nothing is said."""
    said = app.project.services[service].x_aws_bind_mounts
    return said or app.project.x_aws_bind_mounts or ""


def report_policies(app: App, notes: Notes) -> None:
    """Report words about bind mounts that mean nothing."""
    said: dict[Steps, object] = {("x-aws-bind_mounts",): app.project.x_aws_bind_mounts}
    for name, service in app.project.services.items():
        said["services", name, "x-aws-bind_mounts"] = service.x_aws_bind_mounts
    for path, word in said.items():
        if word and str(word) not in {DELIVER, DROP, REFUSE}:
            notes.error("bind-policy", f"write {DROP}, {DELIVER} or {REFUSE}", path)


def mountable(target: str, path: Steps, notes: Notes) -> bool:
    """Tell whether something can be mounted at a path; report it if not."""
    if _DRIVE.fullmatch(target):
        notes.error(
            "mount-target",
            f"tasks on Windows get neither EFS file systems nor files, so nothing can be mounted "
            f"at {target}; run the service on linux/amd64",
            path,
        )
    elif not _ABSOLUTE.fullmatch(target):
        about = f"nothing can be mounted at {target!r}; write a path such as /data"
        notes.error("mount-target", about, path)
    else:
        return True
    return False


def _usable(app: App, name: str, notes: Notes) -> Iterator[Mounted]:
    """List the mounts that a service says itself, but for those that ECS cannot have."""
    for index, mount in enumerate(app.project.services[name].volumes):
        path: Steps = ("services", name, "volumes", index)
        if mount.type in _KINDS:
            about = f"ECS has no mounts of the type {mount.type}: {_KINDS[mount.type]}"
            notes.error("mount-type", about, path)
        elif mountable(mount.target, path, notes):
            yield Mounted(mount, path)


def _taken(
    app: App, name: str, found: Mapping[str, tuple[Mounted, ...]], notes: Notes
) -> Iterator[Mounted]:
    """List the mounts that a service takes from others, as volumes_from says.

    A container of another task is another machine: what both can have is a named volume, and files
    that are delivered to each.
    """
    targets = {normpath(mounted.mount.target) for mounted in found[name]}
    for index, text in enumerate(app.project.services[name].volumes_from):
        path: Steps = ("services", name, "volumes_from", index)
        source, _, mode = text.partition(":")
        if source not in found or text.startswith("container:"):
            about = "containers outside the file are not known here; name a service"
            notes.error("volumes-from", about, path)
            continue
        for mounted in (*found[source], *_taken(app, source, found, notes)):
            mount = mounted.mount
            if normpath(mount.target) in targets or mount.type == "tmpfs":
                continue
            targets.add(normpath(mount.target))
            if mount.type == "volume" and not mount.source:
                notes.error(
                    "volumes-from",
                    f"what {source!r} has at {mount.target} is a volume without a name, and only "
                    "named ones can be shared between tasks; give it a name",
                    path,
                )
                continue
            shared = mount.model_copy(update={"read_only": mount.read_only or mode == "ro"})
            yield Mounted(shared, path)
