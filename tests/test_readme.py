"""The README's commands, and the check of a clean clone that is made of them."""

import re
import subprocess

from tests.places import ROOT

BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```$", (ROOT / "README.md").read_text())


def test_there_are_two_blocks_of_commands() -> None:
    assert len(BLOCKS) == 2


def test_the_first_block_converts_the_demo() -> None:
    *_, last = BLOCKS[0].strip().splitlines()
    assert "python -m compose2cfn -f fixtures/demo-app/compose.yaml > template.yml" in last


def test_the_second_block_runs_the_tests() -> None:
    lines = BLOCKS[1].strip().splitlines()
    assert any("install" in line and "[test]" in line for line in lines)
    assert "pytest" in lines[-1]


def test_the_check_of_a_clean_clone_is_a_program() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111
