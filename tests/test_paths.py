"""Every finding is at a value that the file has: no stage makes up a path, and none falls back."""

import pytest

from compose2cfn import App, ComposeError, Diagnostic, emit
from tests.cases import CASES, Case, sampled


def found(app: App) -> tuple[Diagnostic, ...]:
    try:
        return emit(app).diagnostics
    except ComposeError as error:
        return error.diagnostics


@pytest.mark.parametrize("case", sampled(CASES, 4))
def test_a_finding_is_at_a_value_that_is_written(case: Case) -> None:
    try:
        app = case.load()
    except ComposeError:
        return  # what is found before there is an application is placed by its tree
    written = {path[:length] for path in app.places for length in range(len(path) + 1)}
    assert [str(each) for each in found(app) if tuple(each.path) not in written] == []
