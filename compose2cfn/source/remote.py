"""Tell files on other machines from local ones."""

import re

from compose2cfn.diagnostics import Steps
from compose2cfn.source.nodes import Leaf
from compose2cfn.source.reader import Reader

_REMOTE = r"(https?|git|ssh|oci)://|git@|github\.com/|[^/]+\.git([#:]|$)"


def refuse_remote(file: Leaf, path: Steps, reader: Reader) -> bool:
    """Refuse a file that would have to be fetched; tell whether it was one."""
    remote = re.match(_REMOTE, str(file.value)) is not None
    if remote:
        message = f"{file.shown} is on another machine and is not fetched; copy the file here"
        reader.fault("remote-file", message, file.at, path)
    return remote
