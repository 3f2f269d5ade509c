"""Findings for machines: valid documents and commands, which say what the lines for people say."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import Diagnostic, Emitter, Location, Severity
from compose2cfn.codes import CODES
from compose2cfn.codes.explain import explain
from compose2cfn.diagnostics import visible
from compose2cfn.emitters import DEFAULT_EMITTERS
from compose2cfn.reports import write_findings
from tests.places import PACKAGE, ROOT
from tests.processes import command_line
from tests.validators.tools import has_node, package

SARIF = json.loads((ROOT / "tests" / "sarif.schema.json").read_text("utf-8"))
FINDINGS = json.loads((ROOT / "docs" / "findings.schema.json").read_text("utf-8"))
STANDARD = "@microsoft/jest-sarif@1.0.0-beta.0"
"""A package of npm that has the schema of SARIF."""
FORMS = ("text", "json", "github", "sarif")

places = st.builds(Location, st.text(min_size=1), st.integers(1, 9999), st.integers(1, 999))
diagnostics = st.builds(
    Diagnostic,
    code=st.sampled_from([*CODES, "acme-own"]) | st.text(min_size=1),
    message=st.text(st.characters(), min_size=1),
    severity=st.sampled_from(Severity),
    path=st.lists(st.text() | st.integers(0, 99)).map(tuple),
    at=places | st.none(),
    related=st.lists(places, max_size=2, unique=True).map(tuple),
)
several = st.lists(diagnostics, max_size=3).map(tuple)


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner of GitHub does."""
    found = re.fullmatch(r"::([a-z]+) ([^:]*)::(.*)", line)
    assert found
    properties = dict(each.split("=", 1) for each in found[2].split(","))
    return (
        found[1],
        {name: unescaped(value) for name, value in properties.items()},
        (unescaped(found[3], within=())),
    )


def unescaped(text: str, within: tuple[str, ...] = ("%3A:", "%2C,")) -> str:
    for each in ("%0D\r", "%0A\n", *within, "%25%"):
        text = text.replace(each[:3], each[3:])
    return text


@settings(deadline=None)
@given(several)
def test_commands_of_github_say_what_the_findings_say(found: tuple[Diagnostic, ...]) -> None:
    lines = write_findings(found, "github").splitlines()
    assert len(lines) == len(found)
    for line, each in zip(lines, found, strict=True):
        name, properties, text = command(line)
        levels = {"error": "error", "warning": "warning", "notice": "info"}
        assert levels[name] == each.severity
        assert text == each.text
        assert properties.pop("title") == visible(each.code)
        place = {"file": visible(each.at.file), "line": str(each.at.line)} if each.at else {}
        assert properties == (place | {"col": str(each.at.column)} if each.at else {})


@settings(deadline=None)
@given(several)
def test_json_is_what_the_schema_says(found: tuple[Diagnostic, ...]) -> None:
    text = write_findings(found, "json")
    assert text.isascii()
    content = json.loads(text)
    jsonschema.validate(content, FINDINGS)
    assert content == {"diagnostics": [each.to_dict() for each in found]}


@cache
def standard() -> jsonschema.protocols.Validator:
    """Return what holds a log to the schema that the committee of SARIF 2.1.0 publishes."""
    schema = json.loads((package(STANDARD) / "lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    return jsonschema.Draft4Validator(schema)


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
@settings(deadline=None, max_examples=30)
@given(several)
def test_sarif_is_what_the_standard_says(found: tuple[Diagnostic, ...]) -> None:
    standard().validate(json.loads(write_findings(found, "sarif")))


@settings(deadline=None)
@given(several)
def test_sarif_is_what_our_schema_says(found: tuple[Diagnostic, ...]) -> None:
    text = write_findings(found, "sarif")
    assert text.isascii()
    content = json.loads(text)
    jsonschema.validate(content, SARIF)
    [run] = content["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, each in zip(run["results"], found, strict=True):
        assert result["message"] == {"text": each.text.replace("](", "] (")}
        assert rules[result["ruleIndex"]] == result["ruleId"] == visible(each.code)
        if each.at:
            [location] = result["locations"]
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            assert re.fullmatch(r"(file://)?[\w./~%-]*", uri, re.ASCII)
            assert unquote_to_bytes(uri.removeprefix("file://")) == each.at.file.encode(
                "utf-8", "surrogatepass"
            )
            assert place["region"] == {"startLine": each.at.line, "startColumn": each.at.column}
        places = [place["physicalLocation"] for place in result.get("relatedLocations", [])]
        assert len(places) == len(each.related)
        for place, wanted in zip(places, each.related, strict=True):
            uri = place["artifactLocation"]["uri"].removeprefix("file://")
            assert unquote_to_bytes(uri) == wanted.file.encode("utf-8", "surrogatepass")


def test_sarif_gives_every_finding_a_place_if_one_has_a_file() -> None:
    """GitHub refuses a whole log for one result without: github/codeql-action#2459."""
    placed = Diagnostic(code="a", message="b", at=Location("compose.yaml", 7, 5))
    text = write_findings((Diagnostic(code="c", message="d"), placed), "sarif")
    [run] = json.loads(text)["runs"]
    starts = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [each["artifactLocation"]["uri"] for each in starts] == ["compose.yaml"] * 2
    assert [each["region"]["startLine"] for each in starts] == [1, 7]


FORGED = {
    "a link": "[fixed](https://example.com) ![x](https://example.com/x.png) [a\\](1)",
    "a line of GitHub": "a\n::error file=a.yaml::forged",
    "escapes of GitHub": "a%0A::error::forged%0D%25",
    "a property of GitHub": "a,title=forged:line=1,col=2::forged",
    "a command that ends others": "::stop-commands::token",
    "the end of a text": 'a", "severity": "error',
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED)
def test_no_text_of_a_file_forges_anything(text: str, form: str) -> None:
    """Whether it is a message, a key, the name of a file, or a code of someone's emitter."""
    at = Location(text, 1, 2)
    found = Diagnostic(code=text, message=text, path=("services", text), at=at, related=(at,))
    written = write_findings((found,), form)
    if form in {"text", "github"}:
        assert len(written.splitlines()) == 1
        assert not written.lstrip().startswith("::stop")
        assert "%0A" not in written or form == "text"
    else:
        json.loads(written)
    if form == "github":
        name, properties, said = command(written.removesuffix("\n"))
        assert (name, said) == ("error", found.text)
        assert properties == {
            "file": visible(text), "line": "1", "col": "2", "title": visible(text)
        }  # fmt: skip
    if form == "sarif":
        [run] = json.loads(written)["runs"]
        assert "](" not in run["results"][0]["message"]["text"]


@settings(deadline=None)
@given(several)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_has_an_invisible_character(form: str, found: tuple[Diagnostic, ...]) -> None:
    for line in write_findings(found, form).split("\n"):
        assert visible(line) == line


def test_plain_data_has_texts_as_they_are_printed() -> None:
    found = Diagnostic(
        code="odd", message="a\u202eb", path=("a\n", 0), at=Location("\x1b.yaml", 2, 3)
    )
    assert found.to_dict() == {
        "code": "odd",
        "severity": "error",
        "message": "a\\u202eb",
        "path": ["a\\n", 0],
        "at": {"file": "\\x1b.yaml", "line": 2, "column": 3},
        "related": [],
    }


FAULTY = """\
services:
  web:
    image: nginx
    dns: 10.0.0.2
    colour: red
"""
SOUND = "services: {web: {image: nginx, dns: 10.0.0.2}}"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to run command lines in a folder of its own."""

    def converted(*arguments: str, compose: str = SOUND) -> subprocess.CompletedProcess[str]:
        (tmp_path / "compose.yaml").write_text(compose)
        return command_line(tmp_path, *arguments)

    return converted


@pytest.mark.slow
@pytest.mark.parametrize("compose", [SOUND, FAULTY])
@pytest.mark.parametrize("words", [["convert"], ["config"]])
def test_each_form_reports_the_same_codes(words: list[str], compose: str, run: Run) -> None:
    done = {form: run(*words, "--diagnostics", form, compose=compose) for form in FORMS}
    assert len({(each.returncode, each.stdout) for each in done.values()}) == 1
    written = {form: each.stderr for form, each in done.items()}
    codes = re.findall(r"\[([a-z-]+)\]$", written["text"], re.MULTILINE)
    assert [each["code"] for each in json.loads(written["json"])["diagnostics"]] == codes
    assert [command(line)[1]["title"] for line in written["github"].splitlines()] == codes
    [log] = json.loads(written["sarif"])["runs"]
    assert [each["ruleId"] for each in log["results"]] == codes


def test_quiet_leaves_out_infos_and_nothing_else(run: Run) -> None:
    loud, quiet = run(), run("-q")
    assert ": info: " in loud.stderr
    kept = [line for line in loud.stderr.splitlines() if ": info: " not in line]
    assert kept
    assert quiet.stderr.splitlines() == kept
    assert (quiet.returncode, quiet.stdout) == (0, loud.stdout)
    assert run("--quiet", "--strict").returncode == 1


def test_an_unknown_form_is_wrong_usage(run: Run) -> None:
    done = run("--diagnostics", "xml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage:" in done.stderr


def test_a_code_is_explained(run: Run) -> None:
    done = run("explain", "fargate-size")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == explain("fargate-size")
    assert "What to do: " in done.stdout


def test_an_unknown_code_is_wrong_usage(run: Run) -> None:
    done = run("explain", "fargate-sice")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'fargate-size'?" in done.stderr


def test_what_is_like_no_code_is_answered_with_where_codes_are(run: Run) -> None:
    done = run("explain", "nothing")
    assert done.returncode == 2
    assert done.stderr.endswith("'nothing'; a finding ends with its code, as in [image-local]\n")


@pytest.mark.parametrize("code", CODES)
def test_an_explanation_is_for_a_terminal(code: str) -> None:
    text = explain(code)
    assert text.startswith(f"{code} (")
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 98
    assert "](" not in text
    assert text.endswith("\n")


def test_to_explain_a_code_imports_nothing_that_converts() -> None:
    script = """
import sys
from compose2cfn.__main__ import main
main(["explain", "fargate-size"])
print({"pydantic", "yaml", "troposphere"} & {*sys.modules}, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr == "set()\n"


def test_emitters_are_short_in_the_help() -> None:
    assert [repr(each) for each in DEFAULT_EMITTERS] == [
        f"<emitter {each.name}>" for each in DEFAULT_EMITTERS
    ]
    assert isinstance(DEFAULT_EMITTERS[0], Emitter)


def test_commands_have_a_module_each() -> None:
    names = {path.stem for path in (PACKAGE / "commands").glob("*.py")}
    assert {"convert", "config", "explain"} <= names
