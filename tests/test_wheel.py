"""The wheel works by itself: installed into a fresh environment, far from the source tree."""

import sys
import zipfile
from pathlib import Path

import pytest

from tests.places import DEMO, PACKAGE
from tests.processes import run
from tests.wheels import build


def printed_by(*command: str | Path, folder: Path) -> str:
    """Run a program that must not fail, and return what it printed."""
    done = run(*command, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"compose2cfn", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    assert {"compose2cfn/py.typed", "compose2cfn/__init__.pyi"} <= {*names}
    sources = {
        f"compose2cfn/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == sources


@pytest.mark.slow
def test_the_wheel_works_without_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    printed_by(sys.executable, "-m", "venv", tmp_path / "venv", folder=tmp_path)
    printed_by(python, "-m", "pip", "install", "-q", wheel, folder=tmp_path)
    (tmp_path / "compose.yaml").write_bytes(DEMO.read_bytes())
    printed = printed_by(python, "-m", "compose2cfn", folder=tmp_path)
    expected = printed_by(sys.executable, "-m", "compose2cfn", folder=tmp_path)
    assert printed == expected
    assert "FrontendService" in printed
    assert printed_by(python.with_name("compose2cfn"), folder=tmp_path) == expected
    home = printed_by(
        python, "-c", "import compose2cfn; print(compose2cfn.__file__)", folder=tmp_path
    )
    assert home.startswith(str(tmp_path))
    version = printed_by(python, "-m", "compose2cfn", "--version", folder=tmp_path)
    assert version.split() == ["compose2cfn", wheel.name.split("-")[1]]
