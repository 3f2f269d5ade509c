"""Who may read the files that configs and secrets become."""

import re
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.mount import FileReference

_ROOT = "0"
"""The owner and the group of a file if only the other one is written."""
_USUAL_MODE = 0o444
_HIGHEST_MODE = 0o7777
_HIGHEST_ID = 2**32 - 2
"""The next one means to Linux that the owner is not to be changed."""


class FileAccess(NamedTuple):
    """Who may read a file."""

    mode: int
    owner: str = ""
    """The numbers of its owner and group, as chown takes them; empty leaves it to root."""


def file_access(said: FileReference, spot: Spot) -> FileAccess:
    """Read who may read a file; what is wrong about it is a finding."""
    for key, id_ in (("uid", said.uid), ("gid", said.gid)):
        if id_ and not (re.fullmatch("[0-9]{1,10}", id_) and int(id_) <= _HIGHEST_ID):
            (spot / key).error("file-owner", f"write a number, at most {_HIGHEST_ID}")
    mode = _USUAL_MODE if said.mode is None else said.mode
    if not 0 <= mode <= _HIGHEST_MODE:
        (spot / "mode").error("file-mode", "write an octal mode such as 0444")
    owner = f"{said.uid or _ROOT}:{said.gid or _ROOT}" if said.uid or said.gid else ""
    return FileAccess(mode, owner)
