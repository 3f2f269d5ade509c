"""Tell files on other machines from local ones."""

import re

_REMOTE = r"(https?|git|ssh|oci)://|git@|github\.com/|[^/]+\.git([#:]|$)"


def is_remote(file: str) -> bool:
    """Tell whether a file would have to be fetched."""
    return re.match(_REMOTE, file) is not None
