"""Decide what becomes of bind mounts: which files go into a task, and which cannot."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import join, relpath

from compose2cfn.diagnostics import KeyPath
from compose2cfn.files import Kind
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.mounts import DELIVER, DROP, REFUSE, Mounted, policy
from compose2cfn.plan.notes import Notes

MOST_FILES = 64
"""Files that a task's bind mounts may bring."""
MOST_BYTES = 32 * 1024
"""Bytes that a task's bind mounts may bring: they travel in its task definition."""

_SOCKET = re.compile(r"(^|/)(docker|podman|containerd)\.sock$")
_CLOCK = re.compile(r"/etc/(localtime|timezone)|/usr/share/zoneinfo(/.*)?")
# What people keep credentials in, at any depth of a path.
_CREDENTIALS = re.compile(
    r"(^|/)((\.aws|\.ssh|\.kube|\.gnupg|\.netrc|\.npmrc|\.pgpass|\.pypirc|\.env(\.[^/]*)?|"
    r"id_(rsa|dsa|ecdsa|ed25519)|[^/]*\.(key|p12|pfx|jks|keystore))(/|$)"
    # Many projects keep files for Docker in a folder of this name; this is the one of the client.
    r"|\.docker(/config\.json)?$)",
    re.IGNORECASE,
)
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY")
_WAYS_OUT = (
    "put the files into the image, keep data in a named volume, or write x-aws-bind_mounts: drop "
    "where the service runs without them"
)
_SECRET = "which never goes into a template; use secrets: instead"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that a service gets, and what brings it."""

    service: str
    target: str
    content: bytes
    origin: KeyPath
    mode: int
    uid: str = ""
    gid: str = ""
    read_only: bool = True
    folder: str = ""
    """The folder that is mounted as a whole, or empty for a single file."""
    helped: bool = False
    """Whether the image's own files beside it do not matter."""


def binds(app: App, service: str, mounted: Iterable[Mounted], notes: Notes) -> Iterator[Brought]:
    """List the files that the bind mounts of a service bring."""
    fate = policy(app, service)
    for mount, origin in ((m.mount, m.origin) for m in mounted if m.mount.type == "bind"):
        if fate == DROP:
            notes.warn(
                "bind-dropped", f"{mount.target} is not mounted, as x-aws-bind_mounts says", origin
            )
        elif reason := _refusal(app, mount, fate):
            notes.error("bind-refused", reason, origin)
        else:
            yield from _brought(app, service, mount, origin, notes)


def _refusal(app: App, mount: Mount, fate: str) -> str:
    """Say why a bind mount cannot be delivered; empty if it can."""
    source = mount.source.rstrip("/") or "/"
    inside = relpath(source, app.directory)
    if _SOCKET.search(source):
        return (
            "there is no Docker engine on ECS to talk to; leave the service out with profiles, or "
            "write x-aws-bind_mounts: drop"
        )
    if _CLOCK.fullmatch(source):
        return (
            "the clock of the host is not there on ECS; name the zone in environment: "
            "TZ=Europe/Paris, and write x-aws-bind_mounts: drop"
        )
    if inside == ".." or inside.startswith("../"):
        return (
            f"there is no host on ECS, and what is mounted at {mount.target} is outside the "
            f"project; {_WAYS_OUT}"
        )
    if _CREDENTIALS.search(inside):
        return f"this looks like a credential, {_SECRET}"
    if fate == REFUSE:
        return f"x-aws-bind_mounts says that bind mounts are refused; {_WAYS_OUT}"
    if _linked(app, inside):
        return f"links are not followed; name the file itself, or {_WAYS_OUT}"
    match app.files.kind(source).kind:
        case Kind.ABSENT:
            return (
                f"there is no {inside} in the project: Docker would make an empty folder on the "
                f"host, and ECS has none; {_WAYS_OUT}"
            )
        case Kind.OTHER:
            return f"{inside} is neither a file nor a folder; {_WAYS_OUT}"
        case Kind.FOLDER if fate != DELIVER and not mount.read_only:
            return (
                "the container could write to this folder of the host, and ECS has none; add :ro "
                f"if it only reads; or {_WAYS_OUT}"
            )
        case Kind.FOLDER if fate != DELIVER and _built(app, source):
            return (
                "this folder belongs to the source of an image that is built, so the image should "
                "hold it; write x-aws-bind_mounts: drop if it does, or deliver if it does not"
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
    source = mount.source.rstrip("/") or "/"
    single = app.files.kind(source).kind is Kind.FILE
    if mount.read_only:
        about = "what it has now is delivered with every task; a later change needs a new template"
        notes.info("bind-delivered", about, path)
    else:
        about = "it is copied into each task, and what is written to it is lost when the task ends"
        notes.warn("bind-writes", about, path)
    found = [(mount.target, source)]
    if not single:
        found = list(_walk(app, source, mount.target, path, notes))
        if not found:
            about = f"the folder has no files, and ECS no host to fill it from; {_WAYS_OUT}"
            notes.error("bind-refused", about, path)
    for target, file in found:
        content = _content(app, file, path, notes)
        if content is not None:
            yield Brought(
                service=service,
                target=target,
                content=content,
                origin=path,
                # What files may be run is not asked of every source of files; scripts say it.
                mode=0o755 if content.startswith(b"#!") else 0o644,
                read_only=mount.read_only,
                folder="" if single else mount.target,
            )


def _content(app: App, file: str, path: KeyPath, notes: Notes) -> bytes | None:
    """Read a file, unless it is one that must not be delivered."""
    name = relpath(file, app.directory)
    if _CREDENTIALS.search(name):
        notes.error("bind-refused", f"{name} looks like a credential, {_SECRET}", path)
        return None
    try:
        content = app.files.read(file, MOST_BYTES)
    except OSError:
        about = (
            f"{name} cannot be read, or has more than {MOST_BYTES} bytes, and files travel in the "
            f"task definition; {_WAYS_OUT}"
        )
        notes.error("bind-size", about, path)
        return None
    if PRIVATE_KEY.search(content):
        notes.error("bind-refused", f"{name} holds a private key, {_SECRET}", path)
        return None
    return content


def _walk(
    app: App, source: str, target: str, path: KeyPath, notes: Notes
) -> Iterator[tuple[str, str]]:
    """List the files in a folder, with their targets, up to one too many."""
    folders = [(target.rstrip("/"), source)]
    count = 0
    while folders and count <= MOST_FILES:
        to, folder = folders.pop(0)
        for name in app.files.list(folder):
            inner = join(folder, name)
            entry = app.files.kind(inner)
            if entry.link:
                about = f"{relpath(inner, app.directory)} is a link, and left out"
                notes.warn("bind-link", about, path)
            elif entry.kind is Kind.FOLDER:
                folders.append((f"{to}/{name}", inner))
            elif entry.kind is Kind.FILE:
                count += 1
                if count > MOST_FILES + 1:
                    return
                yield f"{to}/{name}", inner
