"""Decide on the file systems that named volumes become, from their driver options."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.model.app import App
from compose2cfn.model.project import Volume
from compose2cfn.plan.names import Names, label, stem
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.values import Parameter, Value, ref

NFS = 2049
"""The port of a mount target."""
MOST_MIB = 3414
"""MiB per second that may be provisioned."""
LONGEST = 100
"""Characters of the directory of an access point."""

_FILESYSTEM = re.compile(
    r"(?:arn:[^:]+:elasticfilesystem:[^:]*:\d*:file-system/)?(fs-(?:[0-9a-f]{8}|[0-9a-f]{17}))"
)
# https://docs.aws.amazon.com/efs/latest/APIReference/API_RootDirectory.html
_DIRECTORY = re.compile(r"/|(/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4}")
_TAG = re.compile(r"(?!aws:)[\w .:/=+@-]{1,256}", re.IGNORECASE)
_LOCAL = frozenset({"device", "o", "type"})

_DAYS = (1, 7, 14, 30, 60, 90, 180, 270, 365)


class Form(NamedTuple):
    """What EFS takes for an option: a test, and the same in words."""

    takes: Callable[[str], object]
    words: str


def _choice(*words: str) -> Form:
    return Form(words.__contains__, listed(words))


def _pattern(text: str, words: str) -> Form:
    return Form(re.compile(text).fullmatch, words)


_NUMBER = Form(
    lambda text: re.fullmatch("[0-9]{1,10}", text) and int(text) < 2**32,
    "a number from 0 to 4294967295",
)
_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}"
_ALIAS = "alias/[a-zA-Z0-9/_-]+"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
OPTIONS: Mapping[str, Form] = {
    "backup_policy": _choice("ENABLED", "ENABLING", "DISABLED", "DISABLING"),
    "gid": _NUMBER,
    "kms_key_id": _pattern(
        rf"{_KEY}|{_ALIAS}|arn:aws[-a-z]*:kms:[a-z0-9-]+:[0-9]{{12}}:(key/({_KEY})|{_ALIAS})",
        "the ARN, the id or the alias (alias/...) of a key of AWS KMS",
    ),
    "lifecycle_policy": _choice(*(f"AFTER_{days}_DAY{'S' if days > 1 else ''}" for days in _DAYS)),
    "performance_mode": _choice("generalPurpose", "maxIO"),
    # Without quotes 0777 is the number 511, which would shut the owner out.
    "permissions": _pattern(
        "[0-7]?[37][0-7]{2}", 'an octal mode in quotes that lets its owner write, such as "0755"'
    ),
    "provisioned_throughput": Form(
        lambda text: re.fullmatch(r"\d{1,4}(\.\d{1,9})?", text) and 1 <= float(text) <= MOST_MIB,
        f"a number of MiB per second, from 1 to {MOST_MIB}",
    ),
    "root_directory": _pattern("/.*", "a path such as /data"),
    "throughput_mode": _choice("bursting", "elastic", "provisioned"),
    "uid": _NUMBER,
}
"""The driver options of a volume, with what EFS takes for each."""
_MADE = frozenset(OPTIONS) - {"gid", "permissions", "root_directory", "uid"}
"""The options of the file system itself, and not of the access point."""


@dataclass(frozen=True, slots=True)
class FileSystem:
    """An EFS file system: one of the stack's own, or one that exists and stays as it is."""

    name: str
    id: Value
    stem: str
    """What the logical ids of its resources begin with."""
    own: bool
    options: Mapping[str, str]
    label: str
    """How the file calls it, as people see it; empty where only the key does."""

    @property
    def logical(self) -> str:
        """Its logical id, if it is the stack's own."""
        return f"{self.stem}Filesystem"

    @property
    def group(self) -> str:
        """The logical id of its security group, if it is the stack's own."""
        return f"{self.logical}SecurityGroup"

    def directory(self, subpath: str) -> str:
        """Name the directory that an access point leads to.

        In a file system of the stack's own it is one that the access point makes, so that all
        users of a container may write there; one that exists has its files at the top.
        """
        root = self.options.get("root_directory", f"/{self.name}" if self.own else "/")
        return f"{root.rstrip('/')}/{subpath}".rstrip("/") or "/"

    def access_point(self, subpath: str) -> str:
        """Name the access point of a directory within the volume, or of all of it."""
        mark = sha256(subpath.encode()).hexdigest()[:8] if subpath else ""
        return f"{self.stem}AccessPoint{mark}"

    def mount_target(self, subnet: Value) -> str:
        """Name the mount target in a subnet, by what the subnet is and not by its place in a list.

        The second mount target that a reordered list would make in a subnet is refused by EFS.
        """
        return f"{self.stem}NFSMountTargetOn{stem(label(subnet)).removesuffix('Id')}"

    @property
    def user(self) -> Mapping[str, str]:
        """Give the user and group that all files belong to, if there is one."""
        said = {key: self.options[key] for key in ("uid", "gid") if key in self.options}
        return {"uid": "0", "gid": "0", **said} if said else {}


def filesystem(app: App, name: str, names: Names, notes: Notes) -> FileSystem:
    """Decide what a named volume becomes."""
    path: KeyPath = ("volumes", name)
    volume = app.project.volumes[name]
    own = volume.x_aws_filesystem is None and not volume.external
    return FileSystem(
        name=name,
        id=ref(names.volume(name, "Filesystem"))
        if own
        else _given(volume, name, names, path, notes),
        stem=names.volume(name, ""),
        own=own,
        options=_options(volume, path, notes, own=own),
        label=_label(app, name, notes) if own else "",
    )


def _label(app: App, name: str, notes: Notes) -> str:
    """Find what people call a volume; empty where only the key does."""
    path: KeyPath = ("volumes", name, "name")
    said = app.project.volumes[name].name
    if path not in app.places:
        return ""
    if _TAG.fullmatch(said):
        return said
    about = "a tag has letters, digits, spaces and _ . : / = + - @; the name is left out"
    notes.warn("tag-unfit", about, path)
    return ""


def check_directory(filesystem: FileSystem, subpath: str, path: KeyPath, notes: Notes) -> None:
    """Report a directory that an access point cannot lead to."""
    directory = filesystem.directory(subpath)
    if len(directory) > LONGEST or not _DIRECTORY.fullmatch(directory):
        notes.error(
            "volume-directory",
            f"the volume would be the directory {directory}, and EFS takes at most four folders "
            f"and {LONGEST} characters, none of $#<>;`|&?{{}}^* and no dot first; write another "
            f"{'subpath' if subpath else 'root_directory'}",
            path,
        )


def _given(volume: Volume, name: str, names: Names, path: KeyPath, notes: Notes) -> Value:
    """Find the file system that exists, and tell what it must have; it is not changed here."""
    notes.info(
        "volume-external",
        "the file system is used as it is: it must have mount targets in the zones of the tasks, "
        f"and their security group must admit port {NFS} from the groups of the tasks",
        path,
    )
    match volume.x_aws_filesystem:
        case None if found := _FILESYSTEM.fullmatch(volume.name):
            return found[1]
        case None:
            notes.info(
                "volume-asked",
                "the name of an external volume is the id of its file system (fs-...); it becomes "
                "a template parameter here",
                path,
            )
        case "":
            pass
        case str() as text:
            if found := _FILESYSTEM.fullmatch(text):
                return found[1]
            notes.error(
                "volume-unknown",
                f"{text!r} is neither the id nor the ARN of a file system (fs-...)",
                (*path, "x-aws-filesystem"),
            )
            return text
        case given:
            return given
    return notes.ask(
        Parameter(
            id=names.volume(name, "FilesystemId"),
            group="Storage",
            description=f"EFS file system of the volume {name}",
            allowed_pattern="fs-[0-9a-f]+",
            constraint="the id of an EFS file system",
        )
    )


def _options(volume: Volume, path: KeyPath, notes: Notes, *, own: bool) -> Mapping[str, str]:
    """Read the driver options; those of other drivers mean nothing on AWS."""
    if volume.driver not in {"", "local", "efs"}:
        notes.warn(
            "volume-driver",
            "a named volume becomes an EFS file system whatever its driver",
            (*path, "driver"),
        )
    path = (*path, "driver_opts")
    local = sorted(volume.driver_opts.keys() & _LOCAL)
    if local:
        notes.error(
            "volume-local",
            "this volume stands for a folder or device of the host, and there is none on ECS; "
            f"take {listed(local, 'and')} out to have an EFS file system",
            (*path, local[0]),
        )
    known = {}
    for key, value in sorted(volume.driver_opts.items()):
        if key in _LOCAL:
            continue
        if key not in OPTIONS:
            notes.warn(
                "volume-option",
                "EFS has no such option, and it is left out; known are "
                f"{listed(sorted(OPTIONS), 'and')}",
                (*path, key),
            )
        elif not OPTIONS[key].takes(value):
            notes.error("volume-option", f"write {OPTIONS[key].words}", (*path, key))
        elif not own and key in _MADE:
            notes.warn(
                "volume-option",
                "a file system that exists is not changed, and this is left out",
                (*path, key),
            )
        else:
            known[key] = value
    _check(volume.driver_opts, path, notes)
    return known


def _check(options: Mapping[str, str], path: KeyPath, notes: Notes) -> None:
    """Report options that EFS refuses together."""
    throughput = options.get("throughput_mode") == "provisioned"
    if throughput != ("provisioned_throughput" in options):
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
