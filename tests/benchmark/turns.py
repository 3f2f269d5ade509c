"""Run work in turn with its yardstick, so that both see the same machine, and compare."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {
    **{name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(ROOT),
    "PYTHONHASHSEED": "0",
}
"""That of a machine on which the program is installed: its modules are compiled once."""


class Figure(NamedTuple):
    """What a row measured: our costs, those of the yardstick, and the ratios of the pairs.

    Where there is no yardstick, the figure is the cost itself.
    """

    ours: float
    yardstick: float | None
    unit: str
    ratio: float
    low: float
    """A quarter of the pairs lies below."""
    high: float
    """A quarter of the pairs lies above."""


class Cost(NamedTuple):
    """What a process took."""

    processor: float
    """Seconds of all its threads."""
    wall: float
    """Seconds from its start to its end."""
    memory: float
    """Megabytes at its peak."""


def figure(pairs: Iterable[tuple[float, float]], unit: str, scale: float = 1) -> Figure:
    """Make the figure of pairs of our cost and the yardstick's."""
    ours, theirs = zip(*pairs, strict=True)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Figure(median(ours) * scale, median(theirs) * scale, unit, median(ratios), low, high)


def count(number: float) -> Figure:
    """Make the figure of a number that is the same each time."""
    return Figure(number, None, "calls", number, number, number)


def processes(ours: list[str], theirs: list[str], turns: int) -> Iterator[tuple[Cost, Cost]]:
    """Run two commands in turn; the first turn, which fills caches, does not count."""
    for turn in range(turns + 1):
        pair = _run(ours), _run(theirs)
        if turn:
            yield pair


def _run(command: list[str]) -> Cost:
    """Run a command to its end; raises `RuntimeError` if it fails."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    start = perf_counter()
    child = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"this command fails: {' '.join(command)}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)


def rounds(
    works: Mapping[str, Callable[[], object]], clock: Callable[[], float], turns: int
) -> dict[str, list[float]]:
    """Time pieces of work in this process, one after the other in each round.

    Each begins with no garbage waiting, so that none pays for another.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(turns + 1):
        for name, work in works.items():
            gc.collect()
            start = clock()
            work()
            if turn:
                taken[name].append(clock() - start)
    return taken
