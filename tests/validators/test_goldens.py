"""No template of a case has a finding."""

from pathlib import Path

import pytest

from tests.cases import CONVERTIBLE, FolderCase, sampled
from tests.simulator.template import parse
from tests.validators import deploy_rules, invariants, linted
from tests.validators.tools import has_node

every_template = pytest.mark.parametrize("case", CONVERTIBLE, ids=str)


@every_template
@pytest.mark.slow
def test_cfn_lint_finds_nothing(case: FolderCase) -> None:
    assert linted.findings(case.template) == []


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 6))
@pytest.mark.node
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
def test_deploy_rules_find_nothing(case: FolderCase, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(case.template, encoding="utf-8")
    assert deploy_rules.findings(file) == []


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 6))
def test_invariants_hold(case: FolderCase) -> None:
    assert list(invariants.faults(parse(case.template), case.written)) == []
