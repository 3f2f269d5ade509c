"""Decide what becomes of bind mounts: which files go into a task, and which cannot."""

import re
from collections.abc import Iterable, Iterator
from posixpath import join

from compose2cfn.files import Kind
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.files.credentials import INSTEAD, names_credential
from compose2cfn.plan.files.delivered import (
    DeliveredFile,
    delivered,
    inside,
    volume_instead,
    ways_out,
)
from compose2cfn.plan.storage.mounts import DELIVER, DROP, REFUSE, Mounted, policy

_SOCKET = r"(^|/)(docker|podman|containerd)\.sock$"
_CLOCK = r"/etc/(localtime|timezone)|/usr/share/zoneinfo(/.*)?"


def bound_files(
    app: App, service: str, mounted: Iterable[Mounted], findings: Findings
) -> Iterator[DeliveredFile]:
    """List the files that the bind mounts of a service bring."""
    fate = policy(app, service)
    for each in mounted:
        mount, spot = each.mount, findings.at(*each.origin)
        if mount.type != "bind":
            continue
        if fate == DROP:
            about = f"{mount.target} is not mounted, as x-aws-bind_mounts says"
            spot.warn("bind-dropped", about)
        elif reason := _foreign(app, mount) or _unfit(app, mount, fate):
            spot.error("bind-refused", reason)
        else:
            yield from delivered(app, service, mount, spot)


def _foreign(app: App, mount: Mount) -> str:
    """Say why a bind mount can be delivered nowhere, whatever the file says; empty if it can."""
    source = mount.source.rstrip("/") or "/"
    within = inside(app, source)
    if re.search(_SOCKET, source):
        return (
            "there is no Docker engine on ECS to talk to; leave the service out with profiles, or "
            "write x-aws-bind_mounts: drop where it runs without"
        )
    if re.fullmatch(_CLOCK, source):
        return (
            "the clock of the host is not there on ECS; name the zone in environment, such as "
            "TZ: Europe/Paris, and write x-aws-bind_mounts: drop"
        )
    if not within:
        return (
            f"there is no host on ECS, and what is mounted at {mount.target} is outside the "
            f"project; {ways_out(mount)}"
        )
    secret = names_credential(within) or names_credential(mount.target)
    return f"this looks like a credential, {INSTEAD}" if secret else ""


def _unfit(app: App, mount: Mount, fate: str) -> str:
    """Say why what is in the project cannot be delivered; empty if it can."""
    source = mount.source.rstrip("/")
    within = inside(app, source)
    ways = ways_out(mount)
    if fate == REFUSE:
        return f"x-aws-bind_mounts says that bind mounts are refused; {ways}"
    if _linked(app, within):
        return f"links are not followed: name what this leads to, {ways}"
    match app.files.kind(source).kind:
        case Kind.ABSENT:
            return (
                f"there is no {within!r} in the project: Docker would make an empty folder on its "
                f"host, and ECS has none; {ways}"
            )
        case Kind.OTHER:
            return f"{within} is neither a file nor a folder; {ways}"
        case Kind.FOLDER if fate != DELIVER and _built(app, source):
            return (
                "this folder belongs to the source of an image that is built, so the image should "
                f"hold it; {volume_instead(mount)}write x-aws-bind_mounts: drop if the image holds "
                "it, or deliver if not"
            )
        case Kind.FOLDER if fate != DELIVER and not mount.read_only:
            return (
                "the container could write to this folder of the host, and ECS has none; add :ro "
                f"if it only reads, {ways}"
            )
    return ""


def _linked(app: App, within: str) -> bool:
    """Tell whether a part of a path within the project is a link."""
    path = app.directory
    for part in within.split("/"):
        path = join(path, part)
        if app.files.kind(path).link:
            return True
    return False


def _built(app: App, source: str) -> bool:
    """Tell whether a folder is in the build context of a service."""
    contexts = (s.build.context for s in app.project.services.values() if s.build)
    return any(
        f"{source}/".startswith(context.rstrip("/") + "/")
        for context in contexts
        if context.startswith("/")
    )
