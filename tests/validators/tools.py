"""Tools from the package index whose dependencies do not fit ours: each has its own environment."""

import fcntl
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

NEEDS = "needs the package index"


@cache
def environment(requirement: str) -> Path:
    """Make an environment with one tool, once on this machine; return the folder of its programs.

    Skips the test where that cannot be done; a build fails then (see .ci/run).
    """
    named = os.environ.get("TOOLS_CACHE")
    root = Path(named) if named else Path(tempfile.gettempdir()) / "compose2cfn-tools"
    root.mkdir(parents=True, exist_ok=True)
    version = ".".join(map(str, sys.version_info[:2]))
    home = root / f"{requirement}-{version}"
    done = home / "done"
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _run(sys.executable, "-m", "venv", "--clear", str(home))
            _run(str(home / "bin" / "pip"), "install", "--quiet", requirement)
            done.touch()
    return home / "bin"


def _run(*command: str) -> None:
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"{NEEDS}: {made.stderr.strip().splitlines()[-1:]}")
