"""The labels of a deployment, which tag its ECS service."""

from collections.abc import Mapping

from compose2cfn.findings import Spot
from compose2cfn.plan.terms.names import PROJECT_TAG, tag_key
from compose2cfn.plan.terms.tag_texts import (
    LONGEST_KEY,
    LONGEST_VALUE,
    TAG_CHARACTERS,
    is_tag_key,
    is_tag_value,
)

MOST_TAGS = 50
"""Tags of one resource."""


def service_tags(labels: Mapping[str, str], spot: Spot) -> Mapping[str, str]:
    """Keep the labels that can be tags; a service has two more, which say where it comes from."""
    tags = {key: value for key, value in labels.items() if is_tag_key(key) and is_tag_value(value)}
    for key in labels.keys() - tags.keys():
        (spot / key).warn(
            "tag-unfit",
            f"a tag can have only {TAG_CHARACTERS}, at most {LONGEST_KEY} in its name and "
            f"{LONGEST_VALUE} in its value, and cannot begin with aws:; this one is left out",
        )
    count = len(tags.keys() | {PROJECT_TAG, tag_key("service")})
    if count > MOST_TAGS:
        spot.error(
            "tag-count",
            f"a service has at most {MOST_TAGS} tags, and two of them say where it comes from; "
            f"with these labels it has {count}",
        )
    return tags
