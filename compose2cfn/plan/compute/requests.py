"""What the container of a service asks for: CPU, memory and GPUs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from compose2cfn.diagnostics import Steps
from compose2cfn.model.container import DeviceRequest
from compose2cfn.model.deploy import Deploy, Limits, Reservations
from compose2cfn.model.service import Service
from compose2cfn.model.units import shortest
from compose2cfn.plan.terms.findings import Notes

MIB = 1024 * 1024
LEAST_MEMORY = 6
"""MiB that Docker, and so ECS, gives a container at least."""
LEAST_CPU = 2
"""CPU units that Linux gives a container at least."""
ALL = -1
"""As a number of GPUs: every one that the machine has."""

_NEGATIVE = "must be 0 or more"
_GPU = frozenset({"gpu", "nvidia"})
_GPU_KIND = re.compile(r"gpus?|nvidia[-_.]?gpus?", re.IGNORECASE)
_CDI = re.compile(r"nvidia\.com/gpu=(.+)")


@dataclass(frozen=True, slots=True)
class Request:
    """CPU units, MiB of memory (at most; for certain) and GPUs; 0 where nothing is asked for."""

    cpu: int = 0
    memory: int = 0
    reservation: int = 0
    gpus: int = 0

    @property
    def holds(self) -> int:
        """MiB of memory to make room for."""
        return max(self.memory, self.reservation)


def request(name: str, service: Service, notes: Notes) -> Request:
    """Read what a service asks for: limits count before reservations."""
    path: Steps = ("services", name)
    deploy = service.deploy or Deploy()
    limits = deploy.resources.limits or Limits()
    reserved = deploy.resources.reservations or Reservations()
    _refuse_negative(service, limits, reserved, path, notes)
    memory = _memory(limits.memory or service.mem_limit, path, notes)
    reservation = _memory(reserved.memory or service.mem_reservation, path, notes)
    if memory and reservation > memory:
        notes.error(
            "memory-reservation",
            f"a container cannot reserve {reservation} MiB with a limit of {memory} MiB; reserve "
            "at most the limit",
            path,
        )
    return Request(
        cpu=_cpu(service, limits, reserved, path, notes),
        memory=memory,
        reservation=reservation,
        gpus=_gpus(service, reserved, path, notes),
    )


def _refuse_negative(
    service: Service, limits: Limits, reserved: Reservations, path: Steps, notes: Notes
) -> None:
    """Refuse numbers below 0 where Docker does; elsewhere they lift a limit."""
    resources = ("deploy", "resources")
    for number, key in (
        (limits.cpus, (*resources, "limits", "cpus")),
        (reserved.cpus, (*resources, "reservations", "cpus")),
        (service.cpus, ("cpus",)),
        (service.cpu_period, ("cpu_period",)),
        (service.cpu_shares, ("cpu_shares",)),
        (service.shm_size, ("shm_size",)),
    ):
        if number < 0:
            notes.error("out-of-range", _NEGATIVE, (*path, *key))


def _memory(size: int, path: Steps, notes: Notes) -> int:
    """Round bytes up to whole MiB, and to the least that a container can have."""
    if size <= 0:
        return 0
    if size < LEAST_MEMORY * MIB:
        notes.warn(
            "memory-least",
            f"a container has at least {LEAST_MEMORY} MiB of memory; it gets that many",
            path,
        )
    return max(ceil(size / MIB), LEAST_MEMORY)


def _cpu(
    service: Service, limits: Limits, reserved: Reservations, path: Steps, notes: Notes
) -> int:
    """Count CPU units; rounded down, so that shares that sum up to one machine still do."""
    quota = service.cpu_quota / (service.cpu_period or 100_000) if service.cpu_quota > 0 else 0
    cpus = next(filter(None, (limits.cpus, service.cpus, quota, reserved.cpus)), 0)
    if cpus <= 0 and service.cpu_shares > 0:
        notes.warn(
            "cpu-shares",
            f"{service.cpu_shares} shares become as many CPU units, of which a vCPU has 1024; "
            "write cpus to say how much the task must have",
            (*path, "cpu_shares"),
        )
        return max(service.cpu_shares, LEAST_CPU)
    return max(int(shortest(cpus) * 1024), LEAST_CPU) if cpus > 0 else 0


def _gpus(service: Service, reserved: Reservations, path: Steps, notes: Notes) -> int:
    """Count the GPUs that a service asks for in any of the ways there are."""
    devices = (*path, "deploy", "resources", "reservations", "devices")
    asked = [
        *_requested(reserved.devices, devices, notes),
        *_requested(service.gpus, (*path, "gpus"), notes),
        *_generic(reserved, (*devices[:-1], "generic_resources"), notes),
        *_by_name(service),
    ]
    if not asked and service.runtime == "nvidia":
        return ALL
    return ALL if ALL in asked else sum(asked)


def _requested(devices: tuple[DeviceRequest, ...], path: Steps, notes: Notes) -> Iterator[int]:
    """Count the GPUs of device requests; without a number these want every one."""
    for place, device in enumerate(devices):
        here = (*path, place)
        if device.driver not in {"", "nvidia", "cdi"}:
            notes.error(
                "device-unknown",
                f"ECS has no driver {device.driver!r}; its GPUs are NVIDIA's, driver: nvidia",
                (*here, "driver"),
            )
        elif not device.driver and device.capabilities and not _GPU & {*device.capabilities}:
            notes.error(
                "device-unknown",
                "ECS hands out no devices but NVIDIA GPUs; write capabilities: [gpu]",
                (*here, "capabilities"),
            )
        elif device.device_ids:
            every = any(name.endswith("=all") for name in device.device_ids)
            notes.warn(
                "device-ids",
                "AWS chooses the GPUs of a task; as many as are named here are asked for",
                (*here, "device_ids"),
            )
            yield ALL if every else len(device.device_ids)
        else:
            yield device.count if device.count > 0 else ALL  # as the NVIDIA runtime does


def _generic(reserved: Reservations, path: Steps, notes: Notes) -> Iterator[int]:
    for place, resource in enumerate(reserved.generic_resources):
        spec = resource.discrete_resource_spec
        if spec and spec.value < 0:
            number = (*path, place, "discrete_resource_spec", "value")
            notes.error("out-of-range", _NEGATIVE, number)
        elif spec and _GPU_KIND.fullmatch(spec.kind):
            yield spec.value
        else:
            notes.warn(
                "resource-unknown",
                "of all generic resources ECS knows only GPUs; this one is left out",
                (*path, place),
            )


def _by_name(service: Service) -> Iterator[int]:
    """Count GPUs among ``devices``, under the names of the Container Device Interface."""
    for device in service.devices:
        if found := _CDI.fullmatch(device.source):
            yield ALL if found[1] == "all" else 1
