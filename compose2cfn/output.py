"""Write files at once, or leave them as they were."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_MOST_DRAFTS = 100
"""Names that are tried for a draft: what others made stays theirs."""


class Draft:
    """A file that is written, but not yet in its place."""

    def __init__(self, data: bytes, path: Path) -> None:
        """Write the draft; raises `OSError` if it cannot be, and leaves nothing behind."""
        self._file = Path(os.path.realpath(path))  # which raises nothing for links in a circle
        self._data = data
        self._draft: Path | None = None
        if path.exists() and not path.is_file():
            self._file = path  # a device or a pipe, which may have no other name
        else:
            self._write()

    def _write(self) -> None:
        self._draft, stream = _open_draft(self._file)
        try:
            with stream:
                stream.write(self._data)
            if self._file.exists():
                self._draft.chmod(stat.S_IMODE(self._file.stat().st_mode))
        except BaseException:
            self.drop()
            raise

    def settle(self) -> None:
        """Put it in its place at once; raises `OSError`, and what is there is as it was."""
        try:
            if self._draft is None:
                self._file.write_bytes(self._data)
            else:
                self._draft.replace(self._file)
                self._draft = None
        finally:
            self.drop()

    def drop(self) -> None:
        """Take it away, unless it is in its place."""
        if self._draft is not None:
            with suppress(OSError):
                self._draft.unlink()


def store(data: bytes, path: Path) -> None:
    """Put data in the place of a file at once; raises `OSError`, and the file is as it was.

    The mode of a file that is there is kept. A device or a pipe is written to.
    """
    Draft(data, path).settle()


def _open_draft(file: Path) -> tuple[Path, BinaryIO]:
    """Open a file beside another one, under an unused name."""
    for number in range(_MOST_DRAFTS):
        draft = file.with_name(f".compose2cfn-{os.getpid()}-{number}")
        with suppress(FileExistsError):
            return draft, draft.open("xb")
    raise FileExistsError(None, "there are too many drafts of other runs; remove .compose2cfn-*")
