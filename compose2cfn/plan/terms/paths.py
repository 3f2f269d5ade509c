"""Paths in a container: which are taken, and what is within what."""

import re
from collections.abc import Mapping
from posixpath import normpath


def within(path: str, directory: str) -> bool:
    """Tell whether a path is somewhere below a directory."""
    inner, outer = normpath(path), normpath(directory)
    return inner != outer and inner.startswith(outer.rstrip("/") + "/")


def at_or_below(path: str, directory: str) -> bool:
    """Tell whether a path is a directory itself, or somewhere below it."""
    return f"{normpath(path)}/".startswith(normpath(directory).rstrip("/") + "/")


class TakenPaths:
    """The paths of files in one directory tree: none may be at, above or below another."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._taken: dict[str, int] = {}
        self._above: dict[str, int] = {}
        """The directories above taken paths, each with the first of these."""

    def take(self, path: str) -> str:
        """Take a path; returns the first one that is in its way, or an empty text."""
        path = normpath(path)
        above = ancestors(path)
        hits = [self._taken[p] for p in (path, *above) if p in self._taken]
        if path in self._above:
            hits.append(self._above[path])
        number = len(self._order)
        self._order.append(path)
        self._taken.setdefault(path, number)
        for directory in above:
            self._above.setdefault(directory, number)
        return self._order[min(hits)] if hits else ""


def ancestors(path: str) -> list[str]:
    """List the directories above a normal path, the nearest first, without the root."""
    found = []
    while path := path.rpartition("/")[0]:
        found.append(path)
    return found


def names_path(text: str, path: str) -> bool:
    """Tell whether a text names a file by its whole path, alone or in an option."""
    return re.search(_whole(path), text) is not None


def with_paths(text: str, moved: Mapping[str, str]) -> str:
    """Name files in a text by the paths that they were moved to."""
    for path, place in moved.items():
        text = re.sub(_whole(path), place.replace("\\", r"\\"), text)
    return text


def _whole(path: str) -> str:
    """Write a pattern for a path that is not a part of another one."""
    return rf"(?:(?<![\w./~-])|(?<=file://)){re.escape(path)}(?![\w/-]|\.\w)"
