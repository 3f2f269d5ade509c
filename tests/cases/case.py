"""What a case is, wherever it is stored."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import ConfigDict

from compose2cfn import (
    DEFAULT_EMITTERS,
    App,
    ComposeError,
    Diagnostic,
    Location,
    Result,
    Severity,
    load,
)
from compose2cfn.files import Files
from compose2cfn.pipeline import emit_loaded

FIXTURES = Path(__file__).parents[2] / "fixtures"
APPLICATIONS = "applications"
"""An area of whole applications: large cases, which are read as a whole or not at all."""
COMPOSE = "compose.yaml"
FINDING = re.compile(
    r"(?:(?P<file>\S+):(?P<line>\d+):(?P<column>\d+): )?"
    r"(?P<severity>error|warning|info): .+ \[(?P<code>[a-z0-9-]+)\]"
)


@dataclass(frozen=True)
class Settings:
    """What a user says on the command line; by default compose.yaml alone is converted."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    files: tuple[str, ...] = (COMPOSE,)
    """As on the command line, relative to the case; without any they are discovered."""
    environment: dict[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    project_name: str | None = None
    project_directory: str | None = None
    env_files: tuple[str, ...] | None = None
    refuse: tuple[str, ...] = ()

    def load(self, files: Files | None) -> App:
        """Load from the working directory, or from other files; raises `ComposeError`."""
        return load(
            *self.files,
            environment=self.environment,
            profiles=self.profiles,
            project_name=self.project_name,
            project_directory=self.project_directory,
            env_files=self.env_files,
            files=files,
        )


@dataclass(frozen=True)
class Finding:
    """One line of what is said of a case."""

    case: "Case"
    at: Location | None
    """The place; `Case.read` gives the text of its file."""
    severity: Severity
    code: str
    text: str
    """The whole line: place, severity, path, message and code."""

    @classmethod
    def read(cls, case: "Case", line: str) -> "Finding":
        """Read a line that is stored with a case."""
        match = FINDING.fullmatch(line)
        if not match:
            raise ValueError(f"{case}: this line is not a finding: {line}")
        at = match["file"] and Location(match["file"], int(match["line"]), int(match["column"]))
        return cls(case, at or None, Severity(match["severity"]), match["code"], line)


@dataclass(frozen=True)
class Outcome:
    """What a case becomes: a template, unless it is refused, and what is said of it."""

    result: Result | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def said(self) -> str:
        """Write the findings, one per line."""
        return "".join(f"{found}\n" for found in self.diagnostics)


class Case(ABC):
    """An input, and what it becomes."""

    @abstractmethod
    def __str__(self) -> str:
        """Name it: ``<area>/<case>``."""

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """What a user says on the command line."""

    @property
    @abstractmethod
    def home(self) -> Path:
        """Where people find it: its folder, or the file that it is an entry of."""

    @property
    @abstractmethod
    def compose(self) -> str | None:
        """Its compose.yaml, if it has one of its own."""

    @abstractmethod
    def read(self, name: str) -> str:
        """Read one of its files, called as findings call it."""

    @abstractmethod
    def load(self, files: Files | None = None) -> App:
        """Load it; raises `ComposeError`."""

    @abstractmethod
    def load_instead(self, compose: str, variables: Mapping[str, str] | None = None) -> App:
        """Load another text in the place of its Compose files, with further variables.

        Raises `ComposeError`.
        """

    @abstractmethod
    def outputs(self) -> Mapping[str, str]:
        """Return what must be stored of it, by what that is called."""

    @abstractmethod
    def stored(self) -> Mapping[str, str]:
        """Read what is stored of it, likewise."""

    @property
    @abstractmethod
    def stored_findings(self) -> str:
        """Read what is said of it, one finding per line."""

    @cached_property
    def outcome(self) -> Outcome:
        """Convert it, once per process."""
        try:
            result = emit_loaded(self.load, DEFAULT_EMITTERS, refuse=self.settings.refuse)
        except ComposeError as error:
            return Outcome(None, error.diagnostics)
        return Outcome(result, result.diagnostics)

    @property
    def result(self) -> Result:
        """What it is converted to, where it is not refused."""
        if self.outcome.result is None:
            raise ValueError(f"{self} is refused:\n{self.outcome.said}")
        return self.outcome.result

    @cached_property
    def template(self) -> str:
        """The whole template, of which a golden file may show a part."""
        return self.result.to_yaml()

    def findings(self) -> Iterator[Finding]:
        """List what is said of it, as it is stored."""
        for line in self.stored_findings.splitlines():
            yield Finding.read(self, line)
