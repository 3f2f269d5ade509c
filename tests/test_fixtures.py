"""Every case gives, byte for byte, what its folder stores."""

import json

import pytest

from tests.cases import CASES, CONVERTIBLE, FIXTURES, GOLDENS, Case
from tests.simulator.template import read

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def test_there_are_cases() -> None:
    assert CASES
    assert CONVERTIBLE


def test_no_golden_file_lies_outside_a_case() -> None:
    stored = {path.parent for name in GOLDENS for path in FIXTURES.rglob(name)}
    assert stored <= {case.folder for case in CASES}


@every_case
def test_outputs_are_the_golden_files(case: Case, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update"):
        case.update()
    outputs, stored = case.outputs(), case.stored()
    for name in outputs.keys() | stored.keys():
        assert outputs.get(name, b"").decode() == stored.get(name, b"").decode()


@pytest.mark.parametrize("case", CONVERTIBLE, ids=str)
def test_formats_carry_the_same_content(case: Case) -> None:
    result = case.convert()
    content = result.to_dict()
    assert json.loads(result.to_json()) == content
    assert read(result.to_yaml()) == content
