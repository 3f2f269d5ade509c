"""Read the settings of ``x-aws-capacity``, which may be any YAML until they are read."""

import re

from compose2cfn.findings import Spot
from compose2cfn.model.functions import Function
from compose2cfn.plan.terms.values import Value


def text_setting(value: object, spot: Spot) -> Value | None:
    """Read a text; None if it is absent or empty, or anything else, which is an error."""
    match value:
        case None | "":
            return None
        case str():
            return value
        case Function():
            return value
    spot.error("wrong-type", "must be a text or an intrinsic function")
    return None


def number_setting(value: object, spot: Spot) -> int | Value | None:
    """Read a whole number from 0; None if it is absent or empty, or anything else, an error."""
    match value:
        case None | "":
            return None
        case int() if value >= 0 and not isinstance(value, bool):
            return value
        case str() if re.fullmatch("[0-9]{1,18}", value):
            return int(value)
        case Function():
            return value
    spot.error("wrong-type", "must be a whole number, 0 or more")
    return None
