"""Play pipelines of CodePipeline, as they were deployed to the simulator.

The simulator only stores what a pipeline is to do. Here it is done: sources are fetched, each
build runs the commands of its build specification in a shell, artifacts are handed on by their
names through the bucket of the pipeline, and CloudFormation's actions make and execute change sets.
"""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.playing.workshop import SIGNED_IN, Client, Stopped, Workshop
from tests.simulator.template import Properties

PHASES = ("install", "pre_build", "build", "post_build")
Approve = Callable[[list[Properties]], bool]
"""Says whether a person approves the changes of a change set."""


@dataclass
class Execution:
    """One execution of a pipeline: what happened, and what the stages hand on."""

    workshop: Workshop
    pipeline: Properties
    id: str
    approve: Approve
    repositories: Mapping[str, Path] = field(default_factory=dict)
    """Folders with what GitHub has, by OWNER/NAME@BRANCH."""
    done: list[str] = field(default_factory=list)
    """The actions, each as STAGE/ACTION."""
    logs: dict[str, str] = field(default_factory=dict)
    """What builds print, by action."""
    changes: list[Properties] = field(default_factory=list)
    """What the change set says."""

    def run(self, stages: slice = slice(None)) -> None:
        """Run all stages, or some again; raises `Stopped` where an action fails."""
        for stage in self.pipeline["stages"][stages]:
            for action in sorted(stage["actions"], key=lambda one: int(one["runOrder"])):
                self._act(action)
                self.done.append(f"{stage['name']}/{action['name']}")

    def _act(self, action: Properties) -> None:
        type_, given = action["actionTypeId"], action["configuration"]
        match type_["category"], type_["provider"]:
            case "Source", "S3":
                self._fetch_object(action)
            case "Source", "CodeStarSourceConnection":
                repository = f"{given['FullRepositoryId']}@{given['BranchName']}"
                self._hand_on(action["outputArtifacts"][0]["name"], self.repositories[repository])
            case "Build", "CodeBuild":
                self._build(action)
            case "Deploy", "CloudFormation":
                self._deploy(given)
            case "Approval", "Manual":
                if not self.approve(self.changes):
                    raise Stopped("the change set was not approved")
            case other:
                raise Stopped(f"actions of {other} are not played")

    # --- Artifacts --------------------------------------------------------------------------------

    def _hand_on(self, name: str, folder: Path) -> None:
        """Store a folder as an artifact."""
        archive = shutil.make_archive(str(self.workshop.folder / "artifact"), "zip", folder)
        self._store(name, Path(archive).read_bytes())

    def _store(self, name: str, content: bytes) -> None:
        bucket = self.pipeline["artifactStore"]["location"]
        s3 = self.workshop.client("s3")
        s3.put_object(Bucket=bucket, Key=self._key(name), Body=content)

    def _take(self, name: str, folder: Path) -> Path:
        """Unpack an artifact into a new folder."""
        bucket = self.pipeline["artifactStore"]["location"]
        s3 = self.workshop.client("s3")
        content = s3.get_object(Bucket=bucket, Key=self._key(name))["Body"].read()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        return folder

    def _key(self, name: str) -> str:
        return f"{self.pipeline['name'][:20]}/{name[:10]}/{self.id}"

    # --- Actions ----------------------------------------------------------------------------------

    def _fetch_object(self, action: Properties) -> None:
        bucket = action["configuration"]["S3Bucket"]
        s3 = self.workshop.client("s3")
        if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
            raise Stopped(f"the bucket {bucket} of a source has no versions")
        found = s3.get_object(Bucket=bucket, Key=action["configuration"]["S3ObjectKey"])
        self._store(action["outputArtifacts"][0]["name"], found["Body"].read())

    def _build(self, action: Properties) -> None:
        """Run a build in a folder with its source, as its project says."""
        names = [action["configuration"]["ProjectName"]]
        (project,) = self.workshop.client("codebuild").batch_get_projects(names=names)["projects"]
        specification = yaml.safe_load(project["source"]["buildspec"])
        folder = self.workshop.folder / f"{self.id}-{action['name']}"
        self._take(action["inputArtifacts"][0]["name"], folder)
        given = json.loads(action["configuration"].get("EnvironmentVariables", "[]"))
        variables = {
            one["name"]: self._resolved(one["value"])
            for one in (*project["environment"].get("environmentVariables", []), *given)
        }
        variables |= {"CODEBUILD_SRC_DIR": str(folder), **SIGNED_IN}
        self.logs[action["name"]] = self.workshop.run(script(specification), folder, variables)
        for artifact in action["outputArtifacts"]:
            self._collect(artifact["name"], specification["artifacts"], folder)

    def _resolved(self, text: str) -> str:
        resolved = text.replace("#{codepipeline.PipelineExecutionId}", self.id)
        if "#{" in resolved:
            raise Stopped(f"unknown variable in {text}")
        return resolved

    def _collect(self, name: str, artifacts: Properties, folder: Path) -> None:
        """Store the files that a build specification names, relative to its base directory."""
        base = folder / artifacts.get("base-directory", ".")
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for file in artifacts["files"]:
                archive.write(base / file, file)
        self._store(name, content.getvalue())

    def _deploy(self, given: Properties) -> None:
        cloudformation = self.workshop.client("cloudformation")
        names = {"StackName": given["StackName"], "ChangeSetName": given["ChangeSetName"]}
        match given["ActionMode"]:
            case "CHANGE_SET_REPLACE":
                self._make_change_set(cloudformation, given, names)
            case "CHANGE_SET_EXECUTE":
                cloudformation.execute_change_set(**names)
                stack = _stack(cloudformation, given["StackName"])
                if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                    raise Stopped(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}")
            case other:
                raise Stopped(f"the mode {other} is not played")

    def _make_change_set(
        self, cloudformation: Client, given: Properties, names: Mapping[str, str]
    ) -> None:
        stack = _stack(cloudformation, given["StackName"])
        new = stack.get("StackStatus", "REVIEW_IN_PROGRESS") == "REVIEW_IN_PROGRESS"
        if stack:
            former = cloudformation.list_change_sets(StackName=given["StackName"])["Summaries"]
            if given["ChangeSetName"] in [one["ChangeSetName"] for one in former]:
                cloudformation.delete_change_set(**names)
        cloudformation.create_change_set(
            **names,
            Capabilities=given["Capabilities"].split(","),
            ChangeSetType="CREATE" if new else "UPDATE",
            Parameters=self._parameters(given["TemplateConfiguration"]),
            RoleARN=given["RoleArn"],
            TemplateBody=self._file(given["TemplatePath"]),
        )
        made = cloudformation.describe_change_set(**names)
        if made["Status"] != "CREATE_COMPLETE":
            raise Stopped(made["StatusReason"])
        self.changes = [one["ResourceChange"] for one in made["Changes"]]

    def _parameters(self, path: str) -> list[dict[str, str]]:
        """Read a template configuration.

        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
        """
        content = json.loads(self._file(path))
        if content.keys() - {"Parameters", "Tags", "StackPolicy"}:
            raise Stopped(f"a template configuration has no {sorted(content)}")
        values = content["Parameters"]
        if not all(isinstance(value, str) for value in values.values()):
            raise Stopped(f"the values of a template configuration are texts, not {values}")
        return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]

    def _file(self, path: str) -> str:
        """Read a file of an artifact, named as ARTIFACT::FILE."""
        artifact, _, file = path.partition("::")
        folder = self.workshop.folder / f"{self.id}-{artifact}"
        return (self._take(artifact, folder) / file).read_text(encoding="utf-8")


def script(specification: Properties) -> str:
    """Write a build specification as a script that stops at the first command that fails.

    CodeBuild runs what comes after a failed build phase too, which nothing here relies on.
    """
    if specification["env"]["shell"] != "bash":
        raise Stopped("only builds in bash are played")
    commands = [
        command
        for phase in PHASES
        for command in specification["phases"].get(phase, {}).get("commands", [])
    ]
    return "\n".join(f"{{ {command}\n}} || exit" for command in commands)


def _stack(cloudformation: Client, name: str) -> Properties:
    """Describe a stack; an empty description if there is none."""
    stacks: list[Properties] = cloudformation.describe_stacks()["Stacks"]
    return next((stack for stack in stacks if stack["StackName"] == name), {})


def prepare(
    workshop: Workshop,
    name: str,
    approve: Approve,
    repositories: Mapping[str, Path] | None = None,
) -> Execution:
    """Start an execution of a deployed pipeline; nothing of it has run yet."""
    codepipeline = workshop.client("codepipeline")
    id_ = codepipeline.start_pipeline_execution(name=name)["pipelineExecutionId"]
    pipeline = codepipeline.get_pipeline(name=name)["pipeline"]
    return Execution(workshop, pipeline, id_, approve, repositories or {})
