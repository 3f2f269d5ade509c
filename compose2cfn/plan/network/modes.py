"""Say what becomes of ``network_mode``: every task on ECS has a network interface of its own."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.findings import Spot


class _Told(NamedTuple):
    code: str
    message: str


_REFUSED: Mapping[str, _Told] = {
    "none": _Told(
        "network-none",
        "every task on ECS has a network interface; leave network_mode out, and join a network "
        "that no other service joins",
    ),
    "container": _Told(
        "network-container",
        "containers outside the file are unknown here; write network_mode: service:NAME",
    ),
}
_CHANGED: Mapping[str, _Told] = {
    "host": _Told(
        "network-host",
        "a task has its own network interface, not its host's: it cannot reach other services "
        "at localhost, and is reachable only on published ports; leave network_mode out to "
        "join the others",
    ),
    "bridge": _Told(
        "network-bridge",
        "the task does not join a network of the file: it cannot find other services, and is "
        "reachable only on published ports; leave network_mode out to join the others",
    ),
}


def report_mode(mode: str, spot: Spot) -> None:
    """Report a mode that a task cannot have, or that means less on ECS."""
    kind = mode.partition(":")[0]
    if kind in _REFUSED:
        spot.error(*_REFUSED[kind])
    elif kind in _CHANGED:
        spot.warn(*_CHANGED[kind])
    elif kind not in {"", "service"}:
        spot.error(
            "network-mode",
            f"{spot.shown(mode)!r} is not a valid network mode; name a network under networks",
        )
