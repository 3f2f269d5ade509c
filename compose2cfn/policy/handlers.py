"""What CloudFormation's registry says that the handlers of resource types do.

The table, ``handlers.json``, is generated from the schemas that cfn-lint bundles.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def handlers() -> Mapping[str, Mapping[str, list[str]]]:
    """Return by type what its handlers need: to create, read, update and delete.

    A few types have none: CloudFormation makes them by other means.
    """
    text = (files("compose2cfn.policy") / "handlers.json").read_text(encoding="utf-8")
    table: Mapping[str, Mapping[str, list[str]]] = json.loads(text)
    return table


def handler_actions(kind: str) -> frozenset[str]:
    """List the actions that CloudFormation may call to create, read, update and delete a type."""
    return frozenset(action for actions in handlers()[kind].values() for action in actions)
