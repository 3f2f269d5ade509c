"""The one door to input: every file that a conversion reads comes through `Files`."""

import errno
import os
import posixpath
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from functools import cache
from typing import BinaryIO, NamedTuple, Protocol

from compose2cfn.limits import LARGEST_FILE, LONGEST_PATH, LONGEST_STEP
from compose2cfn.root import Linked, Outside, Root


class Kind(StrEnum):
    """What is at a path."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "other"
    """A device, a socket, a pipe, a file that the kernel makes up."""
    ABSENT = "absent"
    OUTSIDE = "outside"
    """Outside the folder that may be read; whether anything is there was not checked."""


class Entry(NamedTuple):
    """What is at a path, and for a file its size in bytes."""

    kind: Kind
    size: int = 0
    link: bool = False
    """Whether the path itself is a link; ``kind`` is that of what it leads to."""


class Files(Protocol):
    """Where input comes from; paths are ``/``-separated, relative ones start in `directory`.

    Where ``below`` names a folder above a path, no link is followed from there on.
    """

    @property
    def directory(self) -> str:
        """Name the working directory, as an absolute path."""

    def read(self, path: str, limit: int = LARGEST_FILE, *, below: str = "") -> bytes:
        """Read a file; raises `OSError` if it cannot be read or has more than ``limit`` bytes."""

    def kind(self, path: str, *, below: str = "") -> Entry:
        """Tell what is at a path; never raises.

        With ``below``, a link on the way is what is found, of the kind ``OTHER``.
        """

    def list(self, path: str) -> tuple[str, ...]:
        """List the names in a folder, sorted; raises `OSError` if that cannot be done."""

    def real(self, path: str) -> str:
        """Name what is at a path: absolute, without links where they may be followed.

        Never raises: what is not there has the name that is asked for.
        """


class Disk:
    """The files of this machine, or of one folder of it.

    With ``root`` nothing outside that folder is read or looked at, by no path and no link: such a
    path raises `Outside`. Links that stay inside are followed. Raises `OSError` if there is no such
    folder. ``stdin`` is what the path ``-`` reads, once. ``directory`` is how a shell names the
    working directory, which may be by way of a link; if that is another one, it does not count.
    With ``root`` relative paths start there, or in ``directory`` if that is the working directory
    and inside.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        stdin: BinaryIO | None = None,
        directory: str | None = None,
    ) -> None:
        self._stdin = stdin
        self._root = None
        if root is None:
            self._base = _working(directory)
        else:
            self._root, self._base = _confined(os.fspath(root), directory)

    @property
    def directory(self) -> str:
        """Name the folder that relative paths start in, as it was when this was made."""
        return self._base

    def read(self, path: str, limit: int = LARGEST_FILE, *, below: str = "") -> bytes:
        """Read a file, or standard input for ``-``."""
        if path == "-" and self._stdin is not None:
            return _within(self._stdin.read(limit + 1), path, limit)
        whole = self._whole(path)
        if root := self._rooted(below):
            file = root.open(whole, self._absolute(below))
        else:
            file = _opened(whole)
        try:
            if not _is_plain(status := os.fstat(file)):
                raise OSError(errno.EINVAL, _NOT_PLAIN)
            if status.st_size > limit:
                raise _too_large(path, limit)
            return _within(_content(file, status.st_size, limit), path, limit)
        finally:
            os.close(file)

    def kind(self, path: str, *, below: str = "") -> Entry:
        """Tell what is at a path, following links."""
        if path == "-" and self._stdin is not None:
            return Entry(Kind.FILE)
        link = False
        try:
            whole = self._whole(path)
            if root := self._rooted(below):
                with root.find(whole, self._absolute(below)) as found:
                    link, status = found.link, found.status
            else:
                link = os.path.islink(whole.rstrip("/"))
                status = os.stat(whole)
        except Outside:
            return Entry(Kind.OUTSIDE)
        except Linked:
            return Entry(Kind.OTHER, link=True)
        except OSError:
            return Entry(Kind.ABSENT, link=link)
        if _is_plain(status):
            return Entry(Kind.FILE, status.st_size, link)
        return Entry(Kind.FOLDER if stat.S_ISDIR(status.st_mode) else Kind.OTHER, link=link)

    def list(self, path: str) -> tuple[str, ...]:
        """List the names in a folder, sorted."""
        whole = self._whole(path)
        return tuple(sorted(self._root.list(whole) if self._root else os.listdir(whole)))

    def real(self, path: str) -> str:
        """Name what is at a path, following links."""
        whole = os.path.join(self._base, path)
        with suppress(OSError):
            if self._root is None:
                return os.path.realpath(self._whole(path), strict=True)
            with self._root.find(self._whole(path)) as found:
                return found.path
        return os.path.normpath(whole)

    def _whole(self, path: str) -> str:
        return _checked(os.path.join(self._base, path), sys.getfilesystemencoding())

    def _absolute(self, folder: str) -> str:
        return os.path.join(self._base, folder) if folder else ""

    def _rooted(self, below: str) -> Root | None:
        """Return where to walk: the root, or the folder from which on no link is followed."""
        if self._root or not below:
            return self._root
        return Root(self._absolute(below))


class Memory:
    """Files that are only in memory, by path; folders exist if files are in them."""

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

    def read(
        self,
        path: str,
        limit: int = LARGEST_FILE,
        *,
        below: str = "",  # noqa: ARG002 - there are no links in memory
    ) -> bytes:
        """Read a file."""
        found = self._files.get(self._absolute(path))
        if found is None:
            raise FileNotFoundError(path)
        return _within(found, path, limit)

    def kind(
        self,
        path: str,
        *,
        below: str = "",  # noqa: ARG002 - there are no links in memory
    ) -> Entry:
        """Tell what is at a path."""
        try:
            whole = self._absolute(path)
        except OSError:
            return Entry(Kind.ABSENT)
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

    def real(self, path: str) -> str:
        """Name what is at a path."""
        return posixpath.normpath(posixpath.join(self._directory, path))

    def _absolute(self, path: str) -> str:
        return posixpath.normpath(_checked(posixpath.join(self._directory, path), "utf-8"))


def _working(named: str | None) -> str:
    """Name the working directory as a shell does, if that is it."""
    actual = os.getcwd()
    if named is None or not os.path.isabs(named):
        return actual
    try:
        return os.path.normpath(named) if os.path.samefile(named, actual) else actual
    except (OSError, ValueError):
        return actual


def _confined(folder: str, named: str | None) -> tuple[Root, str]:
    """Confine to a folder; tell where relative paths start in it."""
    if named is None:
        root = Root(folder)
        return root, root.path
    start = _working(named)
    names = [path for path in (start, *_parents(start)) if _is_same(path, folder)]
    root = Root(folder, *names)
    if names:
        return root, start
    actual = os.getcwd()
    return root, actual if os.path.commonpath((root.path, actual)) == root.path else root.path


def _parents(path: str) -> list[str]:
    """List the folders above a path, the nearest first."""
    names = path.strip("/").split("/")
    return ["/" + "/".join(names[:number]) for number in range(len(names) - 1, -1, -1)]


def _is_same(path: str, folder: str) -> bool:
    try:
        return os.path.samefile(path, folder)
    except OSError:
        return False


def _checked(path: str, encoding: str) -> str:
    """Refuse a name that no file can have, before looking for it; raises `OSError`."""
    try:
        written = path.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, "no file can have this name") from None
    if b"\0" in written:
        raise OSError(errno.EINVAL, "a path cannot contain NUL")
    if len(written) > LONGEST_PATH or max(map(len, written.split(b"/"))) > LONGEST_STEP:
        limits = f"{LONGEST_PATH} bytes, and each name in it {LONGEST_STEP}"
        raise OSError(errno.ENAMETOOLONG, f"a path has at most {limits}")
    return path


_NOT_PLAIN = "not a regular file"


def _opened(path: str) -> int:
    """Open a file for reading; never blocks."""
    if not _is_plain(os.stat(path)):  # to open a device may do something
        raise OSError(errno.EINVAL, _NOT_PLAIN)
    if sys.platform == "win32":
        return os.open(path, os.O_RDONLY | os.O_BINARY)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)


def _is_plain(status: os.stat_result) -> bool:
    """Tell whether this is a stored file; what the kernel shows as files is not."""
    return stat.S_ISREG(status.st_mode) and status.st_dev != _kernel_device()


@cache
def _kernel_device() -> int:
    """Tell on which device the kernel shows its log, and the variables of processes."""
    try:
        return os.stat("/proc/self").st_dev
    except OSError:
        return -1


def _content(file: int, size: int, limit: int) -> bytes:
    """Read an open file, up to one byte more than allowed."""
    parts: list[bytes] = []
    left = limit + 1
    while left and (part := os.read(file, min(left, max(size + 1, 4096)))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _within(content: bytes, path: str, limit: int) -> bytes:
    if len(content) > limit:
        raise _too_large(path, limit)
    return content


def _too_large(path: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"{path} has more than {limit} bytes")
