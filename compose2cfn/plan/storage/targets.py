"""Tell where in a container something can be mounted."""

import re

from compose2cfn.findings import Spot

_ABSOLUTE = r"(?s)/.*[^/.].*"
_DRIVE = r"(?s)[A-Za-z]:[\\/].*"


def mountable(target: str, spot: Spot) -> bool:
    """Tell whether something can be mounted at a path; report it if not."""
    if re.fullmatch(_DRIVE, target):
        spot.error(
            "mount-target",
            f"{spot.shown(target)} is a path of Windows, where tasks can mount neither EFS file "
            "systems nor files; write a path of Linux such as /data, and run the service on "
            "linux/amd64",
        )
    elif not re.fullmatch(_ABSOLUTE, target):
        spot.error(
            "mount-target",
            f"{spot.shown(target)!r} is not a valid mount point; write a path such as /data",
        )
    else:
        return True
    return False
