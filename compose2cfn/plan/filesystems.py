"""Decide on the file systems that named volumes become, from their driver options."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.model.project import Volume
from compose2cfn.plan.names import Names
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.values import Parameter, Value, ref

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "backup_policy": ("ENABLED", "ENABLING", "DISABLED", "DISABLING"),
    "lifecycle_policy": (
        "AFTER_1_DAY",
        "AFTER_7_DAYS",
        "AFTER_14_DAYS",
        "AFTER_30_DAYS",
        "AFTER_60_DAYS",
        "AFTER_90_DAYS",
        "AFTER_180_DAYS",
        "AFTER_270_DAYS",
        "AFTER_365_DAYS",
    ),
    "performance_mode": ("generalPurpose", "maxIO"),
    "throughput_mode": ("bursting", "elastic", "provisioned"),
}
_OTHER = ("gid", "kms_key_id", "permissions", "provisioned_throughput", "root_directory", "uid")


@dataclass(frozen=True, slots=True)
class FileSystem:
    """An EFS file system: one of the stack's own, or one that exists and stays as it is."""

    name: str
    id: Value
    logical: str
    """Its logical id, if it is the stack's own."""
    access_point: str
    """The logical id of its access point; a sub path has one of its own."""
    group: str
    """The logical id of its security group, if it is the stack's own."""
    options: Mapping[str, str]

    @property
    def root(self) -> str:
        """The directory of the access point."""
        return self.options.get("root_directory", f"/{self.name}")

    def mount_target(self, number: int) -> str:
        """Name the mount target in a subnet; subnets are counted from 1."""
        return f"{self.logical.removesuffix('Filesystem')}MountTarget{number}"


def filesystem(name: str, volume: Volume, names: Names, notes: Notes) -> FileSystem:
    """Decide what a named volume becomes."""
    path: KeyPath = ("volumes", name)
    logical = names.volume(name, "Filesystem")
    options = _options(volume, (*path, "driver_opts"), notes)
    if volume.external:
        return FileSystem(
            name=name,
            id=_given(volume, name, names, path, notes),
            logical="",
            access_point=names.volume(name, "AccessPoint"),
            group="",
            options=options,
        )
    notes.info(
        "volume-empty",
        "the volume starts empty on AWS: what the image has at its mount point is not copied "
        "into it",
        path,
    )
    return FileSystem(
        name=name,
        id=ref(logical),
        logical=logical,
        access_point=names.volume(name, "AccessPoint"),
        group=f"{logical}SecurityGroup",
        options=options,
    )


def _given(volume: Volume, name: str, names: Names, path: KeyPath, notes: Notes) -> Value:
    if found := re.fullmatch(
        r"(?:arn:[^:]+:elasticfilesystem:[^:]*:\d*:file-system/)?(fs-(?:[0-9a-f]{8}|[0-9a-f]{17}))",
        volume.name,
    ):
        return found[1]
    notes.info(
        "volume-external",
        "the name of an external volume is the id of its file system (fs-...); it becomes a "
        "template parameter here",
        path,
    )
    return notes.ask(
        Parameter(
            id=names.volume(name, "FilesystemId"),
            group="Storage",
            description=f"EFS file system of the external volume {name}",
            allowed_pattern="fs-[0-9a-f]+",
            constraint="the id of an EFS file system",
        )
    )


def _options(volume: Volume, path: KeyPath, notes: Notes) -> Mapping[str, str]:
    """Read the driver options; those of other drivers mean nothing on AWS."""
    if volume.driver not in {"", "local", "efs"}:
        notes.warn(
            "volume-driver",
            "a named volume becomes an EFS file system whatever its driver",
            (*path[:2], "driver"),
        )
    known = {}
    for key, value in sorted(volume.driver_opts.items()):
        if key in {"type", "device", "o"} and volume.driver in {"", "local"}:
            notes.error(
                "volume-local",
                "this volume stands for a folder or device of the host, and there is none on "
                "ECS; take driver_opts out to have "
                "an EFS file system",
                (*path, key),
            )
        elif key in _CHOICES and value not in _CHOICES[key]:
            notes.error("volume-option", f"write {listed(_CHOICES[key])}", (*path, key))
        elif key in _CHOICES or key in _OTHER:
            known[key] = value
        else:
            notes.warn(
                "volume-option",
                "EFS has no such option, and it is left out; known are "
                f"{listed(sorted((*_CHOICES, *_OTHER)), 'and')}",
                (*path, key),
            )
    _check(known, path, notes)
    return known


def _check(options: Mapping[str, str], path: KeyPath, notes: Notes) -> None:
    """Report what EFS refuses of the options."""
    for key in ("uid", "gid"):
        if key in options and not (options[key].isdecimal() and int(options[key]) < 2**32):
            notes.error("volume-option", "write a number from 0 to 4294967295", (*path, key))
    if "permissions" in options and not re.fullmatch(r"[0-7]{3,4}", options["permissions"]):
        notes.error("volume-option", "write an octal mode such as 0755", (*path, "permissions"))
    root = options.get("root_directory", "/")
    if not re.fullmatch(r"/|(/[^/\0$#<>;`|&?{}^*]+){1,4}", root) or len(root) > 100:
        notes.error(
            "volume-option",
            "write a path of at most four folders and 100 characters, such as /data",
            (*path, "root_directory"),
        )
    throughput = options.get("provisioned_throughput")
    if throughput is not None and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", throughput):
        notes.error(
            "volume-option", "write a number of MiB per second", (*path, "provisioned_throughput")
        )
    if (throughput is not None) != (options.get("throughput_mode") == "provisioned"):
        notes.error(
            "volume-option",
            "throughput_mode: provisioned and provisioned_throughput belong together; write both",
            path,
        )
    if options.get("performance_mode") == "maxIO" and options.get("throughput_mode") == "elastic":
        notes.error(
            "volume-option",
            "elastic throughput needs performance_mode: generalPurpose",
            (*path, "performance_mode"),
        )
