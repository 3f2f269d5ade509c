"""Whatever is written where, the answer is a template or findings with places, never a traceback.

Fixtures are the soil: somewhere in one of them a value is replaced, taken away, or a key of another
fixture added; or a value or key becomes what nobody would write. ``COMPOSE2CFN_MUTATIONS`` says how
many such files are tried.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, emit
from compose2cfn.stack import render
from tests.cases import CASES, Case

MUTATIONS = int(os.environ.get("COMPOSE2CFN_MUTATIONS", "1500"))

Tree = Any
Path = tuple[str | int, ...]

ODD: list[Tree] = [
    *(None, "", 0, -1, 1, 10**20, 1.5, True, False, [], {}, [None], [""], {"": ""}, {"a": None}),
    *("x", "a b", "\x01", "é😀", "x" * 300, "${", "${X", "$$", "=", "a=b", "A:", "*", "/", "../x"),
    *("1h", "-5s", "5GB", "0.5", "1e3", "80", "80:80", "70000:80", "0:0", "80-90:80-90", "80/udp"),
    *("none", "all", "web", "service:web", "start-first", "/a/b:/c", "/etc", "[::1]:80:80"),
    *({"Ref": "X"}, {"Ref": None}, {"Fn::Sub": "${X}-y"}, {"Fn::If": ["a", "b", "c"]}, ["a", "a"]),
    "arn:aws:iam::123456789012:role/x",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf",
    *("vpc-12345678", "sg-12345678", "subnet-12345678"),
]


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as the functions that they mean."""


def function(loader: Loader, name: str, node: yaml.Node) -> Tree:
    """Spell a short tag out."""
    match node:
        case yaml.ScalarNode():
            value: Tree = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            return {}  # !reset and !override, with a mapping
    return {name if name == "Ref" else f"Fn::{name}": value}


Loader.add_multi_constructor("!", function)


def paths(tree: Tree, path: Path = ()) -> Iterator[Path]:
    """List the places of a tree."""
    match tree:
        case dict():
            places = list(tree)
        case list():
            places = list(range(len(tree)))
        case _:
            places = []
    for step in places:
        yield (*path, step)
        yield from paths(at(tree, (step,)), (*path, step))


def at(tree: Tree, path: Path) -> Tree:
    """Return what is at a place."""
    for step in path:
        tree = tree[step]
    return tree


SOIL: list[tuple[Case, Tree]] = [
    (case, yaml.load(case.compose, Loader))  # noqa: S506
    for case in CASES
    if case.compose is not None
]
VALUES: dict[str, list[Tree]] = defaultdict(list)
for _, sown in SOIL:
    for place in paths(sown):
        if isinstance(place[-1], str):
            VALUES[place[-1]].append(at(sown, place))


@st.composite
def mutants(draw: st.DrawFn) -> tuple[Case, str]:
    """Change a fixture in one to three places."""
    case, tree = draw(st.sampled_from(SOIL))
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        places = [*paths(tree)]
        if not places:
            break
        *above, step = draw(st.sampled_from(places))
        parent = at(tree, tuple(above))
        match draw(st.sampled_from(("odd", "other", "none", "new"))):
            case "none":
                del parent[step]
            case "other" if step in VALUES:
                parent[step] = deepcopy(draw(st.sampled_from(VALUES[str(step)])))
            case "new" if isinstance(parent, dict):
                key = draw(st.sampled_from(sorted(VALUES)))
                parent[key] = deepcopy(draw(st.sampled_from(VALUES[key])))
            case _:
                parent[step] = deepcopy(draw(st.sampled_from(ODD)))
    return case, yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


@pytest.mark.slow
@settings(
    max_examples=MUTATIONS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(mutant=mutants())
def test_no_change_of_a_fixture_leads_to_a_traceback(mutant: tuple[Case, str]) -> None:
    check(*mutant)


def check(case: Case, text: str) -> None:
    """Convert a text in place of a case's: there is a template, or findings with places."""
    note(f"{case}:\n{text[:5000]}")
    try:
        app = case.load_instead(text)
        render.plain_json(app.to_compose()).encode("utf-8", "surrogateescape")
        render.plain_yaml(app.to_compose(extensions=True)).encode("utf-8", "surrogateescape")
        result = emit(app)
        written = result.to_json()
    except ComposeError as error:
        diagnostics = error.diagnostics
        assert any(found.severity == "error" for found in diagnostics)
    else:
        diagnostics = result.diagnostics
        assert json.loads(written) == result.to_dict()
        assert result.to_yaml()
    # A project name from the caller is in no file, and the last of many findings is of all of them.
    placeless = [found for found in diagnostics if found.at is None]
    aside = {"project-name", "findings-more"}
    assert [str(found) for found in placeless if found.code not in aside] == []
    for line in map(str, diagnostics):
        assert len(line.splitlines()) == 1
        assert line.encode()


UNLIKELY = (
    *("\ud800", "\udfff\ud83d", "\udcff", "\x00", "\x1b[31m", "\x85", "\u2028", "\u202e", "\ufeff"),
    *(
        "\u0663",
        "\u0967\u0968",
        "\uff11\uff12",
        "\u00b2",
        "\u2167",
        "\u0130",
        "\u00df",
        "\u1e9e",
        "e\u0301",
    ),
    *("9" * 19, "9" * 400, "9" * 5000, "-" + "9" * 5000, "0." + "3" * 5000, "1e999", "-1e999"),
    *("NaN", "-.inf", "0x1F", "0b11", "0o17", "017", "1_000", "-0", "+1", "1e-999", ".", "-", "~"),
    *(
        "2020-01-01",
        "12:30:45",
        "<<",
        "!!int",
        "y",
        "no",
        "null",
        "%",
        "*",
        "&a",
        "[",
        "{",
        "x" * 5000,
    ),
    *("$\ud800", "${\u0663}", "${A:-\udfff}", "$$" * 500, "${A:-" * 60, "../" * 500, "/" * 5000),
    *(
        "{{resolve:ssm:a}}",
        "arn:aws:\u0663",
        "80:\u0663",
        "\u0663s",
        "\uff15GB",
        "a=\ud800",
        "\ud800=a",
    ),
)
"""Texts that hardly anybody writes, among them numbers of any size and in other scripts."""

TEXTS = st.sampled_from(UNLIKELY) | st.lists(st.sampled_from(UNLIKELY[:18]), max_size=4).map(
    "".join
)
NUMBERS = st.sampled_from(
    (2**31, 2**63, 2**64, -(2**63) - 1, 10**400, -(10**4000), 1e308, 5e-324, -0.0, 1e22)
)


def nest(depth: int, kind: str) -> Tree:
    """Put a value into so many others."""
    value: Tree = "a"
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value} if kind == "map" else [{"": value}]
    return value


NESTED = st.builds(
    nest, st.sampled_from((1, 2, 60, 99, 190, 199, 250)), st.sampled_from(("list", "map", "both"))
)
WRONG = st.one_of(
    TEXTS,
    NUMBERS,
    NESTED,
    st.sampled_from(ODD),
    st.lists(TEXTS, max_size=3),
    st.dictionaries(TEXTS, TEXTS | NUMBERS | NESTED, max_size=3),
)


@st.composite
def disfigured(draw: st.DrawFn) -> tuple[Case, str]:
    """Put into one to four places of a fixture what nobody would write, as a value or as a key."""
    case, tree = draw(st.sampled_from(SOIL))
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(1, 4))):
        places = [*paths(tree)]
        if not places:
            break
        *above, step = draw(st.sampled_from(places))
        parent = at(tree, tuple(above))
        if isinstance(parent, dict) and draw(st.integers(0, 3)) == 0:
            parent[draw(TEXTS)] = parent.pop(step)
        else:
            parent[step] = deepcopy(draw(WRONG))  # lists of `ODD` are changed later
    # JSON can write halves of characters, which a file in UTF-8 cannot have.
    return case, json.dumps(tree, default=str)


def fuzz(examples: int) -> settings:
    """Try so many, the same in each run."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@fuzz(60)
@given(wrong=disfigured())
def test_whatever_nobody_would_write_is_told(wrong: tuple[Case, str]) -> None:
    check(*wrong)


@pytest.mark.slow
@fuzz(MUTATIONS)
@given(wrong=disfigured())
def test_whatever_nobody_would_write_is_told_of_many(wrong: tuple[Case, str]) -> None:
    check(*wrong)
