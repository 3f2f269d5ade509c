"""Read files of the project that go into tasks."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from posixpath import basename, join, relpath
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.files import Kind
from compose2cfn.findings import Spot
from compose2cfn.model.app import App
from compose2cfn.plan.files.credentials import INSTEAD, SecretSources, holds_key, names_credential
from compose2cfn.plan.storage import BindMount

MOST_FILES = 64
"""Files that a task's bind mounts may bring."""
MOST_BYTES = 32 * 1024
"""Bytes that a task's bind mounts may bring: they are part of its task definition."""


class DeliveredFile(NamedTuple):
    """A file that a service gets, and what brings it."""

    service: str
    target: str
    content: bytes
    origin: KeyPath
    mode: int
    owner: str = ""
    """The numbers of its owner and group, as chown takes them; empty leaves it to root."""
    read_only: bool = True
    directory: str = ""
    """The directory that is mounted as a whole, or empty for a single file."""
    helped: bool = False
    """Whether the image's own files next to it do not matter."""


def volume_instead(mount: BindMount, spot: Spot) -> str:
    """Suggest a named volume instead, if this looks like data."""
    name = basename(mount.target.rstrip("/"))
    if mount.read_only or "." in name.lstrip("."):
        return ""
    if spot.shown(mount.target, of="target") != mount.target:
        return "keep data in a named volume, "
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "data"
    return f"keep data in a named volume ({stem}:{mount.target}), "


def ways_out(mount: BindMount, spot: Spot) -> str:
    """Say what to write instead."""
    return (
        f"{volume_instead(mount, spot)}put files into the image, or write x-aws-bind_mounts: drop "
        "if "
        "the service runs without them"
    )


def inside(app: App, path: str) -> str:
    """Name a path as seen from the project directory; empty if it is outside."""
    found = relpath(path, app.directory) if path.startswith("/") else ".."
    return "" if found == ".." or found.startswith("../") else found


def delivered(
    app: App, service: str, mount: BindMount, spot: Spot, *, secrets: SecretSources
) -> Iterator[DeliveredFile]:
    """Read what a bind mount brings; what must not or cannot be brought is a finding."""
    source = mount.source.rstrip("/") or "/"
    single = app.files.kind(source).kind is Kind.FILE
    if mount.read_only:
        spot.info(
            "bind-delivered",
            "its current content is delivered to every task; a later change needs a new template",
        )
    else:
        spot.warn(
            "bind-writes",
            "it is copied into each task; what is written to it is lost when the task ends",
        )
    found = {mount.target: source} if single else _listed(app, mount, spot)
    for target, content in _contents(app, found, spot, secrets).items():
        yield DeliveredFile(
            service=service,
            target=target,
            content=content,
            origin=spot.path,
            # Not every source of files knows which are executable; scripts themselves do.
            mode=0o755 if content.startswith(b"#!") else 0o644,
            read_only=mount.read_only,
            directory="" if single else mount.target,
        )


def _listed(app: App, mount: BindMount, spot: Spot) -> dict[str, str]:
    """List the files of a directory by their targets; none if there are none or too many."""
    source = mount.source.rstrip("/") or "/"
    links: list[str] = []
    special: list[str] = []
    left = {True: links, False: special}
    try:
        found = dict(islice(_walk(app, source, mount.target, left), MOST_FILES + 1))
    except OSError:
        folder = spot.shown(inside(app, source), of="source")
        about = f"a folder in {folder} cannot be read; {ways_out(mount, spot)}"
        spot.error("bind-refused", about)
        return {}
    if links:
        spot.warn("bind-link", f"links are left out: {_some(app, links)}")
    if special:
        about = "devices, pipes and sockets cannot be delivered; move them out of the folder"
        spot.error("bind-refused", f"{_some(app, special)}: {about}")
    elif not found:
        ways = ways_out(mount, spot)
        about = f"the folder has no files, and ECS has no host to fill it from; {ways}"
        spot.error("bind-refused", about)
    elif len(found) > MOST_FILES:
        about = f"bind mounts bring at most {MOST_FILES} files; put them into the image"
        spot.error("bind-size", about)
        return {}
    return found


def _walk(
    app: App, source: str, target: str, left: Mapping[bool, list[str]]
) -> Iterator[tuple[str, str]]:
    """List the files in a directory with their targets, the outer ones first.

    ``left`` gets what is left out: links, and what is neither a file nor a folder.
    """
    waiting = [(target.rstrip("/"), source)]
    while waiting:
        to, directory = waiting.pop(0)
        for name in app.files.list(directory):
            inner = join(directory, name)
            entry = app.files.kind(inner, below=app.directory)
            if entry.link or entry.kind is Kind.OTHER:
                left[entry.link].append(inner)
            elif entry.kind is Kind.FOLDER:
                waiting.append((f"{to}/{name}", inner))
            elif entry.kind is Kind.FILE:
                yield f"{to}/{name}", inner


def _contents(
    app: App, found: dict[str, str], spot: Spot, secrets: SecretSources
) -> dict[str, bytes]:
    """Read files by their targets, except those that must not be delivered."""
    contents: dict[str, bytes] = {}
    left: dict[str, list[str]] = {}
    for target, file in found.items():
        content = "secret" if secrets.has_file(file) else _content(app, file)
        if isinstance(content, bytes):
            contents[target] = content
        else:
            left.setdefault(content, []).append(file)
    for reason, files in left.items():
        code, about = _REASONS[reason]
        spot.error(code, f"{_some(app, files)}: {about}")
    return contents


def _content(app: App, file: str) -> bytes | str:
    """Read a file; for one that must not or cannot be delivered, return a key of `_REASONS`."""
    if names_credential(inside(app, file)):
        return "credential"
    if file.encode(errors="ignore").decode() != file:
        return "name"
    try:
        content = app.files.read(file, MOST_BYTES, below=app.directory)
    except OSError:
        return "size"
    return "key" if holds_key(content) else content


_TOO_LARGE = (
    f"this cannot be read, or has more than {MOST_BYTES} bytes; files are part of the task "
    "definition, so put it into the image"
)
_REASONS = {
    "credential": ("bind-refused", f"this looks like a credential, {INSTEAD}"),
    "secret": ("bind-refused", f"this is the file of a secret, {INSTEAD}"),
    "key": ("bind-refused", f"this holds a private key, {INSTEAD}"),
    "name": ("bind-refused", "this name is not UTF-8; rename the file"),
    "size": (
        "bind-size",
        _TOO_LARGE,
    ),
}
"""Why a file is not delivered: a code, and the same in words."""


def _some(app: App, paths: list[str]) -> str:
    """Name a few of many files."""
    names = [repr(inside(app, path))[1:-1] for path in paths[:3]]
    if len(paths) > 3:
        names.append("others")
    return listed(names, "and")
