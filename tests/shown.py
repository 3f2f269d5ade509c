"""What the fixtures show of each code: the shortest finding, and the lines that it points at.

Some codes take a program that chooses its emitters: `fixtures/programs` has one for each, named
after the code.
"""

import runpy
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from compose2cfn import ComposeError, Memory, Severity, convert
from tests.cases import FIXTURES, findings

PROGRAMS = FIXTURES / "programs"

MOST_LINES = 10
WIDEST = 140
"""Lines of an excerpt, and characters of each, that are still short."""


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
    language: str = "yaml"
    """What the excerpt is written in."""


def shown() -> Iterator[Shown]:
    """List all findings that are stored, and those of programs that have their codes."""
    for each in findings():
        lines = ""
        if each.at:
            text = each.case.read(each.at.file)
            lines = excerpt(text, each.at.line, each.at.column)
        yield Shown(each.code, each.severity, each.text, str(each.case), each.case.home, lines)
    yield from _of_programs()


def _of_programs() -> Iterator[Shown]:
    """Run the programs; each shows one code."""
    for file in sorted(PROGRAMS.glob("*.py")):
        program = runpy.run_path(str(file))
        files = Memory({"compose.yaml": program["COMPOSE"]})
        try:
            found = convert("compose.yaml", files=files, emitters=program["EMITTERS"]).diagnostics
        except ComposeError as error:
            found = error.diagnostics
        code, name = file.stem.replace("_", "-"), file.relative_to(FIXTURES).as_posix()
        text = file.read_text("utf-8").partition("\n\n")[2].strip("\n")
        for each in found:
            if each.code == code:
                yield Shown(code, each.severity, str(each), name, file, text, "python")


def examples() -> dict[tuple[str, Severity], Shown]:
    """Choose the shortest finding of each code and severity."""
    found: dict[tuple[str, Severity], Shown] = {}
    for each in sorted(shown(), key=lambda each: (len(each.line), each.case)):
        found.setdefault((each.code, each.severity), each)
    return found


def excerpt(text: str, line: int, column: int) -> str:
    """Return the lines of the value at a place, beginning with the one that holds its start."""
    first, *rest = text.splitlines()[line - 1 :] or [""]
    # The entries of a mapping within a list begin where its dash leaves off.
    least = column - 1 if first[: column - 1].endswith("- ") else column
    below = takewhile(lambda each: not each[:least].strip(), rest)
    lines = dedent("\n".join([first, *below])).rstrip().splitlines()
    short = len(lines) <= MOST_LINES and all(len(each) <= WIDEST for each in lines)
    return "\n".join(lines) if short else ""
