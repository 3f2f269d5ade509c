"""Decide what a container may do to the kernel: capabilities, limits, devices, namespaces."""

import re
from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.diagnostics import Steps, did_you_mean
from compose2cfn.model.container import Ulimit
from compose2cfn.model.service import Service
from compose2cfn.model.units import MIB
from compose2cfn.plan.compute import Launch as Host
from compose2cfn.plan.terms.findings import Notes

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

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
ULIMITS = frozenset(
    {
        "core",
        "cpu",
        "data",
        "fsize",
        "locks",
        "memlock",
        "msgqueue",
        "nice",
        "nofile",
        "nproc",
        "rss",
        "rtprio",
        "rttime",
        "sigpending",
        "stack",
    }
)

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
_SYSCTL = re.compile(
    r"net\..+|fs\.mqueue\..+"
    r"|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)"
)
_ACCESS = {"r": "read", "w": "write", "m": "mknod"}
_GPU_DEVICE = "nvidia.com/gpu="

ELSEWHERE = "write x-aws-capacity: EC2 to run the service on machines of its own"
"""The way out where Fargate cannot do something."""


def kernel(name: str, service: Service, host: Host, notes: Notes) -> dict[str, object]:
    """Give the fields of a container that Linux alone has."""
    path: Steps = ("services", name)
    linux = {
        "Capabilities": _capabilities(service, host, path, notes),
        "Devices": list(_devices(service, host, path, notes)),
        "InitProcessEnabled": service.init if service.init is not None else service.x_aws_exec,
        "SharedMemorySize": _shared_memory(service, host, path, notes),
    }
    found: dict[str, object] = {
        "DockerSecurityOptions": list(_security(service, host, path, notes)),
        "LinuxParameters": {key: value for key, value in linux.items() if value},
        "Privileged": _privileged(service, host, path, notes),
        "SystemControls": list(_sysctls(service, path, notes)),
        "Ulimits": list(_ulimits(service.ulimits, host, (*path, "ulimits"), notes)),
    }
    found = {key: value for key, value in found.items() if value}
    if found and host.platform.windows:
        notes.warn(
            "windows-linux",
            "init, capabilities, devices, limits and kernel settings are for Linux alone; they "
            "are left out on Windows",
            path,
        )
        return {}
    return found


def _capabilities(
    service: Service, host: Host, path: Steps, notes: Notes
) -> Mapping[str, list[str]]:
    added = set(_known(service.cap_add, (*path, "cap_add"), notes))
    dropped = set(_known(service.cap_drop, (*path, "cap_drop"), notes))
    if host.fargate:
        added, dropped = _without_adding(added, dropped)
    for name in sorted(added - _ON_FARGATE):
        if host.fargate:
            notes.error(
                "fargate-capability",
                f"Fargate gives no capability but SYS_PTRACE, and this service wants {name}; "
                f"{ELSEWHERE}",
                (*path, "cap_add"),
            )
    return {key: sorted(names) for key, names in (("Add", added), ("Drop", dropped)) if names}


def _without_adding(added: set[str], dropped: set[str]) -> tuple[set[str], set[str]]:
    """Say the same without adding what a container has anyway, since Fargate adds next to nothing.

    To drop everything and add a capability back is to drop all others.
    """
    kept = added & _USUAL
    if "ALL" in dropped and kept:
        dropped = (dropped | _USUAL) - {"ALL"}
    return added - kept, dropped - kept


def _known(names: Iterable[str], path: Steps, notes: Notes) -> Iterator[str]:
    """Write capabilities the way ECS does."""
    for place, written in enumerate(names):
        name = written.upper().removeprefix("CAP_")
        if name in _NEWER and path[-1] == "cap_drop":
            notes.warn(
                "capability-unknown",
                f"ECS does not know {name}, and it is left out",
                (*path, place),
            )
        elif name not in CAPABILITIES:
            hint = did_you_mean(name, CAPABILITIES)
            notes.error(
                "capability-unknown", f"ECS knows no capability {name!r}{hint}", (*path, place)
            )
        else:
            yield name


def _privileged(service: Service, host: Host, path: Steps, notes: Notes) -> bool:
    if service.privileged and host.fargate:
        notes.error(
            "fargate-privileged",
            f"Fargate runs no privileged containers; {ELSEWHERE}",
            (*path, "privileged"),
        )
    return service.privileged


def _devices(
    service: Service, host: Host, path: Steps, notes: Notes
) -> Iterator[Mapping[str, object]]:
    for place, device in enumerate(service.devices):
        here = (*path, "devices", place)
        if device.source.startswith(_GPU_DEVICE):
            continue
        if not device.source.startswith("/"):
            notes.error(
                "device-unknown",
                f"{device.source!r} is no device that ECS knows; write its path on the machine",
                here,
            )
        elif host.fargate:
            notes.error("fargate-device", f"Fargate has no devices; {ELSEWHERE}", here)
        else:
            yield {
                "HostPath": device.source,
                "ContainerPath": device.target or device.source,
                "Permissions": [
                    _ACCESS[letter] for letter in device.permissions or "rwm" if letter in _ACCESS
                ],
            }


def _shared_memory(service: Service, host: Host, path: Steps, notes: Notes) -> int:
    """Give MiB of shared memory, rounded up."""
    if not service.shm_size:
        return 0
    if host.fargate:
        notes.warn(
            "fargate-shm",
            "Fargate gives 64 MiB of shared memory, and this is left out; if that is not enough, "
            f"{ELSEWHERE}",
            (*path, "shm_size"),
        )
        return 0
    return -(-service.shm_size // MIB)


def _security(service: Service, host: Host, path: Steps, notes: Notes) -> Iterator[str]:
    for place, option in enumerate(service.security_opt):
        here = (*path, "security_opt", place)
        kind, _, value = option.replace("=", ":", 1).partition(":")
        if host.fargate:
            notes.warn(
                "security-option", "Fargate has no security options; this one is left out", here
            )
        elif kind == "no-new-privileges":
            if value != "false":
                yield kind
        elif kind in {"apparmor", "label"} and value:
            yield f"{kind}:{value}"
        else:
            notes.warn("security-option", "ECS has no such security option; it is left out", here)


def _sysctls(service: Service, path: Steps, notes: Notes) -> Iterator[Mapping[str, str]]:
    for name, value in sorted(service.sysctls.items()):
        if _SYSCTL.fullmatch(name):
            yield {"Namespace": name, "Value": value}
        else:
            notes.error(
                "sysctl-unknown",
                "this setting is one of the whole machine, which ECS does not let a container "
                "change; leave it out, or give the service machines whose image sets it "
                "(x-aws-capacity: {ami: ID})",
                (*path, "sysctls", name),
            )


def _ulimits(
    limits: Mapping[str, Ulimit], host: Host, path: Steps, notes: Notes
) -> Iterator[Mapping[str, object]]:
    for name, limit in sorted(limits.items()):
        here = (*path, name)
        soft, hard = (limit.single, limit.single) if limit.single else (limit.soft, limit.hard)
        if name not in ULIMITS:
            notes.error(
                "ulimit-unknown", f"ECS knows no such limit{did_you_mean(name, ULIMITS)}", here
            )
            continue
        if 0 <= hard < soft or (soft < 0 <= hard):
            notes.error(
                "ulimit-range", f"the soft limit {soft} is above the hard limit {hard}", here
            )
        if host.fargate and name != "nofile":
            notes.warn(
                "fargate-ulimit",
                "on Fargate nofile alone is documented to have an effect; this one is passed on "
                "all the same",
                here,
            )
        yield {"Name": name, "SoftLimit": soft, "HardLimit": hard}
