"""Rendering: two formats, one content, and texts that no reader takes for something else."""

import json
from collections import UserDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as some

from compose2cfn.stack import render
from compose2cfn.testing import read_template

Body = dict[str, Any]


def yaml_of(template: Mapping[str, object]) -> str:
    return render.yaml(render.arrange(template))


def json_of(template: Mapping[str, object]) -> str:
    return render.json(render.arrange(template))


def rendered(value: object) -> str:
    """Render one property, and return what follows its key."""
    text = yaml_of({"Resources": {"R": {"Type": "T", "Properties": {"P": value}}}})
    head = "Resources:\n  R:\n    Type: T\n    Properties:\n      P:"
    assert text.startswith(head)
    return text.removeprefix(head).removesuffix("\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "AWS::StackId"}, " !Ref AWS::StackId"),
        ({"Fn::GetAtt": "A.b.c"}, " !GetAtt A.b.c"),
        ({"Fn::GetAtt": ["A", "b.c"]}, " !GetAtt A.b.c"),
        ({"Fn::GetAtt": ["A", "b", "c"]}, " !GetAtt A.b.c"),
        ({"Fn::GetAtt": ["A", {"Ref": "B"}]}, " !GetAtt [A, !Ref B]"),
        ({"Fn::Sub": ["${A}", {}]}, " !Sub ${A}"),
        ({"Fn::Sub": ["${A}"]}, " !Sub ${A}"),
        ({"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}, " !Sub ['${A}', {A: !Ref B}]"),
        ({"Fn::GetAZs": ""}, " !GetAZs ''"),
        ({"Fn::Base64": {"Fn::Sub": "x"}}, "\n        Fn::Base64: !Sub x"),
        ({"Fn::ImportValue": {"Fn::Join": ["", []]}}, "\n        Fn::ImportValue: !Join ['', []]"),
        (
            {"Fn::Select": [0, {"Fn::Split": ["/", {"Ref": "X"}]}]},
            " !Select [0, !Split [/, !Ref X]]",
        ),
        (
            {"Fn::Join": ["-", ["long" * 9, "longer" * 9]]},
            f" !Join\n      - '-'\n      - - {'long' * 9}\n        - {'longer' * 9}",
        ),
        ({"Fn::Sub": "one\ntwo\n"}, " !Sub |\n        one\n        two"),
        ({"Fn::Transform": {"Name": "X"}}, " !Transform {Name: X}"),
        ({"Fn::ForEach::All": ["x"]}, "\n        Fn::ForEach::All:\n        - x"),
        ({"Condition": "Big"}, " !Condition Big"),
        ({"Condition": {"Bool": {}}}, "\n        Condition:\n          Bool: {}"),
        ({"Ref": "A", "Other": 1}, "\n        Other: 1\n        Ref: A"),
        ([], " []"),
        ({}, " {}"),
        ("one\ntwo", " |-\n        one\n        two"),
        ("one\n\n", ' "one\\n\\n"'),
        ("\n", ' "\\n"'),
        ("a\r\nb", ' "a\\r\\nb"'),
        ("a\u2028b", ' "a\\Lb"'),
        ("x" * 300, f" {'x' * 300}"),
        ("word " * 60 + "end", f" {'word ' * 60}end"),
        ("Größe ${A}", " Größe ${A}"),
        ("80", " '80'"),
        (80, " 80"),
        (True, " true"),
        ("true", " 'true'"),
        (None, " null"),
        (0.5, " 0.5"),
        (1e-9, " 1.0e-09"),
        (1e22, " 1.0e+22"),
        ((1, 2), "\n      - 1\n      - 2"),
    ],
)
def test_a_value_has_one_form(value: object, text: str) -> None:
    assert rendered(value) == text


@pytest.mark.parametrize(
    "text",
    # Truth values, nothing, merges, numbers, times and dates of YAML 1.1, of 1.2, or of either.
    """y n yes NO on Off true False null NULL ~ = << .inf -.INF .nan 0 012 0o17 0x1F 0b11 1_000 1e3
    1E+3 1. .5 -1 +1 1:30 190:20:30 190:20:30.15 2012-10-17 2001-12-14t21:59:43.10-05:00 2001-1-1
    2001-12-14T00:00:00Z 089 1,000""".split(),  # noqa: SIM905 (a list of these would hide them in quotes)
)
def test_a_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    assert rendered(text) == f" '{text}'"
    assert yaml.safe_load(render.plain_yaml({text: [text]})) == {text: [text]}


@pytest.mark.parametrize(
    "text", ["Yes, do", "0.0.0.0/0", "nginx:1.27", "/usr", "arn:aws:x::1:y", "${A}:1", "%a", "nine"]
)
def test_an_ordinary_text_is_not_quoted(text: str) -> None:
    assert rendered(text).strip(" '") == text


def test_sections_attributes_and_leaders_come_in_documented_order() -> None:
    resource = {
        "UpdateReplacePolicy": "Retain",
        "Properties": {"B": 1, "A": [{"Value": "v", "Name": "x", "Also": 1}]},
        "DependsOn": ["Z"],
        "Condition": "C",
        "DeletionPolicy": "Retain",
        "Type": "T",
    }
    template = {
        "Outputs": {"Z": {"Value": "z", "Description": "d"}, "W": {"Value": "w"}},
        "Resources": {"B": {"Type": "T"}, "A": resource},
        "Parameters": {"P": {"Default": "d", "Type": "String", "AllowedPattern": "."}},
        "Zone": 1,
        "Description": "d",
        "AWSTemplateFormatVersion": "2010-09-09",
    }
    assert (
        yaml_of(template)
        == """\
AWSTemplateFormatVersion: '2010-09-09'
Description: d
Parameters:
  P:
    Type: String
    AllowedPattern: .
    Default: d
Resources:
  A:
    Type: T
    Condition: C
    DependsOn:
    - Z
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      A:
      - Name: x
        Also: 1
        Value: v
      B: 1
  B:
    Type: T
Outputs:
  W:
    Value: w
  Z:
    Description: d
    Value: z
Zone: 1
"""
    )


def test_equal_values_are_written_twice_not_referred_to() -> None:
    same: Body = {"list": ["x"]}
    assert "&" not in rendered([same, same, same["list"]])


def test_what_a_template_cannot_hold_is_our_mistake() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        yaml_of({"Resources": {"R": {1, 2}}})


def test_plain_data_keeps_its_keys_and_has_no_intrinsics() -> None:
    assert render.plain_yaml({"b": {"Ref": "X"}, "a": "1"}) == "b:\n  Ref: X\na: '1'\n"
    assert render.plain_json({"b": {"Ref": "X"}, "a": "é"}) == (
        '{\n  "b": {\n    "Ref": "X"\n  },\n  "a": "é"\n}\n'
    )


CHARACTERS = some.characters(exclude_categories=["Cs"])
TEXTS = (
    some.text(CHARACTERS)
    | some.text("ab: #-'\"\\\n\t%@`!&*|>{}[],?=<~.0159e+_", max_size=12)
    | some.sampled_from(["yes", "0x1f", "12:30", "2001-01-01", " lead", "trail ", "\n\n", " \n x"])
)
LEAVES = (
    TEXTS
    | some.integers()
    | some.booleans()
    | some.none()
    | some.floats(allow_nan=False, allow_infinity=False)
)
FUNCTIONS = (
    "Ref",
    "Condition",
    "Fn::GetAtt",
    "Fn::Sub",
    "Fn::Join",
    "Fn::If",
    "Fn::Base64",
    "Fn::Odd",
)


def containers(inner: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    """Make lists, mappings and intrinsic functions of whatever there is."""
    return (
        some.lists(inner, max_size=4)
        | some.dictionaries(TEXTS, inner, max_size=4)
        | some.builds(lambda name, value: {name: value}, some.sampled_from(FUNCTIONS), inner)
    )


class Word(str):
    """A text of a class of its own."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another text"


def test_whatever_holds_values_is_arranged() -> None:
    properties = UserDict({"B": UserDict({"Fn::Sub": ["x", {}]}), "A": (Word("a"), 1.5, None)})
    arranged = render.arrange({"Resources": MappingProxyType({"R": {"Properties": properties}})})
    plain = {"A": ["a", 1.5, None], "B": {"Fn::Sub": "x"}}
    assert exactly(arranged) == exactly({"Resources": {"R": {"Properties": plain}}})
    with pytest.raises(TypeError, match="a template cannot hold"):
        render.arrange({"Resources": {"R": {1}}})


def test_keys_of_a_class_of_their_own_are_texts() -> None:
    for key in (Word("Odd"), "Odd"):
        properties = {key: Word("a"), "Even": {key: key}}
        body = {"Resources": {key: {"Properties": properties}}}
        written = render.yaml(render.arrange(body))
        said = "  Odd:\n    Properties:\n      Even:\n        Odd: Odd\n      Odd: a\n"
        assert written == f"Resources:\n{said}"


def test_a_text_is_one_thing_with_a_tag_and_another_without() -> None:
    value = ["VpcId", {"Ref": "VpcId"}, {"Fn::GetAtt": ["VpcId", "A"]}, {"Ref": "VpcId"}, "VpcId"]
    said = ["VpcId", "!Ref VpcId", "!GetAtt VpcId.A", "!Ref VpcId", "VpcId"]
    assert rendered(value) == "".join(f"\n      - {text}" for text in said)


VALUES = some.recursive(LEAVES, containers, max_leaves=12)
TEMPLATES = some.dictionaries(
    some.sampled_from(
        ["Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs"]
    )
    | TEXTS,
    VALUES,
    max_size=4,
)


@given(TEMPLATES)
@example({"Resources": {"R": {"Fn::GetAtt": ["a.b", "c"]}}})
@example({"Resources": {"R": {"Fn::GetAtt": "a"}}})
@example({"Resources": {"R": {"Fn::GetAtt": ["", ""]}}})
@example({"Resources": {"R": {"Fn::GetAtt": {"Ref": "x"}}}})
@example({"Resources": {"R": [{"Fn::Sub": " \n x"}, {"Fn::Sub": ["\n", {" a": "- b"}]}]}})
@example({"Resources": {"R": {"x" * 200: {"y" * 200: "z"}}}})
def test_both_formats_read_back_as_the_template(template: Body) -> None:
    arranged = render.arrange(template)
    text = yaml_of(template)
    assert exactly(read_template(text)) == exactly(arranged)
    assert exactly(json.loads(json_of(template))) == exactly(arranged)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert render.arrange(arranged) == arranged
    assert yaml_of(arranged) == text


@given(VALUES)
def test_plain_data_reads_back(value: object) -> None:
    assert exactly(yaml.safe_load(render.plain_yaml(value))) == exactly(value)


@given(TEMPLATES)
def test_the_order_of_keys_leaves_no_trace(template: Body) -> None:
    assert yaml_of(backwards(template)) == yaml_of(template)
    assert json_of(backwards(template)) == json_of(template)


def exactly(value: object) -> object:
    """Make a value comparable so that 1, 1.0 and true differ."""
    match value:
        case dict():
            return {key: exactly(item) for key, item in value.items()}
        case list():
            return [exactly(item) for item in value]
    return type(value), value


def backwards(value: Any) -> Any:  # noqa: ANN401 (any value, and the same kind of value)
    """Reverse the order of all keys."""
    match value:
        case dict():
            return {key: backwards(value[key]) for key in reversed(value)}
        case list():
            return [backwards(item) for item in value]
    return value
