"""What is stored of cases is read and rewritten as docs/contributing.md says."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.cases import findings, refusals
from tests.cases.excerpt import excerpt

TEMPLATE = {
    "Parameters": {"Size": {"Type": "String", "Default": "s"}, "Web": {"Type": "Number"}},
    "Resources": {
        "Db": {"Type": "AWS::ECS::Service", "Properties": {"DesiredCount": 0}},
        "Web": {
            "Type": "AWS::ECS::Service",
            "DependsOn": ["Task"],
            "Properties": {"DesiredCount": 2, "Cluster": {"Ref": "Cluster"}},
        },
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "ContainerDefinitions": [
                    {"Name": "init", "Image": "busybox"},
                    {"Name": "web", "Image": "web", "Environment": [{"Name": "A", "Value": "1"}]},
                ],
            },
        },
    },
    "Outputs": {"Url": {"Value": "http://x"}},
}


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        (
            ["Outputs"],
            """\
            Outputs:
              Url:
                Value: http://x
            """,
        ),
        (
            ["Web"],
            """\
            Parameters:
              Web:
                Type: Number
            Resources:
              Web:
                Type: AWS::ECS::Service
                DependsOn:
                - Task
                Properties:
                  Cluster: !Ref Cluster
                  DesiredCount: 2
            """,
        ),
        (
            ["AWS::ECS::Service.DesiredCount", "AWS::ECS::Service.DependsOn", "Size.Default"],
            """\
            Parameters:
              Size:
                Type: String
                Default: s
            Resources:
              Db:
                Type: AWS::ECS::Service
                Properties:
                  DesiredCount: 0
              Web:
                Type: AWS::ECS::Service
                DependsOn:
                - Task
                Properties:
                  DesiredCount: 2
            """,
        ),
        (
            ["Task.ContainerDefinitions.Environment.Value"],
            """\
            Resources:
              Task:
                Type: AWS::ECS::TaskDefinition
                Properties:
                  ContainerDefinitions:
                  - Name: web
                    Environment:
                    - Name: A
                      Value: '1'
            """,
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_an_excerpt_keeps_what_is_named(show: list[str], shown: str) -> None:
    assert excerpt(TEMPLATE, show) == dedent(shown)


@pytest.mark.parametrize("word", ["Conditions", "AWS::SQS::Queue", "Db.DependsOn", "Task.Image"])
def test_a_word_that_names_nothing_is_a_mistake(word: str) -> None:
    with pytest.raises(ValueError, match=f"show names '{word}'"):
        excerpt(TEMPLATE, ["Outputs", word])


REFUSALS = """\
# What is refused.

first:
  compose: |
    services: {}

    # says: |
  environment: {A: b}  # by the way
  says: |
    old: one
    old: two

# Another kind.
second:
  compose: ""

third:
  compose: ""
  says: 5
"""
REWRITTEN = """\
# What is refused.

first:
  compose: |
    services: {}

    # says: |
  environment: {A: b}  # by the way
  says: |
    error: new \\1

# Another kind.
second:
  compose: ""
  says: |
    error: a
    error: b

third:
  compose: ""
  says: |
    error: c
"""


def test_only_what_refusals_say_is_rewritten() -> None:
    said = {"first": "error: new \\1\n", "second": "error: a\nerror: b\n", "third": "error: c\n"}
    assert refusals.rewritten(REFUSALS, said) == REWRITTEN
    assert refusals.rewritten(REWRITTEN, said) == REWRITTEN


def test_entries_of_refusals_are_read(tmp_path: Path) -> None:
    file = tmp_path / "refusals.yaml"
    file.write_text(REWRITTEN, encoding="utf-8")
    entries = {case.name: case for case in refusals.read(file)}
    assert list(entries) == ["first", "second", "third"]
    first = entries["first"]
    assert first.compose == "services: {}\n\n# says: |\n"
    assert first.settings.environment == {"A": "b"}
    assert first.stored_findings == "error: new \\1\n"


@pytest.mark.parametrize("text", ["First:\n  compose: a\n", "first:\n  compose: a\n  sais: b\n"])
def test_a_mistake_in_refusals_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "refusals.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"lower case|Unexpected keyword"):
        list(refusals.read(file))


def test_all_that_is_said_can_be_listed() -> None:
    listed = list(findings())
    assert {str(found.severity) for found in listed} == {"error", "warning", "info"}
    assert all(found.case.home.exists() for found in listed)
    for at, case in {(found.at, found.case) for found in listed if found.at}:
        assert at.line <= case.read(at.file).count("\n") + 1, case
