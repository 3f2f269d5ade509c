"""What a run costs, told without a clock: calls, imported modules, what is done twice or held."""

import gc
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from compileall import compile_dir
from pathlib import Path
from types import FrameType

import pytest
from troposphere import AWSObject, BaseAWSObject
from yaml import CDumper

from compose2cfn.arguments import parse
from compose2cfn.commands.config import run_config
from compose2cfn.model.project import Project
from compose2cfn.source.nodes import Leaf
from compose2cfn.stack import intrinsics, render, typed
from tests.benchmark.rows import IMPORTS
from tests.benchmark.warm import DEMO, FORTY, configuration, conversion
from tests.calls import calls
from tests.cases import FIXTURES
from tests.large import compose

# What was reached, function calls of C included. A tenth more fails; lower a number that is beaten.
CALLS = {"demo": 26_900, "each of 40 services": 13_050, "config of 100 services": 212_650}
KNOWN = {"compose2cfn", "pydantic", "troposphere"}
TENTH = 1.1
FIFTH = 1.2

# How often the same work is done in one conversion.
TIMES = {"encoded": 1, "arranged": 1, "written": 1}

# What a command imports beyond its dependencies and what those import.
MODULES = {
    "config": {"encodings.utf_8_sig"},
    "convert": {"encodings.utf_8_sig", "shlex", "graphlib"},
}


def warm(work: Callable[[], object]) -> int:
    """Count the calls of work that has been done before."""
    work()
    return calls(work)


def test_a_conversion_makes_no_more_calls() -> None:
    assert warm(conversion(DEMO)) <= CALLS["demo"] * TENTH
    forty = warm(conversion(FORTY))
    assert forty / 40 <= CALLS["each of 40 services"] * TENTH


def test_config_makes_no_more_calls() -> None:
    counted = warm(configuration(compose(100, ports=1, volumes=50)))
    assert counted <= CALLS["config of 100 services"] * TENTH


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "few", "many"),
    [(conversion, 10, 40), (conversion, 10, 100), (configuration, 10, 1000)],
)
def test_a_service_makes_as_many_calls_among_many_as_among_few(
    work: Callable[[str], Callable[[], str]], few: int, many: int
) -> None:
    one, other = (warm(work(compose(count, ports=5))) / count for count in (few, many))
    assert other <= one * FIFTH


def test_work_is_not_done_again() -> None:
    times = Counter[str]()
    encoded = Counter[str]()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        match frame.f_code:
            case typed.resource_content.__code__:
                encoded[frame.f_locals["resource"].id] += 1
            case BaseAWSObject.to_dict.__code__ | intrinsics.plain.__code__:
                value = frame.f_locals.get("self", frame.f_locals.get("value"))
                if isinstance(value, AWSObject):
                    encoded[str(value.title)] += 1
            case render.arrange.__code__:
                times["arranged"] += 1
            case CDumper.__init__.__code__:
                times["written"] += 1

    work = conversion(DEMO)
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    assert {**times, "encoded": max(encoded.values())} == TIMES


def leaves() -> int:
    """Count the values of files that are in memory."""
    return sum(isinstance(each, Leaf) for each in gc.get_objects())


def test_config_lets_go_of_what_it_read_before_it_writes(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(compose(10, ports=1))
    before = leaves()
    held = list[int]()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is Project.to_compose.__code__:
            held.append(leaves() - before)

    sys.setprofile(note)
    try:
        run_config(parse(["config", "-f", str(file)]), {})
    finally:
        sys.setprofile(None)
    assert held == [0]


LIST = """
import sys
from compose2cfn.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""
HELP = """
import argparse, gc, importlib, sys
argparse.ArgumentParser().format_help()
print(*sys.modules, file=sys.stderr)
"""
NEEDED = f"{IMPORTS}\n{HELP}"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile the package once: that imports more than running it."""
    assert compile_dir(FIXTURES.parent / "compose2cfn", quiet=1)


def imported(folder: Path, script: str, *arguments: str) -> set[str]:
    """List the modules that a script imports, in a process of its own."""
    (folder / "compose.yaml").write_text("services: {web: {image: nginx}}")
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FIXTURES.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def ours(modules: set[str]) -> set[str]:
    """Name the parts of the package among modules."""
    names = (name.split(".") for name in modules)
    return {".".join(path[1:2]) for path in names if path[0] == "compose2cfn"}


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_imports_what_prints_it_alone(argument: str, tmp_path: Path) -> None:
    more = imported(tmp_path, LIST, argument) - imported(tmp_path, HELP)
    assert more == {"compose2cfn", "compose2cfn.__main__", "compose2cfn.arguments"}


def others(modules: set[str], folder: Path) -> set[str]:
    """Name the modules that are neither ours nor come with the dependencies."""
    more = modules - imported(folder, NEEDED)
    return {name for name in more if name[0] != "_" and name.partition(".")[0] not in KNOWN}


def test_config_imports_no_more(tmp_path: Path) -> None:
    found = imported(tmp_path, LIST, "config")
    program = {"__main__", "arguments", "commands", "reports"}
    needed = {"", "diagnostics", "files", "findings", "limits", "model", "root", "source", "stack"}
    assert ours(found) - program == needed
    assert not any(name.startswith("troposphere") for name in found)
    assert others(found, tmp_path) <= MODULES["config"]


def test_a_conversion_imports_no_more(tmp_path: Path) -> None:
    found = imported(tmp_path, LIST)
    assert others(found, tmp_path) <= MODULES["convert"]
    assert not {"changes", "codes", "policy", "values"} & ours(found)
