"""What is stored of cases is read and rewritten as docs/contributing.md says."""

from textwrap import dedent

import pytest

from tests.cases import findings
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


def test_all_that_is_said_can_be_listed() -> None:
    listed = list(findings())
    assert {str(found.severity) for found in listed} == {"error", "warning", "info"}
    assert all(found.case.home.exists() for found in listed)
