"""See which servers check what Fargate allows them to map into memory, and end."""

from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.service import Service
from compose2cfn.plan.known_images import MemoryMaps, known_image


def report_memory_maps(
    services: Mapping[str, Service], on_fargate: Iterable[str], findings: Findings
) -> None:
    """Warn of servers that may end at their start, since nothing sets the limit on Fargate."""
    for name in sorted(on_fargate):
        image = known_image(services[name])
        if image and image.memory_maps and _checks(image.memory_maps, services[name]):
            (findings.at("services", name) / "image").warn(
                "fargate-memory-maps",
                f"{image.title} ends at its start if vm.max_map_count is less than it wants, and "
                f"nothing sets that on Fargate; write {image.memory_maps.cure} under environment",
            )


def _checks(maps: MemoryMaps, service: Service) -> bool:
    """Tell whether a server looks at the limit when it starts."""
    said = "\n".join(_texts(service))
    asked = not maps.checked_with or any(one in said for one in maps.checked_with)
    return asked and not any(one in said for one in maps.unchecked_with)


def _texts(service: Service) -> Iterator[str]:
    for variable, value in service.environment.items():
        yield f"{variable}={value}"
    yield from service.entrypoint or ()
    yield from service.command or ()
