"""Secrets arrive whole, and nowhere but in the containers that they are for."""

import json
import stat
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import Memory, convert
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


@settings(deadline=None)
@given(
    secret=st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n$'\"\\#"), min_size=12),
    created=st.booleans(),
)
def test_no_byte_of_a_secret_is_shown(*, secret: str, created: bool) -> None:
    secret = f"s3cr3t{secret.strip()}"
    sources: dict[str, object] = {
        "file": {"file": "./key", "x-aws-create": created},
        "variable": {"environment": "KEY", "x-aws-create": created},
    }
    files = Memory(
        {
            "compose.yaml": app(["file", "variable"], **sources),
            "key": secret,
            ".env": f"FROM_FILE='{secret}'\n",
        }
    )
    result = convert("compose.yaml", files=files, environment={"KEY": secret})
    shown = result.to_yaml() + result.to_json() + "".join(map(str, result.diagnostics))
    for form in (secret, json.dumps(secret)[1:-1], b64encode(secret.encode()).decode()):
        assert form not in shown
