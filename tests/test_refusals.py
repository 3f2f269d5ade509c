"""docs/refusals.md says of every rule and quota what a file gets; cases and tests show it."""

import re

import pytest

from tests.cases import DIAGNOSTICS, FIXTURES, findings
from tests.validators import deploy_rules
from tests.validators.tools import has_node

DOCS = FIXTURES.parent / "docs"
TEXT = (DOCS / "refusals.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(pf-[a-z0-9-]+)`", TEXT)
ROWS = re.findall(
    r"^\| (.+) \| `([a-z0-9-]+)` \(\[([\w/-]+)\]\(([^)]+)\)\) \|$", TEXT, re.MULTILINE
)

SHOWN = {(str(found.case), found.code): found.case for found in findings()}
"""The case, by its name and what is said of it."""

WRITTEN = re.compile(
    "AWS::("
    "(ApplicationAutoScaling|AutoScaling|ECS|EFS|ElasticLoadBalancingV2|IAM|Logs|SSM"
    "|SecretsManager|ServiceDiscovery)::"
    "|EC2::(LaunchTemplate|SecurityGroup)"
    ")"
)
"""The resource types of the services that we write to; of EC2, those of which we write any."""


def test_every_table_is_read() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ")]
    headings = [line for line in lines if line.startswith(("| Rule |", "| Limit |", "| --- |"))]
    assert len(headings) >= 2
    assert len(ROWS) == len(lines) - len(headings)


@pytest.mark.parametrize(("what", "code", "case", "link"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_said_is_shown(what: str, code: str, case: str, link: str) -> None:
    file = (DOCS / link).resolve()
    if link.startswith("../tests/"):
        assert case == file.stem, what
        assert f'"{code}"' in file.read_text(encoding="utf-8"), what
    else:
        home = SHOWN[case, code].home
        assert file == (home / DIAGNOSTICS if home.is_dir() else home), what


def test_no_rule_is_named_twice() -> None:
    assert sorted(NAMED) == sorted(set(NAMED))


@pytest.mark.node
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
def test_every_rule_is_named() -> None:
    rules = [rule for rule in deploy_rules.fetch() if "resourceTypes" in rule]
    ours = {rule["id"] for rule in rules if any(map(WRITTEN.match, rule["resourceTypes"]))}
    assert ours - {*NAMED} == set()
    assert {*NAMED} - {rule["id"] for rule in rules} == set()
