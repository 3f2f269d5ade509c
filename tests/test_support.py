"""Each key of the model has one fate, and the documentation says which."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compose2cfn.emitters import DEFAULT_EMITTERS
from compose2cfn.model.keys import keys, steps
from compose2cfn.support import IGNORED, MENTIONED, REFUSED, SPENT, table

DOCUMENT = Path(__file__).parent.parent / "docs" / "support.md"

READ = {pattern for emitter in DEFAULT_EMITTERS for pattern in emitter.reads}
TABLES = {
    "mapped": READ | set(SPENT),
    "ignored": set(IGNORED),
    "noted": set(MENTIONED),
    "refused": set(REFUSED),
}


def covers(pattern: str, key: str) -> bool:
    """Tell whether a pattern matches a key, or one above it."""
    begins = steps(pattern.removesuffix(".*"))
    return steps(key)[: len(begins)] == begins


def fates(key: str) -> Iterator[tuple[int, str]]:
    """List the fates of a key, each with the length of the pattern that gives it."""
    for fate, patterns in TABLES.items():
        for pattern in patterns:
            if covers(pattern, key):
                yield len(steps(pattern)), fate


@pytest.mark.parametrize("key", list(keys()))
def test_a_key_has_one_fate(key: str) -> None:
    found = sorted(fates(key), reverse=True)
    assert found, f"{key} is neither read by an emitter nor in a table of support.py"
    closest = {fate for length, fate in found if length == found[0][0]}
    assert len(closest) == 1, f"{key} is {' and '.join(sorted(closest))}"


@pytest.mark.parametrize("pattern", sorted({p for patterns in TABLES.values() for p in patterns}))
def test_a_pattern_stands_for_a_key(pattern: str) -> None:
    assert any(covers(pattern, key) or covers(key, pattern) for key in keys()), (
        f"{pattern} is no key of the model"
    )


def test_the_document_is_true(request: pytest.FixtureRequest) -> None:
    text = "".join(table(DEFAULT_EMITTERS))
    if request.config.getoption("--update"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == text, "run pytest --update"
