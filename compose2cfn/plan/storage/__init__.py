"""What the mounts of services become: file systems, anonymous volumes, memory."""

from compose2cfn.plan.storage.access_points import AccessPoint, NewDirectory
from compose2cfn.plan.storage.attachments import Attachment, Grant, Mounts, Seed, VolumeLock
from compose2cfn.plan.storage.efs import (
    NFS,
    FileSystem,
    MountTarget,
    NewFileSystem,
)
from compose2cfn.plan.storage.locks import exclusive_volumes
from compose2cfn.plan.storage.mounts import AnonymousVolume, BindMount, BoundVolume
from compose2cfn.plan.storage.owners import PosixUser
from compose2cfn.plan.storage.tmpfs import Tmpfs, tmpfs_memory
from compose2cfn.plan.storage.volumes import Storage, StorageFacts, storage
from compose2cfn.plan.storage.writers import WrittenDirectory

__all__ = [
    "NFS",
    "AccessPoint",
    "AnonymousVolume",
    "Attachment",
    "BindMount",
    "BoundVolume",
    "FileSystem",
    "Grant",
    "MountTarget",
    "Mounts",
    "NewDirectory",
    "NewFileSystem",
    "PosixUser",
    "Seed",
    "Storage",
    "StorageFacts",
    "Tmpfs",
    "VolumeLock",
    "WrittenDirectory",
    "exclusive_volumes",
    "storage",
    "tmpfs_memory",
]
