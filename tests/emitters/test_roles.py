"""What roles allow where a file brings a role, a document or managed policies."""

import json

import pytest
import yaml

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.plan.permissions import LARGEST_POLICIES
from tests.simulator import simulated
from tests.surroundings import Surroundings


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


def test_the_roles_of_tasks_trust_ecs_for_this_account_alone() -> None:
    made = resources({"x-aws-exec": True})
    for role in ("WebTaskRole", "WebTaskExecutionRole"):
        assert made[role]["Properties"]["AssumeRolePolicyDocument"] == {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                        "ArnLike": {
                            "aws:SourceArn": {
                                "Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}"
                                ":${AWS::AccountId}:*"
                            }
                        },
                    },
                }
            ],
        }


def test_trust_and_headers_change_in_place() -> None:
    ports = {"image": "nginx", "ports": ["80:80"], "x-aws-exec": True}
    text = yaml.safe_dump({"services": {"web": ports}})
    new = convert("compose.yaml", files=Memory({"compose.yaml": text})).to_dict()
    old = json.loads(json.dumps(new))
    old["Resources"]["LoadBalancer"]["Properties"].pop("LoadBalancerAttributes")
    for role in ("WebTaskRole", "WebTaskExecutionRole"):
        document = old["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]
        document["Statement"][0].pop("Condition")
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        stack = cloud.create("demo", surroundings.submission(json.dumps(old)))
        before = {name: one.id for name, one in stack.resources.items()}
        cloud.update("demo", surroundings.submission(json.dumps(new)))
        assert {name: one.id for name, one in stack.resources.items()} == before
        cloud.delete("demo")
        assert stack.status == "DELETE_COMPLETE"
