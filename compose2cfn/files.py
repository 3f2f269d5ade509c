"""The one door to input: every file that a conversion reads comes through `Files`."""

import os
import posixpath
import stat
from collections.abc import Mapping
from enum import StrEnum
from typing import BinaryIO, NamedTuple, Protocol

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that are read where nothing else is said."""


class Kind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"
    """A device, a socket, a pipe."""
    ABSENT = "absent"


class Entry(NamedTuple):
    """What stands at a path, and for a file its size in bytes."""

    kind: Kind
    size: int = 0
    link: bool = False
    """Whether the path itself is a link; ``kind`` is that of what it leads to."""


class Files(Protocol):
    """Where input comes from; paths are ``/``-separated, relative ones start in `directory`."""

    @property
    def directory(self) -> str:
        """Name the working directory, as an absolute path."""

    def read(self, path: str, limit: int = LARGEST) -> bytes:
        """Read a file; raises `OSError` if it cannot be read or has more than ``limit`` bytes."""

    def kind(self, path: str) -> Entry:
        """Tell what stands at a path; never raises."""

    def list(self, path: str) -> tuple[str, ...]:
        """List the names in a folder, sorted; raises `OSError` if that cannot be done."""


class Disk:
    """The files of this machine, or of one folder of it.

    With ``root`` nothing outside that folder is read, links that lead out included: such a path
    raises `PermissionError`, and `kind` says that nothing is there. ``stdin`` is what the path
    ``-`` reads, once. ``directory`` is how a shell names the working directory, which may be by
    way of a link; if that is another one, it does not count.
    """

    def __init__(
        self,
        root: str | None = None,
        *,
        stdin: BinaryIO | None = None,
        directory: str | None = None,
    ) -> None:
        self._base = os.path.realpath(root) if root is not None else _working(directory)
        self._confined = root is not None
        self._stdin = stdin

    @property
    def directory(self) -> str:
        """Name the root, or the working directory as it was when this was made."""
        return self._base

    def read(self, path: str, limit: int = LARGEST) -> bytes:
        """Read a file, or standard input for ``-``."""
        if path == "-" and self._stdin is not None:
            return _within(self._stdin.read(limit + 1), path, limit)
        real = self._real(path)
        if not stat.S_ISREG(os.stat(real).st_mode):  # to open a pipe would wait for its other end
            message = "not a regular file"
            raise OSError(message)
        with open(real, "rb") as stream:
            return _within(stream.read(limit + 1), path, limit)

    def kind(self, path: str) -> Entry:
        """Tell what stands at a path, links followed."""
        if path == "-" and self._stdin is not None:
            return Entry(Kind.FILE)
        link = os.path.islink(os.path.join(self._base, path.rstrip("/").replace("\0", "")))
        try:
            found = os.stat(self._real(path))
        except (OSError, ValueError):
            return Entry(Kind.ABSENT, link=link)
        if stat.S_ISREG(found.st_mode):
            return Entry(Kind.FILE, found.st_size, link)
        return Entry(Kind.FOLDER if stat.S_ISDIR(found.st_mode) else Kind.OTHER, link=link)

    def list(self, path: str) -> tuple[str, ...]:
        """List the names in a folder, sorted."""
        return tuple(sorted(os.listdir(self._real(path))))

    def _real(self, path: str) -> str:
        """Find the path on the machine; raises `OSError` for one outside the root."""
        if "\0" in path:
            message = "a path holds no NUL"
            raise OSError(message)
        joined = os.path.join(self._base, path)
        if not self._confined:
            return joined
        real = os.path.realpath(joined)
        if os.path.commonpath((real, self._base)) != self._base:
            message = "outside the folder that may be read"
            raise PermissionError(message)
        return real


class Memory:
    """Files that stand only in memory, by path; folders are there where files are in them."""

    def __init__(self, files: Mapping[str, str | bytes], directory: str = "/") -> None:
        self._directory = directory
        self._files = {
            self._absolute(path): text.encode("utf-8", "surrogatepass")
            if isinstance(text, str)
            else text
            for path, text in files.items()
        }

    @property
    def directory(self) -> str:
        """Name the working directory: ``/`` unless another was given."""
        return self._directory

    def read(self, path: str, limit: int = LARGEST) -> bytes:
        """Read a file."""
        found = self._files.get(self._absolute(path))
        if found is None:
            raise FileNotFoundError(path)
        return _within(found, path, limit)

    def kind(self, path: str) -> Entry:
        """Tell what stands at a path."""
        whole = self._absolute(path)
        if whole in self._files:
            return Entry(Kind.FILE, len(self._files[whole]))
        inside = whole.rstrip("/") + "/"
        there = any(other.startswith(inside) for other in self._files)
        return Entry(Kind.FOLDER if there else Kind.ABSENT)

    def list(self, path: str) -> tuple[str, ...]:
        """List the names in a folder, sorted."""
        inside = self._absolute(path).rstrip("/") + "/"
        names = {
            other[len(inside) :].partition("/")[0]
            for other in self._files
            if other.startswith(inside)
        }
        if not names:
            raise FileNotFoundError(path)
        return tuple(sorted(names))

    def _absolute(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._directory, path))


def _working(named: str | None) -> str:
    """Name the working directory as a shell does, if that is it."""
    actual = os.getcwd()
    if named is None or not os.path.isabs(named):
        return actual
    try:
        return os.path.normpath(named) if os.path.samefile(named, actual) else actual
    except (OSError, ValueError):
        return actual


def _within(content: bytes, path: str, limit: int) -> bytes:
    if len(content) > limit:
        message = f"{path} has more than {limit} bytes"
        raise OSError(message)
    return content
