"""The rows of the benchmark: what is measured, beside which yardstick, and how much it may be."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmark.turns import ENVIRONMENT, ROOT, Cost, Figure, count, figure, processes
from tests.large import compose

DEMO = ROOT / "fixtures" / "demo-app" / "compose.yaml"
DOCKER_COMPOSE = Path(sys.executable).with_name("docker-compose")
COMMAND = [sys.executable, "-m", "compose2cfn"]
IMPORTS = """
import importlib.metadata  # as Pydantic does with the first schema that it makes
import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_serializer
import troposphere.applicationautoscaling
import troposphere.ec2
import troposphere.ecs
import troposphere.efs
import troposphere.elasticloadbalancingv2
import troposphere.iam
import troposphere.logs
import troposphere.servicediscovery
"""
"""What a conversion of the demo cannot do without."""

Figures = Mapping[str, Figure]
Measure = Callable[[int], Figures]
"""Takes a number of turns, gives the figures by row."""


class Row(NamedTuple):
    """One line of the table."""

    name: str
    what: str
    gate: float
    """The figure must not be above."""
    goal: float


ROWS = tuple(
    Row(*row)
    for row in (
        ("1", "the command on the demo / importing its dependencies", 1.35, 1.15),
        ("2", "--help / import argparse", 1.3, 1.1),
        ("3a", "warm conversion of the demo / round trip of its output in C", 1.3, 0.9),
        ("3b", "the same, 40 services", 0.7, 0.45),
        ("4a", "time for each service, 40 services / 10", 1.2, 1.0),
        ("4b", "time for each service, 100 services / 10", 1.2, 1.0),
        ("4c", "time for each service in config, 1,000 services / 10", 1.2, 1.0),
        ("5", "the command on 40 services / docker-compose config (wall)", 2.7, 1.9),
        ("6", "config of 1,000 services / docker-compose config (wall)", 0.5, 0.35),
        ("6m", "peak memory of it", 0.6, 0.5),
        ("7a", "function calls of the warm demo", 40_000, 30_000),
        ("7b", "function calls for each of 40 services", 18_000, 12_000),
    )
)


def start(turns: int) -> Figures:
    """Compare the whole command with the imports that it cannot do without."""
    pairs = processes([*COMMAND, "-f", str(DEMO)], [sys.executable, "-c", IMPORTS], turns)
    return {"1": figure(((a.processor, b.processor) for a, b in pairs), "ms", 1000)}


def help_(turns: int) -> Figures:
    """Compare ``--help`` with the import of what prints it."""
    pairs = processes([*COMMAND, "--help"], [sys.executable, "-c", "import argparse"], turns)
    return {"2": figure(((a.processor, b.processor) for a, b in pairs), "ms", 1000)}


def demo(turns: int) -> Figures:
    """Compare conversions of the demo with round trips of its template."""
    return {"3a": _beside_round_trips("demo", turns)}


def forty(turns: int) -> Figures:
    """Compare conversions of 40 services with round trips of their template."""
    return {"3b": _beside_round_trips("forty", turns)}


def services(turns: int) -> Figures:
    """Compare conversions of many services with those of few."""
    taken = _run("services", turns)
    return {"4a": _each(taken, 40, 10), "4b": _each(taken, 100, 10)}


def models(turns: int) -> Figures:
    """Compare models of many services with those of few."""
    return {"4c": _each(_run("models", turns), 1000, 10)}


def command(turns: int) -> Figures:
    """Compare the whole command on a large file with Docker Compose."""
    pairs = _beside_docker_compose(compose(40, volumes=40), [], turns)
    return {"5": figure(((a.wall, b.wall) for a, b in pairs), "ms", 1000)}


def config(turns: int) -> Figures:
    """Compare ``config`` on a very large file with Docker Compose."""
    pairs = _beside_docker_compose(compose(1000, ports=1, volumes=50), ["config"], turns)
    return {
        "6": figure(((a.wall, b.wall) for a, b in pairs), "ms", 1000),
        "6m": figure(((a.memory, b.memory) for a, b in pairs), "MB"),
    }


def calls(_turns: int) -> Figures:
    """Count function calls, which are the same each time."""
    (demo_,), (forty_,) = _run("calls", 1).values()
    return {"7a": count(demo_), "7b": count(forty_ / 40)}


def _beside_docker_compose(text: str, words: list[str], turns: int) -> list[tuple[Cost, Cost]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(text)
        ours = [*COMMAND, *words, "-f", str(file)]
        return list(processes(ours, [str(DOCKER_COMPOSE), "-f", str(file), "config"], turns))


def _beside_round_trips(what: str, turns: int) -> Figure:
    taken = _run(what, turns)
    return figure(zip(taken["ours"], taken["yardstick"], strict=True), "ms", 1000)


def _each(taken: Mapping[str, list[float]], many: int, few: int) -> Figure:
    """Compare the time for each of many services with that for each of few."""
    pairs = zip(taken[str(many)], taken[str(few)], strict=True)
    return figure(((long / many, short / few) for long, short in pairs), "ms", 1000)


def _run(what: str, turns: int) -> dict[str, list[float]]:
    """Measure in a process of its own, which does nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmark.warm", what, str(turns)],
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.PIPE,
    )
    taken: dict[str, list[float]] = json.loads(done.stdout)
    return taken


MEASURES: tuple[tuple[tuple[str, ...], Measure, int], ...] = (
    (("1",), start, 15),
    (("2",), help_, 41),
    (("3a",), demo, 41),
    (("3b",), forty, 9),
    (("4a", "4b"), services, 9),
    (("4c",), models, 5),
    (("5",), command, 11),
    (("6", "6m"), config, 5),
    (("7a", "7b"), calls, 1),
)
"""Which rows come of which measurement, and how many turns are enough for a steady median."""
