"""Cases that are refused, a list of them in each area: fixtures/<area>/refusals.yaml.

An entry is a name, what `Entry` holds, and at its end what is said of it::

    cluster-unknown:
      compose: |
        x-aws-cluster: my cluster
        services:
          web: {image: nginx}
      says: |
        compose.yaml:1:1: error: x-aws-cluster: ... [cluster-unknown]

People write all but ``says``, which is rewritten in place: every other line stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from compose2cfn import App, Memory
from compose2cfn.files import Files
from tests.cases.case import COMPOSE, FIXTURES, Case, Settings

REFUSALS = "refusals.yaml"
NAME = re.compile(r"^(?=[a-z0-9-]+:$)", re.MULTILINE)
"""Where an entry begins."""
SAYS = re.compile(r"^  says:.*\n(?: {4}.*\n)*", re.MULTILINE)
"""What it says, to be replaced."""


@dataclass(frozen=True, kw_only=True)
class Entry(Settings):
    """What an entry may say: what case.toml may, and the texts of its files."""

    compose: str
    """compose.yaml"""
    beside: dict[str, str] = field(default_factory=dict)
    """Further files, by path."""
    says: str = ""


@dataclass(frozen=True)
class RefusedCase(Case):
    """An entry of refusals.yaml; its files are in memory."""

    file: Path
    name: str
    entry: Entry = field(compare=False)

    def __str__(self) -> str:
        return f"{self.file.parent.relative_to(FIXTURES).as_posix()}/{self.name}"

    @property
    def settings(self) -> Settings:
        return self.entry

    @property
    def home(self) -> Path:
        return self.file

    @property
    def compose(self) -> str:
        return self.entry.compose

    def read(self, name: str) -> str:
        return self.compose if name == COMPOSE else self.entry.beside[name]

    def load(self, files: Files | None = None) -> App:
        return self.entry.load(files or self._files(self.compose))

    def load_instead(self, compose: str, variables: Mapping[str, str] | None = None) -> App:
        environment = {**self.entry.environment, **(variables or {})}
        entry = replace(self.entry, files=(COMPOSE,), environment=environment)
        return entry.load(self._files(compose))

    def _files(self, compose: str) -> Memory:
        return Memory({**self.entry.beside, COMPOSE: compose}, f"/{self.name}")

    def outputs(self) -> dict[str, str]:
        """Return what it must say."""
        return {"says": self.outcome.said}

    def stored(self) -> dict[str, str]:
        """Read what it says."""
        return {"says": self.entry.says}

    @property
    def stored_findings(self) -> str:
        return self.entry.says


def discover() -> Iterator[RefusedCase]:
    """Read the entries of all areas."""
    for file in sorted(FIXTURES.glob(f"*/{REFUSALS}")):
        yield from read(file)


def read(file: Path) -> Iterator[RefusedCase]:
    """Read the entries of a file; one that is not as it must be is an error."""
    head, *entries = NAME.split(file.read_text(encoding="utf-8"))
    if yaml.safe_load(head) is not None:
        raise ValueError(f"{file}: the names of entries have lower case letters, digits and -")
    for text in entries:
        ((name, said),) = yaml.load(text, yaml.CSafeLoader).items()
        yield RefusedCase(file, name, TypeAdapter(Entry).validate_python(said))


def update() -> None:
    """Rewrite what every entry says."""
    for file in sorted(FIXTURES.glob(f"*/{REFUSALS}")):
        said = {case.name: case.outcome.said for case in read(file)}
        file.write_text(rewritten(file.read_text(encoding="utf-8"), said), encoding="utf-8")


def rewritten(text: str, said: Mapping[str, str]) -> str:
    """Put what entries say into the text of their file; all else stays as it is."""
    head, *entries = NAME.split(text)
    return head + "".join(_with_says(entry, said[entry.partition(":")[0]]) for entry in entries)


def _with_says(entry: str, said: str) -> str:
    """Replace ``says`` in the text of an entry, or add it at the end of the entry."""
    says = "  says: |\n" + "".join(f"    {line}\n" for line in said.splitlines())
    if SAYS.search(entry):
        return SAYS.sub(lambda _: says, entry, count=1)
    lines = entry.splitlines(keepends=True)
    end = max(number for number, line in enumerate(lines, 1) if line.startswith("  "))
    return "".join((*lines[:end], says, *lines[end:]))
