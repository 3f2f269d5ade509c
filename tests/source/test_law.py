"""On projects that a machine makes up, Docker Compose and we agree: one model, or both refuse.

``COMPOSE2CFN_PROJECTS`` says how many are made, and ``COMPOSE2CFN_SEED``, a number, lets others be
made than in every build. A project on which we differ becomes a stored case.
"""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, reject, seed, settings

from compose2cfn.diagnostics import ComposeError
from compose2cfn.model.app import App
from compose2cfn.source.bind import raw
from compose2cfn.source.load import load_app
from compose2cfn.source.yaml import parse_yaml
from tests.source.layered import layers
from tests.source.projects import Made, projects
from tests.source.stored import HOME, differences
from tests.source.values import VARIABLES

PROGRAM = shutil.which("docker-compose")
PROJECTS = int(os.environ.get("COMPOSE2CFN_PROJECTS", "400"))
SEED = int(os.environ.get("COMPOSE2CFN_SEED", "0"))
KINDS = {"whole": (projects(), 1), "layered": (layers(), 3)}
"""The kinds of projects, each with what divides the number of them."""
ENVIRONMENT = {"HOME": HOME, **VARIABLES}


def ask(made: Made, folder: Path, form: str) -> str | None:
    """Ask the program; None if it refuses. Where it crashes there is nothing to compare."""
    assert PROGRAM
    arguments = [
        *(part for file in made.files for part in ("-f", file)),
        *("-p", "conf"),
        *(part for profile in made.profiles for part in ("--profile", profile)),
    ]
    done = subprocess.run(
        [PROGRAM, *arguments, "config", "--format", form],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "goroutine" in done.stderr:
        reject()
    return done.stdout if done.returncode == 0 else None


def answer(made: Made, folder: Path) -> App | None:
    """Load it ourselves; None if we refuse."""
    with chdir(folder):
        try:
            return load_app(
                made.files, project_name="conf", environment=ENVIRONMENT, profiles=made.profiles
            )
        except ComposeError as error:
            event(f"refused: {error.diagnostics[0].code}")
            return None


@pytest.mark.slow
@pytest.mark.skipif(PROGRAM is None, reason="docker-compose is not on the path")
@pytest.mark.parametrize("kind", KINDS)
def test_docker_compose_and_we_agree(kind: str) -> None:
    strategy, share = KINDS[kind]

    @seed(SEED)
    @settings(
        max_examples=PROJECTS // share,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(made=strategy)
    def agree(made: Made) -> None:
        compare(made)

    agree()


def compare(made: Made) -> None:
    """Let both read a project, and compare the models."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in made.content.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        theirs, ours = ask(made, folder, "json"), answer(made, folder)
        assert (theirs is None) == (ours is None)
        if theirs is not None and ours is not None:
            assert [*differences(json.loads(theirs), ours.to_compose())] == []
            printed = ask(made, folder, "yaml") or ""
            (document, *_), faults = parse_yaml(printed, "config.yaml")
            assert not faults
            assert [*differences(raw(document), ours.to_compose(extensions=True))] == []
