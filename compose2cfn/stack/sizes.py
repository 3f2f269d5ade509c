"""Size a Fargate task by what its containers ask for."""

from collections.abc import Iterator, Mapping

from compose2cfn.diagnostics import Diagnostic, Severity, Steps, listed
from compose2cfn.plan.compute.fargate import nearest, smallest, written
from compose2cfn.plan.compute.machines import INIT_MEMORY


def sized(fields: dict[str, object], origin: Steps) -> Iterator[Diagnostic]:
    """Set the smallest size that holds all containers, and tell which; machines need none."""
    containers = _list(fields, "ContainerDefinitions")
    if "FARGATE" not in _list(fields, "RequiresCompatibilities"):
        _reserve(containers)
        return
    if "Cpu" in fields:
        return
    cpu = sum(_number(c, "Cpu") for c in containers)
    memory = sum(max(_number(c, "Memory"), _number(c, "MemoryReservation")) for c in containers)
    size = smallest(cpu, memory, windows=windows(fields))
    wanted = written(cpu, memory)
    if size is None:
        found = listed(map(str, nearest(cpu, memory, windows=windows(fields))))
        yield Diagnostic(
            code="fargate-size",
            message=f"Fargate has no size that holds {wanted}; the nearest are {found}",
            path=origin,
        )
        return
    fields["Cpu"], fields["Memory"] = str(size.cpu), str(size.memory)
    if cpu or memory:
        yield Diagnostic(
            code="fargate-size",
            message=f"runs on a Fargate size of {size}, the smallest that holds {wanted}",
            severity=Severity.INFO,
            path=origin,
        )


def windows(fields: Mapping[str, object]) -> bool:
    """Tell whether a task definition is one for Windows."""
    platform = fields.get("RuntimePlatform")
    return isinstance(platform, dict) and "WINDOWS" in str(platform.get("OperatingSystemFamily"))


def _reserve(containers: list[object]) -> None:
    """Reserve memory on machines for containers that say nothing: those that prepare a task."""
    for container in containers:
        if isinstance(container, dict) and not container.keys() & {"Memory", "MemoryReservation"}:
            container["MemoryReservation"] = INIT_MEMORY


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
