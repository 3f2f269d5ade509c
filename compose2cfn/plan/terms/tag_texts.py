"""What a tag may say: the same for all services of AWS that are used here.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
"""

import re

LONGEST_KEY = 128
"""Characters of the key of a tag."""
LONGEST_VALUE = 256
"""Characters of its value."""
TAG_CHARACTERS = "letters, digits, spaces and _ . : / = + - @"
"""What both consist of, in words."""

_TEXT = r"[\w .:/=+@-]*"


def is_tag_key(text: str) -> bool:
    """Tell whether a text can be the key of a tag."""
    return text != "" and len(text) <= LONGEST_KEY and _is_free(text)


def is_tag_value(text: str) -> bool:
    """Tell whether a text can be the value of a tag."""
    return len(text) <= LONGEST_VALUE and re.fullmatch(_TEXT, text) is not None


def is_name_tag(text: str) -> bool:
    """Tell whether a text can be the value of the tag ``Name``, which people see as the name."""
    return text != "" and is_tag_value(text) and _is_free(text)


def _is_free(text: str) -> bool:
    """Tell whether a text does not begin like what AWS keeps for itself."""
    return re.fullmatch(_TEXT, text) is not None and not text.lower().startswith("aws:")
