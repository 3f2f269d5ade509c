"""CodePipeline, CodeBuild, connections to repositories, and the rules that start pipelines."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator

import yaml

from tests.simulator.resources.base import Resource
from tests.simulator.resources.identity import trusted_by
from tests.simulator.template import Properties

PHASES = ("install", "pre_build", "build", "post_build")


class Project(Resource):
    type = "AWS::CodeBuild::Project"
    named_by = "Name"
    name_limit = 150

    def create(self) -> None:
        self.id = self.name()
        self._put("CreateProject")

    def update(self, changed: frozenset[str]) -> None:
        # moto cannot change one.
        self.spell("codebuild", "UpdateProject", **self._arguments())
        self.delete()
        self._put("CreateProject")

    def delete(self) -> None:
        self.call("codebuild", "DeleteProject", Name=self.id)

    def _put(self, operation: str) -> None:
        role = str(self.properties["ServiceRole"])
        if "codebuild.amazonaws.com" not in trusted_by(self, role):
            self.refuse(f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}")
        self._check_buildspec()
        self.spell("codebuild", operation, **self._arguments())
        arguments = self._arguments()
        for key in ("Source", "Artifacts"):
            # moto wants a place also where CodePipeline gives and takes it.
            arguments[key] = {"Location": self.id, **arguments[key]}
        made = self.call("codebuild", operation, **arguments)["project"]
        self.attributes = {"Arn": made["arn"]}

    def _arguments(self) -> Properties:
        return {**self.rest("Name"), "Name": self.id}

    def _check_buildspec(self) -> None:
        """Refuse a build specification that CodeBuild would refuse when the build starts.

        https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
        """
        text = str(self.properties["Source"].get("BuildSpec", ""))
        content = yaml.safe_load(text)
        if not isinstance(content, dict) or content.get("version") != 0.2:
            self.refuse("YAML_FILE_ERROR: the build specification has no version 0.2")
        unknown = content.keys() - {"version", "env", "phases", "artifacts"}
        unknown |= content["phases"].keys() - {*PHASES}
        if unknown:
            self.refuse(f"YAML_FILE_ERROR: the simulator does not know {sorted(unknown)}")
        for name, phase in content["phases"].items():
            for command in phase.get("commands", []):
                if not isinstance(command, str):
                    self.refuse(f"YAML_FILE_ERROR: a command of {name} is not a text: {command}")


class Pipeline(Resource):
    type = "AWS::CodePipeline::Pipeline"
    named_by = "Name"
    name_limit = 100

    def create(self) -> None:
        self.id = self.name()
        self._check_structure()
        self.call("codepipeline", "CreatePipeline", Pipeline=self._declaration())
        self.attributes = {"Arn": self.site.account.arn("codepipeline", self.id), "Version": "1"}

    def update(self, changed: frozenset[str]) -> None:
        self._check_structure()
        self.call("codepipeline", "UpdatePipeline", Pipeline=self._declaration())

    def delete(self) -> None:
        self.call("codepipeline", "DeletePipeline", Name=self.id)

    def _declaration(self) -> Properties:
        return {**self.rest("Name", "RestartExecutionOnUpdate", "Tags"), "Name": self.id}

    def _check_structure(self) -> None:
        """Refuse what CodePipeline refuses.

        https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-requirements.html
        """
        for fault in _structure_faults(self.properties["Stages"]):
            self.refuse(f"InvalidStructureException: {fault}")


def _structure_faults(stages: list[Properties]) -> Iterator[str]:
    made: list[str] = []
    for number, stage in enumerate(stages):
        actions = sorted(stage["Actions"], key=lambda one: int(one.get("RunOrder", 1)))
        for name, times in Counter(one["Name"] for one in actions).items():
            if times > 1:
                yield f"Stage {stage['Name']} has {times} actions {name}"
        for action in actions:
            if (action["ActionTypeId"]["Category"] == "Source") != (number == 0):
                yield f"Sources must be in the first stage, and {action['Name']} is in {number}"
            for artifact in action.get("InputArtifacts", []):
                if artifact["Name"] not in made:
                    yield f"Action {action['Name']} takes {artifact['Name']}, which none made"
            made += [artifact["Name"] for artifact in action.get("OutputArtifacts", [])]
    for name, times in Counter(made).items():
        if times > 1:
            yield f"{times} actions make {name}"


class Connection(Resource):
    """A connection to a repository: pending until a person completes it, elsewhere."""

    type = "AWS::CodeConnections::Connection"
    named_by = "ConnectionName"
    name_limit = 32

    def create(self) -> None:
        self.spell("codeconnections", "CreateConnection", **self.properties)  # moto has none
        self.id = self.site.account.arn("codeconnections", f"connection/{uuid.uuid4()}")
        self.attributes = {"ConnectionArn": self.id, "ConnectionStatus": "PENDING"}

    def delete(self) -> None:
        self.spell("codeconnections", "DeleteConnection", ConnectionArn=self.id)


class Rule(Resource):
    type = "AWS::Events::Rule"
    named_by = "Name"
    name_limit = 64

    def create(self) -> None:
        self.id = self.name()
        self._put()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description", "EventPattern", "State", "Targets"})
        self._remove_targets()
        self._put()

    def delete(self) -> None:
        self._remove_targets()
        self.call("events", "DeleteRule", Name=self.id)

    def _put(self) -> None:
        pattern = json.dumps(self.properties["EventPattern"])
        made = self.call(
            "events",
            "PutRule",
            **self.some("Description", "State"),
            Name=self.id,
            EventPattern=pattern,
        )
        self.attributes = {"Arn": made["RuleArn"]}
        for target in self.properties["Targets"]:
            role = str(target.get("RoleArn"))
            if "events.amazonaws.com" not in trusted_by(self, role):
                self.refuse(f"EventBridge cannot assume {role}")
        self.call("events", "PutTargets", Rule=self.id, Targets=self.properties["Targets"])

    def _remove_targets(self) -> None:
        there = self.call("events", "ListTargetsByRule", Rule=self.id)["Targets"]
        if there:
            ids = [target["Id"] for target in there]
            self.call("events", "RemoveTargets", Rule=self.id, Ids=ids)
