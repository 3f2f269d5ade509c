"""Decide on the file systems that named volumes become."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Volume
from compose2cfn.plan.storage.access_points import (
    AccessPoint,
    access_points,
    lock_point,
    mark_point,
)
from compose2cfn.plan.storage.efs_options import driver_options, is_exclusive, is_own
from compose2cfn.plan.storage.owners import Directories
from compose2cfn.plan.terms.given import FILE_SYSTEM
from compose2cfn.plan.terms.names import Names, label, stem
from compose2cfn.plan.terms.tag_texts import TAG_CHARACTERS, is_name_tag
from compose2cfn.plan.terms.values import Value, arn, attribute, join, ref

NFS = 2049
"""The port of a mount target."""
_BACKUP: Mapping[str, str] = {
    "ENABLED": "ENABLED",
    "ENABLING": "ENABLED",
    "DISABLED": "DISABLED",
    "DISABLING": "DISABLED",
}


class MountTarget(NamedTuple):
    """Where the tasks of a subnet reach a file system."""

    id: str
    """Its logical id."""
    subnet: Value


class NewFileSystem(Record):
    """The settings of a file system that the stack creates; None leaves one to EFS."""

    id: str
    """Its logical id."""
    security_group: str
    """The logical id of the group of its mount targets."""
    mount_targets: tuple[MountTarget, ...]
    label: str
    """The name in the file that people see; empty if it has only its key."""
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
    """After how long a file that is not opened moves to cheaper storage."""
    deletion_policy: str
    replacement_policy: str


class FileSystem(Record):
    """An EFS file system: one that the stack creates, or an existing one, which stays unchanged."""

    volume: str
    """The name of the volume."""
    shown_root: str
    """What messages show of the directory of the whole volume."""
    origin: KeyPath
    """Where it is written in the Compose file."""
    id: Value
    arn: Value
    new: NewFileSystem | None
    """Absent for an existing one."""
    access_points: Mapping[str, AccessPoint]
    """By the directory within the volume, sorted; the empty one is the whole volume."""
    lock: AccessPoint | None
    """Where the lock is that a task holds while it writes; None if none is asked for."""
    mark: AccessPoint | None = None
    """The way to a directory outside the volume that says whether it was seeded."""


def file_system(
    app: App,
    names: Names,
    spot: Spot,
    *,
    volume: str,
    directories: Directories,
    marked: bool,
    subnets: Iterable[Value],
) -> FileSystem:
    """Decide what a named volume becomes whose ``directories`` are mounted.

    ``marked`` says that it is noted beside the volume whether it was seeded.
    ``subnets`` are those that get a mount target, if the stack creates the file system.
    """
    said = app.project.volumes[volume]
    own = is_own(said)
    options = driver_options(said, spot, own=own)
    prefix = names.volume(volume, "")
    new = None
    if own:
        label_ = _label(app, said, spot / "name")
        written = any(directory.written for directory in directories.values())
        new = _new(prefix, options, subnets, label_=label_, written=written)
    id_ = ref(new.id) if new else _existing(said, f"{prefix}FilesystemId", volume, spot)
    root, shown_root = _root(said, options, spot, volume if own else "")
    return FileSystem(
        volume=volume,
        shown_root=shown_root,
        origin=spot.path,
        id=id_,
        arn=attribute(new.id, "Arn") if new else _arn(id_),
        new=new,
        access_points=access_points(prefix, options, root, directories),
        lock=lock_point(prefix, root, spot / "driver_opts", shown=shown_root)
        if is_exclusive(said)
        else None,
        mark=mark_point(prefix, root) if marked else None,
    )


def _root(said: Volume, options: Mapping[str, str], spot: Spot, own: str) -> tuple[str, str]:
    """Name the directory of a whole volume, and what messages show of it.

    One that is renamed, and keeps its ids by its former name, keeps its directory too. ``own`` is
    the name of a volume of the stack.
    """
    if "root_directory" in options:
        root = options["root_directory"]
        shown = str((spot / "driver_opts" / "root_directory").shown(root))
    elif own and said.x_aws_name:
        root = f"/{said.x_aws_name}"
        shown = f"/{(spot / 'x-aws-name').shown(said.x_aws_name)}"
    else:
        root = shown = f"/{own}"
    return root.rstrip("/"), shown.rstrip("/")


def _new(
    prefix: str, options: Mapping[str, str], subnets: Iterable[Value], *, label_: str, written: bool
) -> NewFileSystem:
    """Decide on the settings of a file system that the stack creates.

    One that is ``written`` is backed up, and as fast as it must be however little is in it: the
    speed of EFS's own default grows with what a file system holds.
    """
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
        throughput_mode=options.get(
            "throughput_mode", _usual_throughput(options) if written else None
        ),
        provisioned_throughput=float(throughput) if throughput else None,
        backup=_BACKUP.get(options.get("backup_policy", "ENABLED" if written else "")),
        transition=options.get("lifecycle_policy"),
        # A creation that is rolled back leaves nothing; a file system in use is never deleted.
        deletion_policy="RetainExceptOnCreate",
        replacement_policy="Retain",
    )


def _usual_throughput(options: Mapping[str, str]) -> str | None:
    """Choose the throughput mode where none is written; elastic throughput has no maxIO."""
    return None if options.get("performance_mode") == "maxIO" else "elastic"


def _target_id(prefix: str, subnet: Value) -> str:
    """Name the mount target in a subnet by what the subnet is, not by its place in a list.

    EFS refuses the second mount target that a reordered list would create in a subnet.
    """
    return f"{prefix}NFSMountTargetOn{stem(label(subnet)).removesuffix('Id')}"


def _label(app: App, volume: Volume, spot: Spot) -> str:
    """Find the name of a volume that people see; empty if it has only its key."""
    if spot.path not in app.places:
        return ""
    if is_name_tag(volume.name):
        return volume.name
    spot.warn(
        "tag-unfit",
        f"a tag can have only {TAG_CHARACTERS}; the name is left out",
    )
    return ""


def _existing(volume: Volume, parameter: str, name: str, spot: Spot) -> Value:
    """Find an existing file system, and say what it must have; it is not changed here."""
    spot.info(
        "volume-external",
        "the file system stays unchanged; it must have mount targets in the availability zones of "
        f"the tasks, whose security group admits port {NFS} from the security groups of the tasks",
    )
    asked = FILE_SYSTEM.parameter(parameter, f"EFS file system of the volume {name}")
    if volume.x_aws_filesystem is not None:
        return FILE_SYSTEM.given(volume.x_aws_filesystem, spot / "x-aws-filesystem", asked)
    if found := FILE_SYSTEM.find(volume.name):
        return found
    spot.info(
        "volume-asked",
        "the name of an external volume must be the id of its file system (fs-...); here the id "
        "becomes a template parameter",
    )
    return spot.ask(asked)


def _arn(id_: Value) -> Value:
    """Write the ARN of an existing file system."""
    if isinstance(id_, str):
        return arn("elasticfilesystem", f"file-system/{id_}")
    return join("", arn("elasticfilesystem", "file-system/"), id_)
