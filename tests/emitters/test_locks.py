"""Tasks that write to an exclusive volume hold a lock: with real shells, processes and files.

What happens here is on a local file system. It proves nothing about NFS: an exclusive lock on a
file that is only open for reading is given here, and refused there. So these tests also look at how
the file is open.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.emitters.machine import converted
from tests.simulator.template import Properties

PATIENCE = 20.0
"""Seconds after which what has not happened does not happen."""


def project(**services: object) -> str:
    """Write a Compose file with an exclusive volume."""
    volume = {"driver_opts": {"exclusive": "true"}}
    return json.dumps({"services": services, "volumes": {"data": volume}})


DATABASE = {"image": "postgres:16", "volumes": ["data:/data"]}


def containers(text: str, service: str = "Db") -> dict[str, Properties]:
    """Give the containers of a task by their names."""
    resources = json.loads(converted(text).to_json())["Resources"]
    task = resources[f"{service}TaskDefinition"]["Properties"]
    return {container["Name"]: container for container in task["ContainerDefinitions"]}


HOLDER = containers(project(db=DATABASE))["compose-lock-Data"]
WAITER = containers(project(db=DATABASE))["compose-init"]


@pytest.fixture(params=["dash", "busybox"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the folder of the programs of an image, with its ``sh``."""
    program = shutil.which(request.param)
    if program is None:
        pytest.skip(f"this machine has no {request.param}")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sh").symlink_to(program)
    if request.param == "busybox":
        listed = subprocess.run([program, "--list"], capture_output=True, text=True, check=True)
        for tool in {"flock", "sleep"} & {*listed.stdout.split()}:
            (folder / tool).symlink_to(program)
    return str(folder)


class Holder:
    """A task on its way: the container that takes the lock of a file, and holds it."""

    def __init__(self, folder: Path, shell: str, name: str) -> None:
        self.mark = folder / name / "locked"
        self.mark.parent.mkdir()
        self.file = folder / "lock"
        self.file.mkdir(exist_ok=True)
        self.path = f"{shell}{os.pathsep}{os.environ['PATH']}"
        (script,) = HOLDER["Command"]
        self.script = script.replace("/compose/lock", str(self.file)).replace(
            "/compose/held", str(self.mark.parent)
        )
        self.process = subprocess.Popen(
            [shutil.which("sh", path=shell) or "sh", "-c", self.script],
            env={"PATH": self.path},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def holds(self) -> bool:
        """Tell whether it has said that it holds the lock."""
        return self.mark.exists()

    def waits(self) -> bool:
        """Tell whether a child of it is waiting for the lock."""
        return bool(self.children()) and not self.holds

    def children(self) -> list[int]:
        """List the processes that it started and that still run."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in tasks.read_text().split()]

    def clear(self) -> None:
        """End all its processes, as the end of a container does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def end(self, number: signal.Signals) -> int:
        """Send a signal; give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def hold(tmp_path: Path, shell: str) -> Iterator[Callable[[str], Holder]]:
    """Start holders, and end with the test all that still run, with their children."""
    started: list[Holder] = []

    def start(name: str) -> Holder:
        started.append(Holder(tmp_path, shell, name))
        return started[-1]

    yield start
    for holder in started:
        holder.clear()


def until(happened: Callable[[], bool]) -> bool:
    """Wait for something, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    return happened()


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGKILL])
def test_the_second_takes_over_when_the_first_ends(
    hold: Callable[[str], Holder], ends: signal.Signals
) -> None:
    first = hold("first")
    assert until(lambda: first.holds)
    second = hold("second")
    assert until(second.waits)
    time.sleep(0.3)
    assert not second.holds
    first.end(ends)
    assert until(lambda: second.holds)


def test_it_ends_at_once_when_it_is_told_to(hold: Callable[[str], Holder]) -> None:
    """ECS would kill it after 30 seconds, and the next task would wait for that."""
    first = hold("first")
    assert until(lambda: first.holds)
    second = hold("second")
    assert until(second.waits)
    assert second.end(signal.SIGTERM) == 0
    assert first.end(signal.SIGTERM) == 0


def test_what_ends_while_it_waits_leaves_no_lock_behind(hold: Callable[[str], Holder]) -> None:
    first = hold("first")
    assert until(lambda: first.holds)
    second = hold("second")
    assert until(second.waits)
    second.end(signal.SIGTERM)
    second.clear()
    first.end(signal.SIGTERM)
    third = hold("third")
    assert until(lambda: third.holds)


def test_the_file_of_a_lock_is_open_for_writing(hold: Callable[[str], Holder]) -> None:
    """NFS refuses an exclusive lock on any other file with EBADF."""
    first = hold("first")
    assert until(lambda: first.holds)
    process = Path(f"/proc/{first.process.pid}")
    assert (process / "fd" / "9").readlink() == first.file / "lock"
    fields = dict(
        line.split(":", 1) for line in (process / "fdinfo" / "9").read_text().splitlines()
    )
    assert int(fields["flags"], 8) & os.O_ACCMODE == os.O_WRONLY
    kind = fields["lock"].split()
    assert kind[1:4] == ["FLOCK", "ADVISORY", "WRITE"]


def test_only_the_shell_keeps_the_file_open(hold: Callable[[str], Holder]) -> None:
    """A lock is held as long as one process has the file open."""
    first = hold("first")
    assert until(lambda: first.holds and bool(first.children()))

    def let_go() -> bool:
        opened = [
            link.readlink()
            for child in first.children()
            for link in Path(f"/proc/{child}/fd").iterdir()
        ]
        return bool(opened) and first.file / "lock" not in opened

    assert until(let_go)


def test_a_task_is_prepared_once_it_has_the_lock(hold: Callable[[str], Holder], shell: str) -> None:
    first = hold("first")
    assert until(lambda: first.holds)
    second = hold("second")
    assert until(second.waits)
    (script,) = WAITER["Command"]
    mark = "/compose/held/compose-lock-Data"
    waiting = script[script.index("trap") :].replace(mark, str(second.mark.parent))
    program = shutil.which("sh", path=shell) or "sh"
    with subprocess.Popen([program, "-c", waiting], env={"PATH": second.path}) as waiter:
        time.sleep(0.3)
        assert waiter.poll() is None
        first.end(signal.SIGTERM)
        assert waiter.wait(PATIENCE) == 0
    with subprocess.Popen(
        [program, "-c", waiting.replace("/second", "/never")], env={"PATH": second.path}
    ) as stopped:
        time.sleep(0.3)
        stopped.terminate()
        assert stopped.wait(PATIENCE) == 143
