"""Decide on the file systems that named volumes become."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.project import Volume
from compose2cfn.plan.storage.efs_options import driver_options
from compose2cfn.plan.terms.given import FILE_SYSTEM
from compose2cfn.plan.terms.names import Names, label, stem
from compose2cfn.plan.terms.values import Value, arn, attribute, join, ref

NFS = 2049
"""The port of a mount target."""
LONGEST_DIRECTORY = 100
"""Characters of the directory of an access point."""

# https://docs.aws.amazon.com/efs/latest/APIReference/API_RootDirectory.html
_DIRECTORY = re.compile(r"/|(/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4}")
_TAG = re.compile(r"(?!aws:)[\w .:/=+@-]{1,256}", re.IGNORECASE)
_BACKUP: Mapping[str, str] = {
    "ENABLED": "ENABLED",
    "ENABLING": "ENABLED",
    "DISABLED": "DISABLED",
    "DISABLING": "DISABLED",
}


class PosixUser(NamedTuple):
    """A user and a group by their numbers."""

    uid: str
    gid: str


_ROOT = PosixUser("0", "0")


class MountTarget(NamedTuple):
    """Where the tasks of a subnet reach a file system."""

    id: str
    """Its logical id."""
    subnet: Value


class NewDirectory(NamedTuple):
    """How a directory is made that is not there yet."""

    owner: PosixUser
    permissions: str
    """Octal."""


class AccessPoint(NamedTuple):
    """The way of tasks to a directory of a file system."""

    id: str
    """Its logical id."""
    task_volume: str
    """The name of the volume that leads there, within a task."""
    directory: str
    creation: NewDirectory | None
    """Absent for the top of a file system, which is always there."""
    user: PosixUser | None
    """Whom all files belong to, whoever the user of a container is."""

    @property
    def root(self) -> bool:
        """Tell whether a container's root counts as root: EFS takes it for nobody otherwise."""
        return self.user is None or self.user.uid == _ROOT.uid


class NewFileSystem(NamedTuple):
    """What a file system of the stack's own is like; what is None is left to EFS."""

    id: str
    """Its logical id."""
    security_group: str
    """The logical id of the group of its mount targets."""
    mount_targets: tuple[MountTarget, ...]
    label: str
    """How the file calls it, as people see it; empty where only the key does."""
    encrypted: bool
    kms_key: str | None
    tls_only: bool
    """Whether clients without encryption are denied."""
    performance_mode: str | None
    throughput_mode: str | None
    provisioned_throughput: float | None
    """MiB per second."""
    backup: str | None
    """``ENABLED`` or ``DISABLED``."""
    transition: str | None
    """After how long a file that nobody opens is moved to cheaper storage."""
    deletion_policy: str
    replacement_policy: str


class FileSystem(NamedTuple):
    """An EFS file system: one of the stack's own, or one that exists and stays as it is."""

    volume: str
    """The name of the volume in the Compose file."""
    id: Value
    arn: Value
    new: NewFileSystem | None
    """Absent for one that exists."""
    access_points: Mapping[str, AccessPoint]
    """By the directory within the volume, sorted; the empty one is all of it."""


def file_system(
    app: App,
    names: Names,
    spot: Spot,
    *,
    volume: str,
    subpaths: Iterable[str],
    subnets: Iterable[Value],
) -> FileSystem:
    """Decide what a named volume becomes whose ``subpaths`` are mounted.

    ``subnets`` are those that get a mount target, if the file system is the stack's own.
    """
    said = app.project.volumes[volume]
    own = said.x_aws_filesystem is None and not said.external
    options = driver_options(said, spot, own=own)
    prefix = names.volume(volume, "")
    new = None
    if own:
        new = _new(prefix, options, subnets, _label(app, said, spot / "name"))
    id_ = ref(new.id) if new else _existing(said, f"{prefix}FilesystemId", volume, spot)
    top = f"/{volume}" if own else "/"
    root = options.get("root_directory", top).rstrip("/")
    return FileSystem(
        volume=volume,
        id=id_,
        arn=attribute(new.id, "Arn") if new else _arn(id_),
        new=new,
        access_points=Frozen(
            {
                subpath: _access_point(prefix, options, f"{root}/{subpath}", subpath)
                for subpath in sorted(subpaths)
            }
        ),
    )


def _new(
    prefix: str, options: Mapping[str, str], subnets: Iterable[Value], label_: str
) -> NewFileSystem:
    """Decide what a file system of the stack's own is like."""
    throughput = options.get("provisioned_throughput")
    return NewFileSystem(
        id=f"{prefix}Filesystem",
        security_group=f"{prefix}FilesystemSecurityGroup",
        mount_targets=tuple(MountTarget(_target_id(prefix, s), s) for s in subnets),
        label=label_,
        encrypted=True,
        kms_key=options.get("kms_key_id"),
        tls_only=True,
        performance_mode=options.get("performance_mode"),
        throughput_mode=options.get("throughput_mode"),
        provisioned_throughput=float(throughput) if throughput else None,
        backup=_BACKUP.get(options.get("backup_policy", "")),
        transition=options.get("lifecycle_policy"),
        # A creation that is rolled back leaves nothing; what was in use is never deleted.
        deletion_policy="RetainExceptOnCreate",
        replacement_policy="Retain",
    )


def _target_id(prefix: str, subnet: Value) -> str:
    """Name the mount target in a subnet, by what the subnet is and not by its place in a list.

    The second mount target that a reordered list would make in a subnet is refused by EFS.
    """
    return f"{prefix}NFSMountTargetOn{stem(label(subnet)).removesuffix('Id')}"


def _label(app: App, volume: Volume, spot: Spot) -> str:
    """Find what people call a volume; empty where only the key does."""
    if spot.path not in app.places:
        return ""
    if _TAG.fullmatch(volume.name):
        return volume.name
    spot.warn(
        "tag-unfit",
        "a tag has letters, digits, spaces and _ . : / = + - @; the name is left out",
    )
    return ""


def _existing(volume: Volume, parameter: str, name: str, spot: Spot) -> Value:
    """Find the file system that exists, and tell what it must have; it is not changed here."""
    spot.info(
        "volume-external",
        "the file system is used as it is: it must have mount targets in the zones of the tasks, "
        f"and their security group must admit port {NFS} from the groups of the tasks",
    )
    asked = FILE_SYSTEM.parameter(parameter, f"EFS file system of the volume {name}")
    if volume.x_aws_filesystem is not None:
        return FILE_SYSTEM.given(volume.x_aws_filesystem, spot / "x-aws-filesystem", asked)
    if found := FILE_SYSTEM.find(volume.name):
        return found
    spot.info(
        "volume-asked",
        "the name of an external volume is the id of its file system (fs-...); it becomes a "
        "template parameter here",
    )
    return spot.ask(asked)


def _arn(id_: Value) -> Value:
    """Write the ARN of a file system that exists."""
    if isinstance(id_, str):
        return arn("elasticfilesystem", f"file-system/{id_}")
    return join("", arn("elasticfilesystem", "file-system/"), id_)


def _access_point(
    prefix: str, options: Mapping[str, str], directory: str, subpath: str
) -> AccessPoint:
    """Decide how tasks get to a directory: one that any user can write to, or one user's."""
    mark = sha256(subpath.encode()).hexdigest()[:8] if subpath else ""
    directory = directory.rstrip("/") or "/"
    user = None
    if options.keys() & {"uid", "gid"}:
        user = PosixUser(options.get("uid", _ROOT.uid), options.get("gid", _ROOT.gid))
    usual = "0755" if user else "0777"
    creation = NewDirectory(user or _ROOT, options.get("permissions", usual))
    return AccessPoint(
        id=f"{prefix}AccessPoint{mark}",
        task_volume=f"{prefix}{mark}",
        directory=directory,
        creation=None if directory == "/" else creation,
        user=user,
    )


def check_directory(point: AccessPoint, subpath: str, spot: Spot) -> None:
    """Report a directory that an access point cannot lead to."""
    directory = point.directory
    if len(directory) > LONGEST_DIRECTORY or not _DIRECTORY.fullmatch(directory):
        spot.error(
            "volume-directory",
            f"the volume would be the directory {directory}, and EFS takes at most four folders "
            f"and {LONGEST_DIRECTORY} characters, none of $#<>;`|&?{{}}^* and no dot first; write "
            f"another {'subpath' if subpath else 'root_directory'}",
        )
