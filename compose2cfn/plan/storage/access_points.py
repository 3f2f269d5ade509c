"""Decide on the ways of tasks to the directories of file systems."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.storage.efs_options import USER_OPTIONS
from compose2cfn.plan.storage.owners import ROOT, Directories, PosixUser
from compose2cfn.plan.terms.names import digest

LONGEST_DIRECTORY = 100
"""Characters of the directory of an access point."""

# https://docs.aws.amazon.com/efs/latest/APIReference/API_RootDirectory.html
_DIRECTORY = r"/|(/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4}"
_NOBODY = PosixUser("65534", "65534")
"""The user of locks: not the root user, whose rights a task may not have."""


class NewDirectory(NamedTuple):
    """How a directory is created that does not exist yet."""

    owner: PosixUser
    permissions: str
    """Octal."""


class AccessPoint(Record):
    """The way for tasks to a directory of a file system."""

    id: str
    """Its logical id."""
    task_volume: str
    """The name, within a task, of the volume that leads there."""
    directory: str
    creation: NewDirectory | None
    """Absent for the top of a file system, which always exists."""
    user: PosixUser | None
    """The owner of all files, no matter which user a container runs as."""

    @property
    def root(self) -> bool:
        """Tell whether a container's root counts as root; otherwise EFS treats it as nobody."""
        return self.user is None or self.user.uid == ROOT.uid


def access_points(
    prefix: str, options: Mapping[str, str], root: str, directories: Directories
) -> Mapping[str, AccessPoint]:
    """Decide how tasks get to each directory of a volume."""
    return Frozen(
        {
            subpath: _access_point(
                prefix, options, f"{root}/{subpath}", subpath=subpath, owner=mounted.owner
            )
            for subpath, mounted in sorted(directories.items())
        }
    )


def mark_point(prefix: str, root: str) -> AccessPoint:
    """Name a directory that no container mounts, for root alone."""
    return AccessPoint(
        id=f"{prefix}SeedAccessPoint",
        task_volume=f"{prefix}Seed",
        directory="/seeded" if root.split("/")[1] != "seeded" else "/seeded-volume",
        creation=NewDirectory(ROOT, "0700"),
        user=None,
    )


def _access_point(
    prefix: str,
    options: Mapping[str, str],
    directory: str,
    *,
    subpath: str,
    owner: PosixUser | None,
) -> AccessPoint:
    """Decide how tasks get to a directory: one that any user can write to, or one user's.

    It belongs to the user of its service from the start, who may then change its mode.
    """
    mark = digest(subpath) if subpath else ""
    directory = directory.rstrip("/") or "/"
    user = None
    if options.keys() & USER_OPTIONS:
        user = PosixUser(options.get("uid", ROOT.uid), options.get("gid", ROOT.gid))
    usual = "0755" if user else "0777"
    creation = NewDirectory(user or owner or ROOT, options.get("permissions", usual))
    return AccessPoint(
        id=f"{prefix}AccessPoint{mark}",
        task_volume=f"{prefix}{mark}",
        directory=directory,
        creation=None if directory == "/" else creation,
        user=user,
    )


def lock_point(prefix: str, root: str, spot: Spot, *, shown: str) -> AccessPoint:
    """Decide where the lock of a volume is: beside its directory, in which it would be in the way.

    Programs such as PostgreSQL refuse a new directory that has anything in it. ``shown`` is what a
    message shows of the root.
    """
    if not root:
        (spot / "exclusive").error(
            "volume-exclusive",
            "the lock is beside the directory of the volume, and there is nothing beside the top "
            "of a file system; write root_directory, such as /data",
        )
    point = AccessPoint(
        id=f"{prefix}AccessPointLock",
        task_volume=f"{prefix}-lock",
        directory=f"{root}.lock",
        creation=NewDirectory(_NOBODY, "0700"),
        user=_NOBODY,
    )
    if root:
        check_directory(point, "", spot / "root_directory", shown=f"{shown}.lock")
    return point


def check_directory(point: AccessPoint, subpath: str, spot: Spot, *, shown: str) -> None:
    """Report a directory, which a message shows so, if an access point cannot lead to it."""
    directory = point.directory
    if len(directory) > LONGEST_DIRECTORY or not re.fullmatch(_DIRECTORY, directory):
        spot.error(
            "volume-directory",
            f"the directory {shown} is not valid on EFS; write a "
            f"{'subpath' if subpath else 'root_directory'} with at most four folders and "
            f"{LONGEST_DIRECTORY} characters, none of $#<>;`|&?{{}}^* and no leading dot",
        )
