"""Nothing in a file makes IAM allow more than one name, or CloudFormation resolve a secret."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, Result, convert
from compose2cfn.model.functions import function
from compose2cfn.plan.terms.arns import read, widens
from compose2cfn.plan.terms.given import (
    APPLICATION_LOAD_BALANCER,
    CERTIFICATE,
    CLUSTER,
    FILE_SYSTEM,
    LISTENER,
    MANAGED_POLICY,
    REGISTRY_CREDENTIALS,
    ROLE,
    SECURITY_GROUP,
    SUBNET,
    TARGET_GROUP,
    VPC,
    Existing,
)
from compose2cfn.plan.terms.images import ecr_repository, is_image
from tests.simulator.template import Properties

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"


def converted(service: Properties, **more: object) -> Result:
    """Convert one service."""
    compose = json.dumps({"services": {"web": {"image": "nginx", **service}}, **more})
    return convert(files=Memory({"compose.yaml": compose}))


def errors(service: Properties, **more: object) -> list[tuple[str, str]]:
    """List the errors of one service: path and code."""
    try:
        converted(service, **more)
    except ComposeError as error:
        found = [each for each in error.diagnostics if each.severity == "error"]
        return [(".".join(map(str, each.path)), each.code) for each in found]
    return []


def functions(text: str) -> list[Properties]:
    """Write functions of CloudFormation that return a text."""
    joined: Properties = {"Fn::Join": ["", [text[:-1], text[-1:]]]}
    return [
        {"Fn::Sub": text.replace("$", "$$")},
        {"Fn::Sub": ["$${A}", {"A": text.replace("$", "$$")}]},
        joined,
        {"Fn::If": ["Condition", joined, "other"]},
        {"Fn::Select": [0, [text, "other"]]},
    ]


WIDE = ["*", "?", f"{SECRET}*", f"{SECRET}a?b", f"{SECRET}a-*"]


@pytest.mark.parametrize("text", WIDE)
def test_no_secret_of_any_name(text: str) -> None:
    for value in (text, *functions(text)):
        found = errors({"x-aws-secrets": {"X": value}})
        assert ("services.web.x-aws-secrets.X", "secret-arn") in found
        found = errors({"x-aws-pull_credentials": value})
        assert ("services.web.x-aws-pull_credentials", "secret-unknown") in found


def test_no_variable_of_policies() -> None:
    for value in ({"Fn::Sub": f"{SECRET}$${{!aws:username}}"}, f"{SECRET}$${{aws:username}}"):
        assert errors({"x-aws-secrets": {"X": value}}) == [
            ("services.web.x-aws-secrets.X", "secret-arn")
        ]


def test_whole_names_are_used() -> None:
    name = f"{SECRET}prod/db-AbCdEf"
    filled = {
        "Fn::Sub": "arn:aws:secretsmanager:$${AWS::Region}:$${AWS::AccountId}:secret:a-AbCdEf"
    }
    for value in (name, f"{name}:user::", filled, {"Fn::Join": ["", [f"{SECRET}a-", "AbCdEf"]]}):
        assert errors({"x-aws-secrets": {"X": value}}) == []
    assert errors({"x-aws-pull_credentials": filled}) == []


@pytest.mark.parametrize(
    "repository",
    [
        "*",
        "app*",
        "a?",
        "$${LogGroup}",
        "$${LogGroup}/*",
        "a/$${AWS::StackName}",
        "App",
        "a//b",
        "",
    ],
)
def test_no_repository_of_any_name(repository: str) -> None:
    assert errors({"image": f"{REGISTRY}/{repository}"}) == [("services.web.image", "image-name")]
    found = errors({"image": f"{REGISTRY}/{repository}:1.4"})
    assert found == [("services.web.image", "image-name")]


def test_a_repository_may_be_pulled_from() -> None:
    for repository in ("app", "shop/web-app", "a.b_c__d/e"):
        for rest in ("", ":1.4", f"@sha256:{'0' * 64}", f":a@sha256:{'0' * 64}"):
            template = converted({"image": f"{REGISTRY}/{repository}{rest}"}).to_yaml()
            assert f":repository/{repository}\n" in template


@pytest.mark.parametrize(
    "image", ["a b", "nginx:$$TAG", "*", "café", "nginx\u0663", "a{b", "x" * 256]
)
def test_an_image_has_a_name_that_ecs_accepts(image: str) -> None:
    assert errors({"image": image}) == [("services.web.image", "image-name")]


@pytest.mark.parametrize("region", ["*", "$${LogGroup}", "eu west", "\u0663"])
def test_no_log_group_of_any_region(region: str) -> None:
    logging = {"options": {"awslogs-group": "mine", "awslogs-region": region}}
    assert errors({"logging": logging}) == [
        ("services.web.logging.options.awslogs-region", "log-option")
    ]


KINDS: list[Existing] = [
    *(APPLICATION_LOAD_BALANCER, CERTIFICATE, CLUSTER, FILE_SYSTEM, LISTENER, MANAGED_POLICY),
    *(REGISTRY_CREDENTIALS, ROLE, SECURITY_GROUP, SUBNET, TARGET_GROUP, VPC),
]
PARTS = st.sampled_from(
    (
        *("arn:aws:", "iam::", "123456789012:", "role/", "policy/", "a", "*", "?", "$", "${A}"),
        *("/", "\u0663", "é", "secretsmanager:eu-west-1:", "secret:", "ecs:eu-west-1:", ":"),
        *("elasticloadbalancing:eu-west-1:", "loadbalancer/app/", "acm:eu-west-1:", "cluster/"),
    )
)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.lists(PARTS, max_size=7).map("".join))
def test_no_form_admits_more_than_one_name(text: str) -> None:
    if not text.isascii() or widens(text):
        assert not any(kind.find(text) for kind in KINDS)
        assert read(text) is None
        assert not is_image(text)
        assert ecr_repository(f"{REGISTRY}/{text}") is None


def test_functions_are_read_for_what_they_add() -> None:
    assert widens(function("Fn::Sub", "${A}*"))
    assert widens(function("Fn::Sub", ["${A}", {"A": function("Fn::Join", ["*", ["a", "b"]])}]))
    assert widens(function("Fn::Sub", "${!A}"))
    assert not widens(function("Fn::Sub", "${A}-${AWS::Region}"))
    assert not widens(function("Ref", "A"))
    assert not widens(function("Fn::If", ["A", function("Ref", "B"), "c"]))


REFERENCE = "{{resolve:secretsmanager:prod/db}}"
PLACES: dict[str, tuple[Properties, str]] = {
    "a variable": ({"environment": {"A": f"x{REFERENCE}"}}, "environment.A"),
    "the name of a variable": ({"environment": {REFERENCE: "x"}}, f"environment.{REFERENCE}"),
    "an entry of a list": ({"environment": [f"A={REFERENCE}"]}, "environment.A"),
    "a command": ({"command": ["a", REFERENCE]}, "command.1"),
    "an entrypoint": ({"entrypoint": ["a", REFERENCE]}, "entrypoint.1"),
    "a label": ({"labels": {"a": REFERENCE}}, "labels.a"),
    "a health check": ({"healthcheck": {"test": ["CMD", REFERENCE]}}, "healthcheck.test.1"),
    "a user": ({"user": REFERENCE}, "user"),
    "a working directory": ({"working_dir": f"/{REFERENCE}"}, "working_dir"),
    "an option": (
        {"logging": {"driver": "awsfirelens", "options": {"a": REFERENCE}}},
        "logging.options.a",
    ),
    "what is written in two pieces": (
        {"environment": {"A": "{{${NOTHING-}resolve:${NOTHING-}ssm:/a}}"}},
        "environment.A",
    ),
    "what looks like a substitution": (
        {"environment": {"A": "{{resolve:ssm:$${A}}}"}},
        "environment.A",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_resolved(place: str) -> None:
    service, path = PLACES[place]
    assert (f"services.web.{path}", "reference-dynamic") in errors(service)


def test_nothing_is_resolved_in_a_path_that_is_shortened() -> None:
    service: Properties = {"secrets": [{"source": "s", "target": "a//{{resolve:ssm:a}}"}]}
    found = errors(service, secrets={"s": {"environment": "S"}})
    assert ("services.web.secrets.0.target", "reference-dynamic") in found


def test_labels_that_cannot_be_tags_are_left_out() -> None:
    assert "resolve" not in converted({"deploy": {"labels": {"a": REFERENCE}}}).to_yaml()


def test_nothing_of_a_file_of_variables_is_resolved() -> None:
    compose = "services: {web: {image: nginx, env_file: a.env, label_file: b.env, labels: {c: d}}}"
    files = {"compose.yaml": compose, "a.env": f"A={REFERENCE}\n", "b.env": f"B={REFERENCE}\n"}
    with pytest.raises(ComposeError) as raised:
        convert(files=Memory(files))
    found = [each for each in raised.value.diagnostics if each.code == "reference-dynamic"]
    assert len(found) == 2
    assert all(each.at and each.at.file == "compose.yaml" for each in found)


def test_nothing_is_resolved_in_a_value_of_a_variable() -> None:
    compose = "services: {web: {image: nginx, environment: {A: '${B}olve:ssm:a}}'}}}"
    with pytest.raises(ComposeError, match="reference-dynamic"):
        convert(files=Memory({"compose.yaml": compose}), environment={"B": "{{res"})


def test_contents_of_files_are_not_resolved() -> None:
    configs = {"c": {"content": REFERENCE}}
    result = converted({"configs": [{"source": "c", "target": "/etc/a/c"}]}, configs=configs)
    assert "{{resolve:" not in result.to_yaml()


def test_what_is_left_out_may_say_what_it_likes() -> None:
    assert errors({"build": {"context": ".", "args": {"A": REFERENCE}}, "image": "a/b"}) == []


def test_whoever_deploys_may_resolve() -> None:
    overlay = {"Outputs": {"Value": {"Value": REFERENCE}}}
    assert errors({}, **{"x-aws-cloudformation": overlay}) == []
    pieces = {"Outputs": {"Value": {"Value": {"Fn::Join": ["", ["{{res", "olve:ssm:a}}"]]}}}}
    assert errors({}, **{"x-aws-cloudformation": pieces}) == []
