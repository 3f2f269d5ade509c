"""Find out about the sources of bind mounts: how they are written, and what lies there."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from itertools import count
from posixpath import basename, join, normpath, relpath
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.files import Kind
from compose2cfn.limits import (
    LARGEST_IGNORE,
    MOST_DOCKERFILES,
    MOST_ENTRIES_IN_ALL,
    MOST_FOLDER_ENTRIES,
    MOST_LEVELS,
)
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.source.dockerfile import BuiltImage, read_dockerfile
from compose2cfn.source.patterns import Effort, GitIgnore, git_ignore

_KEPT_EMPTY = frozenset({".gitignore", ".gitkeep", ".keep", ".placeholder", ".dockerignore"})
"""Files that keep an empty folder in a repository."""
_NOT_SUFFIXES = frozenset({"com", "d", "data", "dev", "io", "local", "net", "org"})
"""What folders' names end in."""
_SUFFIX = (
    r"(?i)(?=[0-9]*[a-z])[a-z0-9]{1,5}|conf(ig)?|example|keystore|license|properties|sample|service"
    r"|sqlite3?|template|truststore"
)
_FILES = (
    r"(?i)\.?(bash_history|bashrc|crontab|group|gitconfig|hosts|hostname|htpasswd|machine-id|passwd"
    r"|profile|shadow|vimrc|zshrc)|(Caddy|Docker|Gem|Make|Proc|Jenkins|Vagrant)file"
)


class SourceContent(Enum):
    """What lies at a source in the project."""

    NOTHING = "nothing"
    """It is absent, has no files, or is left out of the repository."""
    FILE = "file"
    FOLDER = "folder"
    """A folder with files that belong to the project."""
    LINK = "link"
    OTHER = "other"


class BindSource(Record):
    """The source of a bind mount."""

    path: str
    """Absolute."""
    key: str
    """As written, relative to the project directory: the same on any machine."""
    inside: str
    """Relative to the project directory, and ``.`` for that; empty if it is written outside."""
    slash: bool
    """Whether it is written as a folder."""

    @property
    def names_file(self) -> bool:
        """Tell whether this must be a file, by its name."""
        return not self.slash and names_file(self.key)

    @property
    def shown(self) -> str:
        """Write it as people do."""
        plain = self.inside and self.inside != "."
        return f"./{self.inside}" if plain else self.key


def names_file(path: str) -> bool:
    """Tell whether a path must be that of a file, by its name."""
    name = basename(path)
    stem, dot, suffix = name.lstrip(".").rpartition(".")
    suffixed = bool(dot and stem) and bool(re.fullmatch(_SUFFIX, suffix))
    return bool(re.fullmatch(_FILES, name)) or (suffixed and suffix.lower() not in _NOT_SUFFIXES)


def find_source(app: App, mount: KeyPath, path: str) -> BindSource:
    """Find out how the source of a mount is written."""
    said = app.sources.get(mount, path)
    within = "" if said.startswith("~") else inside(app, path)
    if within:
        key = within
    elif said.startswith("~"):
        key = f"~{normpath('/' + said[1:].lstrip('/'))}" if said.strip("~/") else "~"
    elif path.startswith("/") and not said.startswith("/"):
        key = relpath(path, app.directory)
    else:
        key = normpath(path)
    return BindSource(
        path=path.rstrip("/") or "/", key=key, inside=within, slash=said.endswith("/")
    )


def inside(app: App, path: str) -> str:
    """Name a path as seen from the project directory; empty if it is outside."""
    found = relpath(path, app.directory) if path.startswith("/") else ".."
    return "" if found == ".." or found.startswith("../") else found


class _Listed(NamedTuple):
    """What is in a folder, as far as somebody has asked."""

    known: list[str]
    rest: Iterator[str]


class ProjectFolder:
    """The folder of a project: what lies in it, and what its repository leaves out."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._rules = cache(self._read_rules)
        self._listed: dict[str, _Listed] = {}
        self._entries = MOST_ENTRIES_IN_ALL
        self._images: dict[
            tuple[str, str, frozenset[tuple[str, str]], frozenset[str]], BuiltImage | None
        ] = {}
        self._unread = MOST_DOCKERFILES
        self.effort = Effort()
        self.left_out_of_images: dict[tuple[str, ...], bool] = {}
        """Answers of build contexts: many services may ask the same."""

    @property
    def directory(self) -> str:
        """Name the folder."""
        return self._app.directory

    def content(self, source: BindSource) -> SourceContent:
        """Tell what lies at a source that is written inside."""
        found = self._app.files.kind(source.path, below=self.directory)
        if found.link:
            return SourceContent.LINK
        match found.kind:
            case Kind.FILE:
                return SourceContent.FILE
            case Kind.FOLDER:
                empty = not any(self.files(source.inside)) or self.left_out(source.inside)
                return SourceContent.NOTHING if empty else SourceContent.FOLDER
            case Kind.ABSENT | Kind.OUTSIDE:
                return SourceContent.NOTHING
        return SourceContent.OTHER

    def files(self, folder: str) -> Iterator[str]:
        """List what is in a folder and belongs to the project, the outer ones first.

        Links are listed as well: what is behind them is not looked at. A folder with more entries
        than are looked at ends with its own name, so that it is not taken for an empty one.
        """
        listed = self._listed.setdefault(folder, _Listed([], self._walk(folder)))
        for number in count():
            if number == len(listed.known):
                if (path := next(listed.rest, None)) is None:
                    return
                listed.known.append(path)
            yield listed.known[number]

    def _walk(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        seen = 0
        while waiting:
            above = waiting.pop(0)
            for name in self._names(above):
                seen += 1
                self._entries -= 1
                if seen > MOST_FOLDER_ENTRIES or self._entries < 0:
                    yield folder
                    return
                path = normpath(join(above, name))
                entry = self._app.files.kind(self._whole(path), below=self.directory)
                is_folder = entry.kind is Kind.FOLDER and not entry.link
                if self._ignored(path, folder=is_folder) or path == ".git":
                    continue
                if is_folder:
                    waiting.append(path)
                elif name not in _KEPT_EMPTY:
                    yield path

    def left_out(self, path: str) -> bool:
        """Tell whether a folder is left out of the repository, by itself or with one above it."""
        if path == ".":
            return False
        names = path.split("/")
        above = ("/".join(names[:number]) for number in range(1, len(names) + 1))
        return any(self._ignored(each, folder=True) for each in above)

    def read(self, path: str, limit: int) -> str | None:
        """Read a text of the project; None if it cannot be read, and nothing outside is."""
        if not inside(self._app, path):
            return None
        try:
            content = self._app.files.read(path, limit, below=self.directory)
        except OSError:
            return None
        return content.decode("utf-8", "replace")

    def image(
        self,
        text: str,
        *,
        target: str,
        arguments: frozenset[tuple[str, str]],
        contexts: frozenset[str],
    ) -> BuiltImage | None:
        """Read a Dockerfile; None if that says nothing, or too much has been read by now."""
        key = (text, target, arguments, contexts)
        if key not in self._images:
            self._unread -= len(text)
            self._images[key] = (
                read_dockerfile(text, target=target, arguments=dict(arguments), contexts=contexts)
                if self._unread >= 0
                else None
            )
        return self._images[key]

    def _ignored(self, path: str, *, folder: bool) -> bool:
        """Tell whether the nearest patterns about a path leave it out."""
        names = path.split("/")
        for level in range(min(len(names), MOST_LEVELS) - 1, -1, -1):
            rules = self._rules("/".join(names[:level]))
            said = rules.says("/".join(names[level:]), folder=folder, effort=self.effort)
            if said is not None:
                return said
        return False

    def _read_rules(self, folder: str) -> GitIgnore:
        """Read the patterns of a folder."""
        text = self.read(join(self._whole(folder or "."), ".gitignore"), LARGEST_IGNORE)
        return git_ignore(text or "")

    def _names(self, folder: str) -> tuple[str, ...]:
        try:
            return self._app.files.list(self._whole(folder))
        except OSError:
            return ("?",)  # it cannot be read, so it may have files

    def _whole(self, path: str) -> str:
        return normpath(join(self.directory, path))
