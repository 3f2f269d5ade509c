"""docs/security.md: its commands run, its tables are true, and the README leads to it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from compose2cfn import Result, limits
from tests.cases import FIXTURES
from tests.pages import SECURITY, security
from tests.places import ROOT

PAGE = SECURITY.read_text(encoding="utf-8")
COMMANDS = [dedent(block).strip() for block in re.findall(r"(?ms)^ *```sh\n(.*?)^ *```$", PAGE)]
[PROGRAM] = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE)
SECRET = "c2VudGluZWw"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout of the demo, with what an author would like to be read or run."""
    folder = tmp_path / "checkout"
    shutil.copytree(FIXTURES / "demo-app", folder)
    (tmp_path / "outside.env").write_text(f"OUTSIDE={SECRET}\n")
    for module in ("argparse", "yaml", "compose2cfn"):
        (folder / f"{module}.py").write_text(f"print('{SECRET}')\n")
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the page shows it."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "IMAGE_TAG": "1.4.2",
            "AWS_VPC": SECRET,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 3
    assert "--root . --no-env --refuse rights" in COMMANDS[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_converts_what_is_harmless(command: str, checkout: Path) -> None:
    done = run(command, checkout)
    assert done.returncode == 0, done.stderr
    template = (checkout.parent / "template.yaml").read_text()
    assert "FrontendService" in template
    assert SECRET not in template


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_refuses_what_is_not(command: str, checkout: Path) -> None:
    (checkout / "compose.yaml").write_text(
        "x-aws-cloudformation: {Resources: {T: {Type: 'AWS::SNS::Topic'}}}\n"
        "services:\n"
        "  web:\n"
        "    image: 'a:${IMAGE_TAG-}${AWS_VPC-}'\n"
        "    x-aws-role: arn:aws:iam::123456789012:role/admin\n"
    )
    done = run(command, checkout)
    assert done.returncode == 1
    places = [line.split(": ")[0] for line in done.stderr.splitlines() if "key-forbidden" in line]
    assert places == ["compose.yaml:1:1", "compose.yaml:5:5"]
    (checkout / "compose.yaml").write_text("services: {a: {image: a, env_file: ../outside.env}}\n")
    done = run(command, checkout)
    assert done.returncode == 1
    assert "[outside-root]" in done.stderr
    assert not (checkout.parent / "template.yaml").exists()


def test_the_program_runs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout.parent)
    found: dict[str, object] = {}
    exec(PROGRAM, found)  # noqa: S102 - it is what readers copy
    assert isinstance(found["result"], Result)
    assert "FrontendService" in found["result"].to_yaml()


def test_the_tables_are_true(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        SECURITY.write_text(security(PAGE), encoding="utf-8")
    assert SECURITY.read_text(encoding="utf-8") == security(PAGE), "run pytest --update"


def test_documents_lead_there() -> None:
    assert "(docs/security.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(security.md)" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_the_limits_are_those_of_the_code() -> None:
    """In the same order."""
    [section] = re.findall(r"(?ms)^## Limits\n(.*?)^## ", PAGE)
    numbers = re.findall(r"\| ([\d,]+) \|$", section, re.MULTILINE)
    listed = [int(number.replace(",", "")) for number in numbers]
    assert listed == [value for name, value in vars(limits).items() if name.isupper()]
