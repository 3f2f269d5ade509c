"""What is known about images that many people run, no matter where they come from."""

from collections.abc import Mapping

from compose2cfn.model.service import Service
from compose2cfn.plan.known_images.brokers import BROKERS
from compose2cfn.plan.known_images.consoles import CONSOLES
from compose2cfn.plan.known_images.datastores import DATASTORES
from compose2cfn.plan.known_images.heaps import memory_for, written_heap
from compose2cfn.plan.known_images.known import KnownImage, MemoryMaps, NodeName, Role
from compose2cfn.plan.known_images.programs import runs_server
from compose2cfn.plan.known_images.servers import REVERSE_PROXIES, RUNTIMES
from compose2cfn.plan.known_images.shells import has_shell, lacks_shell

__all__ = [
    "KNOWN_IMAGES",
    "KnownImage",
    "MemoryMaps",
    "NodeName",
    "Role",
    "find_image",
    "known_image",
    "may_lack_shell",
    "memory_for",
    "surely_has_shell",
    "written_heap",
]

KNOWN_IMAGES = (*DATASTORES, *BROKERS, *CONSOLES, *RUNTIMES, *REVERSE_PROXIES)
"""All that is known: what an image is, what it needs, where its data is, and the sources."""

_BY_NAME: Mapping[str, KnownImage] = {name: image for image in KNOWN_IMAGES for name in image.names}


def known_image(service: Service) -> KnownImage | None:
    """Find what is known about the image of a service, if the service runs its usual program."""
    found = find_image(service.image)
    return found if found and runs_server(service) else None


def surely_has_shell(reference: str) -> bool:
    """Tell whether an image surely has a shell, from any registry, with any tag and digest.

    Variants that say to have no system are an exception.
    """
    name, tag = _name_and_tag(reference)
    bare = any(word in tag for word in ("distroless", "nanoserver", "windows", "scratch"))
    return not bare and has_shell(name, find_image(reference))


def may_lack_shell(reference: str) -> bool:
    """Tell whether an image may have no shell, from any registry, with any digest."""
    return lacks_shell(*_name_and_tag(reference))


def _name_and_tag(reference: str) -> tuple[str, str]:
    name, _, tag = reference.partition("@")[0].lower().rpartition("/")[2].partition(":")
    return name, tag


def find_image(reference: str) -> KnownImage | None:
    """Find what is known about an image, from any registry, with any tag and digest."""
    *path, last = reference.partition("@")[0].lower().split("/")
    name = last.partition(":")[0]
    longer = _BY_NAME.get(f"{path[-1]}/{name}") if path else None
    return longer or _BY_NAME.get(name)
