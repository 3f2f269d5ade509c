"""The task sizes that Fargate sells."""

from collections.abc import Mapping
from dataclasses import dataclass

# CPU units → MiB of memory.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE: Mapping[int, tuple[int, ...]] = {
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


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """A task's size: CPU units (1024 are one vCPU) and MiB of memory."""

    cpu: int
    memory: int

    def __str__(self) -> str:
        return f"{self.cpu / 1024:g} vCPU with {self.memory / 1024:g} GiB"


def written(cpu: int, memory: int) -> str:
    """Write what a task asks for: CPU units, MiB, or both."""
    cpus = f"{round(cpu / 1024, 3):g} vCPU"
    size = f"{round(memory / 1024, 2):g} GiB" if memory >= 1024 else f"{memory} MiB"
    return " and ".join(text for text, asked in ((cpus, cpu), (size, memory)) if asked)


def sizes(*, windows: bool = False) -> tuple[Size, ...]:
    """List what Fargate sells, the smallest first."""
    rows = WINDOWS_ROWS if windows else tuple(FARGATE)
    return tuple(Size(cpu, memory) for cpu in rows for memory in FARGATE[cpu])


def smallest(cpu: int, memory: int, *, windows: bool = False) -> Size | None:
    """Find the smallest size that holds so many CPU units and MiB; None if there is none."""
    return next((s for s in sizes(windows=windows) if s.cpu >= cpu and s.memory >= memory), None)


def nearest(cpu: int, memory: int, *, windows: bool = False) -> tuple[Size, ...]:
    """Name what comes nearest where no size fits: the least that is not short, and the largest."""
    largest = max(sizes(windows=windows))
    near = smallest(min(cpu, largest.cpu), min(memory, largest.memory), windows=windows)
    return tuple(sorted({near or largest, largest}))
