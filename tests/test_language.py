"""What is read is plain English: messages, docstrings, comments and documents."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

import pytest

from tests.places import DOCUMENTS, PACKAGE, ROOT

SOURCES = sorted(PACKAGE.rglob("*.py"))

STIFF = {
    r"\bshall\b": "present tense: what is or does, not what shall be",
    r"\bis none that\b": "X is not a Y that …",
    r"\bfor (?:its|the|their) sake\b": "because of it, therefore",
    r"(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b)": "X is not a valid Y",
    r"\bhas no such\b.* that\b": "X does not have the Y that …",
    r"\bknows? no\b": "ECS has no such limit",
    r"\btakes? no\b (?!part\b)": "ECS does not accept, or has this limit",
    r"\bheed(?:s|ed)?\b": "use, act on",
    r"\bin silence\b": "without a word",
    r"\bso much to make\b": "say how much memory to reserve",
    r"\bstands? (?!for\b|in\b)": "is, is written",
    r"\ball the same\b": "anyway, still",
    r"\bbefore the world\b": "open to the internet",
    r"\b(?:is|are) the old way\b": "is outdated",
    r"\b(?:is|are) told (?:of|what|by)\b": "gets, is reported",
}
"""What a native reader stumbles over, and what is written instead.

Only what is never right is listed, so that the test needs no exceptions. "There is no X" is plain,
and so is "no longer"; "stand for" means something else than "be", and "stand in" is left out since
the description of a parameter has it: descriptions are part of templates, which do not change.
"""


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Remember the texts, which all tests read."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    """List the texts of the package and the documents, on one line each, with their places."""
    for file in SOURCES:
        code, name = file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))
        for node in ast.walk(ast.parse(code)):
            match node:
                case ast.Constant(value=str(text)):
                    yield f"{name}:{node.lineno}", " ".join(text.split())
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                yield f"{name}:{token.start[0]}", token.string
    for file in DOCUMENTS:
        paragraphs = file.read_text(encoding="utf-8").split("\n\n")
        yield from ((str(file.relative_to(ROOT)), " ".join(each.split())) for each in paragraphs)


@pytest.mark.parametrize("pattern", STIFF)
def test_texts_are_plain(pattern: str) -> None:
    stiff = re.compile(pattern, re.IGNORECASE)
    found = [f"{place}: {text}" for place, text in texts() if stiff.search(text)]
    assert found == [], STIFF[pattern]


@pytest.mark.parametrize(
    ("pattern", "text"),
    list(
        zip(
            STIFF,
            [
                "what a new one shall be like",
                "an id is none that EFS knows",
                "joins the network for its sake",
                "'http' is no port",
                "the file has no such key that is read",
                "ECS knows no such limit",
                "ECS takes no dots",
                "Docker Compose heeds this only under Swarm",
                "what is dropped in silence",
                "so much to make room for",
                "compose.yml stand beside compose.yaml",
                "is reached all the same",
                "puts it before the world",
                "yes is the old way",
                "what a container is told of ports",
            ],
            strict=True,
        )
    ),
)
def test_a_stiff_text_is_found(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "there is no service mail; define it under services:",
        "There are no physical names",
        "this key is no longer read",
        "`*` stands for any characters",
    ],
)
def test_a_plain_text_is_not(text: str) -> None:
    assert [each for each in STIFF if re.search(each, text, re.IGNORECASE)] == []
