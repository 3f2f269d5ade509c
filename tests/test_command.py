"""The command line: what it prints where, how it exits, and what it leaves alone."""

import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from compose2cfn.__main__ import main
from tests.cases import FIXTURES
from tests.places import DEMO
from tests.processes import command_line
from tests.simulator.template import read

SOUND = "services: {web: {image: nginx}}\n"
WARNED = "services: {web: {image: nginx, dns: 10.0.0.2}}\n"
BROKEN = "services: {web: {image: nginx, colour: red}}\n"
PLACE = "compose.yaml:1:32: error: services.web.colour: "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(SOUND)
    return tmp_path


class Done(NamedTuple):
    """What a run left behind."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run command lines in the folder, in this process."""
    monkeypatch.chdir(folder)

    def command(*arguments: str, **variables: str) -> Done:
        capfd.readouterr()
        with patch.dict(os.environ, variables, clear=True):
            try:
                status = main(arguments)
            except SystemExit as usage:
                status = int(str(usage.code))
        return Done(status, *capfd.readouterr())

    return command


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [(SOUND, (), 0), (BROKEN, (), 1), (SOUND, ("--nothing",), 2)],
)
def test_a_process_ends_as_its_run_does(
    text: str, arguments: tuple[str, ...], status: int, folder: Path, run: Run
) -> None:
    (folder / "compose.yaml").write_text(text)
    done = command_line(folder, *arguments)
    assert done.returncode == status
    assert (done.returncode, done.stdout, done.stderr) == run(*arguments)


def test_a_template_is_printed(run: Run) -> None:
    for arguments in ((), ("convert",), ("-f", "compose.yaml"), ("convert", "-f", "compose.yaml")):
        done = run(*arguments)
        assert done.returncode == 0
        assert "WebService" in read(done.stdout)["Resources"]


def test_json_carries_the_same_content(run: Run) -> None:
    printed = json.loads(run("--format", "json").stdout)
    assert printed == read(run("--format", "yaml").stdout)


def test_config_prints_the_model(run: Run) -> None:
    printed = json.loads(run("config", "--format", "json", "-p", "shop").stdout)
    assert printed["name"] == "shop"
    assert printed["services"]["web"]["image"] == "nginx"
    assert read(run("config").stdout)["services"]["web"]["image"] == "nginx"


def test_variables_come_from_the_environment_and_files(folder: Path, run: Run) -> None:
    (folder / "compose.yaml").write_text("services: {web: {image: 'web:${TAG}'}}\n")
    (folder / ".env").write_text("TAG=stored\n")
    (folder / "other.env").write_text("TAG=other\n")
    assert "web:stored" in run().stdout
    assert "web:other" in run("--env-file", "other.env").stdout
    assert "web:given" in run("--env-file", "other.env", TAG="given").stdout


def test_profiles_are_enabled(folder: Path, run: Run) -> None:
    (folder / "compose.yaml").write_text(
        "services: {web: {image: nginx}, tool: {image: tool, profiles: [debug]}}\n"
    )
    assert "ToolService" not in run().stdout
    assert "ToolService" in run("--profile", "debug").stdout


def test_several_files_are_merged(folder: Path, run: Run) -> None:
    (folder / "more.yaml").write_text("services: {api: {image: api}}\n")
    printed = run("-f", "compose.yaml", "-f", "more.yaml").stdout
    assert {"ApiService", "WebService"} <= read(printed)["Resources"].keys()


def test_standard_input_is_a_file(folder: Path) -> None:
    (folder / "compose.yaml").unlink()
    done = command_line(folder, "-f", "-", stdin=SOUND)
    assert done.returncode == 0
    assert "WebService" in read(done.stdout)["Resources"]


def test_faults_go_to_standard_error(folder: Path, run: Run) -> None:
    (folder / "compose.yaml").write_text(BROKEN)
    done = run()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(PLACE)


def test_faults_of_standard_input_have_a_place(folder: Path) -> None:
    done = command_line(folder, "-f", "-", stdin=BROKEN)
    assert done.returncode == 1
    assert done.stdout == ""
    assert ":1:32: error: services.web.colour: " in done.stderr


def test_output_goes_to_a_file(folder: Path, run: Run) -> None:
    done = run("-o", "template.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    assert (folder / "template.yaml").read_text() == run().stdout


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [
        (BROKEN, (), 1),
        ("services: [", (), 1),
        (WARNED, ("--strict",), 1),
        (SOUND, ("--emitter", "nothing"), 2),
        (SOUND, ("--colour",), 2),
        (SOUND, ("-f", "absent.yaml"), 1),
    ],
)
def test_a_run_that_fails_leaves_the_output_alone(
    text: str, arguments: tuple[str, ...], status: int, folder: Path, run: Run
) -> None:
    (folder / "compose.yaml").write_text(text)
    output = folder / "template.yaml"
    done = run(*arguments, "-o", "template.yaml")
    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr
    assert not output.exists()
    output.write_text("as it was")
    before = output.stat()
    assert run(*arguments, "-o", "template.yaml").returncode == status
    assert output.read_text() == "as it was"
    assert (output.stat().st_ino, output.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert {path.name for path in folder.iterdir()} == {"compose.yaml", "template.yaml"}


RAISING = """
from compose2cfn import emitter

@emitter()
def acme(plan):
    yield from ()
    raise RuntimeError("no\\x1b[31m licence")
"""


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("raise RuntimeError('no\\nlicence')", 2, "be loaded: RuntimeError: no\\nlicence"),
        ("raise SystemExit(0)", 2, "be loaded: SystemExit: 0"),
        ("raise KeyboardInterrupt", 2, "be loaded: KeyboardInterrupt: "),
        (RAISING, 1, "error: the emitter 'acme' failed: RuntimeError: no\\x1b[31m licence; tell"),
    ],
)
def test_a_package_that_fails_is_named(
    code: str, status: int, said: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"
    known = packages / "acme_failing-1.0.dist-info"
    known.mkdir(parents=True)
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-failing\nVersion: 1.0\n")
    (known / "entry_points.txt").write_text("[compose2cfn.emitters]\nacme = acme_failing:acme\n")
    (packages / "acme_failing.py").write_text(code)
    monkeypatch.syspath_prepend(packages)
    monkeypatch.delitem(sys.modules, "acme_failing", raising=False)
    done = run("--emitter", "acme")
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_config_takes_no_emitter(run: Run) -> None:
    done = run("config", "--emitter", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "config does not accept --emitter" in done.stderr


def test_output_that_cannot_be_written_is_wrong_usage(run: Run) -> None:
    done = run("-o", "absent/template.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "absent/template.yaml" in done.stderr


def test_warnings_fail_only_when_strict(folder: Path, run: Run) -> None:
    (folder / "compose.yaml").write_text(WARNED)
    done = run()
    assert done.returncode == 0
    assert done.stdout
    assert ": warning: " in done.stderr
    strict = run("--strict")
    assert (strict.returncode, strict.stdout, strict.stderr) == (1, "", done.stderr)


def test_check_compares_with_a_file(folder: Path, run: Run) -> None:
    (folder / "template.yaml").write_text(run().stdout)
    same = run("--check", "template.yaml")
    assert (same.returncode, same.stdout) == (0, "")
    (folder / "compose.yaml").write_text(SOUND.replace("nginx", "caddy"))
    before = (folder / "template.yaml").read_bytes()
    other = run("--check", "template.yaml")
    assert other.returncode == 1
    assert "--- template.yaml" in other.stdout
    assert "-        Image: nginx" in other.stdout
    assert "+        Image: caddy" in other.stdout
    assert (folder / "template.yaml").read_bytes() == before
    absent = run("--check", "absent.yaml")
    assert absent.returncode == 1
    assert not (folder / "absent.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--nothing",), "--nothing"),
        (("explain",), "write explain fargate-size"),
        (("convert", "compose.yaml"), "write -f FILE"),
        (("compose.yaml",), "name a Compose file with -f"),
        (("confg",), "(convert, config, diff, policy, explain"),
        (("-o", "-"), "goes to standard output without -o"),
        (("--parameters-out", "-"), "write ./-"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], said: str, run: Run) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage:" in done.stderr
    assert said in done.stderr


def test_a_folder_without_a_file_is_a_fault(folder: Path, run: Run) -> None:
    (folder / "compose.yaml").unlink()
    done = run()
    assert (done.returncode, done.stdout) == (1, "")
    assert "[missing-file]" in done.stderr


def test_a_reader_that_leaves_gets_no_traceback(folder: Path) -> None:
    command = f"{sys.executable} -m compose2cfn -f {DEMO} | true"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("config",), ()])
def test_what_cannot_be_printed_is_told_by_the_status(
    arguments: tuple[str, ...], folder: Path
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "compose2cfn", *arguments],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FIXTURES.parent)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count(b"compose2cfn: standard output: No space left on device\n") == 1
    assert b"Traceback" not in done.stderr


def test_a_run_in_a_longer_life_leaves_the_process_as_it_was(run: Run) -> None:
    assert gc.isenabled()
    assert run().returncode == 0
    assert gc.isenabled()


@pytest.mark.parametrize("arguments", [["config"], ["config", "--format", "json"], []])
def test_a_folder_may_have_any_name(tmp_path: Path, arguments: list[str]) -> None:
    folder = tmp_path / os.fsdecode(b"shop\xff")
    folder.mkdir()
    (folder / "compose.yaml").write_text("services: {web: {build: ., image: example.com/web}}")
    done = subprocess.run(
        [sys.executable, "-m", "compose2cfn", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(FIXTURES.parent)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"example.com/web" in done.stdout


COMMANDS = ("convert", "config", "diff", "policy", "explain")
FOREIGN = {
    "convert": ("--account", "--service-role"),
    "config": ("--emitter", "--parameters-out", "--parameter", "--values", "--region"),
    "diff": ("--file", "--parameters-out", "--parameter", "--values", "--stack"),
    "policy": ("--parameters-out", "--parameters-format"),
    "explain": (
        *("--file", "--env-file", "--profile", "--root", "--env", "--no-env", "--refuse"),
        *("--emitter", "--format", "--parameters-out", "--strict", "--quiet", "--diagnostics"),
        *("--partition", "--bucket"),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_its_own(command: str, run: Run) -> None:
    done = run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    usages = re.findall(r"compose2cfn (?:\[convert\]|\w+)", done.stdout.partition("\n\n")[0])
    assert usages == [f"compose2cfn {'[convert]' if command == 'convert' else command}"]
    assert "Exit status: 0" in done.stdout
    for option in FOREIGN[command]:
        assert f"{option} " not in done.stdout
    assert done.stdout != run("--help").stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_the_help_lists_the_commands(run: Run) -> None:
    assert re.findall(r"^  (\w+)  +", run("--help").stdout, re.MULTILINE) == [*COMMANDS]


@pytest.mark.parametrize(
    ("command", "option"),
    [(command, option) for command, options in FOREIGN.items() for option in options],
)
def test_what_a_command_does_not_use_is_refused(command: str, option: str, run: Run) -> None:
    words = {"diff": ("a.yaml", "b.yaml"), "explain": ("fargate-size",)}.get(command, ())
    values = {"--format": "json", "--diagnostics": "json", "--parameter": "A=b"}
    values["--parameters-format"] = "cli"
    value = () if option in {"--no-env", "--strict", "--quiet"} else (values.get(option, "x"),)
    done = run(command, *words, option, *value)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: " in done.stderr


def test_a_form_of_values_needs_a_file(run: Run) -> None:
    done = run("--parameters-format", "cli")
    assert (done.returncode, done.stdout) == (2, "")
    assert "write --parameters-out FILE" in done.stderr
