"""The README's commands, program and picture, and the check of a clean clone."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import compose2cfn
from tests.cases import FIXTURES, FolderCase
from tests.places import DEMO, ROOT
from tests.processes import command_line

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```$", README)
[PROGRAM] = re.findall(r"(?ms)^```python\n(.*?)^```$", README)
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"


def test_there_are_two_blocks_of_commands() -> None:
    assert len(BLOCKS) == 2


def test_the_first_block_converts_the_demo() -> None:
    *_, last = BLOCKS[0].strip().splitlines()
    assert "python -m compose2cfn -f fixtures/demo-app/compose.yaml > template.yml" in last


def test_the_conversion_of_the_first_block_runs() -> None:
    *_, last = BLOCKS[0].strip().splitlines()
    arguments = last.partition(" > ")[0].partition(" -m compose2cfn ")[2].split()
    done = command_line(ROOT, *arguments)
    assert done.returncode == 0
    assert done.stdout == FolderCase(FIXTURES / "demo-app" / "parameters").template


def test_the_second_block_runs_the_tests() -> None:
    lines = BLOCKS[1].strip().splitlines()
    assert any("install" in line and "[test]" in line for line in lines)
    assert "pytest" in lines[-1]


def test_the_check_of_a_clean_clone_is_a_program() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111


def test_the_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compose.yaml").write_text("services: {backend: {image: 'redis:$IMAGE_TAG'}}")
    (tmp_path / "compose.prod.yaml").write_text("services: {backend: {init: true}}")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(PROGRAM, names)  # noqa: S102
    result = names["result"]
    assert isinstance(result, compose2cfn.Result)
    assert "redis:1.4.2" in result.to_yaml()
    path, place = result.sources["BackendService"]
    assert path == ("services", "backend")
    assert place
    assert place.file == "compose.prod.yaml"


def test_the_picture_shows_the_demo() -> None:
    assert f"]({PICTURE.relative_to(ROOT).as_posix()})" in README
    drawn = ET.parse(PICTURE).getroot()  # noqa: S314 (a file of ours)
    words = {word for each in drawn.iter() for word in (each.text or "").split()}
    app = compose2cfn.load(str(DEMO))
    project = app.project
    assert words >= {*project.services, *project.networks, *project.volumes}


def test_the_picture_can_be_read_in_the_dark() -> None:
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6})", rule))
        for rule in PICTURE.read_text().split("prefers-color-scheme: dark")
    )
    assert light.keys() == dark.keys()
    for colours in (light, dark):
        for name in light.keys() - {"ground", "card", "line"}:
            assert contrast(colours[name], colours["card"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """Compare two colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
