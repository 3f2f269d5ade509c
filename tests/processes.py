"""Run programs as a user does, who has set nothing of Python."""

import os
import subprocess
from pathlib import Path

CLEAN = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}


def run(*command: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program in a folder, and return what it said."""
    return subprocess.run(
        command, cwd=folder, env=CLEAN, capture_output=True, text=True, check=False
    )
