"""Measure the rows that are asked for, and print them as a table or as JSON."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator

from tests.benchmark.rows import MEASURES, ROWS, Row
from tests.benchmark.turns import Figure

HEAD = ("row", "gate", "goal", "figure", "half of the pairs", "ours / yardstick", "")


def main() -> int:
    """Measure; returns 1 where a figure is above its gate."""
    arguments = _parser().parse_args()
    if arguments.turns is not None and arguments.turns < 1:
        _parser().error("--turns takes a number from 1 on")
    unknown = [word for word in arguments.rows if not _chosen([word])]
    if unknown:
        _parser().error(f"there is no row {unknown[0]!r}; rows: {', '.join(r.name for r in ROWS)}")
    found = dict(_measured(_chosen(arguments.rows), arguments.turns))
    rows = [(row, found[row.name]) for row in ROWS if row.name in found]
    if arguments.json:
        sys.stdout.write(json.dumps([_entry(*row) for row in rows], indent=2) + "\n")
    else:
        sys.stdout.writelines(_table(rows))
    return int(any(figure.ratio > row.gate for row, figure in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=main.__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help="rows to measure: 1, 3b, or 3 for 3a and 3b"
    )
    parser.add_argument("--turns", type=int, help="how many pairs to run for each row")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    return parser


def _chosen(words: list[str]) -> set[str]:
    """Name the rows that some words mean; without a word, all."""
    return {row.name for row in ROWS if not words or row.name.startswith(tuple(words))}


def _measured(rows: set[str], turns: int | None) -> Iterator[tuple[str, Figure]]:
    """Run the measurements that rows come of."""
    for names, measure, enough in MEASURES:
        if not rows.isdisjoint(names):
            figures = measure(turns or enough)
            yield from ((name, figures[name]) for name in names if name in rows)


def _entry(row: Row, figure: Figure) -> dict[str, object]:
    return {**row._asdict(), **figure._asdict(), "holds": figure.ratio <= row.gate}


def _table(rows: Iterable[tuple[Row, Figure]]) -> Iterator[str]:
    """Write a table in Markdown, line by line."""
    yield f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}\n"
    for row, figure in rows:
        verdict = "above the gate" if figure.ratio > row.gate else ""
        if figure.ratio <= row.goal:
            verdict = "goal reached"
        cells = (
            f"{row.name}: {row.what}",
            f"{row.gate:,}",
            f"{row.goal:,}",
            _number(figure.ratio),
            f"{_number(figure.low)} to {_number(figure.high)}",
            ""
            if figure.yardstick is None
            else _absolute(figure.ours, figure.yardstick, figure.unit),
            verdict,
        )
        yield f"| {' | '.join(cells)} |\n"


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _absolute(ours: float, yardstick: float, unit: str) -> str:
    return f"{ours:.1f} / {yardstick:.1f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
