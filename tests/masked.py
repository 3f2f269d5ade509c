"""Compose files whose values come from variables, and what is said of them."""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import yaml

import compose2cfn
from compose2cfn import ComposeError, Diagnostic, emit
from tests.cases import CASES, Case

_WORD = re.compile(r"[\w.-]+")


def _constants() -> Iterator[str]:
    """List the texts and numbers in the code of the package, and their words."""
    for file in Path(compose2cfn.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant):
                text = str(node.value)
                yield text
                yield from _WORD.findall(text)


OURS = frozenset(_constants())
"""What any message may say."""
MEASURES = {"fargate-size", "size-default", "port-taken"}
"""Findings that tell what was made of numbers: sizes, and the ports on which containers listen."""


def scalars(node: yaml.Node) -> list[yaml.ScalarNode]:
    """List the values of a document, each once."""
    found: dict[int, yaml.ScalarNode] = {}
    _gather(node, found, set())
    return list(found.values())


def _gather(node: yaml.Node, found: dict[int, yaml.ScalarNode], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    match node:
        case yaml.ScalarNode():
            found[id(node)] = node
        case yaml.SequenceNode(value=items):
            for item in items:
                _gather(item, found, seen)
        case yaml.MappingNode(value=entries):
            for key, value in entries:
                if key.value == "<<":
                    key.tag = "tag:yaml.org,2002:merge"
                _gather(value, found, seen)


def keys(node: yaml.Node) -> set[str]:
    """List the keys of a document."""
    match node:
        case yaml.SequenceNode(value=items):
            return set().union(*map(keys, items))
        case yaml.MappingNode(value=entries):
            return {str(key.value) for key, _ in entries}.union(
                *(keys(each) for _, each in entries)
            )
    return set()


def document(text: str) -> yaml.Node | None:
    """Read a Compose file; None if Docker Compose reads it and this reader does not."""
    with suppress(yaml.YAMLError):
        return yaml.compose(text, Loader=yaml.SafeLoader)
    return None


def fill(leaf: yaml.ScalarNode, name: str) -> None:
    """Let a variable give a value."""
    leaf.value, leaf.style = f"${{{name}}}", '"'
    if not leaf.tag.startswith("!"):
        leaf.tag = "tag:yaml.org,2002:str"


class Filled(NamedTuple):
    """A Compose file whose values all come from variables."""

    text: str
    variables: dict[str, str]
    known: frozenset[str]
    """What messages may say of it nevertheless: its keys."""


def filled(case: Case) -> Filled | None:
    """Let variables give a case all its values; None if it has no such file."""
    node = document(case.compose) if case.compose is not None else None
    if node is None:
        return None
    known = frozenset(keys(node))
    variables: dict[str, str] = {}
    for leaf in scalars(node):
        if leaf.value and "$" not in leaf.value and not leaf.tag.endswith(":null"):
            name = f"V{len(variables)}V"
            variables[name] = leaf.value
            fill(leaf, name)
    return Filled(yaml.serialize(node), variables, known)


def said(case: Case, text: str, variables: dict[str, str]) -> tuple[Diagnostic, ...]:
    """List what is said of a text in the place of a case's Compose file."""
    try:
        return emit(case.load_instead(text, variables), refuse=case.settings.refuse).diagnostics
    except ComposeError as error:
        return error.diagnostics


SOIL = [case for case in CASES if case.compose is not None and document(case.compose) is not None]
