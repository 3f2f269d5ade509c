"""The tags that tell which Compose thing a resource came from."""

from collections.abc import Mapping

from troposphere import Tags

from compose2cfn.plan.terms.names import PROJECT_TAG, tag_key
from compose2cfn.plan.terms.values import STACK_NAME
from compose2cfn.stack.intrinsics import helper


def tags(**things: str) -> list[Mapping[str, object]]:
    """List the tags of a resource: the project, and the service, network or volume it serves.

    ``tags(service="web")`` are those of what is made for a service.
    """
    return as_tags(dict(sorted(pairs(**things).items())))


def as_tags(pairs: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Write keys and values the way CloudFormation takes tags."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def pairs(**things: str) -> dict[str, object]:
    """Give the same by their keys."""
    named = {tag_key(kind): name for kind, name in things.items()}
    return {PROJECT_TAG: STACK_NAME, **named}


def tag_object(**things: str) -> Tags:
    """Give the same as troposphere has them."""
    return Tags(**{key: helper(value) for key, value in pairs(**things).items()})
