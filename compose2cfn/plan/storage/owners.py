"""Tell to whom the directories of volumes belong when they are created."""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Project
from compose2cfn.plan.storage.efs_options import USER_OPTIONS
from compose2cfn.plan.storage.mounts import NamedMount, ServiceMount

Directories: TypeAlias = Mapping[str, "MountedDirectory"]
"""The directories of a volume that are mounted, by their paths in it; the empty one is all of it.
"""

_USER = r"(?P<uid>[0-9]{1,10})(?::(?P<gid>[0-9]{1,10}))?(?::.*)?"
_LARGEST = 2**31 - 1
"""The largest number of a user in a container."""


class PosixUser(NamedTuple):
    """A user and a group, by number."""

    uid: str
    gid: str


ROOT = PosixUser("0", "0")


class MountedDirectory(Record):
    """What is known about a directory of a volume from the services that mount it."""

    owner: PosixUser | None = None
    """The user of those that write to it, if they all say the same by number."""
    written: bool = False


def mounted_directories(
    project: Project,
    mounts: Mapping[str, tuple[ServiceMount, ...]],
    findings: Findings,
    *,
    origins: Mapping[str, KeyPath],
) -> Mapping[str, Directories]:
    """List the directories of each volume that is mounted, by the name of the volume.

    ``origins`` has the places of volumes that are in no section of the file.
    """
    users: dict[tuple[str, str], dict[str, str]] = {}
    for service, mounted in mounts.items():
        for mount in mounted:
            if isinstance(mount, NamedMount):
                writers = users.setdefault((mount.volume, mount.subpath), {})
                if not mount.read_only:
                    writers[service] = project.services[service].user
    found: dict[str, dict[str, MountedDirectory]] = {}
    for (volume, subpath), writers in sorted(users.items()):
        owner = None
        if not project.volumes[volume].driver_opts.keys() & USER_OPTIONS:
            owner = _owner(writers, findings.at(*origins.get(volume, ("volumes", volume))))
        directory = MountedDirectory(owner=owner, written=bool(writers))
        found.setdefault(volume, {})[subpath] = directory
    return found


def numeric_user(text: str) -> PosixUser | None:
    """Read the user of a service; None for one that only the image knows.

    The group of a user without one is known only to the image, too; its files belong to the user,
    which is what it needs to change their mode.
    """
    found = re.fullmatch(_USER, text)
    if not found or int(found["uid"]) > _LARGEST or int(found["gid"] or 0) > _LARGEST:
        return None
    return PosixUser(str(int(found["uid"])), str(int(found["gid"] or 0)))


def _owner(writers: Mapping[str, str], spot: Spot) -> PosixUser | None:
    """Choose the owner of a directory: nobody in particular if its writers differ."""
    # Root may write everywhere, whoever owns it: a job that runs as root claims nothing.
    said = {
        service: user
        for service, text in writers.items()
        if (user := numeric_user(text)) and user.uid != ROOT.uid
    }
    if len({*said.values()}) > 1:
        users = listed(sorted(said), "and")
        spot.info(
            "volume-owner",
            f"services with different users write this volume ({users}), so it belongs to root, "
            "and every user may write to it; if all files should belong to one, write "
            "driver_opts.uid and gid",
        )
        return None
    named = sorted(service for service, text in writers.items() if _is_named(text))
    if named and not said:
        spot.info(
            "volume-owner",
            f"only the image knows the number of the user of {listed(named, 'and')}, so the volume "
            "belongs to root, and every user may write to it; if it must belong to that user, as "
            "with PostgreSQL, write the user by number",
        )
    return next(iter(said.values()), None)


def _is_named(user: str) -> bool:
    """Tell whether a service names a user that is not root: only the image knows its number."""
    return bool(user) and numeric_user(user) is None and user.partition(":")[0] != "root"
