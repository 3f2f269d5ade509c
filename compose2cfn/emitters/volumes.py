"""Elastic File System and scratch: the volumes of the Compose file."""

from collections.abc import Iterator

from troposphere import Output
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress
from troposphere.efs import AccessPoint, FileSystem, MountTarget

from compose2cfn.diagnostics import Diagnostic, Severity, Steps
from compose2cfn.plan.make import Plan
from compose2cfn.plan.storage import efs as filesystems
from compose2cfn.plan.storage.efs import NFS
from compose2cfn.plan.storage.tmpfs import Memory
from compose2cfn.plan.storage.volumes import Attachment
from compose2cfn.plan.terms.names import ingress_rule_id, label
from compose2cfn.plan.terms.values import Value, arn, attribute, join, ref, sub
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
from compose2cfn.stack.tags import pairs, tag_object

MOUNT = "elasticfilesystem:ClientMount"
ROOT = "elasticfilesystem:ClientRootAccess"
"""Without it root counts as nobody, and reads nothing that is for root alone."""
WRITE = "elasticfilesystem:ClientWrite"


@emitter(
    "services.*.tmpfs",
    "services.*.volumes[].read_only",
    "services.*.volumes[].source",
    "services.*.volumes[].target",
    "services.*.volumes[].tmpfs.mode",
    "services.*.volumes[].tmpfs.size",
    "services.*.volumes[].type",
    "services.*.volumes[].volume.nocopy",
    "services.*.volumes[].volume.subpath",
    "services.*.volumes_from",
    "volumes.*.driver",
    "volumes.*.driver_opts",
    "volumes.*.external",
    "volumes.*.name",
    "volumes.*.x-aws-filesystem",
    "volumes.*.x-aws-name",
)
def volumes(plan: Plan) -> Iterator[Item]:
    """Keep named volumes on EFS file systems, and give tasks memory to write to."""
    for filesystem in plan.storage.filesystems.values():
        if filesystem.own:
            yield from _filesystem(plan, filesystem)
        for subpath in plan.storage.subpaths(filesystem.name):
            yield _access_point(filesystem, subpath)
    for owner in plan.tasks:
        windows = plan.compute.tasks[owner].platform.windows
        for attachment in plan.storage.attachments[owner]:
            yield _no_windows(attachment) if windows else _volume(plan, owner, attachment)
            yield _point(plan, owner, attachment)
        for memory in plan.storage.memories[owner]:
            yield _no_memory(memory) if windows else _memory(plan, owner, memory)
        for filesystem in plan.storage.filesystems_of(owner):
            yield _allow(plan, owner, filesystem)
            if filesystem.own:
                yield from _reach(plan, owner, filesystem)


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
                    "Action": [MOUNT, ROOT, WRITE],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        },
        "FileSystemTags": [
            *_tags(filesystem),
            *([{"Key": "Name", "Value": filesystem.label}] if filesystem.label else ()),
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
            Tags=tag_object(volume=filesystem.name),
        ),
        origin,
    )
    for subnet in plan.network.subnets:
        yield Resource(
            MountTarget(
                filesystem.mount_target(subnet),
                FileSystemId=helper(filesystem.id),
                SubnetId=helper(subnet),
                SecurityGroups=[helper(ref(filesystem.group))],
            ),
            origin,
        )


def _access_point(filesystem: filesystems.FileSystem, subpath: str) -> Resource:
    """Make an access point: a directory that any user can write to, or one user's."""
    options = filesystem.options
    fields: dict[str, object] = {
        "FileSystemId": filesystem.id,
        "AccessPointTags": _tags(filesystem),
    }
    if (directory := filesystem.directory(subpath)) != "/":
        user = filesystem.user
        fields["RootDirectory"] = {
            "Path": directory,
            "CreationInfo": {
                "OwnerUid": user.get("uid", "0"),
                "OwnerGid": user.get("gid", "0"),
                "Permissions": options.get("permissions", "0755" if user else "0777"),
            },
        }
    if filesystem.user:
        fields["PosixUser"] = {key.capitalize(): id_ for key, id_ in filesystem.user.items()}
    body = build(AccessPoint, filesystem.access_point(subpath), fields)
    return Resource(body, ("volumes", filesystem.name))


def _volume(plan: Plan, owner: str, attachment: Attachment) -> TaskPart:
    """Let a task have a volume."""
    filesystem = plan.storage.filesystems[attachment.filesystem]
    volume = {
        "Name": attachment.volume,
        "EFSVolumeConfiguration": {
            "FilesystemId": filesystem.id,
            "TransitEncryption": "ENABLED",
            "AuthorizationConfig": {
                "AccessPointId": ref(filesystem.access_point(attachment.subpath)),
                "IAM": "ENABLED",
            },
        },
    }
    return TaskPart(owner, {"Volumes": [volume]}, attachment.origin)


def _point(plan: Plan, owner: str, attachment: Attachment) -> ContainerPart:
    """Mount a volume in the container of a service."""
    point = {
        "ContainerPath": attachment.target,
        "SourceVolume": attachment.volume,
        "ReadOnly": attachment.read_only,
    }
    container = plan.names.container(attachment.service)
    return ContainerPart(owner, container, {"MountPoints": [point]}, attachment.origin)


def _no_windows(attachment: Attachment) -> Diagnostic:
    return Diagnostic(
        code="volume-windows",
        message="tasks on Windows mount no EFS file systems; run the service on linux/amd64, or "
        "keep the data in a database or in Amazon S3",
        path=attachment.origin,
    )


def _memory(plan: Plan, owner: str, memory: Memory) -> ContainerPart:
    """Give a container a file system in memory."""
    entry: dict[str, object] = {"ContainerPath": memory.target, "Size": memory.size}
    if memory.options:
        entry["MountOptions"] = list(memory.options)
    container = plan.names.container(memory.service)
    return ContainerPart(owner, container, {"LinuxParameters": {"Tmpfs": [entry]}}, memory.origin)


def _no_memory(memory: Memory) -> Diagnostic:
    return Diagnostic(
        code="windows-linux",
        message="file systems in memory are for Linux alone; what is written there goes to the "
        "task's disk on Windows",
        severity=Severity.WARNING,
        path=memory.origin,
    )


def _allow(plan: Plan, owner: str, filesystem: filesystems.FileSystem) -> RolePart:
    """Let a task mount a file system through its access points."""
    mounted = [a for a in plan.storage.attachments[owner] if a.filesystem == filesystem.name]
    points = sorted({filesystem.access_point(a.subpath) for a in mounted})
    actions = [MOUNT]
    if filesystem.user.get("uid", "0") == "0":
        actions.append(ROOT)
    if any(not a.read_only for a in mounted):
        actions.append(WRITE)
    statement = {
        "Effect": "Allow",
        "Action": actions,
        "Resource": _arn(filesystem),
        "Condition": {
            "ArnEquals": {"elasticfilesystem:AccessPointArn": [attribute(p, "Arn") for p in points]}
        },
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return RolePart(
        owner, RoleKind.TASK, {f"volume-{filesystem.name}": document}, origin=_origin(owner)
    )


def _reach(plan: Plan, owner: str, filesystem: filesystems.FileSystem) -> Iterator[Item]:
    """Let a task reach the mount targets, and wait for them."""
    targets = tuple(map(filesystem.mount_target, plan.network.subnets))
    yield ServicePart(owner, after=targets, origin=_origin(owner))
    source = plan.network.tasks[owner].source_group
    yield Resource(
        SecurityGroupIngress(
            ingress_rule_id(filesystem.group, label(source), "TCP", NFS),
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
    if filesystem.own:
        return attribute(filesystem.logical, "Arn")
    prefix = arn("elasticfilesystem", "file-system/")
    return (
        join("", prefix, filesystem.id)
        if not isinstance(filesystem.id, str)
        else sub(f"{prefix['Fn::Sub']}{filesystem.id}")
    )


def _tags(filesystem: filesystems.FileSystem) -> list[dict[str, object]]:
    return [{"Key": key, "Value": value} for key, value in pairs(volume=filesystem.name).items()]


def _origin(owner: str) -> Steps:
    return ("services", owner)
