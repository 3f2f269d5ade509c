"""The cases in fixtures/: what each gives to the converter, and what it must give back.

A case is a folder, ``fixtures/<area>/<case>/``; one that is refused may be an entry of
``fixtures/<area>/refusals.yaml`` instead. docs/architecture.md says how to add either.

    python -m tests.cases                 print a digest of what each case gives
    python -m tests.cases --update        rewrite what is stored
    python -m tests.cases --into FOLDER   write all templates, whole, to a folder
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.cases import digests, refusals
from tests.cases.case import APPLICATIONS, FIXTURES, Case, Finding
from tests.cases.folders import DIAGNOSTICS, GOLDENS, TEMPLATE, FolderCase, folders
from tests.cases.refusals import REFUSALS, RefusedCase

__all__ = [
    "APPLICATIONS",
    "CASES",
    "CONVERTIBLE",
    "DIAGNOSTICS",
    "FIXTURES",
    "FOLDERS",
    "GOLDENS",
    "REFUSALS",
    "TEMPLATE",
    "Case",
    "Finding",
    "FolderCase",
    "RefusedCase",
    "digests",
    "findings",
    "refusals",
    "sampled",
    "update",
    "write_templates",
]

FOLDERS = tuple(folders())
CASES: tuple[Case, ...] = (*FOLDERS, *refusals.discover())
CONVERTIBLE = tuple(case for case in FOLDERS if (case.folder / TEMPLATE).exists())
"""The cases that have a golden template."""


def sampled(cases: Sequence[Case], every: int) -> list[object]:
    """Make parameters of cases of which one in ``every`` is fast; CI runs the others, too."""
    return [
        pytest.param(case, id=str(case), marks=[pytest.mark.slow] if number % every else [])
        for number, case in enumerate(cases)
    ]


def findings() -> Iterator[Finding]:
    """List what is said of every case, as it is stored."""
    for case in CASES:
        yield from case.findings()


def update() -> None:
    """Rewrite what is stored of all cases."""
    for case in FOLDERS:
        case.update()
    refusals.update()
    digests.update(FOLDERS)


def write_templates(folder: Path) -> None:
    """Write the whole template of each case that has one to a folder, to be compared."""
    for case in CONVERTIBLE:
        file = folder / f"{case}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(case.template, encoding="utf-8")
