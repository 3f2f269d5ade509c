"""The policies that deploying takes: enough for all that CloudFormation does, and not more."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import Memory, convert
from compose2cfn.__main__ import main
from compose2cfn.policy import LARGEST_POLICY, Grants, Reach, deployment_grants
from compose2cfn.policy.documents import Permissions
from compose2cfn.policy.handlers import handler_actions, handlers
from compose2cfn.policy.reviewed import LINKED, PASSED, PROFILES, UNLISTED, UNUSED
from compose2cfn.policy.things import ELSEWHERE, OWN, is_about_anything
from compose2cfn.stack import schemas
from tests.calls import calls
from tests.cases import CONVERTIBLE, FolderCase
from tests.handler_table import HANDLERS, handlers_written
from tests.iam import Document, Request, allows
from tests.places import ROOT
from tests.processes import command_line
from tests.simulator import Submission, simulated
from tests.simulator.template import Properties
from tests.stack_requests import (
    HERE,
    LOOKS,
    calls_noted,
    content,
    granted,
    refused,
    unauthorized,
)
from tests.surroundings import Surroundings

ROLE = "arn:aws:iam::123456789012:role"
ECS = "arn:aws:ecs:us-east-1:123456789012"
PASSED_ON = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}


def of_compose(text: str, reach: Reach = HERE, **values: str) -> Grants:
    result = convert(files=Memory({"compose.yaml": text}))
    return deployment_grants(result.to_dict(), reach, values=values, sources=result.sources)


def sizes(grants: Grants) -> list[int]:
    documents = (*grants.service_role, *grants.caller)
    return [len(re.sub(r"\s", "", json.dumps(document))) for document in documents]


def allowed_actions(grants: Grants) -> set[str]:
    return {
        action
        for document in grants.service_role
        for statement in statements(document)
        for action in statement["Action"]
    }


def statements(document: Document) -> list[Properties]:
    found: list[Properties] = document["Statement"]
    return found


# The tables.


def test_the_table_of_handlers_is_current(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        HANDLERS.write_text(handlers_written(), encoding="utf-8")
    assert HANDLERS.read_text(encoding="utf-8") == handlers_written(), "run pytest --update"


def test_every_emitted_type_is_known() -> None:
    assert handlers().keys() == OWN.keys() == schemas.types()
    without = {kind for kind in handlers() if not handler_actions(kind)}
    assert without <= {row.kind for row in UNLISTED}


def test_every_row_is_about_something_and_has_a_page() -> None:
    tables = (UNUSED, UNLISTED, (*PASSED, *PROFILES), LINKED)
    rows = [(row.kind, row.page) for table in tables for row in table]
    assert {kind for kind, _ in rows} <= handlers().keys()
    assert [page for _, page in rows if not page.startswith("https://docs.aws.amazon.com/")] == []
    for row in UNUSED:
        for pattern in row.actions.split():
            assert any(map(row._replace(actions=pattern).covers, handler_actions(row.kind))), row
    for added in UNLISTED:
        assert not {*added.actions.split()} & handler_actions(added.kind), added


SERVICES = {
    "ApplicationAutoScaling": "application-autoscaling",
    "AutoScaling": "autoscaling",
    "EC2": "ec2",
    "ECS": "ecs",
    "EFS": "elasticfilesystem",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "IAM": "iam",
    "Logs": "logs",
    "SecretsManager": "secretsmanager",
    "ServiceDiscovery": "servicediscovery",
}
APART = {"iam:PassRole", "iam:CreateServiceLinkedRole"}


def test_it_is_known_what_actions_of_other_services_are_about() -> None:
    added: dict[str, set[str]] = {kind: set() for kind in handlers()}
    for row in UNLISTED:
        added[row.kind] |= {*row.actions.split()}
    for kind in handlers():
        never = [row for row in UNUSED if row.kind == kind and not row.features]
        for action in (handler_actions(kind) | added[kind]) - APART:
            foreign = not action.startswith(f"{SERVICES[kind.split('::')[1]]}:")
            if foreign and not any(row.covers(action) for row in never):
                known = f"{kind} {action}" in ELSEWHERE or action in ELSEWHERE
                assert known or is_about_anything(action), (kind, action)


# What the simulator does. That each template can be created and deleted, and each application
# updated, is checked where they are: tests/test_deployment.py, tests/test_applications.py.

LIVED = {
    "applications/wordpress",
    "deploy/cluster-asked",
    "deploy/container-insights",
    "deploy/volume-shared",
    "discovery/namespace-asked",
    "discovery/plugin-id",
    "ec2/managed",
    "ec2/unmanaged",
    "loadbalancer/checks",
    "loadbalancer/https",
    "overlay/laid",
    "ports/known-images",
    "ports/withheld",
    "roles/exec-silent",
    "sizes/disk",
    "volumes/options",
}
"""Cases in which every property of every type is used that any case uses."""

_TAG = [{"Key": "changed", "Value": "true"}]
_PLATFORM = {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"}
CHANGES: Mapping[str, Properties] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": {"MaxCapacity": 90},
    "AWS::AutoScaling::AutoScalingGroup": {"MaxSize": "90"},
    "AWS::EC2::LaunchTemplate": {"VersionDescription": "changed"},
    "AWS::ECS::Cluster": {"Tags": _TAG},
    "AWS::ECS::Service": {"HealthCheckGracePeriodSeconds": 99},
    "AWS::ECS::TaskDefinition": {"Tags": _TAG, "RuntimePlatform": _PLATFORM},
    "AWS::EFS::FileSystem": {"LifecyclePolicies": [{"TransitionToIA": "AFTER_7_DAYS"}]},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        "LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "false"}]
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "7"}]
    },
    "AWS::IAM::Role": {"Tags": _TAG},
    "AWS::Logs::LogGroup": {"RetentionInDays": 7},
    "AWS::SecretsManager::Secret": {"Description": "changed"},
}


def changed(submission: Submission) -> Submission:
    """Change something of each resource that can change, and so replace task definitions."""
    body = json.loads(json.dumps(content(submission)))
    for resource in body["Resources"].values():
        resource["Properties"] |= CHANGES.get(resource["Type"], {})
    return Submission(json.dumps(body), submission.parameters)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "deploy/cluster-asked" else pytest.mark.slow)
        for name in sorted(LIVED)
    ],
)
def test_all_that_becomes_of_a_stack_is_allowed(name: str) -> None:
    [case] = [case for case in CONVERTIBLE if str(case) == name]
    with simulated() as cloud, calls_noted() as calls:
        first = Surroundings(cloud.account).submission(case.template)
        second = changed(first)
        cloud.create("demo", first)
        cloud.update("demo", second)
        cloud.delete("demo")
    assert any(":Register" in call.action for call in calls)
    assert unauthorized(calls, second) == []
    assert refused(calls, granted(second, Reach()).service_role) == []


@pytest.mark.slow
def test_the_cases_cover_what_cases_have() -> None:
    used = {str(case): set(properties_of(case)) for case in CONVERTIBLE}
    assert set().union(*used.values()) == set().union(*(used[name] for name in LIVED))


def properties_of(case: FolderCase) -> list[tuple[str, str]]:
    body: Properties = case.result.to_dict()
    resources = body["Resources"].values()
    return [(each["Type"], name) for each in resources for name in each.get("Properties", {})]


@pytest.mark.slow
def test_the_simulator_looks_at_what_is_listed() -> None:
    """And no policy allows it for the type alone: else the list would hide what is missing."""
    with simulated() as cloud, calls_noted() as calls:
        for name in ("loadbalancer/https", "ec2/managed", "ec2/unmanaged", "volumes/options"):
            [case] = [case for case in CONVERTIBLE if str(case) == name]
            stack = name.replace("/", "-")
            cloud.create(stack, Surroundings(cloud.account).submission(case.template))
            cloud.delete(stack)
    looked = {(call.resource.type, call.action) for call in calls if call.is_look()}
    assert {kind for kind, _ in looked} >= LOOKS.keys() - {
        "AWS::ElasticLoadBalancingV2::ListenerRule"
    }
    assert [pair for pair in looked if not re.search(":(Describe|Get|List)", pair[1])] == []


@pytest.mark.slow
def test_without_a_statement_something_is_refused() -> None:
    [case] = [case for case in CONVERTIBLE if str(case) == "applications/wordpress"]
    with simulated() as cloud, calls_noted() as calls:
        submission = Surroundings(cloud.account).submission(case.template)
        cloud.create("demo", submission)
        cloud.delete("demo")
    documents = granted(submission).service_role
    every = [statement for document in documents for statement in statements(document)]
    needed = [
        statement
        for statement in every
        if refused(calls, [{"Statement": [each for each in every if each is not statement]}])
    ]
    assert len(needed) > len(every) / 2
    other = granted(submission, HERE._replace(stack="other")).service_role
    assert any("CreateRole" in each for each in refused(calls, other))
    assert any("PassRole" in each for each in refused(calls, other))


# What the policies say.

WEB = "services: {web: {image: 'nginx:1', ports: ['80:80']}}"


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        (Request("iam:PassRole", f"{ROLE}/demo-WebTaskExecutionRole-X", PASSED_ON), True),
        (Request("iam:PassRole", f"{ROLE}/admin", PASSED_ON), False),
        (Request("iam:PassRole", f"{ROLE}/demo-WebTaskExecutionRole-X"), False),
        (
            Request(
                "iam:PassRole",
                f"{ROLE}/demo-WebTaskExecutionRole-X",
                {"iam:PassedToService": "ec2.amazonaws.com"},
            ),
            False,
        ),
        (Request("iam:PutRolePolicy", f"{ROLE}/demo-WebTaskExecutionRole-X"), True),
        (Request("iam:PutRolePolicy", f"{ROLE}/other-WebTaskExecutionRole-X"), False),
        (Request("iam:PutRolePolicy", f"{ROLE}/cloudformation-demo"), False),
        (Request("iam:AttachRolePolicy", f"{ROLE}/demo-WebTaskExecutionRole-X"), False),
        (Request("iam:CreateUser", "arn:aws:iam::123456789012:user/a"), False),
        (Request("ecs:UpdateService", f"{ECS}:service/demo/demo-WebService-X"), True),
        (Request("ecs:UpdateService", f"{ECS}:service/demo/other-WebService-X"), False),
        (Request("ecs:UpdateService", f"{ECS}:service/other/demo-WebService-X"), False),
        (Request("ecs:DeleteCluster", f"{ECS}:cluster/other"), False),
        (Request("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/1"), False),
        (Request("lambda:InvokeFunction"), False),
    ],
)
def test_what_is_allowed(request_: Request, *, allowed: bool) -> None:
    assert allows(of_compose(WEB).service_role, request_) is allowed


def test_the_caller_changes_the_stack_with_the_service_role_alone() -> None:
    caller = of_compose(WEB).caller
    stack = "arn:aws:cloudformation:us-east-1:123456789012:stack"
    context = {"iam:PassedToService": "cloudformation.amazonaws.com"}
    assert allows(caller, Request("cloudformation:CreateChangeSet", f"{stack}/demo/1d"))
    assert not allows(caller, Request("cloudformation:DeleteStack", f"{stack}/other/1d"))
    assert allows(caller, Request("iam:PassRole", f"{ROLE}/cloudformation-demo", context))
    assert not allows(caller, Request("iam:PassRole", f"{ROLE}/cloudformation-other", context))
    assert not allows(caller, Request("iam:PassRole", f"{ROLE}/cloudformation-demo"))
    assert not allows(caller, Request("ecs:CreateService", "*"))
    assert not allows(caller, Request("s3:PutObject", "arn:aws:s3:::templates/a"))


def test_a_bucket_is_written_to_where_templates_go_through_one() -> None:
    put = Request(
        "s3:PutObject",
        "arn:aws:s3:::templates/a",
        {"aws:ResourceAccount": "${aws:PrincipalAccount}"},
    )
    large = "\n".join(f"  s{number}: {{image: 'a:1'}}" for number in range(40))
    for grants in (
        of_compose(WEB, HERE._replace(bucket="templates")),
        of_compose(f"services:\n{large}"),
    ):
        assert allows(grants.caller, put)
        assert not allows(grants.caller, put._replace(context={}))


VOLUME = "services: {a: {image: a, volumes: ['data:/data']}}\nvolumes: {data: {driver_opts: {%s}}}"
KEY = "kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'"
ATTACHED = "services: {a: {image: a, x-aws-policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess']}}"
FEATURES = {
    "no load balancer": ("services: {web: {image: nginx}}", "elasticloadbalancing:*", False),
    "a load balancer": (WEB, "elasticloadbalancing:CreateLoadBalancer", True),
    "Cognito": (WEB, "cognito-idp:DescribeUserPoolClient", False),
    "keys": (VOLUME % "", "kms:CreateGrant", False),
    "a key": (VOLUME % KEY, "kms:CreateGrant", True),
    "managed policies": (ATTACHED, "iam:AttachRolePolicy", True),
}


@pytest.mark.parametrize("name", FEATURES)
def test_only_features_that_are_used_are_allowed(name: str) -> None:
    text, action, there = FEATURES[name]
    found = allowed_actions(of_compose(text))
    assert any(re.fullmatch(action.replace("*", ".*"), each) for each in found) is there


def test_the_key_of_a_secret_is_used_through_its_service() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    properties = {"KmsKeyId": key, "SecretString": "x"}
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": properties}
    policies = deployment_grants({"Resources": {"S": secret}}, HERE).service_role
    context = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
    assert allows(policies, Request("kms:GenerateDataKey", key, context))
    assert not allows(policies, Request("kms:GenerateDataKey", key))
    del properties["KmsKeyId"]
    policies = deployment_grants({"Resources": {"S": secret}}, HERE).service_role
    assert not allows(policies, Request("kms:GenerateDataKey", key, context))


def test_only_the_policies_of_the_template_are_attached() -> None:
    role = f"{ROLE}/demo-ATaskRole-X"
    for policy, there in (("ReadOnlyAccess", True), ("AdministratorAccess", False)):
        context = {"iam:PolicyARN": f"arn:aws:iam::aws:policy/{policy}"}
        request = Request("iam:AttachRolePolicy", role, context)
        assert allows(of_compose(ATTACHED).service_role, request) is there


def test_only_what_has_the_tag_of_the_stack_is_deleted() -> None:
    tag = "aws:ResourceTag/com.docker.compose.project"
    arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"
    request = Request("elasticfilesystem:DeleteFileSystem", arn)
    policies = of_compose(VOLUME % "").service_role
    assert allows(policies, request._replace(context={tag: "demo"}))
    assert not allows(policies, request._replace(context={tag: "other"}))
    assert not allows(policies, request)
    untagged = f"""
{VOLUME % ""}
x-aws-cloudformation:
  Resources:
    DataFilesystem: {{Properties: {{FileSystemTags: []}}}}
    DefaultNetwork: {{Properties: {{Tags: null}}}}
"""
    policies = of_compose(untagged).service_role
    group = "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"
    assert allows(policies, Request("ec2:DeleteSecurityGroup", group))


GIVEN = """
x-aws-cluster: shop
services:
  web:
    image: nginx
    x-aws-role: arn:aws:iam::123456789012:role/web
"""


def test_given_things_are_reached_and_no_others() -> None:
    policies = of_compose(GIVEN).service_role
    assert allows(policies, Request("iam:PassRole", f"{ROLE}/web", PASSED_ON))
    assert not allows(policies, Request("iam:PutRolePolicy", f"{ROLE}/web"))
    assert allows(policies, Request("ecs:CreateService", f"{ECS}:service/shop/demo-WebService-X"))
    assert not allows(policies, Request("ecs:TagResource", f"{ECS}:cluster/shop"))


ASKED = f"""
{GIVEN.replace("arn:aws:iam::123456789012:role/web", "!Ref WebRoleArn")}
x-aws-cloudformation:
  Parameters:
    WebRoleArn: {{Type: String}}
"""


def test_what_is_known_only_later_is_told_unless_its_value_is_given() -> None:
    wide = of_compose(ASKED)
    [finding] = wide.diagnostics
    assert (finding.code, finding.path) == ("permissions-wide", ("services", "web"))
    assert finding.at
    assert allows(wide.service_role, Request("iam:PassRole", f"{ROLE}/any", PASSED_ON))
    narrow = of_compose(ASKED, WebRoleArn=f"{ROLE}/web")
    assert not narrow.diagnostics
    assert not allows(narrow.service_role, Request("iam:PassRole", f"{ROLE}/any", PASSED_ON))
    assert allows(narrow.service_role, Request("iam:PassRole", f"{ROLE}/web", PASSED_ON))


def test_a_policy_that_is_known_only_later_is_told() -> None:
    text = ATTACHED.replace("'arn:aws:iam::aws:policy/ReadOnlyAccess'", "!ImportValue policy")
    [finding] = of_compose(text).diagnostics
    assert finding.code == "permissions-wide"
    assert "managed policy" in finding.message


def test_all_stacks_are_told() -> None:
    [finding] = of_compose(WEB, Reach()).diagnostics
    assert finding.code == "permissions-wide"
    assert "--stack NAME" in finding.message


QUEUE = f"""
{WEB}
x-aws-cloudformation:
  Resources:
    Queue: {{Type: AWS::SQS::Queue}}
    Other: {{Type: AWS::SQS::Queue}}
"""


def test_types_outside_the_table_are_told() -> None:
    [finding] = of_compose(QUEUE).diagnostics
    assert finding.code == "permissions-unknown"
    assert "Other and Queue are of the type AWS::SQS::Queue" in finding.message


def test_what_is_looked_up_is_allowed_to_both() -> None:
    text = f"""
{WEB.replace("}}}", ", environment: {{A: ''}}}}}}")}
x-aws-cloudformation:
  Parameters:
    Image: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /aws/service/x}}
    Own: {{Type: "AWS::SSM::Parameter::Value<String>"}}
  Resources:
    LogGroup:
      Properties:
        LogGroupName: "{{{{resolve:ssm:name:1}}}}"
        KmsKeyId: "{{{{resolve:secretsmanager:secret:SecretString:key}}}}"
"""
    grants = of_compose(text, Own="mine")
    account = "us-east-1:123456789012"
    for documents in (grants.service_role, grants.caller):
        for arn in (
            "arn:aws:ssm:us-east-1::parameter/aws/service/x",
            f"arn:aws:ssm:{account}:parameter/mine",
            f"arn:aws:ssm:{account}:parameter/name",
        ):
            assert allows(documents, Request("ssm:GetParameters", arn))
        secret = f"arn:aws:secretsmanager:{account}:secret:secret-AbCdEf"
        assert allows(documents, Request("secretsmanager:GetSecretValue", secret))
        assert allows(documents, Request("ec2:DescribeVpcs"))
        other = f"arn:aws:ssm:{account}:parameter/other"
        assert not allows(documents, Request("ssm:GetParameters", other))


# How they are written.


def test_documents_are_short_enough() -> None:
    long = "n" * 40
    services = "\n".join(
        f"  a{each}: {{image: a, secrets: [{', '.join(f's{each}{n}' for n in range(30))}]}}"
        for each in "xyz"
    )
    secrets = "\n".join(
        f"  s{each}{n}: {{file: ./a, x-aws-create: true, x-aws-name: {long}{each}{n}}}"
        for each in "xyz"
        for n in range(30)
    )
    grants = of_compose(f"services:\n{services}\nsecrets:\n{secrets}")
    assert len(grants.service_role) > 2
    assert max(sizes(grants)) <= LARGEST_POLICY
    account = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
    for each in "xyz":
        for n in range(30):
            arn = f"{account}:{long.capitalize()}{each}{n}Secret-abc-def"
            assert allows(grants.service_role, Request("secretsmanager:CreateSecret", arn))


def test_a_condition_that_is_too_long_is_split() -> None:
    arns = [f"arn:aws:iam::123456789012:policy/{'n' * 60}{number}" for number in range(200)]
    role = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": arns}}
    grants = deployment_grants({"Resources": {f"R{number}": role for number in range(20)}}, HERE)
    assert max(sizes(grants)) <= LARGEST_POLICY
    assert len(grants.service_role) < 10
    for arn in arns:
        request = Request("iam:AttachRolePolicy", f"{ROLE}/demo-R7-X", {"iam:PolicyARN": arn})
        assert allows(grants.service_role, request)


@pytest.mark.parametrize("name", ["n" * 7000, "\u00e9" * 2000, ["a", "n" * 7000]])
def test_what_no_arn_can_be_is_left_out(name: object) -> None:
    kinds = {
        "AWS::IAM::Role": ("RoleName", "ManagedPolicyArns", "Path"),
        "AWS::Logs::LogGroup": ("LogGroupName",),
        "AWS::ECS::Service": ("Cluster", "ServiceName"),
        "AWS::ECS::TaskDefinition": ("TaskRoleArn", "Family"),
    }
    resources = {
        f"R{each}{key}": {"Type": kind, "Properties": {key: name}}
        for kind, keys in kinds.items()
        for key in keys
        for each in range(3)
    }
    grants = deployment_grants({"Resources": resources}, HERE)
    assert max(sizes(grants)) <= LARGEST_POLICY
    assert "nnnnn" not in grants.to_json()
    assert "\\u00e9" not in grants.to_json()


def test_what_refers_to_much_takes_no_longer_than_many() -> None:
    balancing = "AWS::ElasticLoadBalancingV2"

    def cost(count: int) -> int:
        resources: dict[str, object] = {}
        for n in range(count):
            for kind, key, target in (
                ("LoadBalancer", "Name", f"b{n}"),
                ("Listener", "LoadBalancerArn", {"Ref": f"LoadBalancer{n}"}),
                ("ListenerRule", "ListenerArn", {"Ref": f"Listener{n}"}),
            ):
                resources[f"{kind}{n}"] = {
                    "Type": f"{balancing}::{kind}",
                    "Properties": {key: target},
                }
        return calls(lambda: deployment_grants({"Resources": resources}, HERE))

    cost(1)
    assert cost(300) < cost(30) * 12


WILD = {
    "a role": ("AWS::IAM::Role", {"RoleName": "*"}, "iam:PutRolePolicy", f"{ROLE}/admin"),
    "a path": ("AWS::IAM::Role", {"Path": "/?*/"}, "iam:PutRolePolicy", f"{ROLE}/abc/demo-X"),
    "a log group": (
        "AWS::Logs::LogGroup",
        {"LogGroupName": {"Fn::Sub": "${!*}a*"}},
        "logs:DeleteLogGroup",
        "arn:aws:logs:us-east-1:123456789012:log-group:${*}ab",
    ),
    "a part": (
        "AWS::Logs::LogGroup",
        {"LogGroupName": {"Fn::Join": ["*", ["a", "b"]]}},
        "logs:DeleteLogGroup",
        "arn:aws:logs:us-east-1:123456789012:log-group:acb",
    ),
    "what is put in": (
        "AWS::Logs::LogGroup",
        {"LogGroupName": {"Fn::Sub": ["a${X}", {"X": "?"}]}},
        "logs:DeleteLogGroup",
        "arn:aws:logs:us-east-1:123456789012:log-group:ab",
    ),
    "a stored parameter": (
        "AWS::Logs::LogGroup",
        {"LogGroupName": "{{resolve:ssm:/a/*}}"},
        "ssm:GetParameters",
        "arn:aws:ssm:us-east-1:123456789012:parameter/a/b",
    ),
    "a given role": (
        "AWS::ECS::TaskDefinition",
        {"TaskRoleArn": f"{ROLE}/*"},
        "iam:PassRole",
        f"{ROLE}/admin",
    ),
}


@pytest.mark.parametrize("name", WILD)
def test_a_sign_in_a_name_is_no_wildcard(name: str) -> None:
    kind, properties, action, arn = WILD[name]
    grants = deployment_grants({"Resources": {"R": {"Type": kind, "Properties": properties}}}, HERE)
    assert action in allowed_actions(grants)
    assert not allows(grants.service_role, Request(action, arn, PASSED_ON))


def test_managed_policies_that_are_named_by_a_sign_are_not_all() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["*"]}}
    grants = deployment_grants({"Resources": {"R": role}}, HERE)
    context = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
    request = Request("iam:AttachRolePolicy", f"{ROLE}/demo-R-X", context)
    assert not allows(grants.service_role, request)


def test_the_default_of_a_stored_parameter_is_not_a_wildcard() -> None:
    parameter = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/*"}
    grants = deployment_grants({"Parameters": {"P": parameter}}, HERE)
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/a"
    assert not allows(grants.caller, Request("ssm:GetParameters", f"{arn}/b"))
    assert allows(grants.caller, Request("ssm:GetParameters", f"{arn}/*"))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sets(st.text("abc", min_size=1, max_size=9), min_size=1),
            st.sets(st.text("xyz", min_size=1, max_size=9), min_size=1),
        ),
        max_size=9,
    )
)
def test_splitting_loses_nothing(allowed: list[tuple[set[str], set[str]]]) -> None:
    permissions = Permissions()
    for actions, resources in allowed:
        permissions.allow(actions, resources)
    documents = permissions.documents(largest=150)
    for document in documents:
        assert len(re.sub(r"\s", "", json.dumps(document))) <= 150
    for actions, resources in allowed:
        for action in actions:
            for resource in resources:
                assert allows(documents, Request(action, resource))


@pytest.mark.parametrize(
    ("reach", "arn"),
    [
        (Reach(), "arn:aws:ecs:*:*:cluster/*"),
        (Reach(stack="shop"), "arn:aws:ecs:*:*:cluster/shop"),
        (Reach(region="cn-north-1"), "arn:aws-cn:ecs:cn-north-1:*:cluster/*"),
        (Reach(region="us-gov-west-1"), "arn:aws-us-gov:ecs:us-gov-west-1:*:cluster/*"),
        (Reach(partition="aws-iso"), "arn:aws-iso:ecs:*:*:cluster/*"),
        (Reach(stack="shop-*"), "arn:aws:ecs:*:*:cluster/shop-*"),
    ],
)
def test_arns_reach_as_far_as_is_said(reach: Reach, arn: str) -> None:
    resources = [
        statement["Resource"]
        for document in of_compose(WEB, reach).service_role
        for statement in statements(document)
        if "ecs:CreateCluster" in statement["Action"]
    ]
    assert resources == [[arn]]


def test_services_have_other_names_in_china() -> None:
    machines = "services: {a: {image: a, x-aws-capacity: EC2}}"
    text = json.dumps(of_compose(machines, HERE._replace(region="cn-north-1")).to_dict())
    assert '["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]' in text


@pytest.mark.parametrize(
    "reach",
    [
        Reach(partition="*"),
        Reach(region="Europe"),
        Reach(account="12"),
        Reach(stack="a b"),
        Reach(role="a/b"),
        Reach(bucket="A_b"),
    ],
)
def test_what_aws_would_refuse_is_refused(reach: Reach) -> None:
    with pytest.raises(ValueError, match=r"is not .*; write "):
        deployment_grants({}, reach)


def test_long_names_of_stacks_are_shortened_as_cloudformation_does() -> None:
    policies = of_compose(WEB, HERE._replace(stack="a-stack-with-quite-a-long-name")).service_role
    role = Request("iam:CreateRole", f"{ROLE}/a-stack-with-quite-a-lo-WebTaskExecutionRole-X")
    assert allows(policies, role)
    balancing = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app"
    request = Request("elasticloadbalancing:CreateLoadBalancer", f"{balancing}/a-sta-LoadB-X/1d")
    assert allows(policies, request)


ODD = [
    {},
    {"Resources": 1},
    {"Resources": {"A": 1, "B": {"Type": ["x"]}, "C": {"Type": "AWS::ECS::Service"}}},
    {"Resources": {"A": {"Type": "AWS::ECS::Service", "Properties": {"Cluster": {"Ref": [1]}}}}},
    {"Resources": {"A": {"Type": "AWS::ECS::Service", "Properties": [1]}}},
    {"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::If": 1}}}}},
    {"Resources": {"A": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": "a"}}}},
    {"Resources": {"A": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": None}}}},
    {
        "Resources": {
            kind: {"Type": kind, "Properties": {name: {"Fn::If": ["A", {"Ref": kind}, 7]}}}
            for kind in OWN
            for name in ("Cluster", "VpcId", "LoadBalancerArn", "ListenerArn", "Type", "Roles")
        }
    },
    {"Parameters": {"A": 1, "B": {"Type": 7}}},
]


@pytest.mark.parametrize("body", ODD)
def test_odd_templates_have_policies(body: Mapping[str, object]) -> None:
    grants = deployment_grants(body, HERE)
    assert json.loads(grants.to_json()) == grants.to_dict()
    for document in (*grants.service_role, *grants.caller):
        for statement in statements(document):
            assert statement["Action"]
            assert statement["Resource"]


@pytest.mark.parametrize("reach", [HERE, Reach(), HERE._replace(stack="shop-*", bucket="a")])
def test_iam_takes_them(reach: Reach) -> None:
    """As far as moto knows what IAM refuses."""
    with simulated() as cloud:
        for text in (WEB, GIVEN, ASKED, ATTACHED, VOLUME % KEY):
            grants = of_compose(text, reach)
            for number, document in enumerate((*grants.service_role, *grants.caller)):
                name = f"p{len(text)}-{number}"
                arguments = {"PolicyName": name, "PolicyDocument": json.dumps(document)}
                cloud.account.call("iam", "CreatePolicy", arguments)
            trust = grants.to_dict()["ServiceRole"]
            assert isinstance(trust, dict)
            trusted = json.dumps(trust["AssumeRolePolicyDocument"])
            role = {"RoleName": f"r{len(text)}", "AssumeRolePolicyDocument": trusted}
            cloud.account.call("iam", "CreateRole", role)


# The command.


def run(folder: Path, *arguments: str, text: str = WEB) -> "subprocess.CompletedProcess[str]":
    (folder / "compose.yaml").write_text(text)
    return command_line(folder, "policy", *arguments)


def test_the_command_prints_the_policies(tmp_path: Path) -> None:
    arguments = ("--stack", "demo", "--region", "us-east-1", "--account", "123456789012", "-q")
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == of_compose(WEB).to_json()
    assert {*json.loads(done.stdout)} == {"Caller", "ServiceRole"}


def test_the_command_takes_values_and_reports_findings(tmp_path: Path) -> None:
    stack = ("--stack", "demo", "-q")
    wide = run(tmp_path, *stack, "--strict", text=ASKED)
    assert wide.returncode == 1
    assert "compose.yaml:5:3: warning: services.web: which role WebTaskDefinition" in wide.stderr
    given = run(tmp_path, *stack, "--parameter", f"WebRoleArn={ROLE}/web", text=ASKED)
    assert given.stderr == ""
    assert f"{ROLE}/web" in given.stdout
    unknown = run(tmp_path, *stack, "--parameter", "A=b", text=ASKED)
    assert "[parameter-unknown]" in unknown.stderr


def test_nothing_of_a_secret_is_shown(tmp_path: Path) -> None:
    text = """
services: {a: {image: a, secrets: [s], environment: {PASSWORD: hunter2}}}
secrets: {s: {environment: SECRET, x-aws-create: true}}
"""
    done = run(tmp_path, "--stack", "demo", "--parameter", "SSecretValue=hunter2", text=text)
    assert done.returncode == 0
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stack", "a b"), "'a b' is not the name of a stack"),
        (("--account", "12"), "write its 12 digits"),
        (("--partition", "*"), "write e.g. aws or aws-cn"),
        (("web",), "policy needs no words"),
        (("--format", "yaml"), "policy prints json, not yaml"),
        (("--parameters-out", "a"), "policy does not accept --parameters-out"),
    ],
)
def test_wrong_usage_is_refused(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refuses(["policy", *arguments], said, capsys)


def refuses(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(line, {})
    assert end.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_file_with_faults_has_no_policy(tmp_path: Path) -> None:
    done = run(tmp_path, text="services: {web: {colour: red}}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "services.web.colour" in done.stderr


APPS = sorted((ROOT.parent / "shared" / "cases" / "apps").glob("*"))


@pytest.mark.slow
@pytest.mark.skipif(not APPS, reason="needs ../shared/cases/apps")
@pytest.mark.parametrize("folder", APPS, ids=lambda path: path.name)
def test_it_works_on_applications(folder: Path) -> None:
    done = command_line(folder, "policy", "--stack", "demo", PYTHONHASHSEED="1")
    again = command_line(folder, "policy", "--stack", "demo", PYTHONHASHSEED="2")
    assert (done.returncode, done.stdout, done.stderr) == (
        again.returncode,
        again.stdout,
        again.stderr,
    )
    if done.returncode == 0:
        assert json.loads(done.stdout)["ServiceRole"]["PolicyDocuments"]
    else:
        assert ": error: " in done.stderr


# The page.

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
[SECTION] = re.findall(r"(?ms)^## Who may deploy\n(.*?)^## ", PAGE)
[MADE, KEPT] = re.findall(r"(?ms)^```sh\n(.*?)^```$", SECTION)
[PROGRAM] = re.findall(r"(?ms)^```python\n(.*?)^```$", SECTION)


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(WEB)
    *_, create = KEPT.splitlines()
    script = (MADE + KEPT).replace(create, "")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=tmp_path,
        env={"PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reach = Reach(stack="shop", account="123456789012", region="eu-west-1")
    document = of_compose(WEB, reach).service_role[0]
    assert json.loads((tmp_path / "role.json").read_text()) == document
    assert "--policy-document file://role.json" in create


def test_the_program_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compose.yaml").write_text(WEB)
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {}
    exec(PROGRAM, found)  # noqa: S102 - it is what readers copy
    assert isinstance(found["grants"], Grants)
    assert found["grants"].service_role


def test_the_page_tells_the_options() -> None:
    options = ("--stack", "--account", "--region", "--partition", "--service-role", "--bucket")
    assert all(f"`{option} " in SECTION for option in options)
    assert f"{LARGEST_POLICY:,}" in SECTION
