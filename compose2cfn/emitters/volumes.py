"""Elastic File System and memory: the volumes of the Compose file."""

from collections.abc import Iterator, Mapping

from troposphere import efs
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress

from compose2cfn.diagnostics import KeyPath, Steps
from compose2cfn.plan.make import Plan
from compose2cfn.plan.storage import (
    NFS,
    AccessPoint,
    Attachment,
    FileSystem,
    Grant,
    NewFileSystem,
    Tmpfs,
)
from compose2cfn.plan.terms.names import ingress_rule_id, label
from compose2cfn.plan.terms.values import ref
from compose2cfn.stack.items import (
    ContainerPart,
    Item,
    RoleKind,
    RolePart,
    ServicePart,
    TaskPart,
    emitter,
)
from compose2cfn.stack.mounts import (
    CLIENT_MOUNT,
    CLIENT_ROOT_ACCESS,
    CLIENT_WRITE,
    access_point,
    allow_through,
    task_volume,
)
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.policies import document
from compose2cfn.stack.tags import tags

_TLS_ONLY = document(
    {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        # Not "*": a policy must not keep its owner from changing it.
        "Action": [CLIENT_MOUNT, CLIENT_ROOT_ACCESS, CLIENT_WRITE],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
)


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
    "volumes.*.x-aws-seed",
)
def volumes(plan: Plan) -> Iterator[Item]:
    """Keep named volumes on EFS file systems, and give tasks memory to write to."""
    for found in plan.storage.file_systems.values():
        if found.new:
            yield from _file_system(plan, found, found.new)
        for point in (*found.access_points.values(), found.mark):
            if point:
                yield access_point(found, point)
    for owner, task in plan.tasks.items():
        for service in task.services:
            yield from _mounts(plan, owner, service)
    for grant in plan.storage.grants:
        yield _allow(grant)
        if grant.file_system.new:
            yield from _reach(plan, grant.owner, grant.file_system, grant.file_system.new)


def _mounts(plan: Plan, owner: str, service: str) -> Iterator[Item]:
    """Mount what a service mounts; what seeds a volume reaches its mark as well."""
    mounts = plan.storage.mounts[service]
    container = plan.names.container(service)
    for attachment in mounts.attachments:
        yield _volume(owner, attachment.file_system, attachment.access_point, attachment.origin)
        yield _mount_point(owner, container, attachment)
    for seed in mounts.seeds:
        yield _volume(owner, seed.file_system, seed.mark, seed.origin)
    for memory in mounts.tmpfs:
        yield _tmpfs(owner, container, memory)


def _file_system(plan: Plan, found: FileSystem, new: NewFileSystem) -> Iterator[Item]:
    """Make a file system, and what is needed to reach it."""
    origin = found.origin
    yield resource(
        efs.FileSystem,
        new.id,
        _properties(found.volume, new),
        origin,
        DeletionPolicy=new.deletion_policy,
        UpdateReplacePolicy=new.replacement_policy,
    )
    yield output(f"{new.id}Id", found.id, f"EFS file system of the volume {found.volume}", origin)
    group = {
        "GroupDescription": f"Compose volume {found.volume}",
        "VpcId": plan.network.vpc,
        "Tags": tags(volume=found.volume),
    }
    yield resource(SecurityGroup, new.security_group, group, origin)
    for target in new.mount_targets:
        fields = {
            "FileSystemId": found.id,
            "SubnetId": target.subnet,
            "SecurityGroups": [ref(new.security_group)],
        }
        yield resource(efs.MountTarget, target.id, fields, origin)


def _properties(volume: str, new: NewFileSystem) -> Mapping[str, object]:
    """Write the settings of a file system, except those left to EFS."""
    labels = [*tags(volume=volume)]
    if new.label:
        labels.append({"Key": "Name", "Value": new.label})
    fields: dict[str, object] = {"Encrypted": new.encrypted, "FileSystemTags": labels}
    if new.kms_key is not None:
        fields["KmsKeyId"] = new.kms_key
    if new.performance_mode is not None:
        fields["PerformanceMode"] = new.performance_mode
    if new.throughput_mode is not None:
        fields["ThroughputMode"] = new.throughput_mode
    if new.provisioned_throughput is not None:
        fields["ProvisionedThroughputInMibps"] = new.provisioned_throughput
    if new.backup is not None:
        fields["BackupPolicy"] = {"Status": new.backup}
    if new.transition is not None:
        fields["LifecyclePolicies"] = [{"TransitionToIA": new.transition}]
    if new.tls_only:
        fields["FileSystemPolicy"] = _TLS_ONLY
    return fields


def _volume(owner: str, found: FileSystem, point: AccessPoint, origin: KeyPath) -> TaskPart:
    """Let a task have a volume."""
    return TaskPart(owner, {"Volumes": [task_volume(found, point)]}, origin)


def _mount_point(owner: str, container: str, attachment: Attachment) -> ContainerPart:
    """Mount a volume in the container of a service."""
    point = {
        "ContainerPath": attachment.target,
        "SourceVolume": attachment.access_point.task_volume,
        "ReadOnly": attachment.read_only,
    }
    return ContainerPart(owner, container, {"MountPoints": [point]}, attachment.origin)


def _tmpfs(owner: str, container: str, memory: Tmpfs) -> ContainerPart:
    """Give a container a file system in memory."""
    entry: dict[str, object] = {"ContainerPath": memory.target, "Size": memory.size}
    if memory.options:
        entry["MountOptions"] = list(memory.options)
    return ContainerPart(owner, container, {"LinuxParameters": {"Tmpfs": [entry]}}, memory.origin)


def _allow(grant: Grant) -> RolePart:
    """Let a task mount a file system through its access points."""
    actions = [CLIENT_MOUNT]
    if grant.root:
        actions.append(CLIENT_ROOT_ACCESS)
    if grant.write:
        actions.append(CLIENT_WRITE)
    found = grant.file_system
    policies = {f"volume-{found.volume}": allow_through(grant.access_points, found, actions)}
    return RolePart(grant.owner, RoleKind.TASK, policies, origin=_origin(grant.owner))


def _reach(plan: Plan, owner: str, found: FileSystem, new: NewFileSystem) -> Iterator[Item]:
    """Let a task reach the mount targets, from before its service starts until it has stopped."""
    source = plan.network.tasks[owner].source_group
    fields = {
        "GroupId": ref(new.security_group),
        "SourceSecurityGroupId": source,
        "IpProtocol": "tcp",
        "FromPort": NFS,
        "ToPort": NFS,
        "Description": "NFS from the tasks that mount the volume",
    }
    rule = ingress_rule_id(new.security_group, label(source), "TCP", NFS)
    yield resource(SecurityGroupIngress, rule, fields, found.origin)
    needed = (*(target.id for target in new.mount_targets), rule)
    yield ServicePart(owner, after=needed, origin=_origin(owner))


def _origin(owner: str) -> Steps:
    return ("services", owner)
