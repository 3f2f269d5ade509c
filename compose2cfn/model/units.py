"""Quantities as Docker Compose reads and prints them: sizes, durations, shares of a CPU, modes."""

import re
import struct
from fractions import Fraction

from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from compose2cfn.model.frozen import Record

MIB = 1024 * 1024
"""Bytes."""

_SIZE = (
    r"(?ai)\+?((?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)"
    r" ?(?:([kmgtp])(?:i?b)?|b)?"
)
_FACTORS = {letter: 1024**power for power, letter in enumerate("kmgtp", 1)}
_PERIOD = r"([0-9]{0,40})(\.[0-9]{0,40})?([a-zµμ]+)"
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "w": 7 * 24 * 3600 * 10**9,
}


class Quantity(int):
    """A number that is written with a unit."""

    @classmethod
    def read(cls, value: object) -> int:
        """Read the number as it is written in a Compose file."""
        raise NotImplementedError

    def __str__(self) -> str:
        return int.__repr__(self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def _validate(cls, value: object) -> "Quantity":
        return value if isinstance(value, cls) else cls(cls.read(value))


class Bytes(Quantity):
    """A size in bytes."""

    @classmethod
    def read(cls, value: object) -> int:
        """Read a number of bytes, or a text such as ``512m`` (units count in 1024).

        Docker Compose loses a size that is written as a fraction: it becomes 0.
        """
        match value:
            case bool() | None:
                pass
            case int():
                return value
            case float():
                return 0
            case "-1":
                return -1
            case str() if found := re.fullmatch(_SIZE, value):
                number = float(found[1]) * _FACTORS.get((found[2] or "").lower(), 1)
                if number < 2**63:
                    return int(number)
        raise PydanticCustomError(
            "wrong-size", "is not a valid size; write e.g. 512m or a number of bytes"
        )


class WholeBytes(Bytes):
    """A size in bytes that is not written as a fraction."""

    @classmethod
    def read(cls, value: object) -> int:
        """Read a whole number of bytes, or a text such as ``512m``."""
        if isinstance(value, float) and not value.is_integer():
            value = None
        return super().read(value)


class WrittenBytes(Bytes):
    """A size in bytes that is written as a text."""

    @classmethod
    def read(cls, value: object) -> int:
        """Read a text such as ``512m``."""
        return super().read(value if isinstance(value, str) else None)


class Duration(Quantity):
    """A length of time in nanoseconds."""

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        return self / 10**9

    @classmethod
    def read(cls, value: object) -> int:
        """Read a text such as ``1m30s``; days (``d``) and weeks (``w``) are known too."""
        if not isinstance(value, str):
            raise PydanticCustomError(
                "wrong-duration", "is not a valid duration; write e.g. 30s or 1m30s"
            )
        text = value.lstrip("+-") if value[:2] not in {"--", "++", "+-", "-+"} else value
        sign = -1 if value.startswith("-") else 1
        if text == "0":
            return 0
        total, end = Fraction(0), 0
        for part in re.finditer(_PERIOD, text):
            digits = part[1] + (part[2] or "").rstrip(".")
            if part.start() != end or part[3] not in _NANOSECONDS or not digits:
                break
            total += Fraction(digits) * _NANOSECONDS[part[3]]
            end = part.end()
        if not text or end != len(text):
            raise PydanticCustomError(
                "wrong-duration", "is not a valid duration; write e.g. 30s or 1m30s"
            )
        if total >= 2**63:
            raise PydanticCustomError(
                "wrong-duration", "is longer than 292 years; write a shorter duration"
            )
        return sign * int(total)

    def __str__(self) -> str:
        """Write the duration the way Go does: ``1m30s``."""
        if not self:
            return "0s"
        sign, rest = ("-" if self < 0 else ""), abs(int(self))
        for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
            if rest < size * 1000:
                return f"{sign}{_decimal(rest, size)}{unit}"
        hours, rest = divmod(rest, _NANOSECONDS["h"])
        minutes, rest = divmod(rest, _NANOSECONDS["m"])
        head = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
        return f"{sign}{head}{_decimal(rest, 10**9)}s"


def _decimal(number: int, unit: int) -> str:
    """Write a quotient without trailing zeros."""
    whole, rest = divmod(number, unit)
    fraction = str(rest).rjust(len(str(unit)) - 1, "0").rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def single(value: float) -> float:
    """Round to the precision in which Docker Compose keeps shares of a CPU (32 bits)."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def shortest(value: float) -> float:
    """Return the double with the fewest digits that is the same 32-bit number, for printing."""
    for digits in range(1, 10):
        if single(rounded := float(f"{value:.{digits}g}")) == value:
            return int(rounded) if rounded.is_integer() else rounded
    return value


def octal(value: int) -> str:
    """Write a file mode: ``0440``."""
    return f"0{value:o}" if value >= 0 else f"0-{-value:o}"


class Moment(Record):
    """A date and time, as YAML reads one without quotes; ``str`` writes it as Go does."""

    date: str
    time: str
    offset: int
    """Minutes east of Greenwich."""

    def __str__(self) -> str:
        zone = self._zone("")
        return f"{self.date} {self.time} {zone} {zone if self.offset else 'UTC'}"

    @property
    def iso(self) -> str:
        """Write it as in ISO 8601."""
        return f"{self.date}T{self.time}{self._zone(':') if self.offset else 'Z'}"

    @property
    def brief(self) -> str:
        """Write it as templates and policies have it: a date alone without its time."""
        return self.date if (self.time, self.offset) == ("00:00:00", 0) else self.iso

    def _zone(self, separator: str) -> str:
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02}{separator}{minutes:02}"
