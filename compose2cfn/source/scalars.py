"""Read plain scalars the way Docker Compose does.

Its parser takes numbers as YAML 1.1 writes them (``0644`` is octal, ``1_000`` a number) and words
as YAML 1.2 does (``yes`` and ``on`` are text; ``22:22`` is not a number).
"""

import binascii
import re
from calendar import monthrange
from math import isfinite

from compose2cfn.model.units import Moment
from compose2cfn.source.nodes import Scalar

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("-0", "-0.0"), -0.0),  # other zeros with a sign are whole numbers
}
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMERIC = frozenset("0123456789+-.")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_STRAY = r"(?<![0-9])_|_(?![0-9])"
"""An underscore that is not between digits."""
_LONGEST = 400
"""How many digits a whole number may have: more than Go reads as one."""
_BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
_MOMENT = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<gap>[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_TYPES: dict[str, type] = {
    "!!int": int, "!!float": float, "!!bool": bool, "!!null": type(None), "!!timestamp": Moment,
}  # fmt: skip


class Misread(ValueError):
    """A scalar is not what its tag says, or not a value that Docker Compose accepts."""


def resolve_scalar(text: str) -> Scalar:
    """Read a plain scalar without a tag; raises `Misread` for infinity and NaN."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _ENDLESS.fullmatch(text):
        message = "this is not a finite number; write one, or quote the text"
        raise Misread(message)
    if text[4:5] == "-" and (moment := _moment(text)):
        return moment
    number = _number(text)
    return text if number is None else number


def tagged_scalar(tag: str, text: str) -> Scalar:
    """Read a scalar with a tag; a tag that Docker Compose does not know is ignored.

    Raises `Misread` for a value that is not of the tag's kind.
    """
    if tag == "!!binary":
        return _binary(text)
    if tag not in _TYPES:
        return text
    value, wanted = resolve_scalar(text), _TYPES[tag]
    if wanted is float and type(value) is int and -(2**63) <= value < 2**63:
        return float(value)
    if type(value) is not wanted:
        kind = tag.removeprefix("!!")
        message = f"this is not a valid {kind}; remove the tag, or correct the value"
        raise Misread(message)
    return value


def _number(text: str) -> int | float | None:
    if text[0] == "." and re.search(_STRAY, text):
        return None
    plain = text.replace("_", "")
    found = _INTEGER.fullmatch(plain)
    if found and found.lastgroup and len(plain) <= _LONGEST:
        number = int(found["sign"] + found[found.lastgroup], _BASES[found.lastgroup])
        if -(2**63) <= number < (2**63 if found["sign"] else 2**64):
            return number
    return _decimal(plain)


def _decimal(text: str) -> float | None:
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def _binary(text: str) -> str:
    """Decode base64; bytes that are not text are shown as Go shows them."""
    try:
        content = binascii.a2b_base64(
            text.replace("\n", "").replace("\r", "").encode(), strict_mode=True
        )
    except (binascii.Error, UnicodeEncodeError):
        message = "this is not valid base64; remove the tag !!binary, or correct the value"
        raise Misread(message) from None
    return whole_characters(content.decode("utf-8", "surrogateescape"))


def whole_characters(text: str) -> str:
    """Replace halves of characters, which stand for bytes that are not UTF-8."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _moment(text: str) -> Moment | None:
    """Read a date, or a date and a time: after a T with a zone, after a space without one."""
    found = re.fullmatch(_MOMENT, text)
    if not found or (found["gap"] and (found["gap"] in "Tt") != bool(found["zone"])):
        return None
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year or 4, month)[1]:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = found["zone"] or "Z"
    offset = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[4:])
    if zone != "Z" and (int(zone[1:3]) > 24 or int(zone[4:]) > 60):
        return None
    fraction = (found["fraction"] or "")[:9].rstrip("0")
    return Moment(
        date=f"{year:04}-{month:02}-{day:02}",
        time=f"{hour:02}:{minute:02}:{second:02}{'.' if fraction else ''}{fraction}",
        offset=-offset if zone[0] == "-" else offset,
    )
