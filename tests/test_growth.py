"""Whatever there is more of, each entry costs as much among many as among few."""

from functools import partial

import pytest

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.diagnostics import Severity
from compose2cfn.limits import MOST_FINDINGS, MOST_HINTS
from tests.calls import calls
from tests.growing import HEAVY, KINDS, attempt, one
from tests.soak import Cost, steep

FIFTH = 1.2
CHEAP = 500
"""Calls that an entry may take of which there is only something to say."""
SIZES = (20, 40, 80)
BEYOND = {"certificates": (40, 80, 160), "volumes": (40, 80, 160)}
"""Sizes of kinds that AWS limits between those above: then there is a finding, and no template."""


SLOW = [kind for number, kind in enumerate(KINDS) if number % 6 > 0 or kind in HEAVY]
KINDS_BY_WEIGHT = [
    pytest.param(kind, marks=[pytest.mark.slow] if kind in SLOW else []) for kind in KINDS
]


@pytest.mark.parametrize("kind", KINDS_BY_WEIGHT)
def test_an_entry_makes_as_many_calls_among_many_as_among_few(kind: str) -> None:
    make = KINDS[kind]
    attempt(make(1))
    few, some, many = BEYOND.get(kind, SIZES)
    counted = [calls(partial(attempt, make(size))) for size in (few, some, many)]
    first, later = (
        (counted[1] - counted[0]) / (some - few),
        (counted[2] - counted[1]) / (many - some),
    )
    assert later <= first * FIFTH


def test_what_grows_too_fast_is_named() -> None:
    """By the soak, which looks at large projects."""
    linear = {10: Cost(0.1, 2, 5_000), 100: Cost(1, 20, 50_000), 1000: Cost(12, 220, 520_000)}
    assert steep(linear) == []
    assert steep({**linear, 1000: Cost(100, 2000, 5_000_000)}) == ["seconds", "megabytes", "calls"]
    little = {10: Cost(0, 0, 9), 100: Cost(0, 0, 99), 1000: Cost(0.2, 10, 9_999)}
    assert steep(little) == []


@pytest.mark.parametrize("kind", ["unknown keys", "unknown sections", "unknown x-aws keys"])
def test_what_was_meant_is_looked_for_a_bounded_number_of_times(kind: str) -> None:
    """To find the name that is most like another one takes thousands of calls."""
    make = KINDS[kind]
    attempt(make(1))
    some, many = (calls(partial(attempt, make(MOST_HINTS + more))) for more in (20, 120))
    assert (many - some) / 100 <= CHEAP


def test_findings_are_bounded() -> None:
    """Errors come before warnings, and the last line says how many are left out."""
    wrong = {f"n{number}": [1] for number in range(MOST_FINDINGS + 5)}
    with pytest.raises(ComposeError) as raised:
        convert(files=Memory(one(environment=wrong, hostname="$UNSET")))
    *told, last = raised.value.diagnostics
    assert len(told) == MOST_FINDINGS
    assert {found.severity for found in told} == {Severity.ERROR}
    assert (
        str(last)
        == "error: 6 more findings are left out; correct those above first [findings-more]"
    )
