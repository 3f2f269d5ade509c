"""One public name means one thing in the whole package."""

import ast
from collections.abc import Iterator

from tests.places import PACKAGE


def public() -> Iterator[tuple[str, str]]:
    """List the public names that modules define, each with its module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text("utf-8")).body:
            for name in defined(node):
                if not name.startswith("_"):
                    yield name, module


def defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def test_one_public_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for name, module in public():
        homes.setdefault(name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
