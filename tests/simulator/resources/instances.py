"""Whether tasks are ever placed on the EC2 instances that a stack starts for them.

A task is placed on an instance whose agent has registered the attributes that it needs; a service
whose tasks find none never becomes stable, and its stack fails hours later.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
"""

from base64 import b64decode
from collections.abc import Iterator

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource

MODULES = {"apparmor": "ECS_APPARMOR_CAPABLE=true", "label": "ECS_SELINUX_CAPABLE=true"}
"""What the agent must be told for each kind of Docker's security options."""
ATTRIBUTE = "attribute:compose.capacity == "


def placement_faults(service: Resource, task: Answer) -> Iterator[str]:
    """Say why no task of a service would ever be placed; instances of others are not known."""
    desired = int(service.properties.get("DesiredCount", 1))
    if found := list(_constrained(service)):
        if not any(group["MinSize"] for group, _ in found) and desired:
            yield "no container instance met all of its requirements: nothing starts one"
    elif _constraints(service):
        yield "no container instance met all of its requirements: none has the attribute"
    else:
        found = list(_provided(service))
        if any(not group["MaxSize"] for group, _ in found) and desired:
            yield "no container instance met all of its requirements: none may be started"
    options = [o for c in task["containerDefinitions"] for o in c.get("dockerSecurityOptions", [])]
    needed = {MODULES[kind] for o in options if (kind := o.partition(":")[0]) in MODULES}
    for _, script in found:
        if missing := sorted(setting for setting in needed if setting not in script):
            yield f"no container instance met all of its requirements: none has {missing}"


def _constraints(service: Resource) -> list[str]:
    """List what the attribute of an instance must be."""
    said = [one.get("Expression", "") for one in service.properties.get("PlacementConstraints", [])]
    return [text.removeprefix(ATTRIBUTE) for text in said if text.startswith(ATTRIBUTE)]


def _constrained(service: Resource) -> Iterator[tuple[Answer, str]]:
    """Find the groups whose instances have the attribute, each with its user data."""
    wanted = _constraints(service)
    for group in service.call("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"]:
        script = _user_data(service, group)
        if any(f'"{value}"' in script for value in wanted):
            yield group, script


def _provided(service: Resource) -> Iterator[tuple[Answer, str]]:
    """Find the groups behind the capacity providers of a service, each with its user data."""
    strategy = service.properties.get("CapacityProviderStrategy", [])
    names = [item["CapacityProvider"] for item in strategy]
    if not names:
        return
    found = service.call("ecs", "DescribeCapacityProviders", CapacityProviders=names)
    arns = {
        one.get("autoScalingGroupProvider", {}).get("autoScalingGroupArn")
        for one in found["capacityProviders"]
    }
    for group in service.call("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"]:
        if {group["AutoScalingGroupARN"], group["AutoScalingGroupName"]} & arns:
            yield group, _user_data(service, group)


def _user_data(service: Resource, group: Answer) -> str:
    template = group.get("LaunchTemplate", {}).get("LaunchTemplateId")
    if template is None:
        return ""
    found = service.call("ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=template)
    newest = max(found["LaunchTemplateVersions"], key=lambda one: int(one["VersionNumber"]))
    return b64decode(newest["LaunchTemplateData"].get("UserData", "")).decode()
