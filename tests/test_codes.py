"""The table of codes: complete, true by what fixtures show, and with cures that cure."""

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

import pytest

from compose2cfn import ComposeError, Memory, Severity, convert
from compose2cfn.codes import CHAPTERS, CODES
from tests.cases import FIXTURES
from tests.pages import DIAGNOSTICS, anchor, diagnostics
from tests.places import PACKAGE
from tests.shown import examples, excerpt

SOURCES = [file for file in PACKAGE.rglob("*.py") if PACKAGE / "codes" not in file.parents]
UNSHOWN = {
    "emitter-failed",
    "emitter-unasked",
    "findings-more",
    "parameter-missing",
    "parameter-refused",
    "parameter-secret",
    "parameter-unknown",
    "permissions-unknown",
    "permissions-wide",
    "swarm-only",
    "values-form",
}
"""What takes an installed package, an option, a command or very many findings."""


def codes() -> Iterator[tuple[str, str]]:
    """List the codes that the package gives to findings, each with its file."""
    for file in sorted(SOURCES):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                    yield code, file.name
                case ast.Call(
                    func=ast.Attribute(attr="error" | "warn" | "info" | "of" | "fault"),
                    args=[ast.Constant(value=str(code)), _, *_],
                ):
                    yield code, file.name


def test_every_code_is_explained() -> None:
    assert {(code, file) for code, file in codes() if code not in CODES} == set()


def test_every_explained_code_is_in_use() -> None:
    texts = [file.read_text(encoding="utf-8") for file in SOURCES]
    assert [code for code in CODES if not any(f'"{code}"' in text for text in texts)] == []


def test_codes_are_words_in_order_and_explained_once() -> None:
    for chapter in CHAPTERS:
        assert list(chapter.codes) == sorted(chapter.codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code) for code in CODES)
    assert sum(len(chapter.codes) for chapter in CHAPTERS) == len(CODES)


def test_severities_are_those_that_fixtures_show() -> None:
    claimed = {
        (code, severity)
        for code, explanation in CODES.items()
        for severity in explanation.severities
        if not explanation.unshown
    }
    assert set(examples()) == claimed


def test_few_codes_are_shown_by_no_fixture() -> None:
    assert {code for code, explanation in CODES.items() if explanation.unshown} == UNSHOWN


@pytest.mark.parametrize("code", CODES)
def test_an_explanation_is_whole(code: str) -> None:
    explanation = CODES[code]
    whens = explanation.severities.values()
    sentences = [explanation.cause, explanation.reason, explanation.cure, *filter(None, whens)]
    assert all(re.fullmatch(r"\S.*[.?)]", text) and "  " not in text for text in sentences)
    assert all(whens) if len(whens) > 1 else not any(whens)


@pytest.mark.parametrize("code", [code for code in CODES if CODES[code].snippet])
def test_a_cure_cures(code: str) -> None:
    """What is to be written is converted, and the finding is gone."""
    files = Memory({"compose.yaml": dedent(CODES[code].snippet)})
    try:
        found = convert("compose.yaml", files=files).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    left = [each for each in found if each.code == code or each.severity is Severity.ERROR]
    assert left == []


def test_the_page_is_made_of_the_table(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        DIAGNOSTICS.write_text(diagnostics(), encoding="utf-8")
    assert DIAGNOSTICS.read_text(encoding="utf-8") == diagnostics(), "run pytest --update"


def test_every_heading_of_the_page_has_an_anchor_of_its_own() -> None:
    headings = [*CODES, *(chapter.title for chapter in CHAPTERS), "Diagnostics"]
    assert len(set(map(anchor, headings))) == len(headings)


def test_the_program_in_the_page_works(monkeypatch: pytest.MonkeyPatch) -> None:
    program, *_ = re.findall(
        r"^```python\n(.*?)^```$", DIAGNOSTICS.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    monkeypatch.chdir(FIXTURES / "secrets" / "variables")
    with pytest.raises(SystemExit, match=r"deployed: {'secret-in-environment'}$"):
        exec(program, {})  # noqa: S102 - it is what readers copy
    monkeypatch.chdir(FIXTURES / "containers" / "stop")
    exec(program, {})  # noqa: S102


TEXT = """\
services:
  web:
    ports:
      - target: 80
        published: "80"

      - target: 81
    image: nginx
"""


@pytest.mark.parametrize(
    ("line", "column", "lines"),
    [
        (4, 9, '- target: 80\n  published: "80"'),
        (5, 9, 'published: "80"'),
        (3, 5, 'ports:\n  - target: 80\n    published: "80"\n\n  - target: 81'),
        (8, 5, "image: nginx"),
    ],
)
def test_an_excerpt_has_the_lines_of_a_value(line: int, column: int, lines: str) -> None:
    assert excerpt(TEXT, line, column) == lines


def test_an_excerpt_is_short() -> None:
    assert excerpt("a:\n" + "  b: c\n" * 20, 1, 1) == ""
    assert excerpt("a: " + "b" * 200, 1, 1) == ""
