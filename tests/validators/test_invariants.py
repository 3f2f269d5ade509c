"""Each validator bites: a defect made for it is found."""

import json
from pathlib import Path

import pytest

from tests.examples import FARGATE, GONE, Edits, edited
from tests.simulator.template import parse
from tests.validators import deploy_rules, invariants, linted
from tests.validators.tools import has_node

WEB = "TaskDefinition.ContainerDefinitions.1."
TRUST = "Role.AssumeRolePolicyDocument.Statement.0."


def test_sound_template_has_no_faults() -> None:
    assert list(invariants.faults(parse(json.dumps(FARGATE)), "")) == []


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        ({"Service/DependsOn": ["MountTarget1", "MountTarget2"]}, "does not wait for a listener"),
        ({"Service/DependsOn": ["Listener", "MountTarget2"]}, "targets ['MountTarget1']"),
        ({"Service/DependsOn": GONE}, "does not wait"),
        ({WEB + "Environment.0.Value": 6379}, "the variable MODE is 6379"),
        ({WEB + "Environment.0.Value": True}, "the variable MODE is True"),
        ({WEB + "Environment.0.Value": None}, "the variable MODE is None"),
        ({TRUST + "Principal": {"Service": "lambda.amazonaws.com"}}, "trusts lambda"),
        ({TRUST + "Principal": {"AWS": "*"}}, "another statement"),
        ({TRUST + "Principal": "*"}, "another statement"),
        (
            {TRUST + "Principal": {"Service": "ecs.amazonaws.com", "AWS": "*"}},
            "another statement",
        ),
        ({TRUST + "Principal": {"Service": ["ecs-tasks.amazonaws.com", "lambda"]}}, "it trusts ["),
        ({TRUST + "Effect": "Deny"}, "another statement"),
        (
            {
                "Service.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": "DISABLED",
                "LoadBalancer.Scheme": "internet-facing",
            },
            "private subnets of Service",
        ),
        ({"Role.ManagedPolicyArns": ["arn:aws:iam::aws:policy/X"]}, "the partition of arn:aws"),
        ({"TargetGroup.Name": "web"}, "the physical name Name: web"),
        ({"Role.RoleName": "web"}, "the physical name RoleName: web"),
        ({"LogGroup.LogGroupName": "web"}, "the physical name LogGroupName: web"),
        ({"Service.ServiceName": "web"}, "the physical name ServiceName: web"),
        ({"Cluster.ClusterName": "web"}, "the physical name ClusterName: web"),
        ({"TaskDefinition.Family": "web"}, "its family is web"),
        ({"TaskDefinition.ExecutionRoleArn": {"Ref": "Role"}}, "is a name, not an ARN"),
        ({"TaskDefinition.TaskRoleArn": {"Ref": "Role"}}, "is a name, not an ARN"),
        ({"Network.GroupDescription": {"Ref": "VpcId"}}, "is not a text"),
        ({"Network.GroupDescription": "n" * 256}, "does not take the description"),
        ({"Network.GroupName": "web"}, "the physical name GroupName: web"),
        ({"Network.GroupDescription": "it's"}, "does not take the description"),
        ({"NetworkIngress.Description": "a -> b"}, "does not take the description"),
        (
            {"BalancerGroup.SecurityGroupIngress.0.Description": "a\nb"},
            "does not take the description",
        ),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_fault_is_found(edits: Edits, fault: str) -> None:
    (found, *_) = invariants.faults(parse(edited(FARGATE, edits)), "")
    assert fault in found


def test_literal_arn_that_the_user_wrote_is_no_fault() -> None:
    arn = "arn:aws:iam::123456789012:policy/mine"
    template = parse(edited(FARGATE, {"Role.ManagedPolicyArns": [arn]}))
    assert list(invariants.faults(template, f"x-aws-policies: [{arn}]")) == []


def test_cfn_lint_looks_at_the_template() -> None:
    text = edited(FARGATE, {"TaskDefinition.Cpu": "300"})
    assert "E3047" in [line.split()[0] for line in linted.findings(text)]


@pytest.mark.node
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
def test_deploy_rules_look_at_the_template(tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text(edited(FARGATE, {WEB + "DnsServers": ["10.0.0.2"]}))
    assert any("DNS" in line for line in deploy_rules.findings(template))
