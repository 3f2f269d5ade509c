"""What the fixtures show of each code: the shortest finding, and the lines that it points at."""

import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from compose2cfn import Severity
from tests.cases import CASES, DIAGNOSTICS

FINDING = re.compile(
    r"(?:(?P<file>\S+):(?P<line>\d+):(?P<column>\d+): )?"
    r"(?P<severity>error|warning|info): .+ \[(?P<code>[a-z0-9-]+)\]"
)
MOST_LINES = 10
WIDEST = 140
"""Lines of an excerpt, and characters of each, that are still short."""


class Source(NamedTuple):
    """Findings that are stored, one a line, and the files that they speak of."""

    case: str
    home: Path
    """Where people find them."""
    said: str
    read: Callable[[str], str]
    """Gives the text of a file that a finding names."""


class Shown(NamedTuple):
    """A finding that a fixture shows."""

    code: str
    severity: Severity
    line: str
    """As a run prints it."""
    case: str
    home: Path
    excerpt: str
    """The lines that it points at; empty if it points at none, or at many or long ones."""


def sources() -> Iterator[Source]:
    """List all places where findings are stored."""
    for case in CASES:
        file = case.folder / DIAGNOSTICS
        if file.exists():

            def read(name: str, folder: Path = case.folder) -> str:
                return (folder / name).read_text(encoding="utf-8", errors="replace")

            yield Source(str(case), case.folder, file.read_text(encoding="utf-8"), read)


def shown() -> Iterator[Shown]:
    """List all findings that are stored."""
    for source in sources():
        for line in source.said.splitlines():
            found = FINDING.fullmatch(line)
            assert found, f"{source.case}: this line is not a finding: {line}"
            at = found["file"]
            lines = excerpt(source.read(at), int(found["line"]), int(found["column"])) if at else ""
            severity = Severity(found["severity"])
            yield Shown(found["code"], severity, line, source.case, source.home, lines)


def examples() -> dict[tuple[str, Severity], Shown]:
    """Choose the shortest finding of each code and severity."""
    found: dict[tuple[str, Severity], Shown] = {}
    for each in sorted(shown(), key=lambda each: (len(each.line), each.case)):
        found.setdefault((each.code, each.severity), each)
    return found


def excerpt(text: str, line: int, column: int) -> str:
    """Give the lines of the value at a place, beginning with the one that holds its start."""
    first, *rest = text.splitlines()[line - 1 :] or [""]
    # The entries of a mapping within a list begin where its dash leaves off.
    least = column - 1 if first[: column - 1].endswith("- ") else column
    below = takewhile(lambda each: not each[:least].strip(), rest)
    lines = dedent("\n".join([first, *below])).rstrip().splitlines()
    short = len(lines) <= MOST_LINES and all(len(each) <= WIDEST for each in lines)
    return "\n".join(lines) if short else ""
