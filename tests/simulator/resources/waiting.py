"""What tasks wait for: their health, and locks of files on file systems.

A service that waits for one of them for ever does not stabilize.
"""

from collections.abc import Iterable, Iterator

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource


def health(containers: Iterable[Answer]) -> str:
    """Tell the health of a task if all checks succeed: that of its essential containers.

    One without a check is UNKNOWN, and so is the task then.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """
    checked = [
        "healthCheck" in one for one in containers if str(one.get("essential", True)) != "False"
    ]
    return "HEALTHY" if checked and all(checked) else "UNKNOWN"


def unhealthy_by_locks(task: Answer) -> bool:
    """Tell whether a task would be healthy if it had no containers that hold locks."""
    containers = task["containerDefinitions"]
    others = [one for one in containers if not holds_lock(one)]
    return health(others) != health(containers)


def holds_lock(container: Answer) -> bool:
    """Tell whether a container locks a file."""
    return "flock" in " ".join(container.get("command") or ())


def locks(resource: Resource, task: Answer) -> Iterator[tuple[str, str]]:
    """List the file systems, and the directories in them, in which a task locks a file."""
    volumes = {volume["name"]: volume for volume in task.get("volumes", [])}
    for container in task["containerDefinitions"]:
        if not holds_lock(container):
            continue
        for mount in container.get("mountPoints", []):
            mounted = volumes[mount["sourceVolume"]].get("efsVolumeConfiguration")
            if mounted:
                point = mounted["authorizationConfig"]["accessPointId"]
                yield mounted["fileSystemId"], _directory(resource, point)


def _directory(resource: Resource, point: str) -> str:
    found = resource.call("efs", "DescribeAccessPoints", AccessPointId=point)["AccessPoints"]
    return str(found[0]["RootDirectory"]["Path"])
