"""Read the patterns of ``.gitignore`` and ``.dockerignore``, and match paths against them.

Both are untrusted: a pattern is never made a regular expression, and matching takes steps in the
product of the lengths at most.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from posixpath import normpath
from typing import NamedTuple, TypeVar

from compose2cfn.limits import MOST_COMPARED, MOST_PATTERNS

_P = TypeVar("_P")
_I = TypeVar("_I")
_ANY = "**"


_STEPS = 32
"""Steps of a comparison that count as another one."""


class Effort:
    """How many comparisons of paths with patterns are left; without any, patterns say nothing."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_COMPARED


class Pattern(NamedTuple):
    """A line of a file that says what is left out."""

    segments: tuple[str, ...]
    """The names of a path, each with wildcards; ``**`` stands for any number of names."""
    again: bool
    """Whether it takes back what earlier lines say."""
    folders: bool
    """Whether it is only about folders."""
    head: str
    """How the first name of a path begins that it is about."""
    tail: str
    """How the last one ends."""
    length: int
    """What it costs beyond that to compare it with a path."""
    weight: int
    """What it costs beyond that to compare it with a letter of a path."""

    @classmethod
    def of(cls, segments: tuple[str, ...], *, again: bool, folders: bool) -> "Pattern":
        """Make a pattern of its segments."""
        head = "" if segments[0] == _ANY else re.split(r"[*?[\\]", segments[0], maxsplit=1)[0]
        tail = "" if segments[-1] == _ANY else re.split(r"[]*?[\\]", segments[-1])[-1]
        length = sum(map(len, segments))
        weight = length if any("*" in segment for segment in segments) else 0
        return cls(segments, again, folders, head, tail, length, weight)

    def stands_for(self, names: Sequence[str], effort: Effort) -> bool:
        """Tell whether a path is one that it is about; most are not, which is seen at once."""
        effort.left -= 1
        if not names[0].startswith(self.head) or not names[-1].endswith(self.tail):
            return False
        effort.left -= (self.length + self.weight * sum(map(len, names))) // _STEPS
        return effort.left > 0 and stands_for(self.segments, names)


class GitIgnore:
    """The patterns of a ``.gitignore``, about paths below its own folder."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self.patterns = patterns

    def says(self, path: str, *, folder: bool, effort: Effort | None = None) -> bool | None:
        """Tell whether a path is left out by itself; None if no pattern is about it."""
        names = path.split("/")
        effort = effort or Effort()
        for pattern in reversed(self.patterns):
            if effort.left <= 0:
                break
            if (folder or not pattern.folders) and pattern.stands_for(names, effort):
                return not pattern.again
        return None


class DockerIgnore:
    """The patterns of a ``.dockerignore``, about paths below the build context."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self.patterns = patterns

    def leaves_out(self, path: str, effort: Effort | None = None) -> bool:
        """Tell whether a path is not sent to the builder, by itself or with a folder above it."""
        names = path.split("/")
        effort = effort or Effort()
        above = [names[:count] for count in range(1, len(names) + 1)]
        for pattern in reversed(self.patterns):
            if effort.left <= 0:
                break
            if any(pattern.stands_for(each, effort) for each in above):
                return not pattern.again
        return False


def git_ignore(text: str) -> GitIgnore:
    """Read a ``.gitignore``.

    https://git-scm.com/docs/gitignore
    """
    return GitIgnore(tuple(_git_patterns(text)))


def docker_ignore(text: str) -> DockerIgnore:
    """Read a ``.dockerignore``.

    https://docs.docker.com/build/concepts/context/#dockerignore-files
    """
    return DockerIgnore(tuple(_docker_patterns(text)))


def has_wildcards(text: str) -> bool:
    """Tell whether a text is a pattern and not just a path."""
    return any(sign in text for sign in "*?[\\")


def stands_for(segments: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether the names of a path are those that the segments of a pattern stand for."""
    return _matched(segments, names, _ANY.__eq__, _name_matches)


def _git_patterns(text: str) -> Iterator[Pattern]:
    for line in _lines(text):
        said = line.removeprefix("!")
        again = said != line
        path = said.removeprefix("\\") if said.startswith(("\\#", "\\!")) else said
        names = [name for name in path.split("/") if name]
        if not names:
            continue
        if "/" not in path.rstrip("/"):
            names = [_ANY, *names]
        yield Pattern.of(_inside(names), again=again, folders=path.endswith("/"))


def _docker_patterns(text: str) -> Iterator[Pattern]:
    for line in _lines(text):
        said = line.removeprefix("!").strip()
        path = normpath(said.lstrip("/")) if said.strip("/") else "."
        if path != ".":
            names = tuple(name for name in path.split("/") if name != "..")
            if names:
                yield Pattern.of(names, again=line.startswith("!"), folders=False)


def _lines(text: str) -> Iterable[str]:
    """List the lines that say something."""
    stripped = (line.rstrip() for line in text.removeprefix("\ufeff").splitlines())
    return [line for line in stripped if line and not line.startswith("#")][:MOST_PATTERNS]


def _inside(names: list[str]) -> tuple[str, ...]:
    """Let ``**`` at the end stand for what is inside, not for the folder itself."""
    return (*names[:-1], "*", _ANY) if len(names) > 1 and names[-1] == _ANY else tuple(names)


def _name_matches(pattern: str, name: str) -> bool:
    """Tell whether a name is one that a pattern without slashes stands for."""
    return _matched(_tokens(pattern), name, partial(_is, "*"), _token_matches)


def _is(text: str, token: "_Token") -> bool:
    return token.text == text and not token.literal


class _Token(NamedTuple):
    """One sign of a pattern: a letter, a wildcard, or the letters between brackets."""

    text: str
    literal: bool = False
    negated: bool = False
    """Whether brackets name the letters that do not match."""


@lru_cache(MOST_PATTERNS)
def _tokens(pattern: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(pattern):
        sign = pattern[place]
        end = pattern.find("]", place + 2) if sign == "[" else -1
        if sign == "\\" and place + 1 < len(pattern):
            found.append(_Token(pattern[place + 1], literal=True))
            place += 2
        elif end > 0:
            inner = pattern[place + 1 : end]
            negated = inner[0] in "!^"
            found.append(_Token(f"[{inner[negated:]}", negated=negated))
            place = end + 1
        else:
            if not (sign == "*" and found and found[-1] == _Token("*")):
                found.append(_Token(sign, literal=sign not in "*?"))
            place += 1
    return found


def _token_matches(token: _Token, letter: str) -> bool:
    if token.literal:
        return token.text == letter
    if token.text.startswith("["):
        return _is_among(letter, token.text[1:]) is not token.negated
    return token.text == "?"


def _is_among(letter: str, letters: str) -> bool:
    """Tell whether a letter is among some, such as ``a-z_``."""
    place = 0
    while place < len(letters):
        if letters[place + 1 : place + 2] == "-" and place + 2 < len(letters):
            if letters[place] <= letter <= letters[place + 2]:
                return True
            place += 3
        else:
            if letters[place] == letter:
                return True
            place += 1
    return False


def _matched(
    pattern: Sequence[_P],
    items: Sequence[_I],
    is_star: Callable[[_P], bool],
    matched: Callable[[_P, _I], bool],
) -> bool:
    """Match items, where a star stands for any number of them.

    Where something fails, only the last star takes one more: an earlier one need not, since what is
    between the two was found at the first place where it can be.
    """
    at = place = 0
    star, resume = -1, 0
    while place < len(items):
        if at < len(pattern) and is_star(pattern[at]):
            star, resume = at, place
            at += 1
        elif at < len(pattern) and matched(pattern[at], items[place]):
            at += 1
            place += 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return all(is_star(rest) for rest in pattern[at:])
