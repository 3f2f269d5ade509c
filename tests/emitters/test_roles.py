"""What roles allow where a file brings a role, a document or managed policies."""

import json

import pytest
import yaml

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.plan.permissions import LARGEST_POLICIES


def resources(web: dict[str, object]) -> dict[str, dict[str, dict[str, object]]]:
    """Convert a file with one service; returns its resources."""
    text = yaml.safe_dump({"services": {"web": {"image": "nginx", **web}}})
    made = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    found: dict[str, dict[str, dict[str, object]]] = json.loads(made.to_json())["Resources"]
    return found


def document(length: int) -> dict[str, object]:
    """Make a policy document that has so many characters without white space."""
    actions = [f"s3:Get{number:04}" for number in range(LARGEST_POLICIES // 14)]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*", "Sid": ""}
    made: dict[str, object] = {"Version": "2012-10-17", "Statement": [statement]}
    short = len(json.dumps(made, separators=(",", ":")))
    statement["Sid"] = "a" * (length - short)
    assert len(json.dumps(made, separators=(",", ":"))) == length
    return made


def test_white_space_of_a_document_counts_for_nothing() -> None:
    largest = document(LARGEST_POLICIES)
    made = resources({"x-aws-role": largest})
    policies = [{"PolicyName": "web", "PolicyDocument": largest}]
    assert made["WebTaskRole"]["Properties"]["Policies"] == policies
    with pytest.raises(ComposeError, match=f"and this one has {LARGEST_POLICIES + 1};"):
        resources({"x-aws-role": document(LARGEST_POLICIES + 1)})


def test_an_empty_role_is_not_one_that_is_given() -> None:
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    made = resources({"x-aws-role": "", "x-aws-policies": [policy]})
    assert made["WebTaskRole"]["Properties"]["ManagedPolicyArns"] == [policy]
