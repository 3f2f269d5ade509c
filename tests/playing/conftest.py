"""What plays of deliveries need: a place, and a simulator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playing.workshop import INSTALLED, Workshop
from tests.simulator.server import serve
from tests.wire import served


@pytest.fixture
def offline(tmp_path: Path) -> Workshop:
    """Return a workshop without AWS, and with nothing to install."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    return Workshop("", folder, tmp_path / "packages")


@pytest.fixture
def workshop(offline: Workshop) -> Iterator[Workshop]:
    """Return a workshop with an empty account."""
    with served() as address:
        yield offline._replace(address=address)


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
