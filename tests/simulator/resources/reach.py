"""Whether the tasks of a service reach the file systems that they mount."""

from collections.abc import Collection, Iterator

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource

NFS = 2049


def mounted(task: Answer) -> Iterator[str]:
    """List the file systems that a task mounts."""
    for volume in task.get("volumes", []):
        if "efsVolumeConfiguration" in volume:
            yield volume["efsVolumeConfiguration"]["fileSystemId"]


def unreached(service: Resource, task: Answer) -> Iterator[str]:
    """List the file systems of whose mount targets one admits no group of a service.

    A task that starts is tried again until it is admitted; one that stops has no other chance.
    https://docs.aws.amazon.com/efs/latest/ug/network-access.html
    """
    network = service.properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    groups = {*network.get("SecurityGroups", [])}
    for system in mounted(task):
        found = service.call("efs", "DescribeMountTargets", FileSystemId=system)["MountTargets"]
        if not all(_admits(service, target["MountTargetId"], groups) for target in found):
            yield system


def _admits(service: Resource, target: str, groups: Collection[str]) -> bool:
    """Tell whether a mount target admits one of some groups to the port of NFS."""
    own = service.call("efs", "DescribeMountTargetSecurityGroups", MountTargetId=target)
    found = service.call("ec2", "DescribeSecurityGroups", GroupIds=own["SecurityGroups"])
    rules = [rule for group in found["SecurityGroups"] for rule in group["IpPermissions"]]
    return any(
        rule.get("FromPort", 0) <= NFS <= rule.get("ToPort", NFS)
        and (rule["IpRanges"] or {pair["GroupId"] for pair in rule["UserIdGroupPairs"]} & {*groups})
        for rule in rules
    )
