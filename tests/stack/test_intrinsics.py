"""Plain values in a template."""

import json

import pytest

from compose2cfn.stack.intrinsics import content, helper, plain, spelled


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (
            "echo ${NAME} ${NAME:-x} $NAME",
            {"Fn::Sub": ["echo ${Dollar}{NAME} ${Dollar}{NAME:-x} $NAME", {"Dollar": "$"}]},
        ),
        (["${A_1}"], [{"Fn::Sub": ["${Dollar}{A_1}", {"Dollar": "$"}]}]),
        ("echo ${NAME:-x} $NAME ${}", "echo ${NAME:-x} $NAME ${}"),
        ({"Fn::Sub": "${AWS::StackName}-web"}, {"Fn::Sub": "${AWS::StackName}-web"}),
    ],
)
def test_text_that_looks_like_a_substitution_says_that_it_is_none(
    value: object, written: object
) -> None:
    assert json.loads(json.dumps(plain(helper(spelled(content(value)))))) == written
