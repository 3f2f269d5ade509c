"""Files are written at once or not at all, and what others made stays theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compose2cfn import Memory, convert
from compose2cfn.output import store
from compose2cfn.testing import check_golden

RESULT = convert(files=Memory({"compose.yaml": "services: {web: {image: a}}"}))


def test_a_draft_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    others = [tmp_path / f".compose2cfn-{os.getpid()}-{number}" for number in (0, 1)]
    others[0].write_text("theirs")
    others[1].symlink_to("nowhere")
    store(b"ours", tmp_path / "template.yaml")
    assert (tmp_path / "template.yaml").read_text() == "ours"
    assert others[0].read_text() == "theirs"
    assert others[1].is_symlink()
    assert not (tmp_path / "nowhere").exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_drafts_of_others_can_be_too_many(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f".compose2cfn-{os.getpid()}-{number}").touch()
    with pytest.raises(FileExistsError, match="too many drafts"):
        store(b"ours", tmp_path / "template.yaml")
    assert len(list(tmp_path.iterdir())) == 100


def test_mode_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    store(b"after", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640


def test_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    store(b"ours", tmp_path / "link")
    assert (tmp_path / "link").read_bytes() == b"ours"


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    store(b"ours", tmp_path / ("n" * 255))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"ours"]


def test_a_pipe_is_written_to() -> None:
    back, to = os.pipe()
    store(b"ours", Path(f"/dev/fd/{to}"))
    os.close(to)
    with os.fdopen(back, "rb") as stream:
        assert stream.read() == b"ours"


WRITE = """
from pathlib import Path
from tests.test_output import *
try:
    {write}
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.parametrize(
    "write",
    [
        "store(RESULT.to_yaml().encode(), Path('template.yaml'))",
        "check_golden(RESULT, 'template.yaml', update=True)",
    ],
)
def test_what_cannot_be_written_whole_is_not_written(write: str, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("before")
    script = f"ulimit -f 1; exec {sys.executable} -B -c '{WRITE.format(write=write)}'".replace(
        "'template.yaml'", '"template.yaml"'
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "File too large\n"
    assert (tmp_path / "template.yaml").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["template.yaml"]


def test_a_golden_file_is_updated(tmp_path: Path) -> None:
    golden = tmp_path / "template.json"
    check_golden(RESULT, golden, update=True)
    check_golden(RESULT, golden)
    assert golden.read_text() == RESULT.to_json()
