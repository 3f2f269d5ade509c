"""Write YAML by hand, so that a scalar can be written in any way there is."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Plain:
    """A scalar that is written without quotes."""

    text: str


@dataclass(frozen=True)
class Tagged:
    """A value with a tag before it."""

    tag: str
    value: object


def write(value: object, indent: int = 0) -> str:
    """Write YAML: mappings and lists in block style, texts in double quotes."""
    space = "  " * indent
    match value:
        case Plain(text):
            return f" {text}\n"
        case Tagged(tag, inner):
            return f" {tag}{write(inner, indent)}"
        case dict() if value:
            lines = (f"{space}{key}:{write(item, indent + 1)}" for key, item in value.items())
            return "\n" * (indent > 0) + "".join(lines)
        case list() if value:
            return "\n" + "".join(f"{space}-{write(item, indent + 1)}" for item in value)
    return f" {json.dumps(value)}\n"
