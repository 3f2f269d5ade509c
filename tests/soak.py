"""Measure what 1, 10 and 100 times as many entries of each kind cost: time, memory, calls.

No clock is in the test suite, and it counts calls of small projects; this looks at large ones.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from tests.calls import calls
from tests.growing import KINDS, attempt
from tests.places import ROOT

TIMES = (1, 10, 100)
BASE = 10
"""Entries of a project that counts as one."""
BASES = {"extends in a chain": 1, "include": 5, "ports of one range": 5}
"""Those of kinds that have a limit below a thousand."""
STEEP = 2
"""How many times as much an entry may cost among the most of them: that is noise."""
ENOUGH = {"seconds": 0.3, "megabytes": 20.0, "calls": 20_000.0}
"""What is too little to say how it grows."""


class Cost(NamedTuple):
    """What a conversion takes, beyond what a small one takes."""

    seconds: float
    """Of a processor."""
    megabytes: float
    """At the peak."""
    calls: int


def cost(kind: str, size: int) -> Cost:
    """Measure a conversion in this process, which must not have done any other one."""
    make = KINDS[kind]
    attempt(make(1))
    project = make(size)
    memory, begun = _peak(), time.process_time()
    attempt(project)
    seconds, megabytes = time.process_time() - begun, _peak() - memory
    return Cost(seconds, megabytes, calls(partial(attempt, project)))


def _peak() -> float:
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def steep(costs: Mapping[int, Cost]) -> list[str]:
    """Name what grows faster than the entries do, from the middle size to the largest."""
    (_, _), (some, middle), (many, most) = sorted(costs.items())
    expected = {
        name: max(value, ENOUGH[name] / 10) * many / some
        for name, value in middle._asdict().items()
    }
    return [name for name, value in most._asdict().items() if value > STEEP * expected[name]]


def main() -> int:
    """Measure the kinds that are asked for; returns 1 where something grows too fast."""
    arguments = _parser().parse_args()
    if arguments.size:
        sys.stdout.write(json.dumps(cost(arguments.kinds[0], arguments.size)) + "\n")
        return 0
    if unknown := [kind for kind in arguments.kinds if kind not in KINDS]:
        _parser().error(f"there is no kind {unknown[0]!r}; kinds: {', '.join(KINDS)}")
    verdicts = [_row(kind) for kind in arguments.kinds or KINDS]
    return int(any(verdicts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=main.__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="kinds of tests/growing.py")
    parser.add_argument("--size", type=int, help="measure so many entries, in this process")
    return parser


def _row(kind: str) -> list[str]:
    """Measure a kind and print its row; name what grows too fast."""
    sizes = [times * BASES.get(kind, BASE) for times in TIMES]
    costs = {size: _apart(kind, size) for size in sizes}
    found = steep(costs)
    sys.stdout.write(f"| {' | '.join((kind, *_cells(costs), ', '.join(found)))} |\n")
    sys.stdout.flush()
    return found


def _cells(costs: Mapping[int, Cost]) -> Iterator[str]:
    yield " / ".join(map(str, costs))
    yield " / ".join(f"{each.seconds:.2f}" for each in costs.values())
    yield " / ".join(f"{each.megabytes:.0f}" for each in costs.values())
    yield " / ".join(f"{each.calls:,}" for each in costs.values())


def _apart(kind: str, size: int) -> Cost:
    """Measure in a process of its own: memory that was taken once is not given back."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", kind, "--size", str(size)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Cost(*json.loads(done.stdout))


if __name__ == "__main__":
    sys.exit(main())
