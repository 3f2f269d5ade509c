"""docs/delivery.md: its commands are run in one shell, in order, as a reader runs them.

The ``aws`` command line talks to the simulator, and what the pipeline is to do is played. What
needs an engine of containers, the address of a load balancer or the package index is only noted.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shlex import quote

import pytest

from compose2cfn import __version__
from tests.places import ROOT
from tests.playing.uploads import delivering
from tests.playing.workshop import Workshop
from tests.processes import run
from tests.simulator.account import Account
from tests.simulator.template import read
from tests.validators.tools import NEEDS

PAGE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
SECTIONS = {
    text.partition("\n")[0]: re.findall(r"(?ms)^```sh\n(.*?)^```$", text)
    for text in PAGE.split("\n## ")
}
"""The blocks of commands of each section."""
FETCHING = SECTIONS["The pipeline"][0]
AWS_1 = Path(sys.executable).with_name("aws")
STEPS = ["Source/Bucket", "Image/Build", "Template/Convert"]
STEPS += [f"Deployment/{name}" for name in ("ChangeSet", "Approval", "Execution")]

PIP = f"""\
#!/bin/sh
# What pip fetches, as names: test_the_wheels_are_fetched fetches them.
[ "$1 $2" = "-m pip" ] || exec {sys.executable} "$@"
mkdir -p build/wheels
touch build/compose2cfn-{__version__}-py3-none-any.whl
cp build/*.whl build/wheels
echo "$*" >> noted
"""
CURL = '#!/bin/sh\necho "curl $*" >> noted\n'
SLEEP = "#!/bin/sh\nexec /bin/sleep 2\n"


def aws_2() -> Path | None:
    """Find version 2 of the aws command line."""
    places = [Path(place) / "aws" for place in os.environ["PATH"].split(os.pathsep)]
    for program in (one for one in places if one.exists() and one != AWS_1):
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        if done.stdout.startswith("aws-cli/2."):
            return program
    return None


def write_program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a clone with what the page needs of it."""
    folder = tmp_path / "clone"
    for part in ("delivery", "demo-app"):
        shutil.copytree(ROOT / "fixtures" / part, folder / "fixtures" / part)
    for command in ("init", "add .", "commit --message=Begin"):
        done = git(folder, *command.split())
        assert done.returncode == 0, done.stderr
    return folder


IDENTITY = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "Reader"), ("EMAIL", "reader@example.com"))
}
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **IDENTITY}


def git(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], **GIT}
    return subprocess.run(
        ["git", "-C", folder, *words], env=environment, capture_output=True, text=True, check=False
    )


def read_aloud(clone: Path, aws: Path, address: str) -> dict[str, str]:
    """Run the page; return what is printed, by section."""
    programs = clone.parent / "programs"
    stubs = {"python3": PIP, "curl": CURL, "sleep": SLEEP}
    call = f'#!/bin/sh\nexec {quote(str(aws))} --endpoint-url {address} "$@"\n'
    for name, text in {**stubs, "aws": call}.items():
        write_program(programs, name, text)
    again = {"The infrastructure": SECTIONS["The infrastructure"][:1]}  # as the page says
    script = "".join(
        f"echo '## {title}'\n{''.join([*again.get(title, []), *blocks])}"
        for title, blocks in SECTIONS.items()
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=clone,
        env={
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "HOME": str(clone),
            "PATH": f"{programs}:{os.environ['PATH']}",
            **GIT,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    parts = (part.partition("\n") for part in done.stdout.split("## ")[1:])
    return {title: printed for title, _, printed in parts}


def rows(printed: str) -> list[tuple[str, ...]]:
    """Read the rows of the tables that aws prints of change sets."""
    cells = (line.strip("|").split("|") for line in printed.splitlines() if "AWS::" in line)
    return [tuple(cell.strip() for cell in line) for line in cells]


GREEN = [
    ("Modify", "FrontendTaskDefinition", "AWS::ECS::TaskDefinition", "True"),
    ("Modify", "FrontendService", "AWS::ECS::Service", "False"),
]


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 2])
def test_every_command_runs(version: int, clone: Path, inside: Workshop) -> None:
    aws = AWS_1 if version == 1 else aws_2()
    if aws is None:
        pytest.skip("this machine has no version 2 of the aws command line")
    with delivering(inside) as deliveries:
        printed = read_aloud(clone, aws, inside.address)

    assert "No changes to deploy" in printed["The infrastructure"]
    first = rows(printed["Read the change set"])
    assert {row[0] for row in first} == {"Add"}
    assert {row[1] for row in first} == named("Read the change set", "Later,")
    assert rows(printed["An update: blue becomes green"]) == GREEN
    assert rows(printed["Roll back"]) == GREEN
    for title in ("Approve", "An update: blue becomes green", "Roll back"):
        assert printed[title].splitlines()[-1] == "Succeeded"
    assert [one.done for one in deliveries.executions] == [STEPS] * 3
    assert "connection/" in printed["From GitHub"]
    assert re.search(r"^curl http://[^/ ]+elb\S+/$", (clone / "noted").read_text(), re.MULTILINE)
    assert left() == {}


def named(title: str, end: str) -> set[str]:
    """List what the first column of a table names in a section, before its text has some words."""
    (text,) = [part for part in PAGE.split("\n## ") if part.startswith(title)]
    table = re.findall(r"(?m)^\|.*$", text.partition(end)[0])
    return {name for row in table for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def left() -> dict[str, int]:
    """Count what the account still has."""
    kinds = {
        "DescribeFileSystems": "efs",
        "DescribeLoadBalancers": "elbv2",
        "DescribeLogGroups": "logs",
        "DescribeRepositories": "ecr",
        "ListBuckets": "s3",
        "ListPipelines": "codepipeline",
        "ListProjects": "codebuild",
    }
    counts = {}
    for operation, service in kinds.items():
        answer = Account().call(service, operation, {})
        (found,) = [value for value in answer.values() if isinstance(value, list)]
        counts[operation] = len(found)
    return {operation: count for operation, count in counts.items() if count}


def test_the_tables_name_what_the_update_changes() -> None:
    for action, resource, _, replacement in GREEN:
        assert f"| `{action}` `{resource}`, replacement `{replacement}` |" in PAGE


def test_the_parameters_of_the_infrastructure_are_explained() -> None:
    text = (ROOT / "fixtures" / "delivery" / "infrastructure.yaml").read_text(encoding="utf-8")
    assert named("The infrastructure", "Decide about") == set(read(text)["Parameters"])


@pytest.mark.slow
def test_the_wheels_are_fetched(clone: Path) -> None:
    for name in ("compose2cfn", "pyproject.toml", "README.md", "LICENSE"):
        (clone / name).symlink_to(ROOT / name)
    script = FETCHING.replace("python3", quote(sys.executable)) + 'echo "$WHEEL $REQUIREMENTS"'
    done = run("bash", "-euo", "pipefail", "-c", script, folder=clone)
    if done.returncode:
        pytest.skip(f"{NEEDS}: {done.stderr.strip().splitlines()[-1:]}")
    wheel, _, requirements = done.stdout.strip().partition(" ")
    assert (clone / "build" / "wheels" / wheel).exists()
    pipeline = read((ROOT / "fixtures" / "delivery" / "pipeline.yaml").read_text(encoding="utf-8"))
    pattern = pipeline["Parameters"]["ConverterRequirements"]["AllowedPattern"]
    assert re.fullmatch(pattern, requirements)
    assert len(requirements) <= 4096
    names = [one.partition("==")[0] for one in requirements.split(",")]
    assert {"compose2cfn", "pydantic", "pydantic_core", "pyyaml", "troposphere"} <= set(
        map(str.lower, names)
    )
