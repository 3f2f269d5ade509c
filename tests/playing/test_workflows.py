"""The files for GitHub Actions and GitLab CI/CD: valid, safe, and played."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.playing import github, gitlab
from tests.playing.workshop import DELIVERY, INSTALLED, REGION, Workshop, project
from tests.simulator.template import Properties

GITHUB = DELIVERY / "github-actions.yaml"
GITLAB = DELIVERY / "gitlab-ci.yaml"
SCHEMAS = {
    GITHUB: ["--builtin-schema", "vendor.github-workflows"],
    GITLAB: ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}
FILES = pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
REQUIREMENTS = f"compose2cfn==1.0 --hash=sha256:{'0' * 64}"
ROLES = ("CHANGE_SET_ROLE_ARN", "CLOUDFORMATION_ROLE_ARN", "DEPLOY_ROLE_ARN", "IMAGE_ROLE_ARN")


def read(file: Path) -> Properties:
    """Read a file; the key ``on`` is a text, as GitHub reads it."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in content.items()}


def commands(file: Path) -> str:
    """Return the commands of a file, without how they are laid out."""
    text = re.sub(r"(?m)^ *#.*\n", "", file.read_text(encoding="utf-8"))
    return " ".join(text.replace("\\\n", " ").split())


@FILES
def test_it_is_as_its_schema_says(file: Path) -> None:
    command = [sys.executable, "-P", "-m", "check_jsonschema", *SCHEMAS[file], str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@FILES
def test_its_head_names_the_variables_that_it_takes(file: Path) -> None:
    """Each is in capitals, and so are those that a job gives to its own commands."""
    head, body = re.split(r"\n(?=name:|stages:)", file.read_text(encoding="utf-8"), maxsplit=1)
    for name in re.findall(r"\b[A-Z]+_[A-Z_]+\b", head):
        assert name in body or name == "AWS_REGION", name  # the aws command line reads that
    for name in re.findall(r"vars\.(\w+)", body):
        assert name in head, name


@FILES
def test_authors_of_the_source_get_no_rights(file: Path) -> None:
    said = commands(file)
    conversions = re.findall(r'/venv/bin/python"( .*?)(?= --(?:output|diagnostics|format))', said)
    assert len(conversions) == 2
    for words in conversions:
        assert words.startswith(" -P -m compose2cfn ")
        assert "--root . --env IMAGE_URI --env IMAGE_TAG --refuse rights" in words
    installations = re.findall(r"-P -m pip --python \S+ install (.*?requirements\.txt)", said)
    assert installations
    assert all("--require-hashes --only-binary :all:" in one for one in installations)


def test_no_expression_becomes_part_of_a_command() -> None:
    """It would be run as it is written; a variable of the environment is only a text."""
    for job in read(GITHUB)["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_actions_are_pinned_and_tokens_are_asked_for_by_name() -> None:
    workflow = read(GITHUB)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", one) for one in used)
        signs_in = any("configure-aws-credentials" in one for one in used)
        assert (job["permissions"].get("id-token") == "write") == signs_in


def prepare(workshop: Workshop) -> dict[str, str]:
    """Deploy the infrastructure and a repository; return the variables of a project."""
    workshop.stand_in("python", INSTALLED)
    workshop.deploy("infrastructure", DELIVERY / "infrastructure.yaml")
    ecr = workshop.client("ecr")
    made = ecr.create_repository(repositoryName="shop", imageTagMutability="IMMUTABLE")
    return {
        "APPLICATION_STACK": "demo",
        "AWS_REGION": REGION,
        "CONVERTER_REQUIREMENTS": REQUIREMENTS,
        "IMAGE_FOLDER": "frontend",
        "IMAGE_URI": made["repository"]["repositoryUri"],
        "INFRASTRUCTURE_STACK": "infrastructure",
        **{name: f"arn:aws:iam::123456789012:role/{name}" for name in ROLES},
    }


def changed(folder: Path) -> str:
    """Make a repository in which a change moves the port; return the commit before it."""
    compose = project(folder, "blue") / "compose.yaml"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]

    def run(*words: str) -> str:
        done = subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
        return done.stdout.decode().strip()

    run("init", "--quiet")
    run("add", ".")
    run("commit", "--quiet", "--message", "Begin")
    compose.write_text(compose.read_text().replace('"80:80"', '"8080:80"'))
    run("commit", "--quiet", "--all", "--message", "Move the port")
    return run("rev-parse", "HEAD~1")


REVIEW = "| `LoadBalancerTCP80Listener` |"


@pytest.mark.slow
def test_github_creates_and_gitlab_updates(workshop: Workshop, tmp_path: Path) -> None:
    settings = prepare(workshop)
    source = project(tmp_path / "source", "blue")
    contexts: github.Contexts = {
        "github": {"event_name": "push", "run_id": "7", "run_attempt": "1"},
        "vars": {**settings},
    }
    hub = github.Run(workshop, read(GITHUB), source, contexts)
    assert hub.jobs(approved=False) == ["image", "change-set"]
    assert workshop.client("ecs").list_services(cluster="infrastructure")["serviceArns"] == []
    assert hub.jobs(after=["image", "change-set"]) == ["deploy"]
    assert workshop.running() == f"{settings['IMAGE_URI']}:7-1"
    assert hub.roles == {
        "image": settings["IMAGE_ROLE_ARN"],
        "change-set": settings["CHANGE_SET_ROLE_ARN"],
        "deploy": settings["DEPLOY_ROLE_ARN"],
    }
    assert "FrontendService" in hub.summaries["change-set"]

    branch = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_PIPELINE_ID": "8"}
    lab = gitlab.Run(workshop, read(GITLAB), source, {**settings, **branch})
    assert lab.jobs() == ["build", "change-set", "deploy"]
    assert workshop.running() == f"{settings['IMAGE_URI']}:8-1"
    rows = re.findall(r"Modify *\| *(\w+)", lab.logs["change-set"])
    assert rows == ["FrontendTaskDefinition", "FrontendService"]


def pull_request(base: str, *, of: str, variables: Mapping[str, str]) -> github.Contexts:
    """Return what a pull request of a repository, a fork perhaps, brings into acme/shop."""
    request = {"base": {"sha": base}, "head": {"repo": {"full_name": of}}, "number": "12"}
    event = {"pull_request": request}
    about = {"event_name": "pull_request", "event": event, "repository": "acme/shop"}
    return {"github": about, "vars": {**variables}}


def merge_request(base: str, *, of: str) -> dict[str, str]:
    """Return the variables that a merge request of a project, a fork perhaps, brings into 7."""
    return {
        "CI_DEFAULT_BRANCH": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_PROJECT_ID": "7",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_PROJECT_ID": of,
    }


def test_a_fork_has_no_variables_so_it_is_not_reviewed(offline: Workshop, tmp_path: Path) -> None:
    """GitHub: https://github.com/orgs/community/discussions/44322."""
    source = project(tmp_path / "source", "blue")
    contexts = pull_request("1d", of="somebody/shop", variables={})
    assert github.Run(offline, read(GITHUB), source, contexts).jobs() == []
    assert gitlab.Run(offline, read(GITLAB), source, merge_request("1d", of="8")).jobs() == []


@pytest.mark.slow
def test_both_review(offline: Workshop, tmp_path: Path) -> None:
    offline.stand_in("python", INSTALLED)
    source = tmp_path / "source"
    base = changed(source)
    settings = {"CONVERTER_REQUIREMENTS": REQUIREMENTS, "IMAGE_URI": "shop"}
    contexts = pull_request(base, of="acme/shop", variables=settings)
    hub = github.Run(offline, read(GITHUB), source, contexts)
    assert hub.jobs() == ["review"]
    assert REVIEW in hub.summaries["review"]
    (note,) = offline.notes
    assert note.startswith("gh pr comment 12 --edit-last --create-if-none --body-file ")

    lab = gitlab.Run(offline, read(GITLAB), source, {**settings, **merge_request(base, of="7")})
    assert lab.jobs() == ["review"]
    assert REVIEW in lab.logs["review"]
