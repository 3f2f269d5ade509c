"""Measure start-up, the model classes, and a large file against Docker Compose."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.cases import FIXTURES

ROOT = FIXTURES.parent
DEMO = FIXTURES / "demo-app" / "compose.yaml"
DOCKER_COMPOSE = Path(sys.executable).with_name("docker-compose")
MODULES = (
    "pydantic",
    "yaml",
    "troposphere.applicationautoscaling",
    "troposphere.ec2",
    "troposphere.ecs",
    "troposphere.efs",
    "troposphere.elasticloadbalancingv2",
    "troposphere.iam",
    "troposphere.logs",
    "troposphere.servicediscovery",
)
START_UP_GATE = 1.30
ENVIRONMENT = {k: text for k, text in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""That of a machine on which the program is installed: its modules are compiled once."""
LARGE_FILE_GOAL = 0.80
SERVICES = 1000


def seconds(commands: Sequence[Sequence[str]], times: int) -> list[float]:
    """Give the median time of each command; they take turns, so that all see the same machine."""
    taken: list[list[float]] = [[] for _ in commands]
    for turn in range(times + 1):  # the first one is not counted: it fills caches
        for command, list_ in zip(commands, taken, strict=True):
            start = perf_counter()
            subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
            if turn:
                list_.append(perf_counter() - start)
    return [median(list_) for list_ in taken]


def start_up() -> str:
    """Compare the whole command on the demo with the imports it cannot do without."""
    imports, command = seconds(
        [
            [sys.executable, "-c", f"import {', '.join(MODULES)}"],
            [sys.executable, "-m", "compose2cfn", "-f", str(DEMO)],
        ],
        times=11,
    )
    ratio = command / imports
    return (
        f"start-up: {ratio:.2f} (gate {START_UP_GATE:.2f}): the command on the demo"
        f" {command * 1000:.0f} ms, importing its dependencies {imports * 1000:.0f} ms"
    )


def classes() -> str:
    """List what each model class costs."""
    runs = []
    for _ in range(5):
        command = [sys.executable, "-m", "tests.benchmark.classes"]
        done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
        runs.append(json.loads(done.stdout))
    costs = {name: median(run[name] for run in runs) for name in runs[0]}
    lines = [
        f"  {cost * 1000:6.2f} ms  {name}"
        for name, cost in sorted(costs.items(), key=lambda item: -item[1])
    ]
    total = sum(costs.values())
    head = f"model: {len(costs) - 1} classes, {total * 1000:.1f} ms"
    return "\n".join([head, *lines])


def large_file() -> str:
    """Compare ``config`` on a large file with Docker Compose's."""
    services = [
        f"""\
  service{number}:
    image: example.com/service{number}:${{TAG:-latest}}
    command: ["run", "--number", "{number}"]
    environment: {{NUMBER: "{number}", NEXT: service{(number + 1) % SERVICES}}}
    ports: ["{10000 + number}:80"]
    networks: [net{number % 10}]
    volumes: ["data{number % 50}:/data"]
    healthcheck: {{test: [CMD, "true"], interval: 10s, retries: 3}}
    deploy: {{replicas: 2, resources: {{limits: {{cpus: "0.5", memory: 256M}}}}}}
"""
        for number in range(SERVICES)
    ]
    text = "".join(
        [
            "name: large\nservices:\n",
            *services,
            "networks:\n",
            *(f"  net{number}: {{}}\n" for number in range(10)),
            "volumes:\n",
            *(f"  data{number}: {{}}\n" for number in range(50)),
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(text)
        ours, theirs = seconds(
            [
                [sys.executable, "-m", "compose2cfn", "config", "-f", str(file)],
                [str(DOCKER_COMPOSE), "-f", str(file), "config"],
            ],
            times=5,
        )
    return (
        f"config of {SERVICES} services: {ours / theirs:.2f} (goal {LARGE_FILE_GOAL:.2f}):"
        f" ours {ours:.2f} s, Docker Compose {theirs:.2f} s"
    )


if __name__ == "__main__":
    for measure in (start_up, classes, large_file):
        sys.stdout.write(f"{measure()}\n")
        sys.stdout.flush()
