"""What a file says cannot be made to look like a finding, a command or something else."""

import re

import pytest

from compose2cfn import ComposeError, Diagnostic, Location, Memory, convert
from compose2cfn.testing import difference

ODD = {
    "a line break": "\n",
    "a carriage return": "\r",
    "an escape code": "\x1b[31m",
    "a bell": "\x07",
    "a null": "\0",
    "the next line of Latin-1": "\x85",
    "a line separator": "\u2028",
    "a paragraph separator": "\u2029",
    "a mark of direction": "\u202e",
    "an isolate": "\u2067",
    "an Arabic letter mark": "\u061c",
    "nothing that is seen": "\u200b",
    "a tag": "\U000e0041",
    "a letter without a form": "\u3164",
    "a joiner of graphemes": "\u034f",
    "a variation": "\ufe0f",
    "half a character": "\ud800",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_finding_is_one_line_of_what_is_seen(odd: str) -> None:
    text = f"x{odd}compose.yaml:1:1: error: forged [forged]"
    found = Diagnostic(
        code="odd",
        message=text,
        path=("services", text, 0),
        at=Location(text, 1, 2),
        related=(Location(text, 3, 4),),
    )
    for written in (str(found), str(ComposeError([found])), str(found.at)):
        assert len(written.splitlines()) == 1
        assert written.encode("utf-8").decode() == written
        assert not any(character in written for character in odd if not character.isascii())
        assert not any(character < " " or character == "\x7f" for character in written)


COMMANDS = (
    *("::error ::", " ::error ::", "##vso[task.complete]", "##[add-path]/tmp", "###[error]"),
    *("##teamcity[setParameter name='a']", "a ##teamcity[a]", "--- a", "+++ a", "~~~ a", "^^^ +++"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_a_command_of_a_build_service(command: str) -> None:
    """Some look for commands at the start of a line, after spaces, some anywhere in it."""
    found = Diagnostic(
        code="odd", message=command, path=(command,), at=Location(f"{command}a.yaml", 1, 1)
    )
    assert not re.search(r"^\s*(::|---|\+\+\+|~~~|\^\^\^)|##\w*\[", str(found))
    assert not re.search(r"##\w*\[", str(ComposeError.of("odd", command)))


def test_a_stored_template_is_shown_line_by_line() -> None:
    shown = difference("a\x1b[2J\r::error::b\n##vso[task.complete]\n", "a\n", "template.yaml")
    assert all(line[0] in "-+@ " for line in shown.splitlines())
    assert "\x1b" not in shown
    assert "##vso[" not in shown


def test_what_is_harmless_is_written_as_it_is() -> None:
    text = "naïve façade — “quoted” 日本語 \\n 🐳"
    assert text in str(Diagnostic(code="odd", message=text))


POSITIONS = {
    "a service": 'services: {"a\\nb": {}}',
    "a key": 'services: {web: {image: a, "im\\e[31mage": b}}',
    "a value": 'services: {web: {image: a, network_mode: "a\\u2028b"}}',
    "an alias": 'services: {web: {image: a, networks: {default: {aliases: ["a\\nb"]}}}}',
    "a file": 'include: ["a\\nb.yaml"]',
    "a variable": 'services: {web: {image: "${A?x\\ny}"}}',
    "a label": 'services: {web: {image: a, deploy: {labels: {"a\\nb": c}}}}',
}


@pytest.mark.parametrize("name", POSITIONS)
def test_no_text_of_a_file_breaks_a_line(name: str) -> None:
    try:
        found = convert(files=Memory({"compose.yaml": POSITIONS[name]})).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    assert found
    for each in found:
        assert len(str(each).splitlines()) == 1
        assert "\x1b" not in str(each)
