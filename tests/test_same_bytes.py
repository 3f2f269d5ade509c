"""The same input gives the same bytes: again and again, in threads and processes, anywhere."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compose2cfn import ComposeError, emit
from tests.cases import CASES, CONVERTIBLE, Case, FolderCase
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


def said(case: Case) -> str:
    """Convert a case anew, and write all that comes of it."""
    try:
        result = emit(case.load())
    except ComposeError as error:
        return str(error)
    found = "\n".join(map(str, result.diagnostics))
    return f"{result.to_yaml()}{result.to_json()}{found}{dict(result.sources)}"


def test_a_hundred_conversions_are_the_same() -> None:
    for case in SAMPLE[::4]:
        assert len({said(case) for _ in range(100)}) == 1, case


def test_threads_do_not_disturb_each_other() -> None:
    alone = [said(case) for case in SAMPLE]
    with ThreadPoolExecutor(32) as pool:
        for together in pool.map(lambda _: [said(case) for case in SAMPLE], range(32)):
            assert together == alone


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


def test_the_order_of_files_in_a_directory_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case for case in CONVERTIBLE if case.folder.parent.name in {"binds", "configs"}]
    before = [said(FolderCase(case.folder)) for case in cases]
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path=".": listed(path)[::-1])
    assert [said(FolderCase(case.folder)) for case in cases] == before
