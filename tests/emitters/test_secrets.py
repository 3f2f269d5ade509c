"""Secrets arrive whole, and nowhere but in the containers that they are for."""

import json
import os
import re
import stat
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Diagnostic, Memory, Result, convert, emit, load
from compose2cfn.limits import LARGEST_FILE
from tests.emitters.machine import Machine, converted

VALUES = (
    "correct horse",
    "ends with a line\n",
    "several\nlines\n\n",
    "$HOME `id` $(id) ${X}",
    'it\'s "quoted" \\n %s %d',
    "-n -e",
    "grün-日本",
    '{"user": "admin"}',
)


def app(secrets: Sequence[object], **sources: object) -> str:
    """Write a Compose file with one service and its secrets."""
    service = {"image": "app:1", "secrets": secrets}
    return json.dumps({"services": {"app": service}, "secrets": sources})


@pytest.mark.parametrize("value", VALUES)
def test_a_secret_arrives_byte_by_byte(tmp_path: Path, value: str) -> None:
    machine = Machine(tmp_path, converted(app(["key"], key={"file": "./key"})))
    machine.prepare(NAMESPACE="c-0.internal", SECRET_Key=value)
    assert machine.found("/run/secrets") == {"key": value.encode()}


def test_a_secret_has_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    secrets = ["usual", {"source": "own", "mode": 0o400}, {"source": "odd", "mode": 0o4755}]
    sources = {name: {"file": f"./{name}"} for name in ("usual", "own", "odd")}
    machine = Machine(tmp_path, converted(app(secrets, **sources)))
    machine.prepare(SECRET_Usual="1", SECRET_Own="2", SECRET_Odd="3")
    folder = machine.volume("/run/secrets")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"usual": 0o444, "own": 0o400, "odd": 0o4755}


def test_a_secret_belongs_to_whom_it_is_for(tmp_path: Path) -> None:
    secrets = [
        {"source": "both", "uid": "101", "gid": "102", "mode": 0o400},
        {"source": "user", "uid": "101"},
        {"source": "group", "gid": "102"},
        "neither",
    ]
    sources = {name: {"file": f"./{name}"} for name in ("both", "user", "group", "neither")}
    machine = Machine(tmp_path, converted(app(secrets, **sources)))
    # Only root may give files away: what stands in for chown writes down what it is asked.
    asked = tmp_path / "asked"
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin" / "chown"
    stand_in.write_text(f'#!/bin/sh\necho "$1 ${{2##*/}}" >> {asked}\n')
    stand_in.chmod(0o755)
    machine.prepare(
        PATH=f"{stand_in.parent}:{os.environ['PATH']}",
        **{f"SECRET_{name.capitalize()}": "1" for name in sources},
    )
    assert asked.read_text().split("\n") == ["101:102 both", "0:102 group", "101:0 user", ""]


def test_nothing_starts_if_a_secret_cannot_be_written(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(app(["key"], key={"file": "./key"})))
    (tmp_path / "compose/app/secrets/key").mkdir(parents=True)
    assert machine.run("compose-init", SECRET_Key="1").returncode != 0
    (container,) = [one for one in machine.containers.values() if one["Name"] == "app"]
    assert container["DependsOn"] == [{"ContainerName": "compose-init", "Condition": "SUCCESS"}]


def test_nothing_starts_if_a_secret_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(app(["key"], key={"file": "./key"})))
    assert machine.run("compose-init").returncode != 0


def test_a_secret_stands_at_its_target(tmp_path: Path) -> None:
    secrets = [
        {"source": "key", "target": "deep/er/it's $HOME"},
        {"source": "other", "target": "/run/secrets/absolute"},
    ]
    text = app(secrets, key={"file": "./key"}, other={"file": "./other"}).replace("$", "$$")
    machine = Machine(tmp_path, converted(text))
    machine.prepare(SECRET_Key="1", SECRET_Other="2")
    assert machine.found("/run/secrets") == {"deep/er/it's $HOME": b"1", "absolute": b"2"}


def test_each_key_is_a_file_of_its_own(tmp_path: Path) -> None:
    source = {"file": "./db", "x-aws-keys": ["user", "password"]}
    result = converted(app(["db"], db=source))
    machine = Machine(tmp_path, result)
    asked = {one["Name"]: one["ValueFrom"] for one in machine.containers["compose-init"]["Secrets"]}
    machine.prepare(**{name: json.dumps(value["Fn::Join"][1][1]) for name, value in asked.items()})
    assert machine.found("/run/secrets") == {
        "db/user": b'":user::"',
        "db/password": b'":password::"',
    }


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    machine = Machine(
        tmp_path, converted(app([{"source": "key", "mode": 0o400}], key={"file": "k"}))
    )
    for value in ("first", "second"):
        machine.prepare(SECRET_Key=value)
        assert machine.found("/run/secrets") == {"key": value.encode()}


def test_names_that_differ_in_case_stay_apart(tmp_path: Path) -> None:
    result = converted(app(["key", "KEY"], key={"file": "a"}, KEY={"file": "b"}))
    machine = Machine(tmp_path, result)
    machine.prepare(SECRET_Key="lower", SECRET_KEY="upper")
    assert machine.found("/run/secrets") == {"key": b"lower", "KEY": b"upper"}


def test_a_role_reads_the_secrets_of_its_own_service_alone() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:{}-AbCdEf"
    names = ("one", "two")
    text = {
        "services": {name: {"image": "a", "secrets": [name]} for name in names},
        "secrets": {name: {"external": True, "name": arn.format(name)} for name in names},
    }
    body = converted(json.dumps(text)).to_dict()["Resources"]
    assert isinstance(body, dict)
    for name, other in (names, names[::-1]):
        policies = json.dumps(body[f"{name.capitalize()}TaskExecutionRole"])
        assert arn.format(name) in policies
        assert arn.format(other) not in policies
        assert "kms:" not in policies


SHAPES: tuple[dict[str, object], ...] = (
    {},
    {"x-aws-create": True},
    {"x-aws-keys": ["user", "password"]},
    {"labels": {"kept": "by the team"}},
)


@settings(deadline=None)
@given(
    secret=st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n$'\"\\#"), min_size=12),
    shape=st.sampled_from(SHAPES),
    refused=st.booleans(),
)
def test_no_byte_of_a_secret_is_shown(
    *, secret: str, shape: dict[str, object], refused: bool
) -> None:
    secret = f"s3cr3t{secret.strip()}"
    sources: dict[str, object] = {
        "file": {"file": "./key", **shape},
        "variable": {"environment": "KEY", **shape},
        "line": {"environment": "FROM_FILE", **shape},
    }
    uses = ["file", "variable", {"source": "line", "uid": "nobody" if refused else "1000"}]
    files = Memory(
        {
            "compose.yaml": app(uses, **sources),
            "key": secret,
            ".env": f"FROM_FILE='{secret}'\n",
        }
    )
    loaded = load("compose.yaml", files=files, environment={"KEY": secret})
    models = (loaded.to_compose(extensions=extended) for extended in (False, True))
    shown = "".join(json.dumps(model, ensure_ascii=False) for model in models)
    shown += "".join(map(str, loaded.diagnostics))
    try:
        result = emit(loaded)
    except ComposeError as error:
        assert refused
        shown += f"{error}{error.diagnostics}"
    else:
        assert not refused
        shown += result.to_yaml() + result.to_json() + "".join(map(str, result.diagnostics))
    for form in (secret, json.dumps(secret)[1:-1], b64encode(secret.encode()).decode()):
        assert form not in shown


class Watched(Memory):
    """Files that say which of them were opened."""

    def __init__(self, files: dict[str, str | bytes]) -> None:
        super().__init__(files)
        self.opened: list[str] = []

    def read(self, path: str, limit: int = LARGEST_FILE, *, below: str = "") -> bytes:
        self.opened.append(path)
        return super().read(path, limit, below=below)


def test_the_file_of_a_secret_is_not_opened() -> None:
    files = Watched({"compose.yaml": app(["key"], key={"file": "./key"}), "key": "s3cr3t"})
    convert("compose.yaml", files=files)
    assert [path for path in files.opened if path.endswith("key")] == []
    assert files.opened


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_KEY", "0123456789"),
        ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
        ("DATABASE_URL", "postgres://user:s3cr3t@db/shop"),
        ("POSTGRES_PASSWORD", "s3cr3t"),
        ("SECRET_KEY_BASE", "s3cr3t"),
        ("SMTP_PASS", "s3cr3t"),
    ],
)
def test_what_looks_like_a_secret_is_named_but_not_shown(name: str, value: str) -> None:
    service = {"image": "a", "environment": {name: value}}
    result = converted(json.dumps({"services": {"app": service}}))
    [found] = secretive(result)
    assert found.path == ("services", "app", "environment", name)
    assert name in found.message
    assert value not in str(found)


def test_the_secrets_of_all_services_are_told_together() -> None:
    variables = {"DB_PASSWORD": "s3cr3t", "PATH": "/bin", "API_TOKEN": "t0k3n"}
    service = {"image": "a", "environment": variables}
    result = converted(json.dumps({"services": {"app": service, "other": service}}))
    (first,) = secretive(result)
    assert first.path == ("services", "app", "environment", "DB_PASSWORD")
    assert "x-aws-secrets: {DB_PASSWORD: ARN}" in first.message
    assert "API_TOKEN of app, DB_PASSWORD of other and API_TOKEN of other" in str(first)
    assert not re.search("s3cr3t|t0k3n", f"{first} {first!r}")


def secretive(result: Result) -> list[Diagnostic]:
    return [each for each in result.diagnostics if each.code == "secret-in-environment"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOW_EMPTY_PASSWORD", "yes"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_CREDENTIALS_SOURCE", "EcsContainer"),
        ("BYPASS", "8"),
        ("DATABASE_URL", "postgres://user@db/shop"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("KEYCLOAK_URL", "https://login.example.com/"),
        ("MARIADB_RANDOM_ROOT_PASSWORD", "1"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "please"),
        ("PASSWORD", ""),
        ("PASSWORD_MIN_LENGTH", "8"),
        ("PUBLIC_KEY", "ssh-ed25519"),
        ("REQUIRE_PASSWORD", "1"),
        ("SECRET_ARN", "arn:aws:ssm:eu-west-1:123456789012:parameter/x"),
        ("TOKEN_EXPIRES_IN", "3600"),
        ("USE_SECRET_STORE", "true"),
    ],
)
def test_what_is_no_secret_is_left_alone(name: str, value: str) -> None:
    service = {"image": "a", "environment": {name: value}}
    assert secretive(converted(json.dumps({"services": {"app": service}}))) == []


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("db-master", True),
        ("db-Master", True),
        ("db-MASTER", True),
        ("db-master-AbC1ef", False),
        ("db-AbCdEf", False),
        ("db-1a2b3c", False),
        ("db-replicas", True),  # not six letters, so nothing that AWS adds
    ],
)
def test_an_ending_that_aws_takes_for_its_own_is_told(ending: str, *, told: bool) -> None:
    arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{ending}"
    for value in (arn, f"{arn}:user::"):
        text = json.dumps({"services": {"app": {"image": "a", "x-aws-secrets": {"P": value}}}})
        codes = {one.code for one in converted(text).diagnostics}
        assert ("secret-partial" in codes) == told
