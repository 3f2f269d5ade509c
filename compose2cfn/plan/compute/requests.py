"""What the container of a service asks for: CPU, memory and GPUs."""

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from math import ceil
from operator import truediv
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.container import DeviceRequest
from compose2cfn.model.deploy import (
    NO_DEPLOY,
    NO_LIMITS,
    NO_RESERVATIONS,
    GenericResource,
    Limits,
    Reservations,
)
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.model.units import MIB, shortest

LEAST_MEMORY = 6
"""The least MiB that Docker, and so ECS, gives a container."""
LEAST_CPU = 2
"""The least CPU units that Linux gives a container."""
ALL_GPUS = -1
"""As a number of GPUs: all that the EC2 instance has."""
UNSAID_MEMORY = 512
"""MiB to reserve for a container on an EC2 instance that does not say its memory."""
HELPER_MEMORY = 64
"""MiB to reserve for a container on an EC2 instance that prepares a task."""

_LIMITS = ("deploy", "resources", "limits")
_RESERVATIONS = ("deploy", "resources", "reservations")
_NEGATIVE = "must be 0 or more"
_GPU = frozenset({"gpu", "nvidia"})
_GPU_KIND = r"(?i)gpus?|nvidia[-_.]?gpus?"
_CDI = r"nvidia\.com/gpu=(.+)"


class ResourceRequest(Record):
    """CPU units, MiB of memory (limit; reserved) and GPUs; 0 where nothing is asked for."""

    cpu: int = 0
    memory: int = 0
    reservation: int = 0
    gpus: int = 0

    @property
    def holds(self) -> int:
        """MiB of memory to reserve."""
        return max(self.memory, self.reservation)

    def on_instances(self, needs: "ResourceRequest") -> "ResourceRequest":
        """Reserve memory by default: ECS places no task on an EC2 instance without."""
        return self if self.holds else self.but(reservation=needs.holds or UNSAID_MEMORY)

    def with_needs(self, needs: "ResourceRequest") -> "ResourceRequest":
        """Add what is needed but not asked for."""
        reservation = self.reservation if self.holds else needs.reservation
        return self.but(cpu=self.cpu or needs.cpu, reservation=reservation)


def request(service: Service, spot: Spot) -> ResourceRequest:
    """Read what a service asks for: limits count before reservations."""
    deploy = service.deploy or NO_DEPLOY
    limits = deploy.resources.limits or NO_LIMITS
    reserved = deploy.resources.reservations or NO_RESERVATIONS
    _refuse_negative(service, limits, reserved, spot)
    places = SizePlaces.of(service, spot)
    memory = _memory(limits.memory or service.mem_limit, places.memory)
    reservation = _memory(reserved.memory or service.mem_reservation, places.reservation)
    if memory and reservation > memory:
        places.reservation.error(
            "memory-reservation",
            f"a container cannot reserve {reservation} MiB with a limit of {memory} MiB; reserve "
            "at most the limit",
        )
    return ResourceRequest(
        cpu=_cpu(service, limits, reserved, spot),
        memory=memory,
        reservation=reservation,
        gpus=_gpus(service, reserved, spot),
    )


class SizePlaces(NamedTuple):
    """Where a service asks for CPU and memory, in the keys that count; itself if it does not."""

    cpu: Spot
    memory: Spot
    reservation: Spot

    @classmethod
    def of(cls, service: Service, spot: Spot) -> "SizePlaces":
        """Find the places of a service: that of each number that counts."""
        said = (service.deploy or NO_DEPLOY).resources
        limits, reserved = said.limits or NO_LIMITS, said.reservations or NO_RESERVATIONS
        cpu = _first(
            spot,
            (limits.cpus, (*_LIMITS, "cpus")),
            (service.cpus, ("cpus",)),
            (service.cpu_quota, ("cpu_quota",)),
            (reserved.cpus, (*_RESERVATIONS, "cpus")),
            (service.cpu_shares, ("cpu_shares",)),
        )
        reservation = _first(
            spot,
            (reserved.memory, (*_RESERVATIONS, "memory")),
            (service.mem_reservation, ("mem_reservation",)),
        )
        memory = _first(
            spot, (limits.memory, (*_LIMITS, "memory")), (service.mem_limit, ("mem_limit",))
        )
        return cls(cpu or spot, memory or reservation or spot, reservation or spot)

    @classmethod
    def of_task(cls, services: Iterable[tuple[Service, Spot]], spot: Spot) -> "SizePlaces":
        """Find the places of a task: those of its first service that says a number."""
        found = [(cls.of(service, own), own.path) for service, own in services]
        cpu = (places.cpu for places, own in found if places.cpu.path != own)
        memory = (places.memory for places, own in found if places.memory.path != own)
        kept = (places.reservation for places, own in found if places.reservation.path != own)
        return cls(next(cpu, spot), next(memory, spot), next(kept, spot))


def _first(spot: Spot, *keys: tuple[float, tuple[str, ...]]) -> Spot | None:
    """Choose the first key below a service that says a number."""
    return next((_below(spot, steps) for said, steps in keys if said > 0), None)


def _below(spot: Spot, steps: Iterable[str]) -> Spot:
    return reduce(truediv, steps, spot)


def task_request(requests: Iterable[ResourceRequest]) -> ResourceRequest:
    """Sum up what the containers of one task need from an EC2 instance, with room for one more."""
    asked = tuple(requests)
    return ResourceRequest(
        cpu=sum(one.cpu for one in asked),
        reservation=sum(one.holds or UNSAID_MEMORY for one in asked) + HELPER_MEMORY,
        gpus=_counted([one.gpus for one in asked if one.gpus]),
    )


def _counted(gpus: list[int]) -> int:
    return ALL_GPUS if ALL_GPUS in gpus else sum(gpus)


def _refuse_negative(service: Service, limits: Limits, reserved: Reservations, spot: Spot) -> None:
    """Refuse numbers below 0 where Docker does; elsewhere they remove a limit."""
    for number, steps in (
        (limits.cpus, (*_LIMITS, "cpus")),
        (reserved.cpus, (*_RESERVATIONS, "cpus")),
        (service.cpus, ("cpus",)),
        (service.cpu_period, ("cpu_period",)),
        (service.cpu_shares, ("cpu_shares",)),
        (service.shm_size, ("shm_size",)),
    ):
        if number < 0:
            _below(spot, steps).error("out-of-range", _NEGATIVE)


def _memory(size: int, spot: Spot) -> int:
    """Round bytes up to whole MiB, and to the least that a container can have."""
    if size <= 0:
        return 0
    if size < LEAST_MEMORY * MIB:
        bare = size < MIB and size == int(size)
        unit = f"; a size without a unit is in bytes, so for MiB write {size}m" if bare else ""
        spot.warn(
            "memory-least",
            f"a container has at least {LEAST_MEMORY} MiB of memory; it gets that much{unit}",
        )
    return max(ceil(size / MIB), LEAST_MEMORY)


def _cpu(service: Service, limits: Limits, reserved: Reservations, spot: Spot) -> int:
    """Count CPU units; rounded down, so that shares that add up to one instance still do."""
    quota = service.cpu_quota / (service.cpu_period or 100_000) if service.cpu_quota > 0 else 0
    cpus = next(filter(None, (limits.cpus, service.cpus, quota, reserved.cpus)), 0)
    if cpus > 0:
        return max(int(shortest(cpus) * 1024), LEAST_CPU)
    if service.cpu_shares <= 0:
        return 0
    here = spot / "cpu_shares"
    shares = here.shown(service.cpu_shares)
    here.warn(
        "cpu-shares",
        f"{shares} shares become {shares} CPU units, and a vCPU has 1024; "
        "write cpus to say how much the task needs",
    )
    return max(service.cpu_shares, LEAST_CPU)


def _gpus(service: Service, reserved: Reservations, spot: Spot) -> int:
    """Count the GPUs that a service asks for, in any way."""
    reservations = spot / "deploy" / "resources" / "reservations"
    asked = [
        *_requested(reserved.devices, reservations / "devices"),
        *_requested(service.gpus, spot / "gpus"),
        *_generic(reserved.generic_resources, reservations / "generic_resources"),
        *_by_name(service),
    ]
    if not asked and service.runtime == "nvidia":
        return ALL_GPUS
    return _counted(asked)


def gpu_places(service: Service, spot: Spot) -> Iterator[Spot]:
    """Yield the keys that ask for GPUs."""
    reserved = (service.deploy or NO_DEPLOY).resources.reservations or NO_RESERVATIONS
    reservations = spot / "deploy" / "resources" / "reservations"
    if reserved.devices:
        yield reservations / "devices"
    if service.gpus:
        yield spot / "gpus"
    for place, resource in enumerate(reserved.generic_resources):
        spec = resource.discrete_resource_spec
        if spec and re.fullmatch(_GPU_KIND, spec.kind):
            yield reservations / "generic_resources" / place
    for place, device in enumerate(service.devices):
        if re.fullmatch(_CDI, device.source):
            yield spot / "devices" / place
    if service.runtime == "nvidia":
        yield spot / "runtime"


def _requested(devices: Iterable[DeviceRequest], spot: Spot) -> Iterator[int]:
    """Count the GPUs of device requests; without a number, they mean all."""
    for place, device in enumerate(devices):
        here = spot / place
        if device.driver not in {"", "nvidia", "cdi"}:
            driver = (here / "driver").shown(device.driver)
            (here / "driver").error(
                "device-unknown", f"ECS does not have the driver {driver!r}; write driver: nvidia"
            )
        elif not device.driver and device.capabilities and not _GPU & {*device.capabilities}:
            (here / "capabilities").error(
                "device-unknown",
                "ECS has no devices but NVIDIA GPUs; write capabilities: [gpu]",
            )
        elif device.device_ids:
            every = any(name.endswith("=all") for name in device.device_ids)
            (here / "device_ids").warn(
                "device-ids",
                "AWS chooses the GPUs of a task; it gets as many as are named here",
            )
            yield ALL_GPUS if every else len(device.device_ids)
        else:
            yield device.count if device.count > 0 else ALL_GPUS  # as the NVIDIA runtime does


def _generic(resources: Iterable[GenericResource], spot: Spot) -> Iterator[int]:
    """Count the GPUs among resources that operators of hosts name."""
    for place, resource in enumerate(resources):
        spec = resource.discrete_resource_spec
        if spec and spec.value < 0:
            (spot / place / "discrete_resource_spec" / "value").error("out-of-range", _NEGATIVE)
        elif spec and re.fullmatch(_GPU_KIND, spec.kind):
            yield spec.value
        else:
            (spot / place).warn(
                "resource-unknown",
                "ECS has no generic resources but GPUs; this one is left out",
            )


def _by_name(service: Service) -> Iterator[int]:
    """Count GPUs among ``devices``, under the names of the Container Device Interface."""
    for device in service.devices:
        if found := re.fullmatch(_CDI, device.source):
            yield ALL_GPUS if found[1] == "all" else 1
