"""Run programs as a user does, who has set nothing of Python."""

import os
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

CLEAN = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}


def run(*command: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program in a folder, and return what it said."""
    return subprocess.run(
        command, cwd=folder, env=CLEAN, capture_output=True, text=True, check=False
    )


def command_line(
    folder: Path, *arguments: str, stdin: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command line of the tree under test in a folder, with no other variables."""
    done = subprocess.run(
        [sys.executable, "-m", "compose2cfn", *arguments],
        cwd=folder,
        input=stdin,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done
