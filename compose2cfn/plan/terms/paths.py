"""Paths in a container: which are taken, and what stands within what."""

from collections.abc import Iterator
from posixpath import normpath


def within(path: str, directory: str) -> bool:
    """Tell whether a path is somewhere below a directory."""
    inner, outer = normpath(path), normpath(directory)
    return inner != outer and inner.startswith(outer.rstrip("/") + "/")


class TakenPaths:
    """The paths of files in one directory tree: none may stand at, above or below another."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._taken: dict[str, int] = {}
        self._above: dict[str, int] = {}
        """The directories above taken paths, each with the first of these."""

    def take(self, path: str) -> str:
        """Take a path; gives the first that stood in its way, or an empty text."""
        path = normpath(path)
        ancestors = list(_ancestors(path))
        hits = [self._taken[p] for p in (path, *ancestors) if p in self._taken]
        if path in self._above:
            hits.append(self._above[path])
        number = len(self._order)
        self._order.append(path)
        self._taken.setdefault(path, number)
        for directory in ancestors:
            self._above.setdefault(directory, number)
        return self._order[min(hits)] if hits else ""


def _ancestors(path: str) -> Iterator[str]:
    """List the directories above a path, the nearest first."""
    while (cut := path.rpartition("/")[0]) and cut != path:
        path = cut
        yield path
