"""Sound stacks, and ways to spoil them."""

import json
from pathlib import Path

from tests.simulator.template import Properties, read

EXAMPLES = Path(__file__).parent / "simulator" / "examples"
FARGATE = read((EXAMPLES / "fargate.yaml").read_text())
INSTANCES = read((EXAMPLES / "instances.yaml").read_text())
GONE = object()
"""In place of a value: take it out."""

Edits = dict[str, object]
"""Values by path: ``Listener.Port`` is a property, ``Listener/DependsOn`` beside the properties."""


def edited(template: Properties, edits: Edits) -> str:
    """Put values into a template."""
    changed: object = template
    for path, value in edits.items():
        resource, _, way = path.partition("." if "/" not in path else "/")
        if resource in template:
            keys = [resource, *way.split("/")]
        elif "/" in path or not way:
            keys = ["Resources", resource, *way.split("/")]
        else:
            keys = ["Resources", resource, "Properties", *way.split(".")]
        changed = put(changed, [key for key in keys if key], value)
    return json.dumps(changed)


def put(node: object, keys: list[str], value: object) -> object:
    """Return a copy of a tree with a value at a place."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(node, list):
        items = [*node, {}] if int(key) == len(node) else node
        return [put(x, rest, value) if n == int(key) else x for n, x in enumerate(items)]
    assert isinstance(node, dict)
    table = {**node, key: put(node.get(key, {}), rest, value)}
    return {name: item for name, item in table.items() if item is not GONE}
