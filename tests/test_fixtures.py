"""Every case gives, byte for byte, what is stored of it."""

import json
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.cases import (
    APPLICATIONS,
    CASES,
    CONVERTIBLE,
    FIXTURES,
    FOLDERS,
    GOLDENS,
    TEMPLATE,
    Case,
    FolderCase,
    RefusedCase,
    digests,
    sampled,
)
from tests.simulator.template import read

MOST_LINES = 15_000
"""Of all golden templates together: more than that nobody reads."""
DEMO = "demo-app"
CONTRIBUTING = FIXTURES.parent / "docs" / "contributing.md"

every_template = pytest.mark.parametrize("case", CONVERTIBLE, ids=str)


def test_there_are_cases() -> None:
    assert CASES
    assert CONVERTIBLE


def test_every_case_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(map(str, CASES)).items() if count > 1] == []


def test_no_golden_file_lies_outside_a_case() -> None:
    stored = {path.parent for name in GOLDENS for path in FIXTURES.rglob(name)}
    assert stored <= {case.folder for case in FOLDERS}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_outputs_are_what_is_stored(case: Case) -> None:
    outputs, stored = case.outputs(), case.stored()
    for name in outputs.keys() | stored.keys():
        assert outputs.get(name, "") == stored.get(name, "")


@every_template
def test_whole_template_has_the_stored_digest(case: FolderCase) -> None:
    about = "the template differs, maybe in a part that show leaves out: see docs/contributing.md"
    assert digests.read().get(str(case)) == digests.digest(case), about


def test_digests_are_those_of_the_cases_in_order() -> None:
    assert list(digests.read()) == sorted(map(str, CONVERTIBLE))


def test_golden_templates_can_be_read(record_property: Callable[[str, object], None]) -> None:
    templates = set(FIXTURES.rglob(TEMPLATE)) - set(FIXTURES.glob(f"{APPLICATIONS}/**/{TEMPLATE}"))
    lines = sum(file.read_text(encoding="utf-8").count("\n") for file in templates)
    record_property("measured", f"golden templates have {lines} lines")
    assert lines < MOST_LINES


def test_whole_golden_templates_are_few_and_listed() -> None:
    whole = {str(case) for case in CONVERTIBLE if not case.settings.show}
    chosen = {case for case in whole if case.partition("/")[0] not in (DEMO, APPLICATIONS)}
    listed = re.findall(r"`(\w+/[\w-]+)`", CONTRIBUTING.read_text(encoding="utf-8"))
    assert sorted(chosen) == listed
    areas = {str(case).partition("/")[0] for case in CONVERTIBLE} - {DEMO, APPLICATIONS}
    per_area = Counter(case.partition("/")[0] for case in chosen)
    assert {area: count for area in areas if (count := per_area[area]) not in (1, 2)} == {}


def test_a_case_that_is_refused_shows_no_template() -> None:
    assert [str(case) for case in set(FOLDERS) - set(CONVERTIBLE) if case.settings.show] == []


def test_an_entry_of_refusals_is_refused() -> None:
    entries = [case for case in CASES if isinstance(case, RefusedCase)]
    assert entries
    assert [str(case) for case in entries if case.outcome.result] == []


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 6))
def test_formats_carry_the_same_content(case: FolderCase) -> None:
    content = case.result.to_dict()
    assert json.loads(case.result.to_json()) == content
    assert read(case.template) == content
