"""Decide which capabilities of the Linux kernel a container has."""

from collections.abc import Iterator, Sequence

from compose2cfn.diagnostics import did_you_mean, listed
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch
from compose2cfn.plan.containers.isolation import ON_INSTANCES

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
CAPABILITIES = frozenset(
    {
        "ALL",
        "AUDIT_CONTROL",
        "AUDIT_WRITE",
        "BLOCK_SUSPEND",
        "CHOWN",
        "DAC_OVERRIDE",
        "DAC_READ_SEARCH",
        "FOWNER",
        "FSETID",
        "IPC_LOCK",
        "IPC_OWNER",
        "KILL",
        "LEASE",
        "LINUX_IMMUTABLE",
        "MAC_ADMIN",
        "MAC_OVERRIDE",
        "MKNOD",
        "NET_ADMIN",
        "NET_BIND_SERVICE",
        "NET_BROADCAST",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_ADMIN",
        "SYS_BOOT",
        "SYS_CHROOT",
        "SYS_MODULE",
        "SYS_NICE",
        "SYS_PACCT",
        "SYS_PTRACE",
        "SYS_RAWIO",
        "SYS_RESOURCE",
        "SYS_TIME",
        "SYS_TTY_CONFIG",
        "SYSLOG",
        "WAKE_ALARM",
    }
)
_NEWER = frozenset({"BPF", "CHECKPOINT_RESTORE", "PERFMON"})
_ON_FARGATE = frozenset({"SYS_PTRACE"})

# What a container has unless it is dropped.
# https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
_USUAL = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "NET_RAW",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)


class KernelCapabilities(Record):
    """The capabilities that a container gets besides the usual ones, and those that it loses."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


def choose_capabilities(service: Service, launch: Launch, spot: Spot) -> KernelCapabilities:
    """Decide which capabilities the container of a service gets and loses."""
    added = {*_known(service.cap_add, spot / "cap_add")}
    dropped = {*_known(service.cap_drop, spot / "cap_drop", leaves_newer=True)}
    if launch.fargate:
        added, dropped = _without_adding(added, dropped)
        if refused := sorted(added - _ON_FARGATE):
            (spot / "cap_add").error(
                "fargate-capability",
                "Fargate adds only the capability SYS_PTRACE, and this service needs "
                f"{listed(refused, 'and')}; {ON_INSTANCES}",
            )
    return KernelCapabilities(add=tuple(sorted(added)), drop=tuple(sorted(dropped)))


def _without_adding(added: set[str], dropped: set[str]) -> tuple[set[str], set[str]]:
    """Say the same without adding what a container has anyway, since Fargate adds next to nothing.

    Dropping everything and adding a capability back means dropping all others.
    """
    kept = added & _USUAL
    if "ALL" in dropped and kept:
        dropped = (dropped | _USUAL) - {"ALL"}
    return added - kept, dropped - kept


def _known(names: Sequence[str], spot: Spot, *, leaves_newer: bool = False) -> Iterator[str]:
    """Write capabilities the way ECS does; ``leaves_newer`` drops those that it does not know yet.

    A capability that a container never has need not be dropped.
    """
    for index, written in enumerate(names):
        name = written.upper().removeprefix("CAP_")
        if name in CAPABILITIES:
            yield name
        elif leaves_newer and name in _NEWER:
            here = spot / index
            about = f"ECS does not know {here.shown(name)}, so it is left out"
            here.warn("capability-unknown", about)
        else:
            shown = (spot / index).shown(name)
            hint = did_you_mean(shown, CAPABILITIES)
            about = f"{shown!r} is not a capability that ECS knows{hint}"
            (spot / index).error("capability-unknown", about)
