"""How tasks mount the directories of file systems, whichever emitter lets them."""

from collections.abc import Iterable, Mapping

from troposphere import efs

from compose2cfn.plan.storage import AccessPoint, FileSystem
from compose2cfn.plan.terms.values import attribute, ref
from compose2cfn.stack.items import Item
from compose2cfn.stack.objects import resource
from compose2cfn.stack.policies import allow
from compose2cfn.stack.tags import tags

CLIENT_MOUNT = "elasticfilesystem:ClientMount"
CLIENT_ROOT_ACCESS = "elasticfilesystem:ClientRootAccess"
CLIENT_WRITE = "elasticfilesystem:ClientWrite"
"""What a task may be allowed to do with a file system."""


def access_point(found: FileSystem, point: AccessPoint) -> Item:
    """Make an access point."""
    fields: dict[str, object] = {
        "FileSystemId": found.id,
        "AccessPointTags": tags(volume=found.volume),
    }
    if point.creation:
        fields["RootDirectory"] = {
            "Path": point.directory,
            "CreationInfo": {
                "OwnerUid": point.creation.owner.uid,
                "OwnerGid": point.creation.owner.gid,
                "Permissions": point.creation.permissions,
            },
        }
    if point.user:
        fields["PosixUser"] = {"Uid": point.user.uid, "Gid": point.user.gid}
    return resource(efs.AccessPoint, point.id, fields, found.origin)


def allow_through(
    access_points: Iterable[str], found: FileSystem, actions: Iterable[str]
) -> Mapping[str, object]:
    """Write the policy document that allows actions only through access points, by their ids."""
    points = [attribute(id_, "Arn") for id_ in access_points]
    through = {"ArnEquals": {"elasticfilesystem:AccessPointArn": points}}
    return allow(actions, found.arn, through)


def task_volume(found: FileSystem, point: AccessPoint) -> Mapping[str, object]:
    """Write the volume of a task that leads through an access point."""
    return {
        "Name": point.task_volume,
        "EFSVolumeConfiguration": {
            "FilesystemId": found.id,
            # The permissions of the task's role count only with IAM, and IAM works only with TLS.
            "TransitEncryption": "ENABLED",
            "AuthorizationConfig": {"AccessPointId": ref(point.id), "IAM": "ENABLED"},
        },
    }
