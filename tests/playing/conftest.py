"""What plays of deliveries need: a place, and a simulator."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.playing.workshop import INSTALLED, Workshop
from tests.simulator.server import serve


@pytest.fixture
def offline(tmp_path: Path) -> Workshop:
    """Return a workshop without AWS, and with nothing to install."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    return Workshop("", folder, tmp_path / "packages")


@pytest.fixture
def workshop(offline: Workshop) -> Iterator[Workshop]:
    """Return a workshop with an empty account."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.simulator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        try:
            yield offline._replace(address=server.stdout.readline().strip())
        finally:
            server.terminate()


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Workshop]:
    """Return a workshop whose simulator answers in this process, where the converter is installed.

    So what goes on beside the commands can be played in the background.
    """
    folder = tmp_path / "workshop"
    folder.mkdir()
    with serve() as address:
        made = Workshop(address, folder, folder / "packages")
        made.stand_in("python", INSTALLED)
        yield made
