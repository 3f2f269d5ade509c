"""Play workflows of GitHub Actions: their jobs in order, and the commands of their steps."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.playing.workshop import REGION, SIGNED_IN, Stopped, Workshop
from tests.simulator.template import Properties

EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
Contexts = dict[str, Properties]


@dataclass
class Run:
    """A run of a workflow, for one event."""

    workshop: Workshop
    workflow: Properties
    source: Path
    """The repository, as it is checked out."""
    contexts: Contexts
    """What expressions see: ``github`` and ``vars``."""
    roles: dict[str, str] = field(default_factory=dict)
    """The role that each job assumed."""
    summaries: dict[str, str] = field(default_factory=dict)
    """What each job says in the summary of the run."""
    outputs: dict[str, Properties] = field(default_factory=dict)

    def jobs(self, *, approved: bool = True, after: Sequence[str] = ()) -> list[str]:
        """Run the jobs of the event, after some that are done; return their names.

        Those of an environment that has reviewers run only if they approve.
        """
        done: list[str] = []
        waiting = {name: job for name, job in self.workflow["jobs"].items() if name not in after}
        while ready := [name for name in waiting if self._ready(waiting[name], [*after, *done])]:
            job = waiting.pop(ready[0])
            if "environment" in job and not approved:
                continue
            self._job(ready[0], job)
            done.append(ready[0])
        return done

    def _ready(self, job: Properties, done: list[str]) -> bool:
        for condition in job["if"].split(" && ") if "if" in job else ():
            left, right = (self._term(term) for term in condition.split(" == "))
            if left != right:
                return False
        return "needs" not in job or job["needs"] in done

    def _term(self, term: str) -> str:
        return term.strip("'") if term[0] == "'" else self._look(term)

    def _job(self, name: str, job: Properties) -> None:
        folder = self.workshop.folder / f"github-{name}"
        temporary = self.workshop.folder / f"github-{name}-temporary"
        temporary.mkdir()
        folder.mkdir()
        variables = {"RUNNER_TEMP": str(temporary)}
        steps: Properties = {}
        for step in job["steps"]:
            if "uses" in step:
                variables |= self._use(name, job, step, folder)
            else:
                outputs = self._run(name, step, folder, variables, steps)
                steps[step.get("id", "")] = {"outputs": outputs}
        outputs = {
            key: self._evaluated(text, steps=steps) for key, text in job.get("outputs", {}).items()
        }
        self.outputs[name] = {"outputs": outputs}

    def _use(self, name: str, job: Properties, step: Properties, folder: Path) -> dict[str, str]:
        """Do what an action does; return the variables that it sets."""
        given = {key: self._evaluated(str(text)) for key, text in step.get("with", {}).items()}
        match step["uses"].split("@"):
            case ["actions/checkout", _]:
                shutil.copytree(self.source, folder, dirs_exist_ok=True)
                return {}
            case ["actions/setup-python", _]:
                return {}
            case ["aws-actions/configure-aws-credentials", _]:
                if job["permissions"].get("id-token") != "write":
                    raise Stopped(f"{name} may not ask for a token")
                if given["aws-region"] != REGION:
                    raise Stopped(f"{given['aws-region']} is not a region")
                self.roles[name] = given["role-to-assume"]
                return SIGNED_IN
        raise Stopped(f"{step['uses']} is not played")

    def _run(
        self,
        name: str,
        step: Properties,
        folder: Path,
        variables: Mapping[str, str],
        steps: Properties,
    ) -> dict[str, str]:
        """Run the commands of a step; return its outputs."""
        own = {key: self._evaluated(text, steps=steps) for key, text in step["env"].items()}
        temporary = self.workshop.folder / f"github-{name}-temporary"
        files = {key: temporary / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        texts = {key: str(file) for key, file in files.items()}
        self.workshop.run(f"set -e\n{step['run']}", folder, {**variables, **own, **texts})
        self.summaries[name] = files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _evaluated(self, text: str, steps: Properties | None = None) -> str:
        """Replace the expressions in a text."""

        def value(found: re.Match[str]) -> str:
            name, _, default = found[1].partition(" || ")
            return self._look(name, steps) or default.strip("'")

        return EXPRESSION.sub(value, text)

    def _look(self, name: str, steps: Properties | None = None) -> str:
        value: object = {**self.contexts, "needs": self.outputs, "steps": steps or {}}
        for key in name.split("."):
            value = value.get(key, "") if isinstance(value, dict) else ""
        return str(value)
