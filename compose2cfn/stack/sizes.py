"""Size a task by what its finished containers ask for."""

from collections.abc import Mapping

from compose2cfn.plan.compute import Launch, ResourceRequest, SizePlaces, fargate_size
from compose2cfn.plan.containers import LOG_ROUTER


def set_size(
    fields: dict[str, object],
    launch: Launch,
    needs: Mapping[str, ResourceRequest],
    places: SizePlaces,
) -> str:
    """Set the size of a task on Fargate, or the memory of every container on an EC2 instance.

    A size that is set already stays. ``needs`` are those of containers, by name, that do not say.
    Returns the size in words if no container says anything about it, else an empty text. What the
    container that routes logs needs is part of the size, but is nothing that anybody said.
    """
    containers = _list(fields, "ContainerDefinitions")
    if not launch.fargate:
        _reserve(containers, launch.helper_memory)
        return ""
    if "Cpu" in fields:
        return ""
    asked = [_request(container) for container in containers]
    wanted = [
        request.with_needs(needs.get(_name(container), ResourceRequest()))
        for request, container in zip(asked, containers, strict=True)
    ]
    said = any(
        request.cpu or request.holds
        for request, container in zip(asked, containers, strict=True)
        if _name(container) != LOG_ROUTER.name
    )
    found = fargate_size(
        sum(request.cpu for request in wanted),
        sum(request.holds for request in wanted),
        places,
        windows=launch.platform.windows,
        said=said,
    )
    if found is None:
        return ""
    fields["Cpu"], fields["Memory"] = str(found.cpu), str(found.memory)
    return "" if said else found.in_mib


def _reserve(containers: list[object], memory: int) -> None:
    """Reserve memory for containers that do not say: those that prepare a task."""
    for container in containers:
        if isinstance(container, dict) and not container.keys() & {"Memory", "MemoryReservation"}:
            container["MemoryReservation"] = memory


def _list(fields: object, name: str) -> list[object]:
    match fields:
        case dict() if isinstance(found := fields.get(name), list):
            return found
    return []


def _request(container: object) -> ResourceRequest:
    """Read what a finished container asks for."""
    return ResourceRequest(
        cpu=_number(container, "Cpu"),
        memory=_number(container, "Memory"),
        reservation=_number(container, "MemoryReservation"),
    )


def _name(container: object) -> str:
    match container:
        case {"Name": str(name)}:
            return name
    return ""


def _number(container: object, name: str) -> int:
    match container:
        case dict() if isinstance(found := container.get(name), int):
            return found
    return 0
