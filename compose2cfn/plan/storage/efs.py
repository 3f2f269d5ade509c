"""Decide on the file systems that named volumes become."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.project import Volume
from compose2cfn.plan.storage.efs_options import driver_options
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names, label, stem
from compose2cfn.plan.terms.values import Value, ref

NFS = 2049
"""The port of a mount target."""
LONGEST = 100
"""Characters of the directory of an access point."""

_FILESYSTEM = re.compile(
    r"(?:arn:[^:]+:elasticfilesystem:[^:]*:\d*:file-system/)?(fs-(?:[0-9a-f]{8}|[0-9a-f]{17}))"
)
# https://docs.aws.amazon.com/efs/latest/APIReference/API_RootDirectory.html
_DIRECTORY = re.compile(r"/|(/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4}")
_TAG = re.compile(r"(?!aws:)[\w .:/=+@-]{1,256}", re.IGNORECASE)


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
    path: Steps = ("volumes", name)
    volume = app.project.volumes[name]
    own = volume.x_aws_filesystem is None and not volume.external
    return FileSystem(
        name=name,
        id=ref(names.volume(name, "Filesystem"))
        if own
        else _given(volume, name, names, path, notes),
        stem=names.volume(name, ""),
        own=own,
        options=driver_options(volume, path, notes, own=own),
        label=_label(app, name, notes) if own else "",
    )


def _label(app: App, name: str, notes: Notes) -> str:
    """Find what people call a volume; empty where only the key does."""
    path: Steps = ("volumes", name, "name")
    said = app.project.volumes[name].name
    if path not in app.places:
        return ""
    if _TAG.fullmatch(said):
        return said
    about = "a tag has letters, digits, spaces and _ . : / = + - @; the name is left out"
    notes.warn("tag-unfit", about, path)
    return ""


def check_directory(filesystem: FileSystem, subpath: str, path: Steps, notes: Notes) -> None:
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


def _given(volume: Volume, name: str, names: Names, path: Steps, notes: Notes) -> Value:
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
