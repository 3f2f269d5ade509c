"""Decide which ports of containers ECS is told of: those that services publish or expose."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Steps
from compose2cfn.model.app import App
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes

_PORTS = range(1, 65_536)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A port of the container of a service; ``protocol`` is ``tcp`` or ``udp``."""

    service: str
    owner: str
    port: int
    protocol: str
    origin: Steps = field(compare=False)


def mappings(app: App, tasks: Tasks, notes: Notes) -> tuple[Mapped, ...]:
    """List the ports of all containers, each once; jobs, which serve nobody, have none."""
    found: dict[tuple[str, int, str], Mapped] = {}
    for owner, task in sorted(tasks.items()):
        for service in task.services:
            if service in task.jobs:
                continue
            for port, protocol, origin in _opened(app, service, notes):
                mapped = Mapped(service, owner, port, protocol, origin)
                found.setdefault((service, port, protocol), mapped)
    return tuple(found[key] for key in sorted(found))


def _opened(app: App, service: str, notes: Notes) -> Iterator[tuple[int, str, Steps]]:
    """List the ports, protocols and places of what a service publishes and exposes."""
    path: Steps = ("services", service)
    for index, port in enumerate(app.project.services[service].ports):
        if port.protocol.lower() in {"tcp", "udp"} and port.target in _PORTS:
            yield port.target, port.protocol.lower(), (*path, "ports", index)
    for index, text in enumerate(app.project.services[service].expose):
        origin = (*path, "expose", index)
        span, _, protocol = text.partition("/")
        first, _, last = span.partition("-")
        if protocol.lower() not in {"", "tcp", "udp"}:
            about = (
                f"ECS knows no ports of {protocol}, and this is left out; services of one network "
            )
            notes.warn("port-protocol", about + "reach each other's ports all the same", origin)
        elif not _number(first) or not _number(last or first):
            about = f"{text!r} is no port; write a number from 1 to 65535, or a range"
            notes.error("port-number", about, origin)
        else:
            for number in range(_number(first), _number(last or first) + 1):
                yield number, protocol.lower() or "tcp", origin


def _number(text: str) -> int:
    """Read the number of a port; 0 is none."""
    number = int(text) if text.isascii() and text.isdecimal() else 0
    return number if number in _PORTS else 0
