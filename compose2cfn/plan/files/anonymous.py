"""Decide which anonymous volumes a container gets, and which of them the image fills."""

from collections.abc import Mapping
from posixpath import normpath

from compose2cfn.findings import Findings
from compose2cfn.plan.files.directories import NeededDirectory
from compose2cfn.plan.files.fates import BindFate, BindFates
from compose2cfn.plan.storage import Mounts
from compose2cfn.plan.terms.paths import within

_LOST = "an anonymous volume lives only as long as its task; give it a name to keep its content"
_FILLED = "the image's files are copied into it first, unless it says nocopy"


def anonymous_volumes(
    mounts: Mounts, findings: Findings, *, fates: BindFates, helped: bool
) -> Mapping[str, NeededDirectory]:
    """List the directories that are anonymous volumes of a service, by path.

    ``helped`` says that the image's own files do not matter.
    """
    unmounted = [
        *fates.are(BindFate.DROPPED, mounts.binds),
        *fates.are(BindFate.LEFT_OUT, mounts.binds),
    ]
    found = {}
    for volume in mounts.anonymous:
        spot = findings.at(*volume.origin)
        if any(within(volume.target, bind.target) for bind in unmounted):
            spot.info(
                "volume-anonymous",
                "what this volume would protect is not mounted, so the image's own files are there "
                "without it",
            )
            continue
        filled = not (helped or volume.nocopy)
        spot.info("volume-anonymous", f"{_LOST}; {_FILLED}" if filled else _LOST)
        path = normpath(volume.target)
        found[path] = NeededDirectory(
            path=path, copied=filled, whole=True, read_only=False, origin=volume.origin
        )
    return found
