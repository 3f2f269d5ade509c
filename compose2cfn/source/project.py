"""Find the files, the folder and the variables of a project, as Docker Compose does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.files import Files, Kind
from compose2cfn.source import dotenv

STDIN = "-"
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller asks for; what is left out is found as Docker Compose finds it."""

    paths: tuple[str, ...] = ()
    name: str | None = None
    directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    env_files: tuple[str, ...] | None = None
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a project stands: its files in order, its folder, its variables and profiles."""

    paths: tuple[str, ...]
    directory: str
    """The project directory, absolute."""
    environment: Mapping[str, str]
    profiles: tuple[str, ...]
    name: str | None
    """The name that was asked for; it wins over the one in the files."""


def settle(wish: Wish, files: Files) -> tuple[Setting, list[Diagnostic]]:
    """Find what a wish leaves open.

    The variables of the caller win over those of ``.env``. That file is read in the folder known
    first (the working directory, where no file is named) and, once the files are found, in theirs.
    """
    search = _Search(wish, files, dict(wish.environment))
    search.read_variables()
    paths = search.find_paths()
    if not search.faults:
        search.directory = search.folder(paths)
        search.read_variables()
    environment = search.environment
    profiles = wish.profiles or tuple(
        part.strip() for part in environment.get("COMPOSE_PROFILES", "").split(",") if part.strip()
    )
    name = wish.name or environment.get("COMPOSE_PROJECT_NAME") or None
    if name is not None and not _NAME.fullmatch(name):
        message = f"{name!r} is no project name; use lower-case letters, digits, - and _"
        search.fault("project-name", message)
    setting = Setting(
        paths=paths,
        directory=search.directory,
        environment=environment,
        profiles=profiles,
        name=name,
    )
    return setting, search.faults


def normalise(name: str) -> str:
    """Make a project name of a text: lower case, without what a name cannot hold."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


class _Search:
    """The search for a project; each step uses what the ones before it found."""

    def __init__(self, wish: Wish, files: Files, environment: dict[str, str]) -> None:
        self.wish = wish
        self.files = files
        self.environment = environment
        self.faults: list[Diagnostic] = []
        self.directory = self.folder(wish.paths)

    def fault(self, code: str, message: str) -> None:
        self.faults.append(Diagnostic(code=code, message=message))

    def absolute(self, path: str) -> str:
        return normpath(join(self.files.directory, path))

    def folder(self, paths: Iterable[str]) -> str:
        """Give the project directory: the one asked for, else that of the first file."""
        if self.wish.directory is not None:
            return self.absolute(self.wish.directory)
        first = next((path for path in paths if path != STDIN), None)
        return self.files.directory if first is None else dirname(self.absolute(first))

    def read_variables(self) -> None:
        """Add the variables of the env files; those that are there stay."""
        found: dict[str, str] = {}
        for path, wanted in self._env_files():
            try:
                text = dotenv.decode(self.files.read(path))
            except OSError:
                if wanted:
                    self.fault("missing-file", f"there is no env file {path}, or it cannot be read")
                continue
            variables, faults = dotenv.parse(text, self.environment, path, found)
            found |= variables
            self.faults += (fault for fault in faults if fault not in self.faults)
        self.environment = found | self.environment

    def _env_files(self) -> Iterable[tuple[str, bool]]:
        """List the env files, and whether each must be there."""
        if self.wish.env_files is not None:
            return [(path, True) for path in self.wish.env_files]
        if _true(self.environment.get("COMPOSE_DISABLE_ENV_FILE", "")):
            return []
        if named := self.environment.get("COMPOSE_ENV_FILES"):
            return [(path, True) for path in named.split(",")]
        path = join(self.directory, ".env")
        return [(path, True)] if self.files.kind(path).kind is Kind.FILE else []

    def find_paths(self) -> tuple[str, ...]:
        """Name the files: those asked for, those of ``COMPOSE_FILE``, or those well known."""
        if self.wish.paths:
            return self.wish.paths
        if named := self.environment.get("COMPOSE_FILE"):
            separator = self.environment.get("COMPOSE_PATH_SEPARATOR") or ":"
            return tuple(named.split(separator))
        start = self.directory
        folder = start
        while True:
            if found := self._in(folder, NAMES):
                prefix = "" if folder == self.files.directory else folder
                override = self._in(folder, OVERRIDES)
                return tuple(join(prefix, name) for name in (found, override) if name)
            if dirname(folder) == folder:
                where = _written(start, self.files.directory)
                message = f"there is no {NAMES[0]} in {where} or above it; name a file with -f"
                self.fault("missing-file", message)
                return ()
            folder = dirname(folder)

    def _in(self, folder: str, names: Iterable[str]) -> str | None:
        """Find the first of some names that stands in a folder."""
        return next(
            (name for name in names if self.files.kind(join(folder, name)).kind is Kind.FILE), None
        )


def _written(folder: str, working: str) -> str:
    return "the working directory" if folder == working else (basename(folder) or folder)


def _true(text: str) -> bool:
    return text.lower() in {"1", "t", "true", "y", "yes", "on"}
