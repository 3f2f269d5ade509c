"""Write the table of what the handlers of resource types are permitted to do, from cfn-lint."""

import json
from collections.abc import Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from tests.schema_table import PACKAGE, emitted

HANDLERS = PACKAGE / "policy" / "handlers.json"
OPERATIONS = ("create", "read", "update", "delete")
"""What CloudFormation does while it creates, updates and deletes stacks; it lists nothing."""


def handlers_written() -> str:
    """Write the table: a line for each handler of a type."""
    body = ",\n".join(f"{json.dumps(kind)}: {_entry(kind)}" for kind in emitted())
    return f"{{\n{body}\n}}\n"


def _entry(kind: str) -> str:
    schema: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        "us-east-1", kind
    ).schema
    handlers = schema.get("handlers", {})
    lines = [
        f"  {json.dumps(name)}: {json.dumps(sorted(handlers[name]['permissions']))}"
        for name in OPERATIONS
        if name in handlers
    ]
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"
