"""Each command does what its help says for eight applications, as people write them."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from jsonschema import validate

from compose2cfn import load
from compose2cfn.__main__ import main
from tests.cases import APPLICATIONS, FIXTURES
from tests.places import ROOT
from tests.simulator.template import read

FOLDERS = sorted(path.parent for path in (FIXTURES / APPLICATIONS).glob("*/compose.yaml"))
SARIF = json.loads((ROOT / "tests" / "sarif.schema.json").read_text(encoding="utf-8"))


class Done(NamedTuple):
    """How a run ended."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def run(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Return a way to run command lines in a copy of the folder of an application."""
    shutil.copytree(request.param, tmp_path / "app")
    monkeypatch.chdir(tmp_path / "app")

    def command(*arguments: str) -> Done:
        capfd.readouterr()
        return Done(main(arguments, {}), *capfd.readouterr())

    return command


def test_there_are_eight() -> None:
    assert len(FOLDERS) == 8


def test_convert_writes_the_template_the_values_and_findings(run: Run) -> None:
    done = run("-o", "made.yaml", "--parameters-out", "values.json", "--diagnostics", "sarif")
    assert (done.status, done.stdout) == (0, "")
    log = json.loads(done.stderr)
    validate(log, SARIF)
    codes = Counter(each["ruleId"] for each in log["runs"][0]["results"])
    declared = read(Path("made.yaml").read_text())["Parameters"]
    asked = [name for name, entry in declared.items() if "Default" not in entry]
    assert codes["parameter-missing"] + codes["parameter-secret"] == len(asked)
    assert json.loads(Path("values.json").read_text()) == {"Parameters": {}}


def test_config_prints_the_model(run: Run) -> None:
    done = run("config", "--format", "json", "-q")
    assert done.status == 0
    assert json.loads(done.stdout) == load().to_compose()


def test_diff_tells_what_another_image_does(run: Run) -> None:
    text = Path("compose.yaml").read_text()
    found = re.search(r"(?m)^    image: \S+", text)
    assert found
    Path("next.yaml").write_text(f"{text[: found.end()]}-next{text[found.end() :]}")
    line = text[: found.end()].count("\n") + 1
    done = run("diff", "compose.yaml", "next.yaml", "-q")
    assert done.status == 0
    assert re.search(rf"\]\.Image \(next\.yaml:{line}:5\)$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("1 replaced, 1 modified\n")
