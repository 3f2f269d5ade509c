"""Tools from package indexes that are not dependencies of ours: each has a folder of its own."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

NEEDS = "needs the package index"


def has_node() -> bool:
    """Tell whether packages of npm can be fetched, and run."""
    return bool(shutil.which("node") and shutil.which("npm"))


@cache
def environment(requirement: str) -> Path:
    """Make an environment with one tool, once on this machine; return the folder of its programs.

    Skips the test where that cannot be done; a build fails then (see .ci/run).
    """
    version = ".".join(map(str, sys.version_info[:2]))
    with _folder(f"{requirement}-{version}") as home:
        done = home / "done"
        if not done.exists():
            _run(sys.executable, "-m", "venv", "--clear", str(home))
            _run(str(home / "bin" / "pip"), "install", "--quiet", requirement)
            done.touch()
    return home / "bin"


@cache
def package(requirement: str) -> Path:
    """Fetch a package of npm, once on this machine; return the folder of its content."""
    with _folder(requirement.replace("/", "-")) as home:
        done = home / "done"
        if not done.exists():
            home.mkdir(exist_ok=True)
            _run("npm", "pack", "--silent", "--pack-destination", str(home), requirement)
            _run("tar", "xzf", *map(str, home.glob("*.tgz")), "-C", str(home))
            done.touch()
    return home / "package"


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """Give a folder that is kept, to one process at a time."""
    named = os.environ.get("TOOLS_CACHE")
    root = Path(named) if named else Path(tempfile.gettempdir()) / "compose2cfn-tools"
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield root / name


def _run(*command: str) -> None:
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"{NEEDS}: {made.stderr.strip().splitlines()[-1:]}")
