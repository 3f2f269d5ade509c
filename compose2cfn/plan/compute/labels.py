"""The labels of a deployment, which tag its ECS service."""

import re
from collections.abc import Mapping

from compose2cfn.findings import Spot
from compose2cfn.plan.terms.names import PROJECT_TAG, tag_key

MOST_TAGS = 50

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")


def service_tags(labels: Mapping[str, str], spot: Spot) -> Mapping[str, str]:
    """Keep the labels that can be tags; a service has two more, which say where it comes from."""
    tags = {key: value for key, value in labels.items() if _fits(key, value)}
    for key in labels.keys() - tags.keys():
        (spot / key).warn(
            "tag-unfit",
            "a tag can have only letters, digits, spaces and _ . : / = + - @, at most 128 in its "
            "name and 256 in its value, and cannot begin with aws:; this one is left out",
        )
    count = len(tags.keys() | {PROJECT_TAG, tag_key("service")})
    if count > MOST_TAGS:
        spot.error(
            "tag-count",
            f"a service has at most {MOST_TAGS} tags, and two of them say where it comes from; "
            f"with these labels it has {count}",
        )
    return tags


def _fits(key: str, value: str) -> bool:
    """Tell whether a label can be a tag."""
    return bool(_TAG_KEY.fullmatch(key) and _TAG_VALUE.fullmatch(value))
