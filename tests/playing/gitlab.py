"""Play pipelines of GitLab CI/CD: their jobs by stage, and the commands of their scripts."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.playing.workshop import REGION, Workshop
from tests.simulator.template import Properties

VARIABLE = re.compile(r"\$(\w+)")
KEYWORDS = {"default", "stages", "workflow"}


@dataclass
class Run:
    """A run of a pipeline, for a branch or a merge request."""

    workshop: Workshop
    pipeline: Properties
    source: Path
    """The repository, as it is checked out."""
    settings: Mapping[str, str]
    """The variables of the project and of the run, which count more than those of jobs."""
    logs: dict[str, str] = field(default_factory=dict)
    handed_on: dict[str, str] = field(default_factory=dict)
    """The variables that jobs report."""

    def jobs(self, *, started: bool = True) -> list[str]:
        """Run the jobs by stage; those that somebody must start only if somebody does."""
        jobs = {
            name: self._extended(body)
            for name, body in self.pipeline.items()
            if name not in KEYWORDS and not name.startswith(".")
        }
        done: list[str] = []
        for stage in self.pipeline["stages"]:
            for name, job in jobs.items():
                rule = self._rule(job["rules"]) if job["stage"] == stage else None
                if rule is None or (rule.get("when") == "manual" and not started):
                    continue
                self._job(name, job, number=len(done) + 1)
                done.append(name)
        return done

    def _extended(self, job: Properties) -> Properties:
        """Merge what a job extends into it: mappings by key, all else as a whole."""
        named = job.get("extends", [])
        merged: Properties = {}
        for name in [named] if isinstance(named, str) else named:
            merged = _merged(merged, self._extended(self.pipeline[name]))
        return _merged(merged, job)

    def _rule(self, rules: list[Properties]) -> Properties | None:
        for rule in rules:
            if all(self._holds(condition) for condition in rule["if"].split(" && ")):
                return rule
        return None

    def _holds(self, condition: str) -> bool:
        left, right = (self._term(term) for term in condition.split(" == "))
        return left == right

    def _term(self, term: str) -> str:
        return self.settings.get(term[1:], "") if term[0] == "$" else term.strip('"')

    def _job(self, name: str, job: Properties, number: int) -> None:
        folder = self.workshop.folder / f"gitlab-{name}"
        if job.get("variables", {}).get("GIT_STRATEGY") == "none":
            folder.mkdir()
        else:
            shutil.copytree(self.source, folder)
        variables = {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "CI_BUILDS_DIR": str(self.workshop.folder),
            "CI_JOB_ID": str(number),
        }
        variables |= dict.fromkeys(job.get("id_tokens", {}), "a token")
        variables |= {**self.settings, **self.handed_on}
        for key, text in job.get("variables", {}).items():
            if key not in self.settings:
                variables[key] = VARIABLE.sub(lambda one: variables.get(one[1], ""), str(text))
        script = "\n".join([*job["before_script"], *job["script"]])
        self.logs[name] = self.workshop.run(f"set -eo pipefail\n{script}", folder, variables)
        if report := job.get("artifacts", {}).get("reports", {}).get("dotenv"):
            lines = (folder / report).read_text().splitlines()
            self.handed_on |= dict(line.split("=", 1) for line in lines)


def _merged(one: Properties, other: Properties) -> Properties:
    """Lay one mapping over another, as ``extends`` does."""
    merged = dict(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(one.get(key), dict)
        merged[key] = _merged(one[key], value) if both else value
    return merged
