"""The recipe for golden files, as another repository uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

from compose2cfn import Memory, Result, convert
from compose2cfn.testing import check_golden, difference, read_template


def result(image: str = "nginx") -> Result:
    return convert(files=Memory({"compose.yaml": f"services: {{web: {{image: {image}}}}}"}))


@pytest.mark.parametrize("name", ["template.yaml", "template.json"])
def test_a_template_that_is_as_stored_passes(tmp_path: Path, name: str) -> None:
    check_golden(result(), tmp_path / name, update=True)
    check_golden(result(), str(tmp_path / name))
    assert read_template((tmp_path / name).read_text("utf-8")) == result().to_dict()


@pytest.mark.parametrize("name", ["template.yaml", "template.json"])
def test_a_difference_is_shown(tmp_path: Path, name: str) -> None:
    check_golden(result(), tmp_path / name, update=True)
    stored = (tmp_path / name).read_bytes()
    with pytest.raises(AssertionError) as failure:
        check_golden(result("httpd"), tmp_path / name)
    assert "nginx" in str(failure.value)
    assert [
        line[1:].split()[-1].strip('",')
        for line in str(failure.value).splitlines()
        if line[0] in "+-"
    ][2:] == [
        "nginx",
        "httpd",
    ]
    assert (tmp_path / name).read_bytes() == stored


def test_a_golden_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"(?m)^\+Resources:$"):
        check_golden(result(), tmp_path / "template.yaml")
    assert not list(tmp_path.iterdir())


def test_a_difference_in_how_lines_end_is_one() -> None:
    assert difference("a\n", "a\n", "f") == ""
    assert "line endings" in difference("a", "a\n", "f")


def test_no_test_framework_is_needed() -> None:
    script = "import compose2cfn.testing, sys; print('pytest' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
