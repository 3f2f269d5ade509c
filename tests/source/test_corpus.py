"""We mean by a Compose file what Docker Compose 5.6.1 means, but where docs/compose.md says so."""

import logging
import re
from pathlib import Path

import pytest

from tests.source.stored import stored

PROJECT = Path(__file__).parents[2]
LOG = logging.getLogger(__name__)
OWN = sorted((PROJECT / "fixtures" / "compose").glob("*.json"))
SHARED = PROJECT.parent / "shared" / "corpus"
OTHERS = sorted(SHARED.glob("third-party/*.json"))
DOCUMENT = PROJECT / "docs" / "compose.md"
ON_PURPOSE = frozenset(re.findall(r"^\| `([^`]+)` \|", DOCUMENT.read_text(), re.MULTILINE))
"""The cases in which we differ on purpose: the first column of a table there."""


def names(file: Path) -> str:
    return file.stem


def disagreements(file: Path, root: Path) -> dict[str, str]:
    """Load every case of a file; say of each that differs how."""
    cases = [case for case in stored(file) if case.supported()]
    assert cases
    found = {case.id: case.disagreement(root) for case in cases}
    agreeing = sum(not difference for difference in found.values())
    LOG.info("%s: %s of %s cases agree", file.stem, agreeing, len(cases))
    return {case: difference for case, difference in found.items() if difference}


def test_there_are_cases() -> None:
    assert OWN


@pytest.mark.parametrize("file", OWN, ids=names)
def test_our_cases_agree(file: Path, tmp_path: Path) -> None:
    found = disagreements(file, tmp_path)
    assert {case: how for case, how in found.items() if case not in ON_PURPOSE} == {}
    assert {case.id for case in stored(file)} & ON_PURPOSE <= {*found}, "an exception is not needed"


@pytest.mark.skipif(not OTHERS, reason="the cases of other projects are not here")
@pytest.mark.parametrize("file", OTHERS, ids=names)
def test_cases_of_others_agree(file: Path, tmp_path: Path) -> None:
    found = disagreements(file, tmp_path)
    assert {case: how for case, how in found.items() if case not in ON_PURPOSE} == {}
    assert {case.id for case in stored(file)} & ON_PURPOSE <= {*found}, "an exception is not needed"
