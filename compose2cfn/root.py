"""A folder that no path leads out of: walked step by step, by descriptors and never by names."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from compose2cfn.limits import MOST_LINKS, MOST_STEPS


class Outside(PermissionError):
    """A path leads out of the root."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "this is outside the root, and nothing outside is read")


class Linked(PermissionError):
    """A path leads over a link where none is followed."""

    def __init__(self) -> None:
        super().__init__(errno.ELOOP, "links are not followed here")


class Reached(NamedTuple):
    """What is at a path: a name in a folder that is open, and never a link."""

    folder: int
    """The descriptor of the folder."""
    name: str
    status: os.stat_result
    link: bool
    """Whether the path itself is a link, which led here."""
    path: str
    """Absolute, and without links."""


class Root:
    """A folder, and all that is in it.

    Paths are absolute. Links are followed as long as they stay inside; what is outside is not even
    looked at. A folder on the way that is exchanged for a link in the meantime leads nowhere: each
    step is made from the folder that was opened before it.
    """

    def __init__(self, folder: str, *names: str) -> None:
        """Take a folder, which must be there; ``names`` are further paths that it is known by."""
        if not folder:  # which would be the working directory
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        self.path = os.path.realpath(folder, strict=True)
        if os.open not in os.supports_dir_fd:
            raise OSError(errno.ENOTSUP, "this system cannot keep to a folder")
        os.close(self.open_folder())
        self.names = [_names(name) for name in (self.path, os.path.abspath(folder), *names)]

    def open_folder(self) -> int:
        """Open the folder itself."""
        return os.open(self.path, _folder_flags())

    @contextmanager
    def find(self, path: str, below: str = "") -> Iterator[Reached]:
        """Find what is at a path; raises `OSError` if nothing does, or `Outside`.

        ``below`` names a folder on the way; from there on, a link raises `Linked`.
        """
        walk = _Walk(self, path, below)
        try:
            yield walk.end()
        finally:
            walk.close()

    def open(self, path: str, below: str = "") -> int:
        """Open a file to be read; it does not block, whatever it is."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        with self.find(path, below) as found:
            if not stat.S_ISREG(found.status.st_mode):  # to open a device may do something
                raise OSError(errno.EINVAL, "not a regular file")
            return os.open(found.name, flags, dir_fd=found.folder)

    def list(self, path: str) -> list[str]:
        """List the names in a folder."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
        with self.find(path) as found:
            folder = os.open(found.name, flags, dir_fd=found.folder)
        try:
            return os.listdir(folder)
        finally:
            os.close(folder)


class _Step(NamedTuple):
    """A name on the way, and its place in the path that was asked for; -1 for others."""

    name: str
    place: int = -1


class _Walk:
    """One walk to one path; of all folders on the way, one is open at a time."""

    def __init__(self, root: Root, path: str, below: str) -> None:
        names = _names(path)
        self._root = root
        self._waiting = [_Step(name, place) for place, name in enumerate(names)][::-1]
        self._linkless = len(_names(os.path.normpath(below))) if below else len(names)
        self._last = max((place for place, name in enumerate(names) if name != "."), default=-1)
        self._links = self._steps = 0
        self._at: list[str] = []
        """Where the walk is, from the top; no name below the root is a link."""
        self._folder = -1
        """What is open there; nothing outside the root is."""
        self._link = False
        self._arrive()

    def close(self) -> None:
        """Let go of the folder that is open."""
        if self._folder >= 0:
            os.close(self._folder)
        self._folder = -1

    def end(self) -> Reached:
        """Walk to the end of the path."""
        while self._waiting:
            step = self._waiting.pop()
            if step.name == "..":
                self._leave()
            elif self._folder < 0:
                self._at.append(step.name)
                self._arrive()
            elif found := self._look(step):
                return found
        if self._folder < 0:
            raise Outside
        return self._reached(".", os.stat(self._folder))

    def _reached(self, name: str, status: os.stat_result) -> Reached:
        path = os.path.normpath("/".join(["", *self._at, name]))
        return Reached(folder=self._folder, name=name, status=status, link=self._link, path=path)

    def _arrive(self) -> None:
        """Open the root, where the walk has come to it by one of its names."""
        if self._at in self._root.names:
            self._at = [*self._root.names[0]]
            self._folder = self._root.open_folder()

    def _leave(self) -> None:
        """Go to the folder above, by way of the root: what was opened may have been moved."""
        self._at = self._at[:-1]
        while self._waiting and self._waiting[-1].name == "..":
            self._waiting.pop()
            self._at = self._at[:-1]
        if self._folder < 0:
            self._arrive()
            return
        self.close()
        home = self._root.names[0]
        if self._at[: len(home)] == home:
            self._waiting += [_Step(name) for name in self._at[len(home) :][::-1]]
            self._at = home
        self._arrive()

    def _look(self, step: _Step) -> Reached | None:
        """Look at a name in the folder that is open: follow it, or find the end there."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        status = os.stat(step.name, dir_fd=self._folder, follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            self._follow(step)
        elif not self._waiting:
            return self._reached(step.name, status)
        elif step.name != ".":
            inner = os.open(step.name, _folder_flags(), dir_fd=self._folder)
            self.close()
            self._folder = inner
            self._at.append(step.name)
        return None

    def _follow(self, step: _Step) -> None:
        """Go on where a link leads."""
        self._links += 1
        if self._links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if step.place >= self._linkless:
            raise Linked
        self._link |= step.place == self._last
        target = os.readlink(step.name, dir_fd=self._folder)
        self._waiting += [_Step(name) for name in _names(target)[::-1]]
        if target.startswith("/"):
            self.close()
            self._at = []
            self._arrive()


def _names(path: str) -> list[str]:
    """Split a path; a slash at its end asks for a folder, as the name ``.`` does."""
    names = [name for name in path.split("/") if name]
    return [*names, "."] if names and path.endswith("/") else names


def _folder_flags() -> int:
    """Say how a folder is opened that is only gone through, which needs no right to list it."""
    search = os.O_PATH if sys.platform == "linux" else os.O_RDONLY
    return search | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
