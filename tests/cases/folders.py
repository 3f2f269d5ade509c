"""Cases that are folders: fixtures/<area>/<case>/."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path

from pydantic import TypeAdapter

from compose2cfn import App, Disk
from compose2cfn.files import Files
from tests.cases.case import COMPOSE, FIXTURES, Case, Settings
from tests.cases.excerpt import excerpt

TEMPLATE = "template.yaml"
DIAGNOSTICS = "diagnostics.txt"
GOLDENS = (TEMPLATE, DIAGNOSTICS)


@dataclass(frozen=True)
class FolderSettings(Settings):
    """What case.toml may say."""

    show: tuple[str, ...] = ()
    """What template.yaml keeps of the template, see `excerpt`; empty for all of it."""
    root: str | None = None
    """The folder outside which nothing is read, relative to the case."""


@dataclass(frozen=True)
class FolderCase(Case):
    """A folder that holds compose.yaml or case.toml."""

    folder: Path

    def __str__(self) -> str:
        return self.folder.relative_to(FIXTURES).as_posix()

    @cached_property
    def settings(self) -> FolderSettings:
        """Read case.toml; an entry that it may not have is an error."""
        file = self.folder / "case.toml"
        said = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return TypeAdapter(FolderSettings).validate_python(said)

    @property
    def home(self) -> Path:
        return self.folder

    @property
    def compose(self) -> str | None:
        return self.read(COMPOSE) if (self.folder / COMPOSE).exists() else None

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")

    @property
    def written(self) -> str:
        """All that its author wrote: every file of the folder but the golden ones, and others."""
        files = {file for file in self.folder.rglob("*") if file.is_file()}
        files |= {self.folder / name for name in self.settings.files}
        files -= {self.folder / name for name in GOLDENS}
        return "\n".join(file.read_text(errors="replace") for file in sorted(files))

    def load(self, files: Files | None = None) -> App:
        """Load as a user in the folder would."""
        with chdir(self.folder):
            root = self.settings.root
            return self.settings.load(Disk(root) if root and not files else files)

    def load_instead(self, compose: str, variables: Mapping[str, str] | None = None) -> App:
        environment = {**self.settings.environment, **(variables or {})}
        with chdir(self.folder):
            files = Disk(stdin=BytesIO(compose.encode()))
            return replace(self.settings, files=("-",), environment=environment).load(files)

    def outputs(self) -> dict[str, str]:
        """Return the golden files."""
        outputs = {}
        if self.outcome.result:
            outputs[TEMPLATE] = self._shown() if self.settings.show else self.template
        if self.outcome.diagnostics:
            outputs[DIAGNOSTICS] = self.outcome.said
        return outputs

    def _shown(self) -> str:
        try:
            return excerpt(self.result.to_dict(), self.settings.show)
        except ValueError as error:
            error.add_note(f"so says case.toml of {self}")
            raise

    def stored(self) -> dict[str, str]:
        """Read the golden files."""
        files = (self.folder / name for name in GOLDENS)
        return {file.name: file.read_bytes().decode() for file in files if file.exists()}

    @property
    def stored_findings(self) -> str:
        return self.stored().get(DIAGNOSTICS, "")

    def update(self) -> None:
        """Rewrite the golden files, and remove those that are not needed any more."""
        outputs = self.outputs()
        for name in GOLDENS:
            if name in outputs:
                (self.folder / name).write_bytes(outputs[name].encode())
            else:
                (self.folder / name).unlink(missing_ok=True)


def folders() -> Iterator[FolderCase]:
    """Find the folders two levels down that are cases."""
    for folder in sorted(FIXTURES.glob("*/*/")):
        if any((folder / name).exists() for name in (COMPOSE, "case.toml")):
            yield FolderCase(folder)
