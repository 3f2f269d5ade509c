"""No byte of a secret's file, and none of its variable, gets into a template by another key."""

import base64
import json
import re
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Disk, Memory, convert
from tests.simulator.template import Properties

CANARY = "c4n4ry" * 4
FILES = {"kept/secret.txt": CANARY, "kept/plain.txt": "plain"}
OF_FILE: Properties = {"s": {"file": "./kept/secret.txt"}}
OF_VARIABLE: Properties = {"s": {"environment": "SECRET"}}
CONFIG = [{"source": "c", "target": "/etc/app/c"}]


def web(**keys: object) -> Properties:
    """Write a service that uses the secret."""
    return {"services": {"web": {"image": "nginx", "secrets": ["s"], **keys}}}


NAMING: dict[str, tuple[Properties, str]] = {
    "a config": (
        {
            **web(configs=CONFIG),
            "configs": {"c": {"file": "./kept/secret.txt"}},
            "secrets": OF_FILE,
        },
        "configs.c.file: this is the file of a secret, which never goes into a template",
    ),
    "a config by another way": (
        {
            **web(configs=CONFIG),
            "configs": {"c": {"file": "kept/../kept//secret.txt"}},
            "secrets": {"s": {"file": "./kept/./secret.txt"}},
        },
        "configs.c.file: this is the file of a secret",
    ),
    "a config of the variable": (
        {
            **web(configs=CONFIG),
            "configs": {"c": {"environment": "SECRET"}},
            "secrets": OF_VARIABLE,
        },
        "configs.c.environment: this is the variable of a secret, which never goes into a template",
    ),
    "a bind mount": (
        {**web(volumes=["./kept/secret.txt:/etc/app/x:ro"]), "secrets": OF_FILE},
        "services.web.volumes[0]: kept/secret.txt: this is the file of a secret",
    ),
    "a folder": (
        {**web(volumes=["./kept:/etc/app:ro"]), "secrets": OF_FILE},
        "services.web.volumes[0]: kept/secret.txt: this is the file of a secret",
    ),
    "a folder above": (
        {**web(volumes=["./kept/../kept/.:/etc/app:ro"]), "secrets": OF_FILE},
        "services.web.volumes[0]: kept/secret.txt: this is the file of a secret",
    ),
}


@pytest.mark.parametrize("naming", NAMING)
def test_no_other_key_brings_what_a_secret_names(naming: str) -> None:
    document, expected = NAMING[naming]
    files = {"compose.yaml": json.dumps(document), **FILES}
    with pytest.raises(ComposeError, match=re.escape(expected)) as raised:
        convert(files=Memory(files), environment={"SECRET": CANARY})
    assert CANARY not in str(raised.value)


def test_another_file_beside_it_is_brought() -> None:
    document = {**web(volumes=["./kept/plain.txt:/etc/app/x:ro"]), "secrets": OF_FILE}
    text = convert(files=Memory({"compose.yaml": json.dumps(document), **FILES})).to_yaml()
    assert base64.b64encode(b"plain").decode() in text


def test_a_link_to_it_brings_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text(CANARY, encoding="utf-8")
    (tmp_path / "link").symlink_to("secret.txt")
    document = {
        **web(configs=CONFIG),
        "configs": {"c": {"file": "./link"}},
        "secrets": {"s": {"file": "./secret.txt"}},
    }
    (tmp_path / "compose.yaml").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ComposeError, match="this is the file of a secret"):
        convert(files=Disk(tmp_path))


@pytest.mark.parametrize("name", [".env", "id_rsa", "tls.key"])
def test_what_is_named_like_a_credential_is_found_in_a_folder(name: str) -> None:
    document = {"services": {"web": {"image": "nginx", "volumes": ["./app:/etc/app:ro"]}}}
    files = {"compose.yaml": json.dumps(document), f"app/{name}": f"A={CANARY}"}
    with pytest.raises(ComposeError, match=f"{name}: this looks like a credential"):
        convert(files=Memory(files))


def test_the_whole_machine_is_not_delivered() -> None:
    """The folder of the project can be ``/``, as in a container."""
    document = {"services": {"web": {"image": "nginx", "volumes": ["./:/etc/app:ro"]}}}
    files = {"compose.yaml": json.dumps(document), ".env": f"A={CANARY}"}
    with pytest.raises(ComposeError, match="belongs to the system of a host"):
        convert(files=Memory(files))
