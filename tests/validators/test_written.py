"""The templates that are written by hand are held to what holds for those that are converted."""

import re
from pathlib import Path

import pytest

from tests.simulator.template import parse
from tests.validators import checkov, deploy_rules, linted
from tests.validators.tools import has_node
from tests.validators.written import TEMPLATES, skips, without_skips

every_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.stem)

LITERALS = {
    "a region": r"\b[a-z]{2}(-gov)?-(central|north|northeast|east|southeast|south|west)-\d\b",
    "an account": r"\b\d{12}\b",
    "a partition": r"\barn:aws[a-z-]*:",
    "a domain that other partitions do not have": r"\}\.amazonaws\.com",
}
"""What a template that works in any account and region does not have."""


def test_there_are_templates() -> None:
    assert TEMPLATES


@every_template
def test_cfn_lint_finds_nothing(template: Path) -> None:
    assert linted.findings(template.read_text(encoding="utf-8")) == []


@every_template
@pytest.mark.node
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
def test_deploy_rules_find_nothing(template: Path) -> None:
    assert deploy_rules.findings(template) == []


@every_template
@pytest.mark.parametrize("literal", LITERALS)
def test_it_works_in_any_account_and_region(template: Path, literal: str) -> None:
    assert re.search(LITERALS[literal], template.read_text(encoding="utf-8")) is None


@every_template
def test_what_is_exported_is_named_after_the_stack_and_the_output(template: Path) -> None:
    for name, output in parse(template.read_text(encoding="utf-8")).outputs.items():
        assert output["Export"]["Name"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}


@every_template
def test_everything_that_a_person_gives_or_gets_is_described(template: Path) -> None:
    parsed = parse(template.read_text(encoding="utf-8"))
    for name, entry in {**parsed.parameters, **parsed.outputs}.items():
        assert entry.get("Description", "").endswith("."), name


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """Return file, resource and id of each failed check: with what is skipped, and without."""
    folder = tmp_path_factory.mktemp("written")
    for template in TEMPLATES:
        (folder / template.name).write_bytes(template.read_bytes())
        (folder / f"bare-{template.name}").write_text(without_skips(template))
    return {(one.file, one.resource, one.check) for one in checkov.check(folder).failures}


@pytest.mark.slow
def test_checkov_finds_nothing_but_what_is_skipped(failed: set[tuple[str, str, str]]) -> None:
    assert {one for one in failed if not one[0].startswith("bare-")} == set()


@pytest.mark.slow
def test_every_skip_is_needed(failed: set[tuple[str, str, str]]) -> None:
    skipped = {
        (f"bare-{template.name}", resource, check)
        for template in TEMPLATES
        for resource, checks in skips(template).items()
        for check in checks
    }
    assert skipped
    assert skipped - failed == set()
