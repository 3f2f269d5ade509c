"""The tags that say which Compose thing a resource came from."""

from collections.abc import Mapping

from compose2cfn.plan.terms.names import PROJECT_TAG, tag_key
from compose2cfn.plan.terms.values import STACK_NAME


def tags(
    labels: Mapping[str, object] | None = None, /, **things: str
) -> list[Mapping[str, object]]:
    """List the tags of a resource: the project, and the service, network or volume it serves.

    ``tags(service="web")`` are those of what is made for a service; ``labels`` are additional ones.
    """
    named = {tag_key(kind): name for kind, name in things.items()}
    found = {**(labels or {}), PROJECT_TAG: STACK_NAME, **named}
    return [{"Key": key, "Value": found[key]} for key in sorted(found)]
