"""Functions are read in one look, and take what they need by name."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tests.places import PACKAGE

MOST_LINES = 40
MOST_POSITIONAL = 4


class Shape(NamedTuple):
    """How long a function is, and how much it takes by position."""

    name: str
    lines: int
    positional: int


def shapes() -> Iterator[Shape]:
    """List the shapes of all functions of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                arguments = [*node.args.posonlyargs, *node.args.args]
                own = [each for each in arguments if each.arg not in {"self", "cls"}]
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                name = f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
                yield Shape(name, lines, len(own))


def test_functions_are_short() -> None:
    assert [shape for shape in shapes() if shape.lines > MOST_LINES] == []


def test_functions_take_few_arguments_by_position() -> None:
    assert [shape for shape in shapes() if shape.positional > MOST_POSITIONAL] == []
