"""Read plain scalars the way Docker Compose does, and write them the way Go does.

Its parser takes numbers as YAML 1.1 writes them (``0644`` is octal, ``1_000`` a number) and words
as YAML 1.2 does (``yes`` and ``on`` are text; ``22:22`` is no number).
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import isfinite

from compose2cfn.source.nodes import Value

_CORE = "tag:yaml.org,2002:"
TIMESTAMP = "!!timestamp"

_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{f"{sign}{word}": float("inf") for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?P<t>[Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9})\d*)?(?P<zone>Z|[-+]\d{2}:\d{2})?)?"
)
_STARTS = frozenset("0123456789+-.~nNtTfF")


class Misread(ValueError):
    """A scalar is not what its tag says."""


def resolve(text: str) -> Value:
    """Read a plain scalar without a tag; a timestamp is left to `timestamp`."""
    if text and text[0] not in _STARTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    number = _number(text)
    return text if number is None else number


def tagged(tag: str, text: str) -> Value:
    """Read a scalar with an explicit tag of YAML's own; others leave it a text."""
    if not tag.startswith(_CORE):
        return text
    value = resolve(text)
    match tag.removeprefix(_CORE), value:
        case "binary", _:
            try:
                return base64.b64decode("".join(text.split()), validate=True).decode(
                    "utf-8", "surrogateescape"
                )
            except binascii.Error:
                pass
        case ("int", int()) | ("float", float()) | ("bool", bool()) | ("null", None) if not (
            tag.endswith("int") and isinstance(value, bool)
        ):
            return value
        case "float", int() if not isinstance(value, bool):
            return float(value)
        case (("int" | "float" | "bool" | "null" | "timestamp"), _):
            pass
        case _:
            return text
    message = f"{text!r} is no {tag.removeprefix(_CORE)}; take the tag away or mend the value"
    raise Misread(message)


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "")
    if text[:1] == ".":
        return _decimal(text)
    if found := _INTEGER.fullmatch(plain):
        kind = found.lastgroup or "d"
        number = int(found["sign"] + found[kind], _BASES[kind])
        if number == 0 and found["sign"] == "-":
            return -0.0  # Go knows no other minus zero
        if -(2**63) <= number < 2**64:
            return number
        return float(number) if kind == "d" else None
    return _decimal(plain)


def _decimal(text: str) -> float | None:
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text)
    return None if number in {float("inf"), float("-inf")} else number


def timestamp(text: str) -> str | None:
    """Write a plain scalar that is a date the way Go prints it; None for anything else."""
    found = _TIMESTAMP.fullmatch(text)
    if not found or (found["zone"] and found["t"] == " "):
        return None
    year, month, day = map(int, found.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in found.group(5, 6, 7))
    if found["t"] in {"T", "t"} and not found["zone"]:
        return None
    zone = _zone(found["zone"])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    fraction = (found[8] or "").rstrip("0")
    offset = moment.strftime("%z")
    name = "UTC" if zone is UTC else offset
    return f"{moment:%Y-%m-%d %H:%M:%S}{'.' if fraction else ''}{fraction} {offset} {name}"


def _zone(text: str | None) -> timezone:
    if text in {None, "Z"}:
        return UTC
    sign = -1 if str(text)[0] == "-" else 1
    hours, minutes = map(int, str(text)[1:].split(":"))
    return timezone(sign * timedelta(hours=hours % 24, minutes=minutes))


def go_text(value: Value) -> str:
    """Write a value as Go prints it: 1.0 is ``1``, 1e21 is ``1e+21``, nothing is empty."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return _go_float(value)
    return str(value)


def _go_float(value: float) -> str:
    """Write a float with the fewest digits, and an exponent where Go uses one."""
    if not isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    found = Decimal(repr(value)).normalize().as_tuple()
    digits, sign = "".join(map(str, found.digits)), "-" if found.sign else ""
    power = len(digits) + int(found.exponent) - 1
    if value and not -4 <= power < 21:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole, rest = digits[: power + 1].ljust(power + 1, "0"), digits[power + 1 :]
    return f"{sign}{whole}{'.' if rest else ''}{rest}"
