"""Elastic File System and scratch: the volumes of the Compose file."""

from collections.abc import Iterator, Mapping

from troposphere import Output
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress
from troposphere.efs import AccessPoint, FileSystem, MountTarget

from compose2cfn.plan import filesystems
from compose2cfn.plan.make import Plan
from compose2cfn.plan.names import rule
from compose2cfn.plan.storage import Attachment
from compose2cfn.plan.values import Value, arn, attribute, join, ref, sub
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import (
    ContainerPart,
    Item,
    Out,
    Resource,
    RoleKind,
    RolePart,
    ServicePart,
    TaskPart,
    emitter,
)
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs, tags

NFS = 2049
CLIENT = (
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientRootAccess",
    "elasticfilesystem:ClientWrite",
)
"""What a mount may be allowed: to read, to be root, to write."""


@emitter(
    "services.*.tmpfs",
    "services.*.volumes[].read_only",
    "services.*.volumes[].source",
    "services.*.volumes[].target",
    "services.*.volumes[].tmpfs.mode",
    "services.*.volumes[].tmpfs.size",
    "services.*.volumes[].type",
    "services.*.volumes[].volume.subpath",
    "services.*.volumes_from",
    "volumes.*.driver",
    "volumes.*.driver_opts",
    "volumes.*.external",
    "volumes.*.name",
    "volumes.*.x-aws-name",
)
def volumes(plan: Plan) -> Iterator[Item]:
    """Keep named volumes on EFS file systems, and give tasks scratch and memory to write to."""
    for name, filesystem in sorted(plan.storage.filesystems.items()):
        if filesystem.logical:
            yield from _filesystem(plan, filesystem)
        yield from _access_points(plan, name, filesystem)
    for owner in plan.groups.tasks:
        for attachment in plan.storage.attachments[owner]:
            yield from _mount(plan, owner, attachment)
        for memory in plan.storage.memories[owner]:
            entry: dict[str, object] = {"ContainerPath": memory.target, "Size": memory.size}
            if memory.options:
                entry["MountOptions"] = list(memory.options)
            container = plan.names.container(memory.service)
            yield ContainerPart(
                owner, container, {"LinuxParameters": {"Tmpfs": [entry]}}, memory.origin
            )
        for filesystem in plan.storage.filesystems_of(owner):
            yield from _allow(plan, owner, filesystem)


def _filesystem(plan: Plan, filesystem: filesystems.FileSystem) -> Iterator[Item]:
    """Make a file system that survives the stack, reached over TLS by those with leave alone."""
    origin = ("volumes", filesystem.name)
    options = filesystem.options
    fields: dict[str, object] = {
        "Encrypted": True,
        "FileSystemPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    # Not "*": a policy must not keep its owner from changing it.
                    "Action": list(CLIENT),
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        },
        "FileSystemTags": [
            {"Key": k, "Value": v} for k, v in pairs(volume=filesystem.name).items()
        ],
    }
    for option, name in (
        ("kms_key_id", "KmsKeyId"),
        ("performance_mode", "PerformanceMode"),
        ("throughput_mode", "ThroughputMode"),
    ):
        if option in options:
            fields[name] = options[option]
    if "provisioned_throughput" in options:
        fields["ProvisionedThroughputInMibps"] = float(options["provisioned_throughput"])
    if "backup_policy" in options:
        fields["BackupPolicy"] = {
            "Status": {"ENABLING": "ENABLED", "DISABLING": "DISABLED"}.get(
                options["backup_policy"], options["backup_policy"]
            )
        }
    if "lifecycle_policy" in options:
        fields["LifecyclePolicies"] = [{"TransitionToIA": options["lifecycle_policy"]}]
    made = build(FileSystem, filesystem.logical, fields)
    # A creation that is rolled back leaves nothing; what was in use is never deleted.
    made.DeletionPolicy = "RetainExceptOnCreate"
    made.UpdateReplacePolicy = "Retain"
    yield Resource(made, origin)
    yield Out(
        Output(
            f"{filesystem.logical}Id",
            Value=helper(filesystem.id),
            Description=f"EFS file system of the volume {filesystem.name}",
        ),
        origin,
    )
    yield Resource(
        SecurityGroup(
            filesystem.group,
            GroupDescription=f"Compose volume {filesystem.name}",
            VpcId=helper(plan.network.vpc),
            Tags=tags(volume=filesystem.name),
        ),
        origin,
    )
    for number, subnet in enumerate(plan.network.subnets, 1):
        yield Resource(
            MountTarget(
                filesystem.mount_target(number),
                FileSystemId=helper(filesystem.id),
                SubnetId=helper(subnet),
                SecurityGroups=[helper(ref(filesystem.group))],
            ),
            origin,
        )


def _access_points(plan: Plan, name: str, filesystem: filesystems.FileSystem) -> Iterator[Item]:
    """Make the access points: directories that any user can write to, or one user's."""
    options = filesystem.options
    subpaths = {
        a.subpath
        for found in plan.storage.attachments.values()
        for a in found
        if a.filesystem == name
    }
    for subpath in sorted(subpaths):
        root: dict[str, object] = {
            "Path": "/".join(
                part for part in (filesystem.root.rstrip("/"), subpath.strip("/")) if part
            )
            or "/",
            "CreationInfo": {
                "OwnerUid": options.get("uid", "0"),
                "OwnerGid": options.get("gid", "0"),
                "Permissions": options.get("permissions", "0755" if "uid" in options else "0777"),
            },
        }
        fields: dict[str, object] = {"FileSystemId": filesystem.id, "RootDirectory": root}
        if root["Path"] == "/":
            del fields["RootDirectory"]
        if "uid" in options or "gid" in options:
            fields["PosixUser"] = {"Uid": options.get("uid", "0"), "Gid": options.get("gid", "0")}
        fields["AccessPointTags"] = [{"Key": k, "Value": v} for k, v in pairs(volume=name).items()]
        yield Resource(
            build(AccessPoint, _access_point(filesystem, subpath), fields), ("volumes", name)
        )


def _access_point(filesystem: filesystems.FileSystem, subpath: str) -> str:
    """Name the access point of a sub path."""
    if not subpath:
        return filesystem.access_point
    kept = "".join(part[:1].upper() + part[1:] for part in subpath.split("/"))
    return filesystem.access_point + "".join(c for c in kept if c.isalnum() and c.isascii())


def _mount(plan: Plan, owner: str, attachment: Attachment) -> Iterator[Item]:
    """Mount a volume in the container of a service."""
    volume: dict[str, object] = {"Name": attachment.volume}
    if attachment.filesystem:
        filesystem = plan.storage.filesystems[attachment.filesystem]
        volume["EFSVolumeConfiguration"] = {
            "FilesystemId": filesystem.id,
            "TransitEncryption": "ENABLED",
            "AuthorizationConfig": {
                "AccessPointId": ref(_access_point(filesystem, attachment.subpath)),
                "IAM": "ENABLED",
            },
        }
    yield TaskPart(owner, {"Volumes": [volume]}, attachment.origin)
    point = {
        "ContainerPath": attachment.target,
        "SourceVolume": attachment.volume,
        "ReadOnly": attachment.read_only,
    }
    container = plan.names.container(attachment.service)
    yield ContainerPart(owner, container, {"MountPoints": [point]}, attachment.origin)


def _allow(plan: Plan, owner: str, filesystem: filesystems.FileSystem) -> Iterator[Item]:
    """Let a task mount a file system through its access points, and reach it."""
    origin = ("services", owner)
    mounted = [a for a in plan.storage.attachments[owner] if a.filesystem == filesystem.name]
    points = sorted({_access_point(filesystem, a.subpath) for a in mounted})
    writes = any(not a.read_only for a in mounted)
    yield RolePart(
        owner,
        RoleKind.TASK,
        {
            f"volume-{filesystem.name}": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": list(CLIENT) if writes else [CLIENT[0]],
                        "Resource": _arn(filesystem),
                        "Condition": {
                            "StringEquals": {
                                "elasticfilesystem:AccessPointArn": [
                                    attribute(p, "Arn") for p in points
                                ]
                            }
                        },
                    }
                ],
            }
        },
        origin=origin,
    )
    if not filesystem.logical:
        return
    numbers = range(1, len(plan.network.subnets) + 1)
    yield ServicePart(owner, after=tuple(map(filesystem.mount_target, numbers)), origin=origin)
    sources: Mapping[str, Value] = {
        name: plan.network.groups[name].id for name in plan.network.networks[owner]
    } or {owner: ref(plan.network.fronts[owner])}
    name, source = next(iter(sources.items()))
    logical = (
        plan.network.groups[name].logical
        if name in plan.network.groups
        else plan.network.fronts[owner]
    )
    yield Resource(
        SecurityGroupIngress(
            rule(filesystem.group, logical or name, "TCP", (NFS, NFS)),
            GroupId=helper(ref(filesystem.group)),
            SourceSecurityGroupId=helper(source),
            IpProtocol="tcp",
            FromPort=NFS,
            ToPort=NFS,
            Description="NFS from the tasks that mount the volume",
        ),
        ("volumes", filesystem.name),
    )


def _arn(filesystem: filesystems.FileSystem) -> Value:
    if filesystem.logical:
        return attribute(filesystem.logical, "Arn")
    prefix = arn("elasticfilesystem", "file-system/")
    return (
        join("", prefix, filesystem.id)
        if not isinstance(filesystem.id, str)
        else sub(f"{prefix['Fn::Sub']}{filesystem.id}")
    )
