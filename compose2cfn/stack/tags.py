"""The tags that tell which Compose thing a resource came from."""

from troposphere import Tags

from compose2cfn.plan.terms.values import STACK_NAME
from compose2cfn.stack.intrinsics import helper


def pairs(**things: str) -> dict[str, object]:
    """List the tags of a resource: the project, and the service, network or volume it serves."""
    named = {f"com.docker.compose.{kind}": name for kind, name in things.items()}
    return {"com.docker.compose.project": STACK_NAME, **named}


def tags(**things: str) -> Tags:
    """Make the tags of a resource: ``tags(service="web")``."""
    return Tags(**{key: helper(value) for key, value in pairs(**things).items()})
