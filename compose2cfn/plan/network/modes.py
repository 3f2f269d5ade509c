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
        "every task on ECS has a network interface; take network_mode out and join a network of "
        "its own instead",
    ),
    "container": _Told(
        "network-container",
        "containers outside the file are not known here; write network_mode: service:NAME",
    ),
}
_CHANGED: Mapping[str, _Told] = {
    "host": _Told(
        "network-host",
        "a task has a network interface of its own and shares none with its host: it reaches no "
        "other service at localhost, and is reached only where it is published; take "
        "network_mode out, so that it joins the others",
    ),
    "bridge": _Told(
        "network-bridge",
        "the task joins no network of the file: it finds no other service, and is reached only "
        "where it is published; take network_mode out, so that it joins the others",
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
            "network-mode", f"the network {mode!r} is not known here; write it under networks"
        )
