"""The same input gives the same bytes: again and again, in threads and processes, anywhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from compose2cfn import App, ComposeError, Disk, emit
from tests.cases import CASES, CONVERTIBLE, FolderCase
from tests.places import ROOT

pytestmark = pytest.mark.slow

SAMPLE = CONVERTIBLE[::10]
PROCESSES = [
    {
        "PYTHONHASHSEED": str(seed),
        "LC_ALL": ("C", "C.UTF-8", "POSIX", "tr_TR.UTF-8")[seed % 4],
        "TZ": ("UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Apia")[seed % 4],
    }
    for seed in range(8)
]
UMASKS = (0o000, 0o022, 0o077, 0o777)
THREADS = 32


def said(case: FolderCase) -> str:
    """Convert a case anew from its folder, and write all that comes of it."""
    return told(case.load)


def said_from_anywhere(case: FolderCase) -> str:
    """Do the same in no working directory: all threads of a process have one together."""
    return told(lambda: case.settings.load(Disk(case.folder)))


def told(load: Callable[[], App]) -> str:
    """Write all that comes of a conversion."""
    try:
        result = emit(load())
    except ComposeError as error:
        return str(error)
    found = "\n".join(map(str, result.diagnostics))
    return f"{result.to_yaml()}{result.to_json()}{found}{dict(result.sources)}"


def test_a_hundred_conversions_are_the_same() -> None:
    for case in SAMPLE[::4]:
        assert len({said(case) for _ in range(100)}) == 1, case


def test_threads_do_not_disturb_each_other() -> None:
    """They start together, with different cases, when little is remembered of former runs."""
    start = Barrier(THREADS)

    def convert_all(number: int) -> dict[FolderCase, str]:
        start.wait()
        first = number % len(SAMPLE)
        return {case: said_from_anywhere(case) for case in (*SAMPLE[first:], *SAMPLE[:first])}

    with ThreadPoolExecutor(THREADS) as pool:
        together = [*pool.map(convert_all, range(THREADS))]
    alone = {case: said_from_anywhere(case) for case in SAMPLE}
    assert [result == alone for result in together] == [True] * THREADS


def test_processes_give_the_same_on_any_machine(tmp_path: Path) -> None:
    """Under any hash seed, locale, time zone, umask and working directory."""
    folders = [tmp_path, ROOT, Path("/"), tmp_path]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cases"],
            cwd=folders[number % 4],
            env={**surroundings, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            umask=UMASKS[number % 4],
            stdout=subprocess.PIPE,
        )
        for number, surroundings in enumerate(PROCESSES)
    ]
    printed = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0] * len(PROCESSES)
    assert len(printed) == 1
    assert printed.pop().count(b"\n") == len(CASES)


def others() -> list[str]:
    """List the Pythons at hand that can run this package: those named, and those on the path."""
    named = os.environ.get("COMPOSE2CFN_PYTHONS", "").split(os.pathsep)
    found = (shutil.which(f"python3.{minor}") for minor in range(11, 20))
    needs = "import sys, pydantic, yaml, troposphere; assert sys.version_info >= (3, 11)"
    return [
        path
        for path in dict.fromkeys((*named, *found))
        if path
        and subprocess.run([path, "-c", needs], capture_output=True, check=False).returncode == 0
    ]


def test_each_python_gives_the_same() -> None:
    """Those for which its requirements are installed; ``COMPOSE2CFN_PYTHONS`` names more."""
    here = digests(sys.executable)
    assert here.count(b"\n") == len(CASES)
    for python in others():
        assert digests(python) == here, python


def digests(python: str) -> bytes:
    """Print a digest of each case."""
    command = [python, "-m", "tests.cases"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def test_the_order_of_files_in_a_directory_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case for case in CONVERTIBLE if case.folder.parent.name in {"binds", "configs"}]
    before = [said(FolderCase(case.folder)) for case in cases]
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path=".": listed(path)[::-1])
    assert [said(FolderCase(case.folder)) for case in cases] == before
