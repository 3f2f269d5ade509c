"""The simulator on the wire: what boto3 gets to see of stacks and change sets."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.examples import FARGATE, INSTANCES
from tests.simulator import simulated
from tests.simulator.account import CREDENTIALS
from tests.simulator.responses import install, reset
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

Client = Any
"""boto3 makes its clients at run time."""


@pytest.fixture
def client() -> Iterator[Client]:
    """Return a client of the simulator's API, in process."""
    install()
    reset()
    with simulated() as cloud:
        Surroundings(cloud.account).vpc()
        yield boto3.client("cloudformation", "us-east-1", **CREDENTIALS)


SMALL = "Resources: {Setting: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: %s}}}"


def test_change_sets_on_the_wire(client: Client) -> None:
    planned = client.create_change_set(
        StackName="demo", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=SMALL % "a"
    )
    assert status(client) == "REVIEW_IN_PROGRESS"
    client.execute_change_set(ChangeSetName=planned["Id"])
    assert status(client) == "CREATE_COMPLETE"
    (resource,) = client.list_stack_resources(StackName="demo")["StackResourceSummaries"]
    assert resource["LogicalResourceId"] == "Setting"
    for name, value in (("same", "a"), ("other", "b")):
        client.create_change_set(StackName="demo", ChangeSetName=name, TemplateBody=SMALL % value)
    same, other = (
        client.describe_change_set(StackName="demo", ChangeSetName=name)
        for name in ("same", "other")
    )
    assert (same["Status"], same["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in same["StatusReason"]
    change = other["Changes"][0]["ResourceChange"]
    assert (change["Action"], change["Replacement"]) == ("Modify", "False")
    assert change["PhysicalResourceId"] == resource["PhysicalResourceId"]
    client.execute_change_set(StackName="demo", ChangeSetName="other")
    assert status(client) == "UPDATE_COMPLETE"
    assert client.get_template(StackName="demo")["TemplateBody"] == SMALL % "b"
    summaries = client.list_change_sets(StackName="demo")["Summaries"]
    assert [one["ChangeSetName"] for one in summaries] == ["other"]
    with pytest.raises(ClientError, match="cannot be executed"):
        client.execute_change_set(StackName="demo", ChangeSetName="other")


def status(client: Client) -> str:
    return str(client.describe_stacks(StackName="demo")["Stacks"][0]["StackStatus"])


def test_stacks_on_the_wire(client: Client) -> None:
    client.create_stack(StackName="demo", TemplateBody=SMALL % "a")
    client.update_stack(StackName="demo", TemplateBody=SMALL % "b")
    (resource,) = client.describe_stack_resources(StackName="demo")["StackResources"]
    assert resource["ResourceType"] == "AWS::SSM::Parameter"
    client.delete_stack(StackName="demo")
    client.delete_stack(StackName="demo")
    with pytest.raises(ClientError, match="does not exist"):
        client.describe_stacks(StackName="demo")
    (summary,) = client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    events = client.describe_stack_events(StackName=summary["StackId"])["StackEvents"]
    assert events[0]["ResourceStatus"] == "DELETE_COMPLETE"


def test_secret_parameters_are_not_shown(client: Client) -> None:
    text = "Parameters: {Word: {Type: String, NoEcho: true}, Tag: {Type: String}}\n"
    text += SMALL % "!Ref Word"
    values = [{"ParameterKey": k, "ParameterValue": v} for k, v in (("Word", "x"), ("Tag", "1"))]
    client.create_stack(StackName="demo", TemplateBody=text, Parameters=values)
    shown = client.describe_stacks(StackName="demo")["Stacks"][0]["Parameters"]
    assert {one["ParameterKey"]: one["ParameterValue"] for one in shown} == {
        "Word": "****",
        "Tag": "1",
    }
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in ("Word", "Tag")]
    with pytest.raises(ClientError, match="No updates are to be performed"):
        client.update_stack(StackName="demo", UsePreviousTemplate=True, Parameters=kept)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"TemplateBody": "#" * 51_201}, "51200"),
        ({"TemplateBody": SMALL % "a", "StackName": "no_name"}, "is not valid"),
        ({"TemplateBody": json.dumps(FARGATE)}, "must have values"),
        ({"TemplateBody": json.dumps(FARGATE), "Capabilities": []}, "CAPABILITY_IAM"),
        ({}, "must be specified"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_refusals_on_the_wire(arguments: Properties, message: str, client: Client) -> None:
    given = {"StackName": "demo", "Capabilities": ["CAPABILITY_IAM"], **arguments}
    with pytest.raises(ClientError, match=message):
        client.create_stack(**given)


def test_template_is_validated_on_the_wire(client: Client) -> None:
    answer = client.validate_template(TemplateBody=json.dumps(INSTANCES))
    names = [one["ParameterKey"] for one in answer["Parameters"]]
    assert names == [*INSTANCES["Parameters"]]
    assert client.list_exports()["Exports"] == []


def test_template_is_summed_up_on_the_wire(client: Client) -> None:
    text = json.dumps(FARGATE)
    summary = client.get_template_summary(TemplateBody=text)
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]
    assert "AWS::ECS::Service" in summary["ResourceTypes"]
    assert [one["ParameterKey"] for one in summary["Parameters"]] == [*FARGATE["Parameters"]]
    client.create_stack(StackName="demo", TemplateBody=SMALL % "a")
    summary = client.get_template_summary(StackName="demo")
    assert (summary["Parameters"], summary["ResourceTypes"]) == ([], ["AWS::SSM::Parameter"])
    assert "Capabilities" not in summary or summary["Capabilities"] == []


def test_what_a_stack_does_not_have_yet_has_no_previous_value(client: Client) -> None:
    client.create_stack(StackName="demo", TemplateBody=SMALL % "a")
    text = SMALL % "a" + "\nParameters: {New: {Type: String}}"
    with pytest.raises(ClientError, match="not in the previous template"):
        client.update_stack(
            StackName="demo",
            TemplateBody=text,
            Parameters=[{"ParameterKey": "New", "UsePreviousValue": True}],
        )
