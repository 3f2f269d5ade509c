"""The kinds of values that many keys of the specification share, and how they are written."""

import math
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, Strict
from pydantic_core import PydanticCustomError

from compose2cfn.diagnostics import listed
from compose2cfn.model.base import Entries
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.marks import Listed, Mark, Short, Unique
from compose2cfn.model.shortforms import (
    command,
    command_end,
    host,
    name_of,
    one,
    pair,
    text_of,
    variable,
)
from compose2cfn.model.units import Moment, octal, shortest, single

VALUE = "<value>"
"""What stands in a message of a validator for the value: only who knows where the value comes from
can tell what a message may show of it."""
_WHOLE = r"[+-]?[0-9]{1,40}"
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_DECIMAL = rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?[0-9]+)?"
_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "on"), True),
    **dict.fromkeys(("false", "no", "n", "off"), False),
}


def _flag(value: object) -> object:
    """Read the words that stand for true and false."""
    if isinstance(value, str):
        if (flag := _FLAGS.get(value.lower())) is not None:
            return flag
    elif isinstance(value, bool):
        return value
    raise PydanticCustomError("wrong-type", "must be true or false")


def _whole(value: object) -> object:
    """Read a whole number, or a text of digits."""
    match value:
        case bool():
            pass
        case int() if -(2**63) <= value < 2**63:
            return value
        case float() if value.is_integer() and abs(value) < 2**63:
            return int(value)
        case str() if re.fullmatch(_WHOLE, value) and -(2**63) <= int(value) < 2**63:
            return int(value)
    raise PydanticCustomError("wrong-type", "must be a whole number")


def _truncated(value: object) -> object:
    """Read a number; Docker Compose drops what comes after the point."""
    return _whole(float(math.trunc(value)) if isinstance(value, float) else value)


def _unquoted(value: object) -> object:
    """Read a number that must not be written as a text."""
    return _whole(None if isinstance(value, str) else value)


def _unquoted_truncated(value: object) -> object:
    return _truncated(None if isinstance(value, str) else value)


def _share(value: object) -> object:
    match value:
        case bool():
            pass
        case int() | float() if math.isfinite(share := single(value)):
            return share
        case str() if re.fullmatch(_DECIMAL, value) and math.isfinite(
            share := single(float(value))
        ):
            return share
    raise PydanticCustomError("wrong-type", "must be a number")


def _mode(value: object) -> object:
    """Read a mode: a number, or a text of octal digits."""
    match value:
        case bool():
            pass
        case int():
            return value
        case str() if re.fullmatch(r"[+-]?[0-7]+", value):
            return int(value, 8)
    raise PydanticCustomError("wrong-type", "must be an octal mode such as 0440")


def _text(value: object) -> object:
    """Make a text of any scalar."""
    if isinstance(value, str | bool | int | float | Moment):
        return text_of(value)
    raise PydanticCustomError("wrong-type", "must be a text, a number, true or false")


def _text_or_nothing(value: object) -> object:
    return None if value is None else _text(value)


def _text_or_empty(value: object) -> object:
    return "" if value is None else _text(value)


def _number_text(value: object) -> object:
    """Make a text of a whole number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _option(value: object) -> object:
    """Make a text of a number."""
    if value is None:
        return ""
    return (
        text_of(value)
        if isinstance(value, int | float | Moment) and not isinstance(value, bool)
        else value
    )


def one_of(*words: str) -> BeforeValidator:
    """Accept these words and no others."""

    def check(value: object) -> object:
        if isinstance(value, str) and value not in words:
            message = f"{VALUE} is not a valid value; write {listed(words)}"
            raise PydanticCustomError("unknown-value", message)
        return value

    return BeforeValidator(check)


def matching(pattern: str, *, code: str, message: str) -> AfterValidator:
    """Accept texts in which a pattern is found; the message says what to write instead."""

    def check(value: str) -> str:
        if not re.search(pattern, value):
            raise PydanticCustomError(code, message)
        return value

    return AfterValidator(check)


def _bare(addresses: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Take the brackets off addresses."""
    for name in addresses:
        if not name or not {*":="}.isdisjoint(name):
            raise PydanticCustomError("bad-host", "{name} is not a valid host name", {"name": name})
    return Frozen({name: tuple(map(_unbracketed, several)) for name, several in addresses.items()})


def _unbracketed(address: str) -> str:
    bracketed = address.startswith("[") and address.endswith("]") and len(address) > 2
    return address[1:-1] if bracketed else address


def _flag_text(value: object) -> object:
    return text_of(value) if isinstance(value, bool) else value


Name = Annotated[
    str,
    matching(
        r"\A[a-zA-Z0-9._-]+\Z",
        code="bad-name",
        message="is not a valid name; use only letters, digits, ., _ and -",
    ),
]
"""The name of a service, a network and so on."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""True or false; ``yes`` and ``off`` and the like too, quoted or not."""
StrictFlag = Annotated[bool, Strict()]
"""True or false, never quoted."""
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[Whole, Field(ge=0)]
Truncated = Annotated[int, BeforeValidator(_truncated)]
"""A whole number; of others the part before the point."""
UnquotedTruncated = Annotated[int, BeforeValidator(_unquoted_truncated)]
"""A number that must not be written as a text, the part before the point."""
Unquoted = Annotated[int, BeforeValidator(_unquoted)]
Share = Annotated[
    float,
    BeforeValidator(_share),
    PlainSerializer(lambda value: shortest(single(value))),
]
"""A share of a CPU or a ratio, kept in 32 bits."""
Mode = Annotated[int, BeforeValidator(_mode), PlainSerializer(octal, return_type=str)]
"""The mode of a file, printed as octal text."""
NumberText = Annotated[str, BeforeValidator(_number_text)]
"""A text; a whole number is taken as one."""
FlagText = Annotated[str, BeforeValidator(_flag_text)]
"""A text; true and false are taken as one."""

ScalarText = Annotated[str, BeforeValidator(_text)]
"""A text; a number, true and false are taken as one."""

Strings = tuple[str, ...]
Words = Annotated[Strings, Short(one)]
"""A list of texts; one text alone stands for a list of one."""
Command = Annotated[Strings | None, Short(command, rest=command_end), Mark.NULLABLE]
"""A program and its arguments; a text is split into them."""
UniqueWords = Annotated[Strings, Short(one), Unique(name_of)]
UniqueStrings = Annotated[Strings, Unique(name_of)]
DistinctStrings = Annotated[Strings, Mark.DISTINCT]

Environment = Annotated[
    Entries[str, Annotated[str | None, Mark.NULLABLE, BeforeValidator(_text_or_nothing)]],
    Listed(variable, repeats=True, joined=True),
]
"""Variables; without a value they are passed through."""
HookEnvironment = Annotated[
    Entries[str, Annotated[str | None, Mark.NULLABLE, BeforeValidator(_text_or_nothing)]],
    Listed(pair),
]
Labels = Annotated[
    Entries[str, Annotated[str, Mark.NULLABLE, BeforeValidator(_text_or_empty)]],
    Listed(pair, repeats=True, joined=True),
]
"""Names with texts; without a value the text is empty."""
DistinctLabels = Annotated[
    Entries[str, Annotated[str, Mark.NULLABLE, BeforeValidator(_text_or_empty)]],
    Listed(pair, joined=True),
]
Options = Entries[str, Annotated[str, BeforeValidator(_option)]]
"""Options of a driver: texts and numbers."""
NullableOptions = Entries[str, Annotated[str, Mark.NULLABLE, BeforeValidator(_option)]]
Hosts = Annotated[
    Entries[str, Words],
    Listed(host, joined=True),
    AfterValidator(_bare),
    PlainSerializer(
        lambda hosts: sorted(f"{name}={address}" for name in hosts for address in hosts[name]),
        return_type=list[str],
    ),
]
"""Names of hosts with their addresses, printed as a list of ``name=address``."""
