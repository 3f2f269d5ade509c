"""Write the table of resource types that the package carries, from the schemas of cfn-lint."""

import ast
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from troposphere import AWSObject

import compose2cfn
from compose2cfn.stack.schemas import PROPERTIES

PACKAGE = Path(compose2cfn.__file__).parent
TABLE = PACKAGE / "stack" / "schemas.json"

Schema = Mapping[str, Any]


def written() -> str:
    """Write the table: a line for each list of paths, and one for each object."""
    body = ",\n".join(f"{json.dumps(kind)}: {_entry(kind)}" for kind in emitted())
    return f"{{\n{body}\n}}\n"


def emitted() -> list[str]:
    """List the types of the classes that emitters and folding import from troposphere."""
    sources = (path for part in ("emitters", "stack") for path in (PACKAGE / part).glob("*.py"))
    kinds = {kind for source in sources for kind in _imported(source.read_text("utf-8"))}
    return sorted(kinds)


def _imported(source: str) -> Iterator[str]:
    """Find the types of resources that a module makes."""
    modules: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="troposphere", names=names):
                modules |= {name.asname or name.name: name.name for name in names}
            case ast.ImportFrom(module=str(module), names=names) if "troposphere." in module:
                for each in names:
                    yield from _type(module, each.name)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=word) if name in modules:
                yield from _type(f"troposphere.{modules[name]}", word)


def _type(module: str, name: str) -> Iterator[str]:
    try:
        found = vars(import_module(module))[name]
    except ModuleNotFoundError:  # a class of troposphere itself, such as `Output.title`
        return
    if isinstance(found, type) and issubclass(found, AWSObject):
        kind = found.resource_type
        assert isinstance(kind, str)
        yield kind


def _entry(kind: str) -> str:
    schema: Schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    lists = {
        word: sorted(
            path.removeprefix("/properties/") for path in schema.get(f"{word}Properties", [])
        )
        for word in ("createOnly", "conditionalCreateOnly", "readOnly")
    }
    heads = [f"  {json.dumps(word)}: {json.dumps(paths)}" for word, paths in lists.items()]
    objects = ",\n".join(
        f"    {json.dumps(name)}: {json.dumps(each)}" for name, each in _objects(schema)
    )
    return "{\n" + ",\n".join([*heads, f'  "objects": {{\n{objects}\n  }}']) + "\n}"


def _objects(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """List the objects that the properties of a resource are made of, from themselves on."""
    seen: dict[str, Schema] = {PROPERTIES: schema}
    waiting = [PROPERTIES]
    while waiting:
        name = waiting.pop(0)
        whole = seen[name]
        has: dict[str, str | None] = {}
        for word, value in sorted(whole["properties"].items()):
            below, inner = _inner(f"{name}.{word}", value, schema)
            has[word] = below
            if below and below not in seen:
                seen[below] = inner
                waiting.append(below)
        yield name, {"needs": sorted(whole.get("required", [])), "has": has, **_groups(whole)}


def _groups(whole: Schema) -> Schema:
    """Read which properties need one another, and which take each other's place."""
    exclusive = [whole["requiredXor"]] if "requiredXor" in whole else []
    some = [
        [name for each in whole[word] for name in each["required"]]
        for word in ("anyOf", "oneOf")
        if all("required" in each for each in whole.get(word, ({},)))
    ]
    excluded = whole.get("dependentExcluded", {})
    found = {
        "choices": _distinct([*exclusive, *some]),
        "rivals": _distinct(
            [
                *exclusive,
                *(some if "oneOf" in whole else []),
                *([name, other] for name, others in excluded.items() for other in others),
            ]
        ),
        "companions": whole.get("dependentRequired", {}),
    }
    return {word: each for word, each in found.items() if each}


def _distinct(groups: list[list[str]]) -> list[list[str]]:
    """Sort groups of names, and write each once."""
    return sorted(list(group) for group in {tuple(sorted(names)) for names in groups})


def _inner(path: str, value: Schema, schema: Schema) -> tuple[str | None, Schema]:
    """Follow a property to the object that it is, or that each of its entries is."""
    while True:
        match value:
            case {"$ref": str(reference)}:
                path = reference.removeprefix("#/definitions/")
                value = schema["definitions"][path]
            case {"items": Mapping() as items}:
                value = items
            case {"properties": Mapping() as properties, "additionalProperties": False} if (
                properties
            ):
                return path, value
            case _:
                return None, {}
