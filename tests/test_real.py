"""Public Compose files: each converts to a template that deploys, or is refused in so many words.

The files are other people's, in a folder beside the project; without them these tests skip.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
import yaml
from cfnlint.api import ManualArgs, lint

from compose2cfn import App, ComposeError, Diagnostic, Disk, Result, Severity, convert, emit
from tests.cases.case import FINDING
from tests.simulator import simulated
from tests.simulator.template import parse
from tests.source.stored import Stored, stored
from tests.surroundings import Surroundings
from tests.validators import deploy_rules, invariants
from tests.validators.tools import has_node

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "third-party"
FILES = [file for name in ("real", "real-xaws") if (file := CORPUS / f"{name}.json").exists()]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILES, reason="the files of others are not here"),
]


@dataclass(frozen=True)
class Converted:
    """What a file became: a result, or the findings that refuse it."""

    case: Stored
    result: Result | None
    diagnostics: tuple[Diagnostic, ...]

    def written(self) -> str:
        """Return all texts of the case: its files and its environment."""
        return str([self.case.case["content"], self.case.case["env"]])


def accepted(file: Path) -> Iterator[Stored]:
    """List the cases that Docker Compose accepts."""
    return (case for case in stored(file) if case.outcome == "accepted")


def converted(case: Stored, root: Path) -> Converted:
    """Convert a case, without its overlay: what that writes is its author's own."""
    try:
        result = emit(plain(case.load(furnished(case, root))))
    except ComposeError as error:
        return Converted(case, None, error.diagnostics)
    return Converted(case, result, result.diagnostics)


def furnished(case: Stored, root: Path) -> Path:
    """Write the files of a case, and what it mounts: a line for a file, a file for a folder."""
    folder = case.write(root)
    sources = case.case.get("bind_sources") or {}
    assert isinstance(sources, dict)
    first = case.files[0] if case.files else ""
    for source, kind in sources.items():
        place = (folder / case.directory / first).parent / source
        if not place.resolve().is_relative_to(folder.resolve()) or place.is_file():
            continue
        if kind == "directory":
            place.mkdir(parents=True, exist_ok=True)
            if not any(place.iterdir()):
                (place / "file").write_text("text")
        elif kind == "file":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("text")
    return folder


def fates(one: Converted) -> Counter[str]:
    """Count what becomes of the bind mounts of a file, by what is said of them."""
    return Counter(FATES[each.code] for each in one.diagnostics if each.code in FATES)


FATES = {
    "bind-volume": "volume",
    "bind-image": "left out",
    "bind-clock": "left out",
    "bind-delivered": "delivered",
    "bind-writes": "delivered",
    "bind-dropped": "dropped",
}
PLACEHOLDERS = frozenset({"secret-unknown", "vpc-unknown", "balancer-unknown", "policy-refused"})
"""The codes of refusals that a value is about which nobody could deploy."""


def plain(app: App) -> App:
    """Take the overlay out of an application."""
    return app.but(project=app.project.model_copy(update={"x_aws_cloudformation": None}))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_converts_or_is_refused_with_places(
    file: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = [converted(case, tmp_path) for case in accepted(file)]
    refused = [one for one in found if one.result is None]
    for one in refused:
        errors = [each for each in one.diagnostics if each.severity is Severity.ERROR]
        assert errors, one.case.id
    placeless = [
        f"{one.case.id}: {each}" for one in found for each in one.diagnostics if each.at is None
    ]
    assert placeless == []
    usable = [one for one in found if one.result or not only_placeholders(one)]
    share = (len(found) - len(refused)) / len(found)
    apart = (len(found) - len(refused)) / len(usable)
    counted = sum((fates(one) for one in found if one.result), Counter[str]())
    findings = median(len(one.diagnostics) for one in found if one.result)
    record_property(
        "measured",
        f"{file.stem}: {share:.0%} of {len(found)} public files convert, {apart:.0%} without those "
        f"refused for placeholders alone; {dict(counted)}; {findings} findings each",
    )


def only_placeholders(one: Converted) -> bool:
    """Tell whether a file is refused only for values that stand for others."""
    errors = [each for each in one.diagnostics if each.severity is Severity.ERROR]
    return all(each.code in PLACEHOLDERS for each in errors)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_templates_are_sound(file: Path, tmp_path: Path) -> None:
    faults = [
        f"{case.id}: {fault}"
        for case in accepted(file)
        if (one := converted(case, tmp_path)).result
        for fault in unsound(one, tmp_path)
    ]
    assert faults == []


PIPELINE = (sys.executable, "-m", "compose2cfn", "--root", ".", "--no-env", "--refuse", "rights")
SECONDS = 2


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_pipeline_gets_a_template_or_findings_in_time(
    file: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Time is that of the processor: the machine may be busy."""
    spent = {case.id: refused_or_converted(case, tmp_path) for case in stored(file)}
    assert {name: seconds for name, seconds in spent.items() if seconds >= SECONDS} == {}
    slowest = max(spent.values())
    record_property("measured", f"{file.stem}: at most {slowest:.2f} s each for a pipeline")


def refused_or_converted(case: Stored, root: Path) -> float:
    """Convert a case as a pipeline does; return the seconds that it takes."""
    folder = case.write(root) / case.directory
    files = [part for name in case.files for part in ("-f", name)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*PIPELINE, *files],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60 * SECONDS,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = done.stderr.splitlines()
    assert all(FINDING.fullmatch(line) for line in lines), f"{case.id}: {done.stderr}"
    assert done.returncode == (0 if done.stdout else 1), case.id
    assert done.stdout or any(": error: " in line or line.startswith("error: ") for line in lines)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


TIMES = 10
LIMITS = {"input-limit", "yaml-limit"}


def test_a_file_may_be_ten_times_as_large_as_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its services is there ten times; no limit of this program is reached."""
    case = max(accepted(FILES[0]), key=lambda case: len(first_file(case)))
    folder = case.write(tmp_path) / case.directory
    monkeypatch.chdir(folder)
    content = yaml.safe_load(first_file(case))
    services = content["services"].items()
    content["services"] = {f"{name}{n}": said for n in range(TIMES) for name, said in services}
    (folder / case.files[0]).write_text(json.dumps(content), encoding="utf-8")
    before = time.process_time()
    try:
        found = convert(case.files[0], files=Disk("."), refuse=["rights"]).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    assert LIMITS.isdisjoint(each.code for each in found)
    assert time.process_time() - before < TIMES * SECONDS


def first_file(case: Stored) -> str:
    """Return the text of the first file that a case names."""
    content = case.case["content"]
    assert isinstance(content, dict)
    text = content[case.files[0]] if case.files else ""
    return text if isinstance(text, str) else ""


def unsound(one: Converted, folder: Path) -> Iterator[str]:
    """Say what any validator has against a template."""
    assert one.result
    text = one.result.to_yaml()
    yield from invariants.faults(parse(text), one.written())
    for each in lint(text, config=ManualArgs(regions=["us-east-1"])):
        yield f"{each.rule.id} {each.message}"
    if has_node():
        path = folder / "template.yaml"
        path.write_text(text)
        yield from deploy_rules.findings(path)
    with simulated() as cloud:
        stack = cloud.create("demo", Surroundings(cloud.account).submission(text))
        if stack.status != "CREATE_COMPLETE":
            yield f"{stack.status}"
