"""Size a task by what its finished containers ask for."""

from compose2cfn.findings import Spot
from compose2cfn.plan.compute import Launch, fargate_size


def set_size(fields: dict[str, object], launch: Launch, spot: Spot) -> None:
    """Set the size of a task on Fargate, or the memory of every container on a machine.

    A size that is set already stays.
    """
    containers = _list(fields, "ContainerDefinitions")
    if not launch.fargate:
        _reserve(containers, launch.helper_memory)
    elif "Cpu" not in fields:
        cpu = sum(_number(c, "Cpu") for c in containers)
        memory = sum(max(_number(c, "Memory"), _number(c, "MemoryReservation")) for c in containers)
        found = fargate_size(cpu, memory, spot, windows=launch.platform.windows)
        if found:
            fields["Cpu"], fields["Memory"] = str(found.cpu), str(found.memory)


def _reserve(containers: list[object], memory: int) -> None:
    """Reserve memory for containers that say nothing: those that prepare a task."""
    for container in containers:
        if isinstance(container, dict) and not container.keys() & {"Memory", "MemoryReservation"}:
            container["MemoryReservation"] = memory


def _list(fields: object, name: str) -> list[object]:
    match fields:
        case dict() if isinstance(found := fields.get(name), list):
            return found
    return []


def _number(container: object, name: str) -> int:
    match container:
        case dict() if isinstance(found := container.get(name), int):
            return found
    return 0
