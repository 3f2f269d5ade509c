"""Write files at once, or leave them as they were."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_MOST_DRAFTS = 100
"""Names that are tried for a draft: what others made stays theirs."""


def store(data: bytes, path: Path) -> None:
    """Put data in the place of a file at once; raises `OSError`, and the file is as it was.

    The mode of a file that is there is kept. A device or a pipe is written to.
    """
    file = Path(os.path.realpath(path))  # which raises nothing for links in a circle
    if file.exists() and not file.is_file():
        file.write_bytes(data)
        return
    draft, stream = _open_draft(file)
    try:
        with stream:
            stream.write(data)
        if file.exists():
            draft.chmod(stat.S_IMODE(file.stat().st_mode))
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _open_draft(file: Path) -> tuple[Path, BinaryIO]:
    """Open a file beside another one, under an unused name."""
    for number in range(_MOST_DRAFTS):
        draft = file.with_name(f".compose2cfn-{os.getpid()}-{number}")
        with suppress(FileExistsError):
            return draft, draft.open("xb")
    raise FileExistsError(None, "there are too many drafts of other runs; remove .compose2cfn-*")
