"""Decide how files reach containers: configs and what bind mounts bring.

ECS mounts directories and never files, and a volume hides what the image has at its place. So a
file whose directory the image may fill is delivered with that directory: a container of the
service's own image copies it into a volume of the task, and writes the files over it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import dirname, normpath

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.plan.binds import MOST_BYTES, MOST_FILES, Brought, binds
from compose2cfn.plan.groups import Groups
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.storage import Storage

CONFIG_MODE = 0o444

# What every image fills and a running container needs as it is, or writes to.
GUARDED = frozenset(
    f"/{folder}"
    for folder in (
        *("", "bin", "dev", "etc", "lib", "lib64", "opt/bin", "proc", "root/bin", "run"),
        *("run/secrets", "sbin", "sys", "tmp", "usr", "usr/bin", "usr/lib", "usr/local"),
        *("usr/local/bin", "usr/local/lib", "usr/local/sbin", "usr/sbin", "var", "var/run"),
    )
)


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that is delivered to a container, with its files by their whole paths."""

    service: str
    path: str
    seeded: bool
    """Whether the image's own files come first."""
    cleared: tuple[str, ...]
    """Directories in it that hold nothing but what is delivered."""
    files: tuple[Brought, ...]

    @property
    def origin(self) -> KeyPath:
        """What the folder is delivered for."""
        return self.files[0].origin


def deliver(
    app: App, groups: Groups, storage: Storage, notes: Notes
) -> Mapping[str, tuple[Folder, ...]]:
    """Decide on the folders of every service, outermost only, sorted by path."""
    out = {}
    for owner, task in groups.tasks.items():
        total = count = 0
        for name in task.services:
            brought = list(binds(app, name, notes))
            total += sum(len(file.content) for file in brought)
            count += len(brought)
            files = [*brought, *_configs(app, name, notes)]
            out[name] = tuple(_folders(app, name, _latest(files), owner, storage, notes))
        if total > MOST_BYTES or count > MOST_FILES:
            notes.error(
                "bind-size",
                f"bind mounts bring at most {MOST_FILES} files and {MOST_BYTES} bytes into a "
                f"task, and here it is {count} files and "
                f"{total} bytes; put them into the image",
                ("services", owner, "volumes"),
            )
    return out


def _latest(files: Iterable[Brought]) -> list[Brought]:
    """Keep the last of the files that have one target."""
    return list({normpath(file.target): file for file in files}.values())


def _configs(app: App, service: str, notes: Notes) -> Iterable[Brought]:
    """List the files that the configs of a service bring."""
    for index, reference in enumerate(app.project.services[service].configs):
        path: KeyPath = ("services", service, "configs", index)
        for key, said in (("uid", reference.uid), ("gid", reference.gid)):
            if said and not said.isdecimal():
                notes.error("file-owner", "write a number", (*path, key))
        content = _content(app, reference.source, notes)
        if content is not None:
            mode = CONFIG_MODE if reference.mode is None else reference.mode
            target = reference.target or f"/{reference.source}"
            if not target.startswith("/"):
                target = f"/{target}"
            yield Brought(service, target, content, mode, reference.uid, reference.gid, "", path)


def _content(app: App, name: str, notes: Notes) -> bytes | None:
    """Read a config."""
    config = app.project.configs[name]
    path: KeyPath = ("configs", name)
    if config.external:
        notes.error(
            "config-external",
            "a config outside the file cannot be read; write content:, file: or environment:",
            path,
        )
    elif config.content:
        return config.content.encode()
    elif config.environment:
        value = app.environment.get(config.environment)
        if value is None:
            notes.error(
                "required-variable",
                f"the variable {config.environment!r} is not set; set it in the environment or "
                "in .env",
                (*path, "environment"),
            )
            return None
        return value.encode()
    elif config.file:
        try:
            return app.files.read(config.file, MOST_BYTES)
        except OSError:
            notes.error(
                "missing-file",
                f"the file cannot be read, or has more than {MOST_BYTES} bytes; configs travel "
                "in the task definition",
                (*path, "file"),
            )
    return None


def _folders(
    app: App, service: str, files: list[Brought], owner: str, storage: Storage, notes: Notes
) -> Iterable[Folder]:
    """Put files into the outermost of the directories that they need."""
    needed = {file.folder or dirname(normpath(file.target)): not file.folder for file in files}
    volumes = [a.target for a in storage.attachments[owner] if a.service == service]
    outermost = [p for p in sorted(needed) if not any(_within(p, other) for other in needed)]
    for path in outermost:
        members = sorted(
            (f for f in files if _within(f.target, path)), key=lambda f: normpath(f.target)
        )
        first = members[0]
        if normpath(path) in GUARDED and (needed[path] or path == "/"):
            notes.error(
                "delivery-target",
                f"a file directly in {path} cannot be delivered: ECS mounts directories, and a "
                "volume there would hide the "
                "image's own; give the file a directory of its own, or put it into the image",
                first.origin,
            )
        elif hit := next(
            (v for v in volumes if path == v or _within(path, v) or _within(v, path)), None
        ):
            notes.error(
                "delivery-volume",
                f"the file would stand in the volume at {hit}, and files cannot be mounted into "
                "one; give it another directory",
                first.origin,
            )
        else:
            cleared = tuple(
                sorted(p for p, seeded in needed.items() if not seeded and _within(p, path))
            )
            seeded = needed[path] and not _helped(app, service)
            if needed[path] and not seeded:
                notes.warn(
                    "delivery-hides",
                    f"x-aws-delivery: helper hides what the image has in {path}; only the "
                    "delivered files are there",
                    first.origin,
                )
            yield Folder(service, path, seeded, cleared, tuple(members))


def _helped(app: App, service: str) -> bool:
    return app.project.services[service].x_aws_delivery == "helper"


def _within(path: str, folder: str) -> bool:
    return normpath(path).startswith(normpath(folder).rstrip("/") + "/")
