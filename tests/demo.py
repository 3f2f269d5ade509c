"""The demo application, and the Redis that it needs, as programs of this machine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from time import monotonic, sleep
from typing import NamedTuple

from tests.places import DEMO, ROOT

FRONTEND = DEMO.parent / "frontend"
REDIS = "redis-server"
PATIENCE = 30
"""Seconds until a server must have started, answered or ended."""


class Answer(NamedTuple):
    """What an HTTP server answers."""

    status: int
    text: str
    headers: dict[str, str]


class Frontend(NamedTuple):
    """The application, while it runs."""

    port: int
    log: Path

    def ask(self, path: str, method: str = "GET") -> Answer:
        """Send a request; a redirection is not followed."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, response.read().decode(), headers)
        finally:
            connection.close()


def free_port() -> int:
    """Find a port of this machine that nothing listens on."""
    with create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def redis(folder: Path, port: int) -> Iterator[None]:
    """Run Redis with its data in a folder; as in its image, it writes them when it is stopped."""
    place = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    with _running([REDIS, *place], folder / "log", "Ready to accept connections"):
        yield


@contextmanager
def frontend(log: Path, redis_port: int, folder: Path = FRONTEND) -> Iterator[Frontend]:
    """Run what the image of the application runs, on a free port and as who runs the test."""
    [command] = re.findall(r"^CMD (.*)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    program, *arguments = json.loads(command)
    port = free_port()
    here = [f"--bind=127.0.0.1:{port}", f"--user={os.getuid()}", f"--group={os.getgid()}"]
    started = [sys.executable, "-m", program, *here, *arguments]
    url = f"127.0.0.1:{redis_port}"
    with _running(started, log, "Booting worker", folder=folder, REDIS_URL=url):
        yield Frontend(port, log)


@contextmanager
def _running(
    command: list[str], log: Path, started: str, *, folder: Path = ROOT, **variables: str
) -> Iterator[None]:
    """Run a server from when it says that it has started until it is asked to stop, as by ECS."""
    with (
        log.open("w") as output,
        subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_for(started, log, process)
            yield
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert process.returncode == 0, log.read_text()


def _wait_for(text: str, log: Path, process: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + PATIENCE
    while text not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert monotonic() < until, log.read_text()
        sleep(0.05)
