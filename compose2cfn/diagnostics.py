"""Say what is wrong with an input, where, and what to write instead."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from compose2cfn.limits import MOST_FINDINGS

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value in a Compose file, as any tuple: ``("services", "web", "ports", 0)``."""


class KeyPath(tuple[str | int, ...]):
    """The way to a value in a Compose file, which goes on with ``/``: ``path / "ports" / 0``."""

    __slots__ = ()

    def __truediv__(self, step: str | int) -> "KeyPath":
        """Go one step further down."""
        return KeyPath((*self, step))


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The input cannot be converted, or its template would not deploy or behave differently."""
    WARNING = "warning"
    """Something was dropped, or changed its meaning."""
    INFO = "info"
    """A decision that is worth knowing."""


class Location(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        marked = "./" if self.file.lstrip().startswith(_BEGINNINGS) else ""
        return f"{marked}{visible(self.file)}:{self.line}:{self.column}"

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"file": visible(self.file), "line": self.line, "column": self.column}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about the input.

    ``code`` is one that `compose2cfn.codes` explains (or a third party's own); ``at`` is filled in
    by the stage that knows the places, from ``path``; ``related`` names further places that take
    part. ``others`` are findings that say the same elsewhere, and differ in nothing but the
    ``subject``, a part of the message: they are told together with this one.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    path: Steps = ()
    at: Location | None = None
    related: tuple[Location, ...] = ()
    subject: str = ""
    others: tuple["Diagnostic", ...] = ()

    def __str__(self) -> str:
        where = f"{self.at}: " if self.at else ""
        return visible(f"{where}{self.severity}: {self.text} [{self.code}]")

    @property
    def text(self) -> str:
        """What it says of which value, on one line: all but the place, the severity, the code."""
        path = f"{dotted(self.path)}: " if self.path else ""
        also = f" (see also {', '.join(map(str, self.related))})" if self.related else ""
        return visible(f"{path}{self._whole}{also}")

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data, in which texts are as they are printed: nothing is invisible."""
        return {
            "code": visible(self.code),
            "severity": str(self.severity),
            "message": visible(self._whole),
            "path": [visible(step) if isinstance(step, str) else step for step in self.path],
            "at": self.at.to_dict() if self.at else None,
            "related": [place.to_dict() for place in self.places],
        }

    @property
    def _whole(self) -> str:
        """The message, with what else it is true of."""
        return (
            f"{self.message}; the same is true of {self._same()}" if self.others else self.message
        )

    @property
    def places(self) -> tuple[Location, ...]:
        """The further places that take part, and those of others that say the same."""
        return (*self.related, *(other.at for other in self.others if other.at is not None))

    def _same(self) -> str:
        """Name what else the message is true of, each once, if that is not too much to read."""
        names = list(dict.fromkeys(other.named_beside(self) for other in self.others))
        left = len(names) - _MOST_NAMED
        return listed([*names[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])], "and")

    def named_beside(self, first: "Diagnostic") -> str:
        """Name what this finding is about, where the first that says the same is known."""
        if self.subject:
            of = (
                f" of {self.path[1]}" if self.subject not in self.path[:2] and self.path[1:] else ""
            )
            return f"{self.subject}{of}"
        if len(self.path) > 1 and _without_name(self.path) == _without_name(first.path):
            return str(self.path[1])
        if self.path and self.path[:-1] == first.path[:-1]:
            return str(self.path[-1]) if isinstance(self.path[-1], str) else dotted(self.path)
        return dotted(self.path) or str(self.at)


_MOST_NAMED = 12
"""What a finding names of all that it is true of."""


class ComposeError(Exception):
    """The input cannot be converted; ``diagnostics`` holds all errors and warnings.

    Infos are left out: they tell what a template does, and none is made.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = told(d for d in diagnostics if d.severity is not Severity.INFO)
        super().__init__("\n".join(map(str, self.diagnostics)))

    @classmethod
    def of(
        cls, code: str, message: str, path: Steps = (), at: Location | None = None
    ) -> "ComposeError":
        """Make an error of one finding."""
        return cls([Diagnostic(code=code, message=message, path=path, at=at)])


# Control characters, invisible ones, those that turn the direction of text, halves of characters.
# Ranges, not properties: those follow the version of Python.
_UNSEEN = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Build services look for these, which begin a command, anywhere in a line: ##vso[ or ##teamcity[.
_COMMAND = r"(?<=#)#(?=[A-Za-z]{0,20}\[)"
# They look for these at its beginning, after spaces: commands, and titles of groups of lines.
_BEGINNINGS = ("::", "---", "+++", "~~~", "^^^")


def visible(text: str) -> str:
    """Escape what is invisible in a text, so that it is one line that says what it seems to say.

    It says nothing to a build service, if something that does is in front of it.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return re.sub(f"{_UNSEEN}|{_COMMAND}", _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return r"\x23" if found[0] == "#" else ascii(found[0])[1:-1]


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings by file, line, column and code, each once; those without a place come first."""
    return tuple(
        sorted(dict.fromkeys(diagnostics), key=lambda d: (d.at or ("", 0, 0), d.code, str(d)))
    )


def told(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return findings as they are told: in order, what is true of many once, and not too many."""
    return bounded(together(in_order(apart(diagnostics))))


def together(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Put findings that say the same into the first of them; errors stay by themselves."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, found in enumerate(diagnostics):
        alone = found.severity is Severity.ERROR or found.related
        general = found.message.replace(found.subject, "\0") if found.subject else found.message
        key = number if alone else (found.code, found.severity, general)
        groups.setdefault(key, []).append(found)
    return tuple(
        replace(first, others=tuple(others)) if others else first
        for first, *others in groups.values()
    )


def apart(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """List all findings, also those that are told together with others."""
    for found in diagnostics:
        yield replace(found, others=()) if found.others else found
        yield from found.others


def bounded(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Keep as many findings as anybody reads, errors before others; say how many more there are."""
    if len(diagnostics) <= MOST_FINDINGS:
        return diagnostics
    worst_first = sorted(diagnostics, key=lambda found: [*Severity].index(found.severity))
    kept, left = set(worst_first[:MOST_FINDINGS]), worst_first[MOST_FINDINGS:]
    more = Diagnostic(
        code="findings-more",
        message=f"{len(left)} more findings are left out; correct those above first",
        severity=left[0].severity,
    )
    return (*(found for found in diagnostics if found in kept), more)


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether a finding among these is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def _without_name(path: Steps) -> Steps:
    """Leave the name of a service, or another entry, out of a path."""
    return (path[0], *path[2:])


def dotted(path: Steps) -> str:
    """Write a path the way people write it: ``services.web.ports[0]``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """Write words as a list in a sentence: ``a, b or c``; nothing if there are none."""
    *head, last = (*words,) or ("",)
    return f"{', '.join(head)} {conjunction} {last}" if head else last


def many(count: int, what: str) -> str:
    """Write a number of things, in the singular or the plural: ``1 GPU``, ``2 addresses``."""
    return f"1 {what}" if count == 1 else f"{count} {what}{'es' if what.endswith('s') else 's'}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """End a sentence with the known word nearest to an unknown one, or with nothing."""
    names = {name.lower(): name for name in sorted(known)}
    near = most_alike(word.lower(), names)
    return f"; did you mean {names[near]!r}?" if near else ""


def most_alike(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Give the known word that is most like another one, if one is like it at all."""
    from difflib import get_close_matches  # noqa: PLC0415 - few runs have a word to offer

    return next(iter(get_close_matches(word, known, 1, cutoff)), None)
