"""checkov: what a template leaves open, in the eyes of those who review infrastructure."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.validators.tools import environment

CHECKOV = "checkov==3.3.30"
OPTIONS = ("--framework", "cloudformation", "--skip-download", "--compact", "--quiet")


class Failure(NamedTuple):
    """A check that a resource fails."""

    check: str
    file: str
    resource: str
    about: str


class Report(NamedTuple):
    """What checkov says of the templates in a folder."""

    resources: int
    failures: tuple[Failure, ...]


def check(folder: Path) -> Report:
    """Run all checks on all templates in a folder; one that cannot be parsed raises.

    A resource says in its metadata which checks it skips, and why.
    https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
    """
    program = environment(CHECKOV) / "checkov"
    done = subprocess.run(
        [str(program), "-d", str(folder), *OPTIONS, "-o", "json", "--soft-fail"],
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    if report["summary"]["parsing_errors"]:
        raise ValueError(report["results"]["parsing_errors"])
    failures = (
        Failure(
            check=one["check_id"],
            file=one["file_path"].removeprefix("/"),
            resource=one["resource"].rpartition(".")[2],
            about=one["check_name"],
        )
        for one in report["results"]["failed_checks"]
    )
    return Report(report["summary"]["resource_count"], tuple(failures))
