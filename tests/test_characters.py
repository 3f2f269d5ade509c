"""Characters that few expect: in files, in what callers pass, in templates."""

import json

import pytest

from compose2cfn import Memory, convert
from compose2cfn.testing import read_template

CONTROL = [chr(code) for code in (*range(1, 32), 127)]


@pytest.mark.parametrize("character", CONTROL, ids=lambda text: f"{ord(text):02x}")
def test_control_characters_reach_the_container(character: str) -> None:
    """All but NUL can be in arguments and variables, and colours of terminals do."""
    text = f"a{character}[31mb"
    said = {"environment": {"A": text}, "labels": {"l": text}, "command": ["echo", text]}
    compose = json.dumps({"services": {"web": {"image": "a", **said}}})
    result = convert(files=Memory({"compose.yaml": compose}))
    assert character in "\t\n" or character not in result.to_yaml()
    assert read_template(result.to_yaml()) == json.loads(result.to_json()) == result.to_dict()
    assert json.dumps(result.to_dict()).count(json.dumps(text)) == 3
