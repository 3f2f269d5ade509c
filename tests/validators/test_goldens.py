"""No golden template has a finding."""

import pytest
from cfnlint.api import ManualArgs, lint

from tests.cases import CONVERTIBLE, GOLDENS, TEMPLATE, Case
from tests.simulator.template import parse
from tests.validators import deploy_rules, invariants

every_template = pytest.mark.parametrize("case", CONVERTIBLE, ids=str)


@every_template
@pytest.mark.slow
def test_cfn_lint_finds_nothing(case: Case) -> None:
    text = (case.folder / TEMPLATE).read_text()
    found = lint(text, config=ManualArgs(regions=["us-east-1"]))
    assert [f"{one.rule.id} {one.message}" for one in found] == []


@every_template
@pytest.mark.node
@pytest.mark.skipif(not deploy_rules.available(), reason="needs node and npm")
def test_deploy_rules_find_nothing(case: Case) -> None:
    assert deploy_rules.findings(case.folder / TEMPLATE) == []


@every_template
def test_invariants_hold(case: Case) -> None:
    template = parse((case.folder / TEMPLATE).read_text())
    area = case.folder.parent
    inputs = [path for path in area.rglob("*") if path.is_file() and path.name not in GOLDENS]
    written = "\n".join(path.read_text(errors="replace") for path in inputs)
    assert list(invariants.faults(template, written)) == []
