"""Decide what a container gets of the Linux kernel: limits, devices, settings, privileges."""

import re
from collections.abc import Iterator, Mapping
from math import ceil
from typing import NamedTuple

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.container import Ulimit
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.model.units import MIB
from compose2cfn.plan.compute import Launch
from compose2cfn.plan.containers.capabilities import KernelCapabilities, choose_capabilities
from compose2cfn.plan.containers.isolation import ON_INSTANCES

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

UNLIMITED = -1
"""As a limit: there is none. Of the numbers below 0, only this one means something to Linux."""

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
_SYSCTL = (
    r"net\..+|fs\.mqueue\..+"
    r"|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)"
)
_ACCESS = {"r": "read", "w": "write", "m": "mknod"}
_GPU_DEVICE = "nvidia.com/gpu="


class HostDevice(Record):
    """A device of an EC2 instance in a container, with ``read``, ``write`` and ``mknod``."""

    host_path: str
    container_path: str
    permissions: tuple[str, ...]


class UlimitRange(Record):
    """A limit of a container's processes; -1 means unlimited."""

    name: str
    soft: int
    hard: int


class KernelSettings(Record):
    """What only Linux can give a container; by default, nothing beyond the usual."""

    capabilities: KernelCapabilities = KernelCapabilities()
    devices: tuple[HostDevice, ...] = ()
    init_process: bool = False
    """Whether a small init process runs first, and reaps what others leave behind."""
    privileged: bool = False
    security_options: tuple[str, ...] = ()
    shared_memory: int = 0
    """MiB in ``/dev/shm``; 0 leaves it unchanged."""
    sysctls: Mapping[str, str] = Frozen()
    ulimits: tuple[UlimitRange, ...] = ()


def set_kernel(service: Service, launch: Launch, spot: Spot, *, execs: bool) -> KernelSettings:
    """Decide what the container of a service gets of the kernel: on Windows, nothing.

    ``execs`` says that ECS Exec runs commands in it, which leave processes behind.
    """
    settings = KernelSettings(
        capabilities=choose_capabilities(service, launch, spot),
        devices=tuple(_devices(service, launch, spot / "devices")),
        init_process=execs if service.init is None else service.init,
        privileged=_privileged(service, launch, spot / "privileged"),
        security_options=tuple(_security_options(service, launch, spot / "security_opt")),
        shared_memory=_shared_memory(service, launch, spot / "shm_size"),
        sysctls=_sysctls(service, spot / "sysctls"),
        ulimits=tuple(_ulimits(service, launch, spot / "ulimits")),
    )
    usual = KernelSettings()
    if launch.platform.windows and settings != usual:
        spot.warn(
            "windows-linux",
            "init, capabilities, devices, limits and kernel settings are only for Linux; they "
            "are left out on Windows",
        )
        return usual
    return settings


def report_sysctls(services: Mapping[str, Service], findings: Findings) -> None:
    """Report network settings that differ between containers of one task."""
    seen: dict[str, str] = {}
    shown: dict[str, str] = {}
    for service, said in services.items():
        spot = findings.at("services", service) / "sysctls"
        for name, value in said.sysctls.items():
            if not name.startswith("net."):
                continue
            here = spot / name
            shown.setdefault(name, here.shown(value))
            if seen.setdefault(name, value) != value:
                here.error(
                    "sysctl-conflict",
                    "all containers of the task share its network, and another one has "
                    f"{shown[name]}; write the same value",
                )


def _devices(service: Service, launch: Launch, spot: Spot) -> Iterator[HostDevice]:
    for index, device in enumerate(service.devices):
        if device.source.startswith(_GPU_DEVICE):
            continue  # counted as a GPU
        if not device.source.startswith("/"):
            source = (spot / index / "source").shown(device.source)
            about = f"{source!r} is not a valid device; write its path on the EC2 instance"
            (spot / index).error("device-unknown", about)
        elif launch.fargate:
            (spot / index).error(
                "fargate-device", f"Fargate does not support devices; {ON_INSTANCES}"
            )
        else:
            letters = device.permissions or "rwm"
            permissions = tuple(_ACCESS[letter] for letter in letters if letter in _ACCESS)
            yield HostDevice(
                host_path=device.source,
                container_path=device.target or device.source,
                permissions=permissions,
            )


def _privileged(service: Service, launch: Launch, spot: Spot) -> bool:
    if service.privileged and launch.fargate:
        spot.error(
            "fargate-privileged", f"Fargate cannot run privileged containers; {ON_INSTANCES}"
        )
    return service.privileged


class _SecurityModule(NamedTuple):
    """A module of Linux that containers need for a security option."""

    setting: str
    """What tells the ECS agent that an instance has it."""
    missing: str
    """What the images of Amazon ECS do not have, and what follows."""


_MODULES: Mapping[str, _SecurityModule] = {
    "apparmor": _SecurityModule(
        "ECS_APPARMOR_CAPABLE",
        "there is no AppArmor, so this has no effect, or keeps the container from starting",
    ),
    "label": _SecurityModule(
        "ECS_SELINUX_CAPABLE", "Docker does not use SELinux, so this has no effect"
    ),
}


def _security_options(service: Service, launch: Launch, spot: Spot) -> Iterator[str]:
    for index, option in enumerate(service.security_opt):
        here = spot / index
        kind, _, value = option.replace("=", ":", 1).partition(":")
        if launch.fargate:
            here.warn("security-option", "Fargate has no security options; this one is left out")
        elif kind == "no-new-privileges":
            if value != "false":
                yield kind
        elif kind in _MODULES and value:
            _report_module(_MODULES[kind], launch, here)
            yield f"{kind}:{value}"
        else:
            here.warn("security-option", "ECS does not have this security option; it is left out")


def _report_module(module: _SecurityModule, launch: Launch, spot: Spot) -> None:
    """Report security options that have no effect, or that keep tasks from being placed.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
    """
    if launch.group is None:
        spot.warn(
            "security-module",
            f"tasks are placed only on EC2 instances whose ECS agent has {module.setting}=true in "
            "/etc/ecs/ecs.config; set that on the instances of the cluster",
        )
    elif not launch.group.image_given:
        spot.warn(
            "security-module",
            f"on the images of Amazon ECS, {module.missing}; write another image in "
            "x-aws-capacity: {ami: ID}, or leave this out",
        )


def _shared_memory(service: Service, launch: Launch, spot: Spot) -> int:
    """Return MiB of shared memory, rounded up."""
    if service.shm_size and launch.fargate:
        spot.warn(
            "fargate-shm",
            "Fargate has 64 MiB of shared memory, so this is left out; if that is not enough, "
            f"{ON_INSTANCES}",
        )
        return 0
    return ceil(service.shm_size / MIB)


def _sysctls(service: Service, spot: Spot) -> Mapping[str, str]:
    """Keep the settings that a container can have of its own."""
    known = {}
    for name, value in sorted(service.sysctls.items()):
        if re.fullmatch(_SYSCTL, name):
            known[name] = value
        else:
            (spot / name).error(
                "sysctl-unknown",
                "ECS does not let a container change this setting of the whole host; leave it "
                "out, or run the service on EC2 instances with an image that sets it "
                "(x-aws-capacity: {ami: ID})",
            )
    return Frozen(known)


def _ulimits(service: Service, launch: Launch, spot: Spot) -> Iterator[UlimitRange]:
    for name, limit in sorted(service.ulimits.items()):
        if name not in ULIMITS:
            hint = did_you_mean(name, ULIMITS)
            (spot / name).error("ulimit-unknown", f"ECS has no such limit{hint}")
        else:
            yield _ulimit(name, limit, launch, spot / name)


def _ulimit(name: str, limit: Ulimit, launch: Launch, spot: Spot) -> UlimitRange:
    soft, hard = (limit.single, limit.single) if limit.single else (limit.soft, limit.hard)
    if min(soft, hard) < UNLIMITED:
        spot.error("ulimit-range", f"must be 0 or more, or {UNLIMITED} for no limit")
    elif 0 <= hard < soft or soft < 0 <= hard:
        lower, upper = (spot / "soft").shown(soft), (spot / "hard").shown(hard)
        about = f"the soft limit {lower} is above the hard limit {upper}; lower it"
        spot.error("ulimit-range", about)
    if launch.fargate and name != "nofile":
        spot.warn(
            "fargate-ulimit",
            "on Fargate, only nofile is documented to have an effect; this one is passed on anyway",
        )
    return UlimitRange(name=name, soft=soft, hard=hard)
