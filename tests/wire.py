"""Shells whose ``aws`` command line, if any, talks to the simulator."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.places import ROOT


@contextmanager
def served() -> Iterator[str]:
    """Serve an empty account; return its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.simulator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def shell(script: str, folder: Path, address: str = "") -> str:
    """Run commands in a shell that stops at the first one that fails; return what is printed.

    Programs in the folder ``programs`` of the folder come first.
    """
    path = (folder / "programs", Path(sys.executable).parent, os.environ["PATH"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": address,
            "AWS_PAGER": "",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "HOME": str(folder),
            "PATH": ":".join(map(str, path)),
            "PYTHONPATH": str(ROOT),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
