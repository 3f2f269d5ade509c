"""Functions of CloudFormation: what makes one, and what never does."""

import json
from collections.abc import Iterator

import pytest

from compose2cfn import DEFAULT_EMITTERS, ComposeError, Memory, Result, convert, emitter, load
from compose2cfn.model.functions import Function
from compose2cfn.plan.make import Plan
from compose2cfn.stack.items import ContainerPart, Item

PLAIN = {
    "labels": "services: {web: {image: a, labels: {Ref: 'AWS::URLSuffix', Other: a}}}",
    "environment": "services: {web: {image: a, environment: {Ref: 'AWS::URLSuffix'}}}",
    "labels of a deployment": (
        "services: {web: {image: a, deploy: {labels: {Ref: 'AWS::URLSuffix'}}}}"
    ),
    "sysctls": "services: {web: {image: a, sysctls: {net.core.somaxconn: 1}}}",
    "a tag outside of keys of this project": (
        "services: {web: {image: a, environment: {A: !Ref 'AWS::URLSuffix'}}}"
    ),
}


def made(text: str, *more: Item) -> Result:
    @emitter("services.*.x-acme")
    def acme(_: Plan) -> Iterator[Item]:
        yield from more

    files = Memory({"compose.yaml": text})
    return convert("compose.yaml", files=files, emitters=(*DEFAULT_EMITTERS, acme))


@pytest.mark.parametrize("name", PLAIN)
def test_a_value_of_compose_is_never_a_function(name: str) -> None:
    text = json.dumps(made(PLAIN[name]).to_dict())
    assert '{"Ref": "AWS::URLSuffix"}' not in text


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: {image: a, labels: {Ref: 'AWS::AccountId'}}}",
        "services: {web: {image: a, labels: {'Fn::Sub': '$${AWS::AccountId}'}}}",
        "services: {web: {image: a, labels: {Condition: Prod}}}",
        "services: {web: {image: a, logging: {driver: awsfirelens, options: {Ref: A}}}}",
    ],
)
def test_a_mapping_that_a_template_reads_as_a_function_is_refused(text: str) -> None:
    with pytest.raises(ComposeError) as caught:
        made(text)
    [found] = [each for each in caught.value.diagnostics if each.code == "function-name"]
    assert found.at
    assert "add another entry, or give this one another name" in found.message


def test_extensions_of_others_have_tags_and_no_more() -> None:
    text = """
services:
  web:
    image: a
    x-acme: {tag: !Ref Thing, attribute: !GetAtt A.B.C, mapping: {Ref: Thing}, list: [!Sub "$${A}"]}
"""
    app = load("compose.yaml", files=Memory({"compose.yaml": text}))
    said = app.project.services["web"].extensions["x-acme"]
    assert isinstance(said, dict)
    assert said == {
        "tag": {"Ref": "Thing"},
        "attribute": {"Fn::GetAtt": ("A", "B.C")},
        "mapping": {"Ref": "Thing"},
        "list": ({"Fn::Sub": "${A}"},),
    }
    kinds = {name: type(value) is Function for name, value in said.items()}
    assert kinds == {"tag": True, "attribute": True, "mapping": False, "list": False}
    assert isinstance(said["list"][0], Function)
    printed = app.to_compose(extensions=True)["services"]
    assert isinstance(printed, dict)
    assert printed["web"]["x-acme"] == {
        "tag": "Thing",
        "attribute": "A.B.C",
        "mapping": {"Ref": "Thing"},
        "list": ["$${A}"],
    }


@pytest.mark.parametrize("key", ["x-aws-vpc: !Ref Vpc", "x-aws-vpc: {Ref: Vpc}"])
def test_keys_of_this_project_take_both_forms(key: str) -> None:
    parameters = "{Parameters: {Vpc: {Type: 'AWS::EC2::VPC::Id'}}}"
    text = f"services: {{web: {{image: a}}}}\n{key}\nx-aws-cloudformation: {parameters}"
    network = made(text).to_dict()["Resources"]
    assert isinstance(network, dict)
    assert network["DefaultNetwork"]["Properties"]["VpcId"] == {"Ref": "Vpc"}


def test_a_function_to_nothing_is_told_where_it_is_written() -> None:
    with pytest.raises(ComposeError) as caught:
        made("services: {web: {image: a}}\nx-aws-vpc: !Ref Gone")
    [found] = caught.value.diagnostics
    assert str(found).startswith("compose.yaml:2:1: error: x-aws-vpc: the template has no 'Gone'")


def test_what_emitters_write_is_the_content_of_a_template() -> None:
    entry = {"Name": "ACCOUNT", "Value": {"Ref": "AWS::AccountId"}}
    part = ContainerPart("web", "web", {"Environment": [entry]})
    text = made("services: {web: {image: a}}", part).to_yaml()
    assert "Value: !Ref AWS::AccountId" in text


def test_a_date_is_a_text_wherever_it_is_written() -> None:
    text = """
services:
  web:
    image: a
    x-acme: {day: 2020-01-01, moments: [2020-01-01 10:20:30, !Sub 2020-01-02]}
    x-aws-role: {Statement: [{Sid: A, Effect: Allow, Action: "s3:*", Resource: "*",
      Condition: {DateLessThan: {"aws:CurrentTime": 2030-01-01}}}]}
x-aws-cloudformation: |
  Metadata: {Day: 2020-01-01, Moments: [2020-01-01T10:20:30+01:00]}
"""
    app = load("compose.yaml", files=Memory({"compose.yaml": text}))
    assert app.project.services["web"].extensions["x-acme"] == {
        "day": "2020-01-01",
        "moments": ("2020-01-01T10:20:30Z", {"Fn::Sub": "2020-01-02"}),
    }
    metadata = made(text).to_dict()["Metadata"]
    assert isinstance(metadata, dict)
    assert metadata["Day"] == "2020-01-01"
    assert metadata["Moments"] == ["2020-01-01T10:20:30+01:00"]
    assert "'2030-01-01'" in made(text).to_yaml()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("!Join ['-', [a, b]]", "!Join ['-', [c]]"),
        ("!Join ['-', [a, b]]", "!Ref C"),
        ("!Ref A", "!Sub ['$${A}', {A: b}]"),
        ("!Sub ['$${A}', {A: b}]", "{'Fn::Sub': ['$${B}', {B: c}]}"),
        ("{'Fn::Join': ['-', [a]]}", "{'Fn::Join': ['-', [b]]}"),
        ("{Ref: A}", "{'Fn::ImportValue': B}"),
        ("{Ref: A}", "plain"),
    ],
)
def test_a_function_of_a_later_file_takes_the_place_of_an_earlier_one(
    earlier: str, later: str
) -> None:
    text = "services: {{web: {{image: a}}}}\nx-aws-cluster: {}\n"
    names = ("compose.yaml", "later.yaml")
    files = Memory(dict(zip(names, map(text.format, (earlier, later)), strict=True)))
    alone = load("later.yaml", files=files).project.x_aws_cluster
    assert load(*names, files=files).project.x_aws_cluster == alone


def test_what_only_looks_like_a_function_is_merged_below_keys_of_others() -> None:
    text = "services: {{web: {{image: a, labels: {{{0}: a}}, x-acme: {{{0}: [{0}]}}}}}}"
    files = Memory({"a.yaml": text.format("Ref"), "b.yaml": text.format("Condition")})
    web = load("a.yaml", "b.yaml", files=files).project.services["web"]
    assert web.labels == {"Ref": "a", "Condition": "a"}
    assert web.extensions["x-acme"] == {"Ref": ("Ref",), "Condition": ("Condition",)}


def test_the_condition_of_a_resource_is_merged_like_its_other_attributes() -> None:
    text = "services: {{web: {{image: a}}}}\nx-aws-cloudformation: {{Resources: {{A: {{{0}}}}}}}"
    texts = {"a.yaml": text.format("Condition: Prod"), "b.yaml": text.format("Type: 'AWS::X'")}
    overlay = load("a.yaml", "b.yaml", files=Memory(texts)).project.x_aws_cloudformation
    assert overlay == {"Resources": {"A": {"Condition": "Prod", "Type": "AWS::X"}}}
