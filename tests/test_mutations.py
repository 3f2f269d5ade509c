"""Whatever is written where, the answer is a template or findings with places, never a traceback.

Fixtures are the soil: somewhere in one of them a value is replaced, taken away, or a key of another
fixture added. ``COMPOSE2CFN_MUTATIONS`` says how many such files are tried.
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
    case, text = mutant
    note(f"{case}:\n{text}")
    try:
        result = emit(case.load_instead(text))
    except ComposeError as error:
        diagnostics = error.diagnostics
        assert any(found.severity == "error" for found in diagnostics)
    else:
        diagnostics = result.diagnostics
        assert json.loads(result.to_json()) == result.to_dict()
        assert result.to_yaml()
    # A project name from the caller is in no file.
    placeless = [found for found in diagnostics if found.at is None]
    assert [str(found) for found in placeless if found.code != "project-name"] == []
