"""Read files of variables (``.env``, ``env_file``) as Docker Compose does.

Any text in such a file may be a part of a secret, so what is wrong with it is said without one.
"""

import codecs
import re
from collections import ChainMap
from collections.abc import Mapping

from compose2cfn.diagnostics import Diagnostic, Location, Severity
from compose2cfn.model.letters import is_letter, is_number
from compose2cfn.source.budget import Budget, TooLarge
from compose2cfn.source.interpolate import Expansion, MalformedSubstitution, Missing
from compose2cfn.source.provenance import Provenance

_BYTES = "[\ud800-\udfff]"
"""Bytes that are not UTF-8, as `decode` leaves them."""
_BLANKS = "\t\v\f\r \x85\xa0"
"""Blanks that do not end a line."""
_EXPORT = rf"export(?=[ \t\n\f\r])[{_BLANKS}]*"
_ESCAPE = r'\\(?:[abcfnrtv$"\\]|0[0-9]{0,3})'
_ESCAPED = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    '"': '"', "\\": "\\",
    "$": "$$",  # expansion, which comes next, makes one dollar of two
}  # fmt: skip


def decode(content: bytes) -> str:
    """Decode a file; `parse_dotenv` and `parse_raw` report bytes that are not UTF-8."""
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


class _Unreadable(Exception):
    """The rest of the file cannot be read; holds why."""


def parse_dotenv(
    text: str,
    lookup: Mapping[str, str],
    file: str,
    before: Mapping[str, str] | None = None,
    *,
    budget: Budget,
    provenance: Provenance,
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Read the variables of a file, and add them to those of the files ``before`` it.

    ``lookup`` holds the variables around it: they win over earlier lines where a value names
    another variable, and supply the value of a name without one (left out if they lack it). What
    is put into values is paid for from the ``budget``, and noted in ``provenance``.
    """
    reader = _Reader(text, lookup, file, dict(before or {}), budget=budget, provenance=provenance)
    try:
        while reader.next_statement():
            reader.statement()
    except _Unreadable as error:
        reader.fault("env-file-syntax", str(error))
    except TooLarge as error:
        reader.fault("input-limit", str(error))
    return reader.found, reader.faults


def place(text: str, name: str, file: str) -> Location | None:
    """Find the line of a file that gives a variable its value: the last that does."""
    reader = _Reader(text, {}, file, {}, budget=Budget(), provenance=Provenance())
    line = 0
    try:
        while reader.next_statement():
            start = reader.line(reader.at)
            reader.statement()
            if reader.found.pop(name, None) is not None:
                line = start
    except (_Unreadable, TooLarge):
        pass
    return Location(file, line, 1) if line else None


def parse_raw(
    text: str, lookup: Mapping[str, str], file: str, *, provenance: Provenance
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Read a file whose values are literal: no quotes, comments or substitutions."""
    found: dict[str, str] = {}
    faults: list[Diagnostic] = []
    for number, written in enumerate(text.split("\n"), 1):
        line = written.removesuffix("\r").lstrip()
        name, equals, value = line.partition("=")
        message = _misnamed(name)
        if re.search(_BYTES, line):
            message = "this line is not UTF-8; save the file as UTF-8"
        elif not line or line.startswith("#"):
            continue
        if message:
            at = Location(file, number, 1)
            faults.append(Diagnostic(code="env-file-syntax", message=message, at=at))
        elif equals:
            found[name] = value
            provenance.note(file, (name, value))
        elif name in lookup:
            found[name] = lookup[name]
    return found, faults


def _misnamed(name: str) -> str:
    if not name:
        return "a variable needs a name before the ="
    return _SPACED if {*" \t"} & {*name} else ""


_SPACED = "a name cannot have a space; write NAME=value"


class _Reader:
    """Read one statement after another."""

    def __init__(
        self,
        text: str,
        lookup: Mapping[str, str],
        file: str,
        found: dict[str, str],
        *,
        budget: Budget,
        provenance: Provenance,
    ) -> None:
        self.text = text
        self.provenance = provenance
        self.put: dict[str, str] = {}
        """The variables that are put into a value."""
        self.lookup = lookup
        self.budget = budget
        self.variables = ChainMap(dict(lookup), found)
        self.file = file
        self.at = 0
        self.found = found
        self.faults: list[Diagnostic] = []
        self.told: set[str] = set()
        self._lines = 1
        self._counted = 0

    def fault(
        self,
        code: str,
        message: str,
        severity: Severity = Severity.ERROR,
        *,
        at: int | None = None,
    ) -> None:
        here = min(self.at if at is None else at, len(self.text))
        line_start = self.text.rfind("\n", 0, here)
        where = Location(self.file, self.line(here), here - line_start)
        self.faults.append(Diagnostic(code=code, message=message, severity=severity, at=where))

    def line(self, at: int) -> int:
        """Count the lines up to a place, from where they were last counted."""
        if at < self._counted:
            return self._lines - self.text.count("\n", at, self._counted)
        self._lines += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._lines

    def next_statement(self) -> bool:
        """Skip blank lines and comments to the next statement; there may be none."""
        while self.at < len(self.text):
            if self.text[self.at].isspace():
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return True
        return False

    def statement(self) -> None:
        """Read a name and its value, or just a name."""
        if found := re.compile(_EXPORT).match(self.text, self.at):
            self.at = found.end()
        start = self.at
        if start == len(self.text):
            message = "export needs the name of a variable"
            raise _Unreadable(message)
        name, end = self._name(start)
        if " " in name:
            self.at = start
            raise _Unreadable(_SPACED)
        if end == "\n":
            if name in self.lookup:
                self.found[name] = self.lookup[name]
            return
        while self.at < len(self.text) and self.text[self.at] in _BLANKS:
            self.at += 1
        begin = self.at
        self.put = {}
        value = self._value()
        if re.search(_BYTES, value):
            message = "this value is not UTF-8; save the file as UTF-8"
            self.fault("env-file-syntax", message, Severity.WARNING, at=begin)
        value = re.sub(_BYTES, "\N{REPLACEMENT CHARACTER}", value)
        self.found[name] = value
        self.provenance.note(self.file, (name, value), self.put.items())

    def _name(self, start: int) -> tuple[str, str]:
        """Read a name up to ``=``, ``:`` or the end of the line, and say which."""
        for at in range(start, len(self.text)):
            char = self.text[at]
            if char in "=:\n":
                self.at = at + 1
                return self.text[start:at].rstrip(), char
            if (
                char not in _BLANKS
                and char not in "_.-[]"
                and not is_letter(char)
                and not is_number(char)
            ):
                self.at = at
                message = "this character cannot be in the name of a variable; write NAME=value"
                raise _Unreadable(message)
        # A bare name at the very end of a file is read as the value of the empty name.
        return "", ""

    def _value(self) -> str:
        quote = self.text[self.at : self.at + 1]
        if quote in {"'", '"'} and quote:
            return self._quoted(quote)
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        value = self.text[self.at : end].partition(" #")[0].rstrip()
        value = self._expand(value)
        self.at = end
        return value

    def _quoted(self, quote: str) -> str:
        chars: list[str] = []
        escaped = False
        for at in range(self.at + 1, len(self.text)):
            char = self.text[at]
            if char == "\\" and not escaped and quote != char:
                escaped = True
                continue
            if char == quote and not escaped:
                value = "".join(chars)
                if quote == '"':
                    value = self._expand(re.sub(_ESCAPE, _unescape, value))
                self.at = at + 1
                return value
            if escaped and char != quote:
                chars.append("\\")
            chars.append(char)
            escaped = False
        message = "the quote at the start of this value is never closed; close it"
        raise _Unreadable(message)

    def _expand(self, value: str) -> str:
        expansion = Expansion(self.variables, self.budget)
        try:
            out = expansion.expand(value)
        except Missing:
            message = "this value needs a variable that is not set; set it first"
            self.fault("required-variable", message)
            return ""
        except MalformedSubstitution:
            message = "a substitution in this value is not valid; for a dollar sign, write $$"
            self.fault("interpolation-syntax", message)
            return ""
        self.put = expansion.put
        for name in expansion.unset:
            if name not in self.told:
                self.told.add(name)
                message = (
                    "this value names a variable that is not set and counts as empty; set it "
                    "first, or write $$ for a dollar sign"
                )
                self.fault("variable-unset", message, Severity.WARNING)
        return out


def _unescape(found: re.Match[str]) -> str:
    """Return the character that an escape stands for, as in C."""
    text = found[0][1:]
    if text[0] != "0":
        return _ESCAPED.get(text, found[0])
    octal = text[1:]
    return chr(int(octal, 8)) if len(octal) == 3 and set(octal) <= set("01234567") else found[0]
