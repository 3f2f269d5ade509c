"""What the mounts of services are once it is decided what they become."""

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.frozen import Record
from compose2cfn.plan.storage.access_points import AccessPoint
from compose2cfn.plan.storage.efs import FileSystem
from compose2cfn.plan.storage.mounts import AnonymousVolume, BindMount
from compose2cfn.plan.storage.tmpfs import Tmpfs


class Attachment(Record):
    """A directory of an EFS file system, mounted in the container of a service."""

    file_system: FileSystem
    access_point: AccessPoint
    target: str
    read_only: bool
    origin: KeyPath


class Grant(Record):
    """What a task may do with a file system, only through its access points."""

    owner: str
    file_system: FileSystem
    access_points: tuple[str, ...]
    """Their logical ids, sorted."""
    root: bool
    """Whether the root user of a container counts as root; otherwise it is nobody."""
    write: bool


class VolumeLock(Record):
    """A lock that a task holds from before its services write to a volume until they stopped."""

    owner: str
    file_system: FileSystem
    access_point: AccessPoint
    container: str
    """The name of the container that holds it."""
    mark: str
    """The name, within the task, of the volume in which that container says that it has it."""
    services: tuple[str, ...]
    """The services of the task that write to the volume."""


class Seed(Record):
    """What a new volume starts with: the files that the image of a service has at a place."""

    target: str
    data: AccessPoint
    mark: AccessPoint
    """The way to a directory beside the mounted one, where it is marked that this was done."""
    file_system: FileSystem
    origin: KeyPath


class Mounts(Record):
    """What a service mounts, by what it becomes."""

    attachments: tuple[Attachment, ...]
    anonymous: tuple[AnonymousVolume, ...]
    tmpfs: tuple[Tmpfs, ...]
    binds: tuple[BindMount, ...]
    """Files are delivered in their place: ECS has no host."""
    seeds: tuple[Seed, ...] = ()
