"""Characters that few expect: in files, in what callers pass, in templates."""

import json

import pytest

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.model.letters import is_letter, is_number
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


ODD = [*map(chr, range(0x7F, 0xA1)), *"\u2028\u2029\ufeff\ufffe\uffff\U0001f433"]


@pytest.mark.parametrize("character", ODD, ids=lambda text: f"{ord(text):04x}")
def test_readers_of_yaml_read_the_json_too(character: str) -> None:
    text = f"a{character}b"
    files = Memory({"compose.yaml": "services: {web: {image: a, environment: {A: '${A}'}}}"})
    result = convert(files=files, environment={"A": text})
    assert json.loads(result.to_json()) == result.to_dict()
    assert read_template(result.to_json()) == read_template(result.to_yaml()) == result.to_dict()
    assert json.dumps(text) in json.dumps(result.to_dict())


KINDS = {
    "a": "letter",
    "é": "letter",
    "\u4e00": "letter",
    "1": "number",
    "\u0663": "number",
    "\u00bd": "number",
    "_": "neither",
    "\U00012f90": "neither",  # a letter since Unicode 14, which not every Python knows
}


@pytest.mark.parametrize("char", KINDS, ids=ascii)
def test_letters_and_numbers_do_not_follow_the_version_of_python(char: str) -> None:
    assert is_letter(char) == (KINDS[char] == "letter")
    assert is_number(char) == (KINDS[char] == "number")


@pytest.mark.parametrize("digits", ["\u0663", "--5", "9" * 5000, "+5", "5 "])
def test_a_number_has_few_ascii_digits(digits: str) -> None:
    for key in ("x-aws-min_percent", "x-aws-ephemeral_storage"):
        web = {"image": "a", key: digits}
        compose = json.dumps({"services": {"web": web}})
        with pytest.raises(ComposeError) as raised:
            convert(files=Memory({"compose.yaml": compose}))
        assert [each.code for each in raised.value.diagnostics] == ["wrong-type"]
