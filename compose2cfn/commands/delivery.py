"""Compare, store or print what a command made."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from compose2cfn.arguments import FAILURE, SUCCESS, Arguments, refuse
from compose2cfn.diagnostics import visible

if TYPE_CHECKING:  # to print something needs no files
    from compose2cfn.files import Disk
    from compose2cfn.output import Draft


def hand_over(text: str, arguments: Arguments) -> int:
    """Compare, store or print what was made."""
    if check := _path(arguments.check):
        from compose2cfn.testing import difference

        stored = _stored(check, arguments.root)
        found = difference(stored, text, str(check))
        _print(found)
        return FAILURE if found else SUCCESS
    if output := _path(arguments.output):
        draft_file(text, output, arguments.root).settle()
    else:
        _print(text)
    return SUCCESS


def draft_file(text: str, path: Path, root: str | None) -> "Draft":
    """Write a file that is not in its place yet; raises `OSError`."""
    from compose2cfn.output import Draft

    if root is not None:
        _check_way(path, root)
    return Draft(text.encode("utf-8", "surrogateescape"), path)


def _path(written: str | None) -> Path | None:
    return None if written is None else Path(written)


def _stored(path: Path, root: str | None) -> str:
    """Read the file to compare with; empty if it does not exist."""
    from compose2cfn.files import Kind

    disk = caller_disk(path, root)
    whole = str(Path.cwd() / path)
    if disk.kind(whole).kind is Kind.ABSENT:
        return ""
    return disk.read(whole).decode("utf-8", "replace")


def caller_disk(path: Path, root: str | None) -> "Disk":
    """Reach a file that the caller names: in the root, by no link that leads out of it."""
    from compose2cfn.files import Disk

    return Disk(root) if root is not None and _seems_inside(path, root) else Disk()


def read_file(path: str, root: str | None) -> bytes:
    """Read a file that the caller names, or standard input for ``-``; one is wrong usage if not."""
    try:
        if path == "-":
            from compose2cfn.files import Disk

            return Disk(stdin=_bytes_of(sys.stdin)).read(path)
        return caller_disk(Path(path), root).read(str(Path.cwd() / path))
    except OSError as error:
        refuse(f"{visible(path)}: {error.strerror or error}")
        raise


def _check_way(path: Path, root: str) -> None:
    """Refuse to write to what an author may have put there: a link out of the root, or a pipe.

    What is named outside the root is the caller's.
    """
    from compose2cfn.files import Disk, Kind
    from compose2cfn.root import Outside

    if _seems_inside(path, root):
        match Disk(root).kind(str(Path.cwd() / path)).kind:
            case Kind.OUTSIDE:
                raise Outside
            case Kind.OTHER:
                raise OSError("this is not a regular file")


def _seems_inside(path: Path, root: str) -> bool:
    """Tell whether a path is in the root by what it says, or by where its folder is."""
    said = Path(os.path.normpath(Path.cwd() / path))
    home = Path(os.path.realpath(path.parent))
    real = os.path.realpath(root)
    return said.is_relative_to(real) or home.is_relative_to(real)


def _print(text: str) -> None:
    """Print the same bytes on every platform."""
    stream = _bytes_of(sys.stdout)
    stream.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()


def _bytes_of(stream: TextIO | None) -> BinaryIO:
    """Reach the bytes below a standard stream; raises `OSError` if it is closed."""
    if stream is None:
        raise OSError("a standard stream that is needed is closed")
    return stream.buffer
