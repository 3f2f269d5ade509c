"""Packages that are installed, and broken: they stop nothing that does not ask for them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.processes import command_line

POINTS = {
    "a line that is none": b"[console_scripts]\nnothing\n",
    "bytes that are no text": b"[compose2cfn.emitters]\n\xff = a:b\n",
    "a value that is none": b"[compose2cfn.emitters]\nodd = ::\n",
    "a module that is not there": b"[compose2cfn.emitters]\nodd = absent_module:emitter\n",
    "no text": b"",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make a folder of packages: one offers an emitter, which cannot be imported."""
    install(tmp_path / "site", "sound", b"[compose2cfn.emitters]\nsound = sound_module:emitter\n")
    (tmp_path / "site" / "sound_module.py").write_text(
        "from compose2cfn import emitter as make\n"
        "@make('services.*.x-sound')\n"
        "def emitter(plan):\n    yield from ()\n"
    )
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a, x-sound: b}}\n")
    return tmp_path / "site"


def install(site: Path, name: str, points: bytes) -> None:
    folder = site / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_bytes(points)


def run(site: Path, *arguments: str, more: str = "") -> subprocess.CompletedProcess[str]:
    searched = os.pathsep.join([str(ROOT), str(site), more])
    return command_line(site.parent, *arguments, PYTHONPATH=searched)


@pytest.mark.slow
@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_a_broken_package_stops_nobody(points: bytes, site: Path) -> None:
    install(site, "broken", points)
    plain = run(site)
    assert plain.returncode == 0
    assert "WebService" in plain.stdout
    asked = run(site, "--emitter", "sound", "--refuse", "x-sound")
    assert asked.returncode == 1
    assert "services.web.x-sound: this key is refused" in asked.stderr
    odd = run(site, "--emitter", "odd")
    assert odd.returncode == 2
    assert "emitter 'odd'" in odd.stderr


def test_what_keeps_plugins_away_is_not_a_variable_of_the_caller(site: Path) -> None:
    service = "{image: a, environment: [PYDANTIC_DISABLE_PLUGINS, PATH]}"
    (site.parent / "compose.yaml").write_text(f"services: {{web: {service}}}\n")
    seen = json.loads(run(site, "config", "--format", "json").stdout)["services"]["web"]
    assert seen["environment"] == {"PATH": os.environ["PATH"], "PYDANTIC_DISABLE_PLUGINS": None}


def test_a_package_that_is_found_twice_is_one(site: Path) -> None:
    install(site, "broken", POINTS["a line that is none"])
    again = site.parent / "again"
    install(again, "sound", b"[compose2cfn.emitters]\nsound = sound_module:emitter\n")
    done = run(site, "--emitter", "sound", more=str(again))
    assert done.returncode == 0, done.stderr
