"""The cases in fixtures/: what each folder gives to the converter, and what it must give back."""

import sys
import tomllib
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

from compose2cfn import App, ComposeError, Result, emit, load
from compose2cfn.files import Files

FIXTURES = Path(__file__).parent.parent / "fixtures"
TEMPLATE = "template.yaml"
DIAGNOSTICS = "diagnostics.txt"
GOLDENS = (TEMPLATE, DIAGNOSTICS)


@dataclass(frozen=True)
class Settings:
    """What case.toml may say; without it, compose.yaml alone is converted."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    files: tuple[str, ...] = ("compose.yaml",)
    """As on the command line, relative to the case's folder; none means discovery."""
    environment: dict[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    project_name: str | None = None
    project_directory: str | None = None
    env_files: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Case:
    """A folder fixtures/<area>/<case>/."""

    folder: Path

    def __str__(self) -> str:
        return self.folder.relative_to(FIXTURES).as_posix()

    @cached_property
    def settings(self) -> Settings:
        """Read case.toml; an entry that it may not have is an error."""
        file = self.folder / "case.toml"
        said = tomllib.loads(file.read_text()) if file.exists() else {}
        return TypeAdapter(Settings).validate_python(said)

    def load(self, files: Files | None = None) -> App:
        """Load as a user would who stands in the folder; raises `ComposeError`."""
        said = self.settings
        with chdir(self.folder):
            return load(
                *said.files,
                environment=said.environment,
                profiles=said.profiles,
                project_name=said.project_name,
                project_directory=said.project_directory,
                env_files=said.env_files,
                files=files,
            )

    def convert(self, files: Files | None = None) -> Result:
        """Convert, likewise."""
        return emit(self.load(files))

    def outputs(self) -> dict[str, bytes]:
        """Convert, and name each output after the golden file that stores it."""
        outputs = {}
        try:
            result = self.convert()
        except ComposeError as error:
            diagnostics = error.diagnostics
        else:
            diagnostics = result.diagnostics
            outputs[TEMPLATE] = result.to_yaml().encode()
        if diagnostics:
            outputs[DIAGNOSTICS] = "".join(f"{found}\n" for found in diagnostics).encode()
        return outputs

    def stored(self) -> dict[str, bytes]:
        """Read the golden files."""
        files = (self.folder / name for name in GOLDENS)
        return {file.name: file.read_bytes() for file in files if file.exists()}

    def update(self) -> None:
        """Write the golden files anew, and remove what is no longer given."""
        outputs = self.outputs()
        for name in GOLDENS:
            if name in outputs:
                (self.folder / name).write_bytes(outputs[name])
            else:
                (self.folder / name).unlink(missing_ok=True)


def discover() -> Iterator[Case]:
    """Find the cases: folders two levels down that hold compose.yaml or case.toml."""
    for folder in sorted(FIXTURES.glob("*/*/")):
        if any((folder / name).exists() for name in ("compose.yaml", "case.toml")):
            yield Case(folder)


CASES = tuple(discover())
CONVERTIBLE = tuple(case for case in CASES if (case.folder / TEMPLATE).exists())
"""The cases that have a golden template."""


if __name__ == "__main__":
    for case in CASES:
        digest = sha256(b"".join(case.outputs().values())).hexdigest()
        sys.stdout.write(f"{digest} {case}\n")
