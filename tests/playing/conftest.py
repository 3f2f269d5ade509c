"""What plays of deliveries need: packages, and a simulator."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import wheels
from tests.places import ROOT
from tests.playing.workshop import Workshop


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with our wheel, and the wheels that a package index would have."""
    folder = tmp_path_factory.mktemp("packages")
    wheels.collect(wheels.build(tmp_path_factory.mktemp("wheel")), folder)
    return folder


@pytest.fixture
def workshop(packages: Path, tmp_path: Path) -> Iterator[Workshop]:
    """Return a workshop beside an empty account."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    index = shutil.copytree(packages, tmp_path / "packages")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.simulator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        try:
            yield Workshop(server.stdout.readline().strip(), folder, index)
        finally:
            server.terminate()
