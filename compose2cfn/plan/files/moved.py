"""Move files out of directories that a container needs as they are.

ECS mounts directories, so a file directly in ``/etc``, or in a volume, cannot be mounted there.
Where the command, the entrypoint or a variable of the service names the file, it can be anywhere:
it is mounted in a directory of its own, and named there.
"""

from collections.abc import Iterable, Iterator
from posixpath import normpath

from compose2cfn.findings import Findings
from compose2cfn.model.service import Service
from compose2cfn.plan.files.delivered import DeliveredFile
from compose2cfn.plan.terms.paths import at_or_below, names_path

MOVED = "/compose"
"""The directory that files are moved to, each below its own path."""


def may_move(file: DeliveredFile, service: Service, mounted: Iterable[str]) -> bool:
    """Tell whether a file can be elsewhere: what starts its service names it by its whole path.

    ``mounted`` are the targets of the service's other mounts.
    """
    free = not any(at_or_below(MOVED, target) or at_or_below(target, MOVED) for target in mounted)
    return free and any(names_path(text, normpath(file.target)) for text in _said(service))


def _said(service: Service) -> Iterator[str]:
    """List what tells the program of a service where its files are."""
    yield from service.entrypoint or ()
    yield from service.command or ()
    yield from (value for value in service.environment.values() if value)


def moved(file: DeliveredFile, findings: Findings) -> DeliveredFile:
    """Move a file, and say where to; nothing of the image is next to it there."""
    spot = findings.at(*file.origin)
    target = normpath(file.target)
    place = f"{MOVED}{spot.shown(target, of='target')}"
    spot.warn(
        "delivery-moved",
        f"the file is mounted as {place}, and what starts the container names it there, since ECS "
        "mounts directories, and one where it belongs would hide other files; if anything else "
        "reads it, give it a target in a directory of its own",
        subject=place,
    )
    return file.but(target=f"{MOVED}{target}", moved_from=target, helped=True)
