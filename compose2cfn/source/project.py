"""Find the files, the folder and the variables of a project, as Docker Compose does."""

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath, relpath

from compose2cfn.diagnostics import Diagnostic, Location, Severity, listed
from compose2cfn.files import Files, Kind
from compose2cfn.model.frozen import Record
from compose2cfn.root import Outside
from compose2cfn.source import dotenv
from compose2cfn.source.budget import Budget
from compose2cfn.source.paths import outside
from compose2cfn.source.provenance import Provenance

STDIN = "-"
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_NAME = r"[a-z0-9][a-z0-9_-]*"
_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_FALSE = {"0", "f", "F", "FALSE", "false", "False"}


class ProjectOptions(Record):
    """What a caller asks for; what is left out is found as Docker Compose finds it."""

    paths: tuple[str, ...]
    name: str | None
    directory: str | None
    environment: Mapping[str, str]
    env_files: tuple[str, ...] | None
    profiles: tuple[str, ...]


class Setting(Record):
    """Where a project is: its files in order, its folder, its variables and profiles."""

    paths: tuple[str, ...]
    directory: str
    """The project directory, absolute."""
    environment: Mapping[str, str]
    profiles: tuple[str, ...]
    name: str | None
    """The name that was asked for; it wins over the one in the files."""


def settle(
    options: ProjectOptions, files: Files, budget: Budget, provenance: Provenance
) -> tuple[Setting, list[Diagnostic]]:
    """Find what the options leave open.

    The variables of the caller win over those of ``.env``. That file is read in the folder that is
    known first, and what it says of Compose itself (``COMPOSE_FILE`` and so on) counts as if the
    caller had said it; then it is read in the folder of the files that were found.
    """
    search = _Search(options, files, budget, provenance)
    search.check_directory()
    caller = dict(options.environment)
    first = search.read(search.env_files(options.paths, caller), caller)
    caller = {name: first[name] for name in first if name.startswith("COMPOSE_")} | caller
    environment = {**search.read(search.env_files(options.paths, caller), caller), **caller}
    paths = options.paths or search.compose_files(environment)
    environment = {**search.read(search.env_files(paths, caller), environment), **environment}
    profiles = environment.get("COMPOSE_PROFILES", "").split(",")
    name = options.name or environment.get("COMPOSE_PROJECT_NAME") or None
    if name is not None and not re.fullmatch(_NAME, name):
        shown = repr(name) if options.name else "COMPOSE_PROJECT_NAME"
        message = f"{shown} is not a valid project name; use lower-case letters, digits, - and _"
        search.fault("project-name", message)
    setting = Setting(
        paths=paths,
        directory=search.folder(paths),
        environment=environment,
        profiles=options.profiles or tuple(profile.strip() for profile in profiles),
        name=name,
    )
    return setting, list(dict.fromkeys(search.faults))


def normalise(name: str) -> str:
    """Turn a text into a project name: lower case, without what a name cannot contain."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower()).lstrip("_-")


def _file(path: str) -> str:
    """Give the path of an env file: none is standard input."""
    return f"./{path}" if path == STDIN else path


class _Search:
    """The search for a project; each step uses what the ones before it found."""

    def __init__(
        self, options: ProjectOptions, files: Files, budget: Budget, provenance: Provenance
    ) -> None:
        self.options = options
        self.budget = budget
        self.provenance = provenance
        self.files = files
        self.faults: list[Diagnostic] = []
        self.texts: dict[str, str] = {}
        """Those of the env files, by path."""

    def fault(self, code: str, message: str, at: Location | None = None) -> None:
        self.faults.append(Diagnostic(code=code, message=message, at=at))

    def check_directory(self) -> None:
        """Refuse a project directory that cannot be one."""
        if self.options.directory:
            match self.files.kind(self.options.directory).kind:
                case Kind.FILE:
                    message = f"{self.options.directory} is a file; name the folder of the project"
                    self.fault("missing-file", message)
                case Kind.OUTSIDE:
                    self.fault("outside-root", outside(self.options.directory))

    def folder(self, paths: Iterable[str]) -> str:
        """Return the project directory: the one asked for, else that of the first file."""
        if self.options.directory:
            return self._absolute(self.options.directory)
        first = next((path for path in paths if path != STDIN), None)
        return self.files.directory if first is None else dirname(self._absolute(first))

    def env_files(self, paths: Iterable[str], caller: Mapping[str, str]) -> Iterable[str]:
        """List the env files: those asked for, else ``.env`` in the project directory."""
        if self.options.env_files is not None:
            return map(_file, self.options.env_files)
        chosen = self.options.environment.get("COMPOSE_ENV_FILES", "").split(",")
        if any(chosen):
            return map(_file, filter(None, chosen))
        disabled = caller.get("COMPOSE_DISABLE_ENV_FILE", "0")
        if disabled not in {*_TRUE, *_FALSE}:
            message = "COMPOSE_DISABLE_ENV_FILE must be true or false"
            self.fault("unknown-value", message)
        folder = self.folder(paths)
        path = join(folder, ".env")
        there = self.files.kind(path).kind not in {Kind.ABSENT, Kind.FOLDER}
        if not there or disabled in _TRUE or self.files.kind(folder).kind is Kind.OUTSIDE:
            return []
        return [self._shown(path)]

    def read(self, paths: Iterable[str], around: Mapping[str, str]) -> dict[str, str]:
        """Read env files, one after the other."""
        found: dict[str, str] = {}
        if any(fault.code == "input-limit" for fault in self.faults):
            return found  # the files would be read once more
        for path in paths:
            try:
                text = dotenv.decode(self.files.read(path))
            except Outside:
                self.fault("outside-root", outside(path))
            except OSError:
                self.fault("missing-file", f"the env file {path} does not exist or cannot be read")
            else:
                self.texts[path] = text
                found, faults = dotenv.parse_dotenv(
                    text, around, path, found, budget=self.budget, provenance=self.provenance
                )
                self.faults.extend(faults)
        return found

    def compose_files(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Name the files that ``COMPOSE_FILE`` names, or those that have a well-known name."""
        if "COMPOSE_FILE" in environment:
            separator = environment.get("COMPOSE_PATH_SEPARATOR") or ":"
            paths = tuple(environment["COMPOSE_FILE"].split(separator))
            for path in paths:
                self._check_named(path)
            return paths
        start = folder = self.folder(())
        if self.files.kind(folder).kind is Kind.OUTSIDE:
            return ()
        while not (found := self._known(folder, NAMES)):
            above = dirname(folder)
            if above == folder or self.files.kind(above).kind is Kind.OUTSIDE:
                where = "the working directory" if start == self.files.directory else start
                message = f"there is no {NAMES[0]} in {where} or above it; name a file with -f"
                self.fault("missing-file", message)
                break
            folder = above
        overrides = self._known(folder, OVERRIDES)
        return tuple(self._shown(join(folder, each[0])) for each in (found, overrides) if each)

    def _check_named(self, path: str) -> None:
        """Refuse what ``COMPOSE_FILE`` names and nobody can read, where it is written."""
        written = "COMPOSE_FILE" not in self.options.environment
        at = self._place("COMPOSE_FILE") if written else None
        if path == STDIN and written:
            message = "COMPOSE_FILE=- in a file is not standard input; name a file, or pass -f -"
            self.fault("unknown-value", message, at)
        elif path != STDIN:
            match self.files.kind(path).kind:
                case Kind.FILE:
                    pass
                case Kind.OUTSIDE:
                    shown = "what COMPOSE_FILE names" if written else path
                    self.fault("outside-root", outside(shown), at)
                case _:
                    shown = "something" if written else repr(path)
                    message = f"COMPOSE_FILE names {shown}, which is not a file"
                    self.fault("missing-file", message, at)

    def _place(self, name: str) -> Location | None:
        """Find where an env file gives a variable its value."""
        places = (dotenv.place(text, name, path) for path, text in reversed(self.texts.items()))
        return next(filter(None, places), None)

    def _known(self, folder: str, names: Iterable[str]) -> list[str]:
        """List which of some names exist in a folder; the first is used."""
        found = [
            name for name in names if self.files.kind(join(folder, name)).kind is not Kind.ABSENT
        ]
        if len(found) > 1:
            message = f"only {found[0]} is used, not {listed(found[1:])}; name one with -f"
            warning = Diagnostic(code="several-files", message=message, severity=Severity.WARNING)
            self.faults.append(warning)
        return found

    def _absolute(self, path: str) -> str:
        return normpath(join(self.files.directory, path))

    def _shown(self, path: str) -> str:
        """Write an absolute path as short as the working directory allows."""
        inside = path.startswith(self.files.directory.rstrip("/") + "/")
        return relpath(path, self.files.directory) if inside else path
