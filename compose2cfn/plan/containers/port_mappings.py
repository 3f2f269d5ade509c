"""Decide which ports of containers to declare to ECS: those that services publish or expose."""

from collections.abc import Iterator
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.port_numbers import PORT_NUMBERS, port_number


class PortMapping(Record):
    """A port that a container listens on."""

    port: int
    protocols: tuple[str, ...]
    """``tcp``, ``udp`` or both, in this order."""
    origin: KeyPath

    @property
    def protocol(self) -> str:
        """The one protocol for ECS, which accepts a port of a container once.

        That opens nothing and closes nothing: the task has its own address, and its security groups
        say who reaches which port.
        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
        """
        return self.protocols[0]


def map_ports(service: Service, spot: Spot) -> tuple[PortMapping, ...]:
    """List the ports of the container of a service, each once."""
    origins: dict[int, KeyPath] = {}
    protocols: dict[int, set[str]] = {}
    for port in (*_published(service, spot / "ports"), *_exposed(service, spot / "expose")):
        origins.setdefault(port.number, port.origin)
        protocols.setdefault(port.number, set()).add(port.protocol)
    return tuple(
        PortMapping(port=port, protocols=tuple(sorted(protocols[port])), origin=origins[port])
        for port in sorted(origins)
    )


class _Port(NamedTuple):
    """A port as one entry of ``ports`` or ``expose`` names it."""

    number: int
    protocol: str
    origin: KeyPath


def _published(service: Service, spot: Spot) -> Iterator[_Port]:
    for index, port in enumerate(service.ports):
        if port.protocol.lower() in {"tcp", "udp"} and port.target in PORT_NUMBERS:
            yield _Port(port.target, port.protocol.lower(), (spot / index).path)


def _exposed(service: Service, spot: Spot) -> Iterator[_Port]:
    for index, text in enumerate(service.expose):
        yield from _span(text, spot / index)


def _span(text: str, spot: Spot) -> Iterator[_Port]:
    """Read one entry of ``expose``: a port or a range, and maybe its protocol."""
    span, _, protocol = text.partition("/")
    first, _, last = span.partition("-")
    if protocol.lower() not in {"", "tcp", "udp"}:
        spot.warn(
            "port-protocol",
            f"ECS does not support {spot.shown(protocol)} ports, so this is left out; services of "
            "one network "
            "reach each other's ports anyway",
        )
    elif not port_number(first) or not port_number(last or first):
        spot.error(
            "port-number",
            f"{spot.shown(text)!r} is not a valid port; write a number from 1 to 65535, or a range",
        )
    else:
        for number in range(port_number(first), port_number(last or first) + 1):
            yield _Port(number, protocol.lower() or "tcp", spot.path)
