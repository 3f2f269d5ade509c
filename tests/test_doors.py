"""A wing of the plan is entered by its door: others import from its ``__init__`` only."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.places import PACKAGE

WINGS = frozenset(
    folder.name for folder in (PACKAGE / "plan").iterdir() if (folder / "__init__.py").exists()
) - {"terms"}
"""The packages of the plan but for the words that all of them are written in."""


def imported() -> Iterator[tuple[Path, str]]:
    """List the modules that each module of the package imports from."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ImportFrom(module=str(module), names=names):
                    yield path, module
                    offered = vars(import_module(module)).get("__all__", ())
                    inner = (each.name for each in names if each.name not in offered)
                    yield from ((path, f"{module}.{name}") for name in inner)
                case ast.Import(names=names):
                    yield from ((path, each.name) for each in names)


def is_inside(module: str) -> bool:
    """Tell whether a name is that of a module inside a wing."""
    match module.split("."):
        case ["compose2cfn", "plan", wing, inner, *_] if wing in WINGS:
            return (PACKAGE / "plan" / wing / f"{inner}.py").exists()
    return False


def test_there_are_wings() -> None:
    assert {"publishing", "containers", "compute", "network", "storage", "secrets"} <= WINGS


def test_nobody_climbs_in_through_a_window() -> None:
    assert [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path, module in imported()
        if is_inside(module) and path.parent != PACKAGE / "plan" / module.split(".")[2]
    ] == []
