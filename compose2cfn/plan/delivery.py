"""Decide how files reach containers: configs and what bind mounts bring.

ECS mounts directories and never files, and a volume hides what the image has at its place. So a
file whose directory the image may fill is delivered with that directory: a container of the
service's own image copies it into a volume of the task, and writes the files over it. An anonymous
volume is such a directory without files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, normpath

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.plan.binds import MOST_BYTES, MOST_FILES, PRIVATE_KEY, Brought, binds
from compose2cfn.plan.groups import Groups
from compose2cfn.plan.mounts import report_policies, within
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.secrets import FOLDER
from compose2cfn.plan.storage import Storage

CONFIG_MODE = 0o444
HELPER = "helper"

# What every image fills, and a running container needs as it is or writes to.
_GUARDED = frozenset(
    f"/{folder}"
    for folder in (
        *("", "bin", "etc", "lib", "lib64", "opt/bin", "root/bin", "run", "run/secrets", "sbin"),
        *("tmp", "usr", "usr/bin", "usr/lib", "usr/local", "usr/local/bin", "usr/local/lib"),
        *("usr/local/sbin", "usr/sbin", "var", "var/run"),
    )
)
_KERNEL = ("/dev", "/proc", "/sys")


@dataclass(frozen=True, slots=True)
class Layer:
    """A directory in a delivered one that begins with the image's own files, or with none."""

    path: str
    copied: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that is delivered to a container, with its files by their whole paths."""

    service: str
    path: str
    layers: tuple[Layer, ...]
    """What is in it before the files, the outer ones first; the first is the folder itself."""
    files: tuple[Brought, ...]
    read_only: bool
    origin: KeyPath

    @property
    def seeded(self) -> bool:
        """Tell whether it takes the service's own image to make it."""
        return any(layer.copied for layer in self.layers)


@dataclass(frozen=True, slots=True)
class _Need:
    """A directory that a file, a mounted folder or an anonymous volume needs to be a volume."""

    path: str
    copied: bool
    whole: bool
    """Whether it is mounted itself, and hides what an outer mount has there."""
    read_only: bool
    origin: KeyPath


def deliver(
    app: App, groups: Groups, storage: Storage, notes: Notes
) -> Mapping[str, tuple[Folder, ...]]:
    """Decide on the folders of every service, outermost only, sorted by path."""
    report_policies(app, notes)
    out = {}
    for owner, task in groups.tasks.items():
        brought = [
            f for name in task.services for f in binds(app, name, storage.mounts[name], notes)
        ]
        total = sum(len(file.content) for file in brought)
        if total > MOST_BYTES or len(brought) > MOST_FILES:
            notes.error(
                "bind-size",
                f"bind mounts bring at most {MOST_FILES} files and {MOST_BYTES} bytes into a "
                f"task, and here they are {len(brought)} files and {total} bytes; put them into "
                "the image",
                brought[0].origin[:-1],
            )
        for name in task.services:
            files = [file for file in brought if file.service == name]
            out[name] = tuple(
                _folders(app, name, [*files, *_configs(app, name, notes)], storage, owner, notes)
            )
    return out


def _configs(app: App, service: str, notes: Notes) -> Iterator[Brought]:
    """List the files that the configs of a service bring."""
    for index, reference in enumerate(app.project.services[service].configs):
        path: KeyPath = ("services", service, "configs", index)
        for key, said in (("uid", reference.uid), ("gid", reference.gid)):
            if said and not said.isdecimal():
                notes.error("file-owner", "write a number", (*path, key))
        content = _content(app, reference.source, notes)
        if content is not None:
            target = reference.target or reference.source
            yield Brought(
                service=service,
                target=target if target.startswith("/") else f"/{target}",
                content=content,
                origin=path,
                mode=CONFIG_MODE if reference.mode is None else reference.mode,
                uid=reference.uid,
                gid=reference.gid,
                helped=_helped(
                    app.project.configs[reference.source].x_aws_delivery,
                    ("configs", reference.source, "x-aws-delivery"),
                    notes,
                ),
            )


def _content(app: App, name: str, notes: Notes) -> bytes | None:
    """Read a config."""
    config = app.project.configs[name]
    path: KeyPath = ("configs", name)
    content = config.content.encode()
    if config.external:
        notes.error(
            "config-external",
            "a config outside the file cannot be read; write content:, file: or environment:",
            path,
        )
        return None
    if config.environment:
        value = app.environment.get(config.environment)
        if value is None:
            notes.error(
                "required-variable",
                f"the variable {config.environment!r} is not set; set it in the environment or "
                "in .env",
                (*path, "environment"),
            )
            return None
        content = value.encode()
    elif config.file:
        try:
            content = app.files.read(config.file, MOST_BYTES)
        except OSError:
            notes.error(
                "missing-file",
                f"the file cannot be read, or has more than {MOST_BYTES} bytes; configs travel "
                "in the task definition",
                (*path, "file"),
            )
            return None
    if PRIVATE_KEY.search(content):
        notes.error(
            "config-secret",
            "this holds a private key, which never goes into a template; use secrets: instead",
            path,
        )
        return None
    return content


def _helped(value: object, path: KeyPath, notes: Notes) -> bool:
    """Tell whether the init image shall deliver, and not the service's own."""
    if value and value != HELPER:
        notes.error("delivery-unknown", "write helper, or take the key out", path)
    return value == HELPER


def _folders(
    app: App, service: str, files: list[Brought], storage: Storage, owner: str, notes: Notes
) -> Iterator[Folder]:
    """Put files into the outermost of the directories that they need."""
    helped = _helped(
        app.project.services[service].x_aws_delivery,
        ("services", service, "x-aws-delivery"),
        notes,
    )
    needs = _needs(files, storage, service, helped)
    taken = [a.target for a in storage.attachments[owner] if a.service == service]
    if app.project.services[service].secrets:
        taken.append(FOLDER)
    memory = [m.target for m in storage.memories[owner] if m.service == service]
    for path, need in sorted(needs.items()):
        if any(within(path, other) for other in needs):
            continue
        members = _members(files, needs, path)
        origin = members[0].origin if members else need.origin
        hit = _hit(path, taken, memory) if members else ""
        if members and _guarded(path, whole=need.whole):
            notes.error(
                "delivery-target",
                f"a file directly in {path} cannot be delivered: ECS mounts directories, and a "
                "volume there would hide the image's own; give the file a directory of its own, "
                "or put it into the image",
                origin,
            )
        elif hit:
            notes.error(
                "delivery-volume",
                f"the file would stand in what is mounted at {hit}, and files cannot be mounted "
                "into that; give it another directory",
                origin,
            )
        else:
            if not need.whole and not need.copied:
                notes.warn(
                    "delivery-hides",
                    f"x-aws-delivery: helper hides what the image has in {path}; only the "
                    "delivered files are there",
                    origin,
                )
            yield Folder(
                service=service,
                path=path,
                layers=tuple(_layers(needs, path)),
                files=members,
                read_only=not need.copied
                and all(n.read_only for p, n in needs.items() if p == path or within(p, path)),
                origin=origin,
            )


def _needs(files: list[Brought], storage: Storage, service: str, helped: bool) -> dict[str, _Need]:
    """List the directories that must be volumes, by path; what is mounted as a whole decides."""
    needs: dict[str, _Need] = {}
    for file in (file for file in files if not file.folder):
        path = dirname(normpath(file.target))
        other = needs.get(path)
        needs[path] = _Need(
            path=path,
            copied=not (helped or file.helped) and (other is None or other.copied),
            whole=False,
            read_only=file.read_only and (other is None or other.read_only),
            origin=file.origin,
        )
    for file in (file for file in files if file.folder):
        path = normpath(file.folder)
        needs[path] = _Need(
            path, copied=False, whole=True, read_only=file.read_only, origin=file.origin
        )
    for scratch in storage.scratches[service]:
        path = normpath(scratch.target)
        copied = scratch.filled and not helped
        needs[path] = _Need(path, copied, whole=True, read_only=False, origin=scratch.origin)
    return needs


def _layers(needs: Mapping[str, _Need], path: str) -> Iterator[Layer]:
    """List the directories at and below a path that begin otherwise than what they are in."""
    yield Layer(path, needs[path].copied)
    for inner in sorted(other for other in needs if within(other, path) and needs[other].whole):
        around = max(
            (p for p in needs if within(inner, p) and (needs[p].whole or p == path)), key=len
        )
        if needs[inner].copied != needs[around].copied or not needs[inner].copied:
            yield Layer(inner, needs[inner].copied)


def _members(
    files: Iterable[Brought], needs: Mapping[str, _Need], path: str
) -> tuple[Brought, ...]:
    """List the files that are seen in a folder, sorted; a single file covers one of a folder."""
    seen: dict[str, Brought] = {}
    for file in sorted(files, key=lambda file: (not file.folder, len(file.folder))):
        target = normpath(file.target)
        hidden = file.folder and any(
            need.whole and within(need.path, file.folder) and within(target, need.path)
            for need in needs.values()
        )
        if within(target, path) and not hidden:
            seen[target] = file
    return tuple(seen[target] for target in sorted(seen))


def _guarded(path: str, *, whole: bool) -> bool:
    """Tell whether a volume at a path would break the container."""
    return (
        path == "/"
        or any(path == k or within(path, k) for k in _KERNEL)
        or (path in _GUARDED and not whole)
    )


def _hit(path: str, volumes: Iterable[str], memory: Iterable[str]) -> str:
    """Find the mount that a folder would stand in, or be at the same place as."""
    for target in volumes:
        if normpath(target) == path or within(path, target):
            return target
    return next((target for target in memory if normpath(target) == path), "")
