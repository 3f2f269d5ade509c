"""Decide what becomes of bind mounts: which files go into a task, and which cannot."""

import re
from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.files import Kind
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.plan.files.credentials import INSTEAD, SecretSources, names_credential
from compose2cfn.plan.files.delivered import (
    DeliveredFile,
    delivered,
    inside,
    volume_instead,
    ways_out,
)
from compose2cfn.plan.storage import BindMount

DELIVER = "deliver"
DROP = "drop"
REFUSE = "refuse"

_SOCKET = r"(^|/)(docker|podman|containerd)\.sock$"
_CLOCK = r"/etc/(localtime|timezone)|/usr/share/zoneinfo(/.*)?"


def bind_policies(app: App, findings: Findings) -> Mapping[str, str]:
    """Read what to do with the bind mounts of each service; empty if the file does not say."""
    usual = _policy(app.project.x_aws_bind_mounts, findings.at("x-aws-bind_mounts"))
    return {
        name: _policy(service.x_aws_bind_mounts, findings.at("services", name, "x-aws-bind_mounts"))
        or usual
        for name, service in app.project.services.items()
    }


def _policy(said: str | None, spot: Spot) -> str:
    """Read what to do with bind mounts; an unknown word is a finding."""
    if said and said not in {DELIVER, DROP, REFUSE}:
        spot.error("bind-policy", f"must be {DROP}, {DELIVER} or {REFUSE}")
    return said or ""


def bound_files(
    app: App,
    service: str,
    mounts: Iterable[BindMount],
    findings: Findings,
    *,
    policy: str,
    secrets: SecretSources,
) -> Iterator[DeliveredFile]:
    """List the files that the bind mounts of a service bring."""
    for mount in mounts:
        spot = findings.at(*mount.origin)
        if policy == DROP:
            target = spot.shown(mount.target, of="target")
            about = f"x-aws-bind_mounts says not to mount {target}"
            spot.warn("bind-dropped", about)
        elif reason := _foreign(app, mount, spot) or _unfit(app, mount, policy, spot):
            spot.error("bind-refused", reason)
        else:
            yield from delivered(app, service, mount, spot, secrets=secrets)


def _foreign(app: App, mount: BindMount, spot: Spot) -> str:
    """Say why a bind mount can never be delivered; empty if it can."""
    source = mount.source.rstrip("/") or "/"
    within = inside(app, source)
    if re.search(_SOCKET, source):
        return (
            "ECS has no Docker engine to talk to; leave the service out with profiles, or write "
            "x-aws-bind_mounts: drop if it does not need one"
        )
    if re.fullmatch(_CLOCK, source):
        return (
            "ECS has no clock of a host; name the time zone in environment, such as "
            "TZ: Europe/Paris, and write x-aws-bind_mounts: drop"
        )
    if not within:
        target = spot.shown(mount.target, of="target")
        return (
            f"ECS has no host, and what is mounted at {target} is outside the project; "
            f"{ways_out(mount, spot)}"
        )
    secret = names_credential(within) or names_credential(mount.target)
    return f"this looks like a credential, {INSTEAD}" if secret else ""


def _unfit(app: App, mount: BindMount, policy: str, spot: Spot) -> str:
    """Say why what is in the project cannot be delivered; empty if it can."""
    source = mount.source.rstrip("/") or "/"
    within = spot.shown(inside(app, source), of="source")
    ways = ways_out(mount, spot)
    if policy == REFUSE:
        return f"x-aws-bind_mounts says to refuse bind mounts; {ways}"
    found = app.files.kind(source, below=app.directory)
    if found.link:
        return f"links are not followed; name what this link leads to, {ways}"
    match found.kind:
        case Kind.ABSENT | Kind.OUTSIDE:
            return (
                f"{within!r} is not in the project; Docker would create an empty folder on its "
                f"host, but ECS has no host; {ways}"
            )
        case Kind.OTHER:
            return f"{within} is neither a file nor a folder; {ways}"
        case Kind.FOLDER if policy != DELIVER and _built(app, source):
            return (
                "this folder is part of the build context, so the image should contain it; "
                f"{volume_instead(mount, spot)}write x-aws-bind_mounts: drop if the image contains "
                "it, or deliver if not"
            )
        case Kind.FOLDER if policy != DELIVER and not mount.read_only:
            return (
                "the container could write to this folder of the host, but ECS has no host; add "
                f":ro if it only reads, {ways}"
            )
    return ""


def _built(app: App, source: str) -> bool:
    """Tell whether a folder is in the build context of a service."""
    contexts = (s.build.context for s in app.project.services.values() if s.build)
    return any(
        f"{source.rstrip('/')}/".startswith(context.rstrip("/") + "/")
        for context in contexts
        if context.startswith("/")
    )
