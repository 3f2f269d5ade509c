"""docs/start.md: its commands are run in one shell, in order, as a reader runs them.

The ``aws`` command line talks to the simulator. What needs an engine of containers, or the address
of a load balancer, is only noted, and the installation is that of the README.
"""

import re
from pathlib import Path
from shlex import quote

import pytest

from tests.places import ROOT
from tests.wire import served, shell

PAGE = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
INSTALL, *BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE)
CONVERSIONS = [block for block in BLOCKS if "python -m compose2cfn" in block]
NOTED = ("docker", "curl")
VALUES = "REPOSITORY=123456789012.dkr.ecr.us-east-1.amazonaws.com/demo\n"


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """Make a folder with what the page needs: the demo, and programs that note their arguments."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in NOTED:
        program = programs / name
        note = f'echo "{name} $*" >> {quote(str(tmp_path / "noted"))}'
        program.write_text(f"#!/bin/sh\n{note}\n[ -p /dev/stdin ] && cat > /dev/null || true\n")
        program.chmod(0o755)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    return tmp_path


def test_the_installation_is_that_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first, activate, install = INSTALL.splitlines()
    assert f"{first}\n" in readme
    assert f"{activate}\n" in readme
    assert f".venv/bin/{install}\n" in readme


def test_there_are_commands() -> None:
    assert len(CONVERSIONS) == 2
    assert "--parameters-out values.json" in CONVERSIONS[0]
    assert "compose2cfn diff template.yaml" in CONVERSIONS[1]


def test_the_conversions_run(reader: Path) -> None:
    convert, diff = (
        re.sub(
            r"(?ms)^(VPC|SUBNET\d)=\$\(.*?\)$",
            lambda found: f"{found[1]}={found[1].lower()}-1",
            each,
        )
        for each in CONVERSIONS
    )
    printed = shell(VALUES + convert + diff, reader)
    assert (reader / "template.yaml").read_text().count("demo:1") == 1
    assert '"VpcId=vpc-1"' in (reader / "values.json").read_text()
    assert "FrontendTaskDefinition" in printed
    assert "BackendService" not in printed


@pytest.mark.slow
def test_every_command_runs(reader: Path) -> None:
    stays = "aws efs describe-file-systems --query 'length(FileSystems)' --output text\n"
    *deploys, deletes = BLOCKS
    script = "".join([*deploys, "echo STAYS\n", stays, deletes, stays])
    with served() as address:
        before, after = shell(script, reader, address).split("STAYS\n")
    assert "FrontendService" in before
    assert "Remove" not in before
    assert (after.splitlines()[0], after.splitlines()[-1]) == ("1", "0")
    noted = (reader / "noted").read_text().splitlines()
    assert [line.split()[:2] for line in noted[:3]] == [
        ["docker", "login"],
        ["docker", "build"],
        ["docker", "push"],
    ]
    assert re.fullmatch(r"curl http://[^/ ]+/", noted[3])
