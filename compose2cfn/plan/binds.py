"""Decide what becomes of bind mounts: which files go into a task, and which cannot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename, join, relpath

from compose2cfn.diagnostics import KeyPath
from compose2cfn.files import Kind
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.notes import Notes

MOST_FILES = 64
"""Files that a task's bind mounts may bring."""
MOST_BYTES = 32 * 1024
"""Bytes that a task's bind mounts may bring: they travel in its task definition."""

_SOCKET = re.compile(r"(^|/)(docker|podman|containerd)\.sock$")
# What people keep credentials in, at any depth of a path.
_CREDENTIALS = re.compile(
    r"(^|/)(\.aws|\.ssh|\.kube|\.docker|\.gnupg|\.netrc|\.npmrc|\.pgpass|\.pypirc|\.env(\.[^/]*)?|id_(rsa|dsa|ecdsa|ed25519)|"
    r"[^/]*\.(key|p12|pfx|jks|keystore))(/|$)",
    re.IGNORECASE,
)
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY")
_WAYS_OUT = (
    "put the files into the image, keep data in a named volume, or write x-aws-bind_mounts: drop "
    "where "
    "the service runs without them"
)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that a task gets, and the mount that brings it."""

    service: str
    target: str
    content: bytes
    mode: int
    uid: str
    gid: str
    folder: str
    """The folder that is mounted as a whole, or empty for a single file."""
    origin: KeyPath


def binds(app: App, service: str, notes: Notes) -> Iterator[Brought]:
    """List the files that the bind mounts of a service bring."""
    said = app.project.services[service]
    policy = str(said.x_aws_bind_mounts or app.project.x_aws_bind_mounts or "")
    if policy not in {"", "drop", "deliver", "refuse"}:
        notes.error(
            "bind-policy",
            "write drop, deliver or refuse",
            ("services", service, "x-aws-bind_mounts"),
        )
    for index, mount in enumerate(said.volumes):
        path: KeyPath = ("services", service, "volumes", index)
        if mount.type != "bind":
            continue
        if policy == "drop":
            notes.warn(
                "bind-dropped", f"{mount.target} is not mounted, as x-aws-bind_mounts says", path
            )
            continue
        if reason := _refusal(app, mount, policy):
            notes.error("bind-refused", reason, path)
            continue
        yield from _brought(app, service, mount, path, notes)


def _refusal(app: App, mount: Mount, policy: str) -> str:
    """Say why a bind mount cannot be delivered; empty if it can."""
    source = mount.source.rstrip("/") or "/"
    inside = relpath(source, app.directory)
    if _SOCKET.search(source):
        return (
            "there is no Docker engine on ECS to talk to; leave the service out with "
            "profiles, or write x-aws-bind_mounts: drop"
        )
    if inside == ".." or inside.startswith("../"):
        return f"there is no host on ECS, and {source} is outside the project; {_WAYS_OUT}"
    if _CREDENTIALS.search(inside):
        return "this looks like credentials, which never go into a template; use secrets: instead"
    if policy == "refuse":
        return f"x-aws-bind_mounts says that bind mounts are refused; {_WAYS_OUT}"
    if _linked(app, inside):
        return f"links are not followed; name the file itself, or {_WAYS_OUT}"
    match app.files.kind(source).kind:
        case Kind.ABSENT:
            return (
                f"there is no {inside} in the project: Docker would make an empty folder on "
                f"the host, and ECS has none; {_WAYS_OUT}"
            )
        case Kind.OTHER:
            return f"{inside} is neither a file nor a folder; {_WAYS_OUT}"
        case Kind.FOLDER if policy != "deliver" and not mount.read_only:
            return (
                "the container could write to this folder of the host, and ECS has none; add "
                f":ro if it only reads; or {_WAYS_OUT}"
            )
        case Kind.FOLDER if policy != "deliver" and _built(app, source):
            return (
                "this folder belongs to the source of an image that is built, so the image "
                "should hold it; "
                "write x-aws-bind_mounts: drop if it does, or deliver if it does not"
            )
    return ""


def _linked(app: App, inside: str) -> bool:
    """Tell whether a part of a path within the project is a link."""
    path = app.directory
    for part in inside.split("/"):
        path = join(path, part)
        if app.files.kind(path).link:
            return True
    return False


def _built(app: App, source: str) -> bool:
    """Tell whether a folder is in the build context of a service."""
    contexts = (s.build.context for s in app.project.services.values() if s.build)
    return any(
        not relpath(source, context).startswith("..")
        for context in contexts
        if context.startswith("/")
    )


def _brought(
    app: App, service: str, mount: Mount, path: KeyPath, notes: Notes
) -> Iterator[Brought]:
    """Read what a mount brings."""
    source = mount.source.rstrip("/")
    single = app.files.kind(source).kind is Kind.FILE
    if single and not mount.read_only:
        notes.warn(
            "bind-writes",
            "the file is copied into each task, and what is written to it is lost when the task "
            "ends",
            path,
        )
    found = [(mount.target, source)] if single else list(_walk(app, source, mount.target))
    if not found:
        notes.error(
            "bind-refused",
            f"the folder is empty, and ECS has no host to fill it from; {_WAYS_OUT}",
            path,
        )
    for target, file in found[: MOST_FILES + 1]:
        if _CREDENTIALS.search(relpath(file, app.directory)):
            notes.error(
                "bind-refused",
                f"{basename(file)} looks like credentials, which never go into a template; use "
                "secrets: instead",
                path,
            )
            continue
        try:
            content = app.files.read(file, MOST_BYTES)
        except OSError:
            notes.error(
                "bind-size",
                f"{basename(file)} cannot be read, or has more than {MOST_BYTES} bytes, and "
                "files travel in the task "
                f"definition; {_WAYS_OUT}",
                path,
            )
            continue
        if _PRIVATE_KEY.search(content):
            notes.error(
                "bind-refused",
                f"{basename(file)} holds a private key, which never goes into a template; use "
                "secrets: instead",
                path,
            )
            continue
        mode = 0o755 if content.startswith(b"#!") else 0o644
        yield Brought(service, target, content, mode, "", "", "" if single else mount.target, path)


def _walk(app: App, source: str, target: str) -> Iterator[tuple[str, str]]:
    """List the files in a folder, with their targets; links are left out."""
    folders = [(target.rstrip("/"), source)]
    count = 0
    while folders and count <= MOST_FILES:
        to, folder = folders.pop(0)
        for name in app.files.list(folder):
            path = join(folder, name)
            entry = app.files.kind(path)
            if entry.link:
                continue
            if entry.kind is Kind.FOLDER:
                folders.append((f"{to}/{name}", path))
            elif entry.kind is Kind.FILE:
                count += 1
                yield f"{to}/{name}", path
