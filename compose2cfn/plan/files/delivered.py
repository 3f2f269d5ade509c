"""Read files of the project that go into tasks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from posixpath import basename, join, relpath

from compose2cfn.diagnostics import Steps, listed
from compose2cfn.files import Kind
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.files.credentials import INSTEAD, holds_key, names_credential
from compose2cfn.plan.terms.findings import Notes

MOST_FILES = 64
"""Files that a task's bind mounts may bring."""
MOST_BYTES = 32 * 1024
"""Bytes that a task's bind mounts may bring: they travel in its task definition."""

_UNNAMED = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that a service gets, and what brings it."""

    service: str
    target: str
    content: bytes
    origin: Steps
    mode: int
    uid: str = ""
    gid: str = ""
    read_only: bool = True
    folder: str = ""
    """The folder that is mounted as a whole, or empty for a single file."""
    helped: bool = False
    """Whether the image's own files beside it do not matter."""


def volume_instead(mount: Mount) -> str:
    """Say which named volume could be written instead, where this looks like data."""
    name = basename(mount.target.rstrip("/"))
    if mount.read_only or "." in name.lstrip("."):
        return ""
    stem = _UNNAMED.sub("-", name.lower()).strip("-") or "data"
    return f"keep data in a named volume ({stem}:{mount.target}), "


def ways_out(mount: Mount) -> str:
    """Say what to write instead."""
    return (
        f"{volume_instead(mount)}put files into the image, or write x-aws-bind_mounts: drop where "
        "the service runs without them"
    )


def inside(app: App, path: str) -> str:
    """Name a path as seen from the project directory; empty if it is outside."""
    found = relpath(path, app.directory) if path.startswith("/") else ".."
    return "" if found == ".." or found.startswith("../") else found


def bring(app: App, service: str, mount: Mount, path: Steps, notes: Notes) -> Iterator[Brought]:
    """Read what a bind mount brings; what must not or cannot be brought is a fault."""
    source = mount.source.rstrip("/")
    single = app.files.kind(source).kind is Kind.FILE
    if mount.read_only:
        about = "what it holds now is delivered to every task; a later change needs a new template"
        notes.info("bind-delivered", about, path)
    else:
        about = "it is copied into each task, and what is written to it is lost when the task ends"
        notes.warn("bind-writes", about, path)
    found = {mount.target: source} if single else _listed(app, mount, path, notes)
    for target, content in _read(app, found, path, notes).items():
        yield Brought(
            service=service,
            target=target,
            content=content,
            origin=path,
            # Not every source of files knows which may be run; scripts say it themselves.
            mode=0o755 if content.startswith(b"#!") else 0o644,
            read_only=mount.read_only,
            folder="" if single else mount.target,
        )


def _listed(app: App, mount: Mount, path: Steps, notes: Notes) -> dict[str, str]:
    """List the files of a folder by their targets; none if there are none or too many."""
    source = mount.source.rstrip("/")
    links: list[str] = []
    try:
        found = dict(islice(_walk(app, source, mount.target, links), MOST_FILES + 1))
    except OSError:
        about = f"a folder in {inside(app, source)} cannot be read; {ways_out(mount)}"
        notes.error("bind-refused", about, path)
        return {}
    if links:
        about = f"links are left out: {_some(app, links)}"
        notes.warn("bind-link", about, path)
    if not found:
        about = f"the folder has no files, and ECS no host to fill it from; {ways_out(mount)}"
        notes.error("bind-refused", about, path)
    elif len(found) > MOST_FILES:
        about = f"bind mounts bring at most {MOST_FILES} files; put them into the image"
        notes.error("bind-size", about, path)
        return {}
    return found


def _walk(app: App, source: str, target: str, links: list[str]) -> Iterator[tuple[str, str]]:
    """List the files in a folder with their targets, the outer ones first."""
    folders = [(target.rstrip("/"), source)]
    while folders:
        to, folder = folders.pop(0)
        for name in app.files.list(folder):
            inner = join(folder, name)
            entry = app.files.kind(inner)
            if entry.link:
                links.append(inner)
            elif entry.kind is Kind.FOLDER:
                folders.append((f"{to}/{name}", inner))
            elif entry.kind is Kind.FILE:
                yield f"{to}/{name}", inner


def _read(app: App, found: dict[str, str], path: Steps, notes: Notes) -> dict[str, bytes]:
    """Read files by their targets, but those that must not be delivered."""
    contents: dict[str, bytes] = {}
    secret, keys, large, nameless = [], [], [], []
    for target, file in found.items():
        if names_credential(inside(app, file)):
            secret.append(file)
            continue
        if not _is_text(file):
            nameless.append(file)
            continue
        try:
            content = app.files.read(file, MOST_BYTES)
        except OSError:
            large.append(file)
            continue
        if holds_key(content):
            keys.append(file)
        else:
            contents[target] = content
    if secret:
        about = f"{_some(app, secret)}: this looks like a credential, {INSTEAD}"
        notes.error("bind-refused", about, path)
    if keys:
        about = f"{_some(app, keys)}: this holds a private key, {INSTEAD}"
        notes.error("bind-refused", about, path)
    if nameless:
        about = f"{_some(app, nameless)}: this name is not UTF-8, as a template must be"
        notes.error("bind-refused", about, path)
    if large:
        about = (
            f"{_some(app, large)}: this cannot be read, or has more than {MOST_BYTES} bytes, and "
            "files travel in the task definition; put it into the image"
        )
        notes.error("bind-size", about, path)
    return contents


def _is_text(name: str) -> bool:
    """Tell whether a name is all characters, and no bytes that stand for none."""
    return name.encode(errors="ignore").decode() == name


def _some(app: App, paths: list[str]) -> str:
    """Name a few files of many."""
    names = [repr(inside(app, path))[1:-1] for path in paths[:3]]
    return listed([*names, *(["others"] if len(paths) > 3 else [])], "and")
