"""What authors may say and what is for whoever deploys: each key is decided, each right refused."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

import pytest

from compose2cfn import (
    DEFAULT_EMITTERS,
    ComposeError,
    Emitter,
    Memory,
    convert,
    emit,
    emitter,
    load,
)
from compose2cfn.model.keys import key_fields
from compose2cfn.model.marks import Choice, Right
from compose2cfn.plan.make import Plan
from compose2cfn.rights import RIGHTS
from compose2cfn.stack.items import Item

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
IMPORTED = {"Fn::ImportValue": "Other"}
EXTENSIONS = {pattern: field for pattern, field in key_fields() if "x-aws-" in pattern}

RUN = [pattern for pattern in EXTENSIONS if not pattern.startswith("jobs.")]
"""The keys of what runs: jobs do not."""

# A value of each right that does what it says, and values that do not.
GIVING: Mapping[str, list[object]] = {
    "x-aws-vpc": ["vpc-12345678"],
    "x-aws-subnets": [["subnet-12345678"], "subnet-12345678,subnet-12345679"],
    "x-aws-cluster": ["shop", ARN.format("ecs", "cluster/shop")],
    "x-aws-loadbalancer": [ARN.format("elasticloadbalancing", "loadbalancer/app/a/b"), "a-name"],
    "x-aws-loadbalancer.arn": [ARN.format("elasticloadbalancing", "loadbalancer/app/a/b")],
    "x-aws-loadbalancer.security_group": ["sg-12345678"],
    "x-aws-loadbalancer.subnets": [["subnet-12345678", "subnet-12345679"]],
    "x-aws-loadbalancer.attributes": [{"access_logs.s3.bucket": "b"}],
    "x-aws-cloudformation": [{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}],
    "x-aws-namespace": ["amazonaws.com"],
    "x-aws-bind_mounts": ["host"],
    "services.*.x-aws-bind_mounts": ["host"],
    "x-aws-capacity": [
        "a-provider",
        {"a-provider": 1},
        {"machine": "t3.micro", "ami": "ami-12345678"},
    ],
    "services.*.x-aws-pull_credentials": [ARN.format("secretsmanager", "secret:a-abcdef")],
    "services.*.x-aws-role": ["arn:aws:iam::123456789012:role/a", {"Statement": []}],
    "services.*.x-aws-policies": [["arn:aws:iam::aws:policy/AdministratorAccess"]],
    "services.*.x-aws-create_repository": [True],
    "services.*.x-aws-secrets": [{"A": ARN.format("ssm", "parameter/a")}, {"A": "/shop/a"}],
    "services.*.x-aws-capacity": ["a-provider", {"FARGATE": 1, "a-provider": 1}],
    "services.*.x-aws-subnets": [["subnet-12345678"]],
    "services.*.x-aws-exec": [True, "yes"],
    "services.*.ports[].x-aws-certificate": [ARN.format("acm", "certificate/a"), ["", "arn:x"]],
    "services.*.ports[].x-aws-listener": [ARN.format("elasticloadbalancing", "listener/app/a/b/c")],
    "services.*.ports[].x-aws-target_group": [
        ARN.format("elasticloadbalancing", "targetgroup/a/b")
    ],
    "services.*.ports[].x-aws-loadbalancer": [
        ARN.format("elasticloadbalancing", "loadbalancer/app/a/b")
    ],
    "services.*.ports[].x-aws-loadbalancer.arn": ["a-name"],
    "services.*.ports[].x-aws-loadbalancer.security_group": ["sg-12345678"],
    "services.*.ports[].x-aws-loadbalancer.subnets": [["subnet-12345678"]],
    "services.*.ports[].x-aws-loadbalancer.attributes": [{"connection_logs.s3.bucket": "b"}],
    "networks.*.x-aws-securitygroup": ["sg-12345678"],
    "volumes.*.x-aws-filesystem": ["fs-12345678"],
    "networks.*.name": ["sg-12345678"],
    "volumes.*.name": ["fs-12345678"],
    "volumes.*.driver_opts.kms_key_id": ["alias/ours"],
    "secrets.*.name": [
        ARN.format("secretsmanager", "secret:a-abcdef"),
        ARN.format("ssm", "parameter/a"),
        "/shop/a",
    ],
    "services.*.logging.options.awslogs-group": ["/theirs"],
    "services.*.logging.options.splunk-token": [ARN.format("secretsmanager", "secret:a-abcdef")],
    "services.*.deploy.placement.constraints": [["node.ami == ami-12345678"]],
    "services.*.environment.A": ["{{resolve:secretsmanager:prod/db}}"],
    "services.*.labels.a": ["a {{resolve:ssm:/a}}"],
    "services.*.x-aws-ephemeral_storage": [IMPORTED],
    "services.*.ports[].x-aws-ingress": [[IMPORTED], ["{{resolve:ssm:/a}}"]],
    "services.*.x-aws-healthcheck.path": [
        {"Fn::Sub": "/$${AWS::Region}"},
        {"Fn::Join": ["", ["{{res", "olve:ssm:a}}"]]},
    ],
}
HARMLESS: Mapping[str, list[object]] = {
    "x-aws-vpc": ["", None],
    "x-aws-bind_mounts": ["deliver", "drop", "refuse", "volume"],
    "x-aws-subnets": [3, "", []],
    "x-aws-cluster": [""],
    "x-aws-loadbalancer": ["", {"scheme": "internal", "subnets": 2}],
    "x-aws-loadbalancer.attributes": [{"idle_timeout.timeout_seconds": 30}],
    "x-aws-capacity": ["FARGATE", "FARGATE_SPOT", {"FARGATE": 1, "FARGATE_SPOT": 2}],
    "services.*.x-aws-capacity": [
        "EC2",
        "web",
        {"machine": "t3.micro", "min": 1, "max": 2, "disk": 50},
    ],
    "services.*.x-aws-role": [""],
    "services.*.x-aws-secrets": [{"A": ""}, {"A": None}, ""],
    "services.*.x-aws-pull_credentials": [""],
    "services.*.x-aws-policies": ["", []],
    "services.*.x-aws-exec": [False, ""],
    "services.*.ports[].x-aws-loadbalancer": ["none"],
    "services.*.ports[].x-aws-certificate": ["", [""]],
    "services.*.ports[].x-aws-ingress": [
        ["203.0.113.0/24"],
        [{"Fn::GetAtt": ["DefaultNetwork", "GroupId"]}],
    ],
    "networks.*.x-aws-securitygroup": [""],
    "networks.*.name": ["a-name"],
    "volumes.*.name": ["a-name"],
    "secrets.*.name": ["a-name"],
    "services.*.logging.options.awslogs-datetime-format": ["%Y"],
    "services.*.deploy.placement.constraints": [["node.machine == t3.micro"]],
    "services.*.environment.A": ["{{resolved}}"],
}


def written(pattern: str, value: object) -> str:
    """Write a Compose file in which a key has a value."""
    kind, last = pattern.partition(".")[0], pattern.rpartition(".")[2]
    web: dict[str, object] = {
        "image": "a",
        **{each: ["one:/one" if each == "volumes" else "one"] for each in KINDS},
        "ports": [{"target": 80, "published": "80"}],
        "logging": {"driver": "splunk" if last.startswith("splunk") else "awslogs"},
    }
    file: dict[str, object] = {"services": {"web": web}}
    for each in KINDS:
        external = (each, last) == (kind, "name")
        file[each] = {"one": {"external": True} if external else {}}
    if not (kind == "secrets" and last == "name"):
        file["secrets"] = {"one": {"environment": "ONE"}}
    if kind == "configs":
        web["configs"] = [{"source": "one", "target": "/one/one"}]
        file["configs"] = {"one": {"content": "one"}}
    put(file, dotted(pattern).split("."), value)
    return json.dumps(file)


def put(file: object, way: list[str], value: object) -> None:
    """Put a value into a file."""
    match file:
        case dict() if len(way) == 1:
            file[way[0]] = value
        case dict():
            put(file.setdefault(way[0], {}), way[1:], value)
        case list():
            put(file[int(way[0])], way[1:], value)


def dotted(pattern: str) -> str:
    """Write the path that a pattern has in these files."""
    return pattern.replace("services.*", "services.web").replace("*", "one").replace("[]", ".0")


def forbidden(
    compose: str, *words: str, emitters: Iterable[Emitter] = DEFAULT_EMITTERS
) -> set[str]:
    """List the paths of what is refused; each has a place."""
    files = Memory({"compose.yaml": compose})
    try:
        convert(files=files, refuse=words, emitters=emitters)
    except ComposeError as error:
        found = [each for each in error.diagnostics if each.code == "key-forbidden"]
        assert all(each.at for each in found)
        return {".".join(map(str, each.path)) for each in found}
    return set()


KINDS = ("networks", "volumes", "secrets")
GIVEN = [(pattern, value) for pattern, values in GIVING.items() for value in values]
TAKEN = [(pattern, value) for pattern, values in HARMLESS.items() for value in values]


@pytest.mark.parametrize("pattern", EXTENSIONS)
def test_each_key_is_decided(pattern: str) -> None:
    marks = [mark for mark in EXTENSIONS[pattern].metadata if isinstance(mark, Right | Choice)]
    assert len(marks) == 1, f"mark {pattern} in model/aws.py as a Right or a Choice"
    assert marks[0].deed


def test_each_right_is_tried() -> None:
    rights = {
        pattern
        for pattern, field in EXTENSIONS.items()
        if any(isinstance(mark, Right) for mark in field.metadata) and pattern in RUN
    }
    assert rights - GIVING.keys() == set()


@pytest.mark.parametrize(("pattern", "value"), GIVEN)
def test_a_right_is_refused_at_its_place(pattern: str, value: object) -> None:
    (found,) = forbidden(written(pattern, value), RIGHTS)
    path = dotted(pattern)
    assert found in {path, f"{path}.arn", f"{path}.0"}


@pytest.mark.parametrize(("pattern", "value"), TAKEN)
def test_what_is_no_right_is_not_refused(pattern: str, value: object) -> None:
    assert forbidden(written(pattern, value), RIGHTS) == set()


@pytest.mark.parametrize("pattern", [each for each in RUN if "x-aws-" in each.rpartition(".")[2]])
def test_any_key_can_be_refused_at_its_place(pattern: str) -> None:
    path = dotted(pattern)
    for value in ("", None, "a", ["a"], {"a": "b"}, 5):
        if found := forbidden(written(pattern, value), path.split(".")[-1]):
            assert found == {path}
            return
    raise AssertionError(pattern)


def test_nothing_else_is_refused() -> None:
    compose = written("x-aws-vpc", "vpc-12345678")
    assert forbidden(compose) == set()
    assert forbidden(compose, "x-aws-role", "x-aws-subnets") == set()


def test_what_is_written_aside_counts_where_it_is_used() -> None:
    unused = "x-a: &a {x-aws-role: arn}\nservices: {web: {image: a}}"
    assert forbidden(unused, RIGHTS, "x-aws-role") == set()
    used = unused.replace("{image: a}", "{<<: *a, image: a}")
    for word in (RIGHTS, "x-aws-role"):
        assert forbidden(used, word) == {"services.web.x-aws-role"}


def test_all_findings_of_a_run_come_together() -> None:
    compose = "x-aws-cluster: 'no cluster'\nservices: {web: {image: a, x-aws-policies: [a]}}"
    with pytest.raises(ComposeError) as caught:
        convert(files=Memory({"compose.yaml": compose}), refuse=[RIGHTS])
    codes = [each.code for each in caught.value.diagnostics]
    assert codes.count("key-forbidden") == 2
    assert {"cluster-unknown", "policy-unknown"} <= {*codes}


@emitter("services.*.x-acme-queue", "services.*.x-acme-lists[].name")
def acme(_: Plan) -> Iterator[Item]:
    """Make nothing."""
    yield from ()


def test_keys_of_other_emitters_can_be_refused() -> None:
    emitters = (*DEFAULT_EMITTERS, acme)
    compose = "services: {web: {image: a, x-acme-queue: b, x-acme-lists: [{name: c}]}}"
    for key in ("x-acme-queue", "x-acme-lists"):
        assert forbidden(compose, key, emitters=emitters) == {f"services.web.{key}"}
        with pytest.raises(ValueError, match=f"there is no key '{key}' to refuse"):
            forbidden(compose, key)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("x-aws-rol", "did you mean 'x-aws-role'?"),
        ("right", "did you mean 'rights'?"),
        ("ports", "write rights, or a key such as x-aws-role"),
        ("", "write rights, or a key such as x-aws-role"),
    ],
)
def test_what_cannot_be_refused_is_told_before_anything_is_read(word: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"there is no key {word!r} to refuse; {hint}")):
        convert("absent.yaml", files=Memory({}), refuse=["x-aws-role", word])
    app = load(files=Memory({"compose.yaml": "services: {web: {image: a}}"}))
    with pytest.raises(ValueError, match="there is no key"):
        emit(app, refuse=[word])


def test_one_text_is_not_a_list() -> None:
    with pytest.raises(TypeError, match=re.escape("write refuse=['rights']")):
        convert(files=Memory({}), refuse=RIGHTS)
