"""The task sizes that Fargate offers, and the choice of one."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.plan.compute.requests import SizePlaces

# CPU units → MiB of memory.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE_SIZES: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
    32768: (61440, 122880, 249856),
}

WINDOWS_ROWS = (1024, 2048, 4096)
"""The rows of the table that Windows tasks can have."""


class FargateSize(NamedTuple):
    """A task's size: CPU units (1024 are one vCPU) and MiB of memory."""

    cpu: int
    memory: int

    def __str__(self) -> str:
        return f"{self.cpu / 1024:g} vCPU with {self.memory / 1024:g} GiB"

    @property
    def in_mib(self) -> str:
        """Write the memory in MiB."""
        return f"{self.cpu / 1024:g} vCPU with {self.memory} MiB"


def fargate_size(
    cpu: int, memory: int, places: SizePlaces, *, windows: bool, said: bool
) -> FargateSize | None:
    """Choose the size of a task whose containers need so many CPU units and MiB in all.

    Reports the choice if the file asks for a size (``said``); having none that fits is an error.
    """
    size = smallest_size(cpu, memory, windows=windows)
    asked = quantities(cpu, memory)
    if size is None:
        near = nearest_sizes(cpu, memory, windows=windows)
        verb = "are" if len(near) > 1 else "is"
        too_much_cpu = smallest_size(cpu, 0, windows=windows) is None
        spot = places.cpu if too_much_cpu else places.memory
        spot.error(
            "fargate-size",
            f"Fargate has no size with at least {asked}; the nearest {verb} "
            f"{listed(map(str, near), 'and')}{_as_units(cpu)}",
        )
    elif said:
        spot = places.cpu if cpu else places.memory
        spot.info(
            "fargate-size", f"runs on Fargate: {size}, the smallest size with at least {asked}"
        )
    return size


def _as_units(cpu: int) -> str:
    """Ask, about more vCPUs than any instance has, whether CPU units of ECS were meant."""
    said = cpu // 1024
    return f"; for {said} CPU units write cpus: {said / 1024:g}" if said >= 256 else ""


def quantities(cpu: int, memory: int) -> str:
    """Write CPU units, MiB, or both; 0 is left out."""
    cpus = f"{round(cpu / 1024, 3):g} vCPU"
    size = f"{round(memory / 1024, 2):g} GiB" if memory >= 1024 else f"{memory} MiB"
    return " and ".join(text for text, asked in ((cpus, cpu), (size, memory)) if asked)


@cache
def fargate_sizes(*, windows: bool = False) -> tuple[FargateSize, ...]:
    """List the sizes that Fargate offers, the smallest first."""
    rows = WINDOWS_ROWS if windows else tuple(FARGATE_SIZES)
    return tuple(FargateSize(cpu, memory) for cpu in rows for memory in FARGATE_SIZES[cpu])


def smallest_size(cpu: int, memory: int, *, windows: bool = False) -> FargateSize | None:
    """Find the smallest size that holds so many CPU units and MiB; None if there is none."""
    sizes = fargate_sizes(windows=windows)
    return next((size for size in sizes if size.cpu >= cpu and size.memory >= memory), None)


def nearest_sizes(cpu: int, memory: int, *, windows: bool = False) -> tuple[FargateSize, ...]:
    """Name the nearest sizes if none fits: the smallest that suffices in part, and the largest."""
    largest = max(fargate_sizes(windows=windows))
    near = smallest_size(min(cpu, largest.cpu), min(memory, largest.memory), windows=windows)
    return tuple(sorted({near or largest, largest}))
