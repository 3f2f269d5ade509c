"""Build the wheel of the project, and fetch those that it needs."""

import sys
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.processes import run
from tests.validators.tools import NEEDS

PIP = (sys.executable, "-m", "pip", "--quiet")


def build(folder: Path) -> Path:
    """Build the wheel of this tree into an empty folder."""
    command = (*PIP, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    done = run(*command, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def collect(wheel: Path, folder: Path) -> None:
    """Put a wheel, and those of all that it needs, into a folder.

    Skips the test where there is no package index; a build fails then (see .ci/run).
    """
    command = (*PIP, "download", "--only-binary", ":all:", "--dest", folder, wheel)
    done = run(*command, folder=wheel.parent)
    if done.returncode:
        pytest.skip(f"{NEEDS}: {done.stderr.strip().splitlines()[-1:]}")
