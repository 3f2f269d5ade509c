"""Read files of the project that go into tasks."""

from collections.abc import Iterator, Mapping
from itertools import islice
from posixpath import join

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.files import Kind
from compose2cfn.findings import Spot
from compose2cfn.limits import LARGEST_DELIVERY, MOST_DELIVERED
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.plan.files.credentials import INSTEAD, holds_key, is_secret_file, names_credential
from compose2cfn.plan.files.sources import inside
from compose2cfn.plan.storage import BindMount


class DeliveredFile(Record):
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
    moved_from: str = ""
    """Where its mount has it, if that cannot be."""


def delivered(
    app: App, service: str, mount: BindMount, spot: Spot, *, ways: str
) -> Iterator[DeliveredFile]:
    """Read what a bind mount brings; what must not or cannot be brought is a finding.

    ``ways`` says what to write instead.
    """
    source = mount.source.rstrip("/") or "/"
    single = app.files.kind(source).kind is Kind.FILE
    found = {mount.target: source} if single else _listed(app, mount, spot, ways)
    for target, content in _contents(app, found, spot).items():
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


def _listed(app: App, mount: BindMount, spot: Spot, ways: str) -> dict[str, str]:
    """List the files of a directory by their targets; none if there are none or too many."""
    source = mount.source.rstrip("/") or "/"
    links: list[str] = []
    special: list[str] = []
    left = {True: links, False: special}
    try:
        found = dict(islice(_walk(app, source, mount.target, left), MOST_DELIVERED + 1))
    except OSError:
        folder = spot.shown(inside(app, source), of="source")
        about = f"a folder in {folder} cannot be read; {ways}"
        spot.error("bind-refused", about)
        return {}
    if links:
        spot.warn("bind-link", f"links are left out: {_some(app, links)}")
    if special:
        about = "devices, pipes and sockets cannot be delivered; move them out of the folder"
        spot.error("bind-refused", f"{_some(app, special)}: {about}")
    elif not found:
        about = f"the folder has no files, and ECS has no host to fill it from; {ways}"
        spot.error("bind-refused", about)
    elif len(found) > MOST_DELIVERED:
        about = f"bind mounts bring at most {MOST_DELIVERED} files; {ways}"
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


def _contents(app: App, found: dict[str, str], spot: Spot) -> dict[str, bytes]:
    """Read files by their targets, except those that must not be delivered."""
    contents: dict[str, bytes] = {}
    left: dict[str, list[str]] = {}
    for target, file in found.items():
        content = "secret" if is_secret_file(app, file) else _content(app, file)
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
        content = app.files.read(file, LARGEST_DELIVERY, below=app.directory)
    except OSError:
        return "size"
    return "key" if holds_key(content) else content


_TOO_LARGE = (
    f"this cannot be read, or has more than {LARGEST_DELIVERY} bytes; files are part of the task "
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
