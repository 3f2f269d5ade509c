"""The simulator refuses pipelines, builds, buckets and repositories that AWS refuses."""

import json
from collections.abc import Iterator

import pytest

from tests.examples import GONE, Edits, edited
from tests.playing.workshop import DELIVERY
from tests.simulator import Cloud, Refusal, Submission, simulated
from tests.simulator.template import read

pytestmark = pytest.mark.slow

PIPELINE = read((DELIVERY / "pipeline.yaml").read_text(encoding="utf-8"))
GIVEN = {"ConverterRequirements": f"compose2cfn==1.0 --hash=sha256:{'0' * 64}"}
STAGES = "Pipeline.Stages"
TRUSTED = "AssumeRolePolicyDocument.Statement.0.Principal.Service"
ENCRYPTION = "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault"
SPECIFICATION = "Conversion.Source.BuildSpec"
ECS = "ecs-tasks.amazonaws.com"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with simulated() as cloud:
        yield cloud


DEFECTS: dict[str, tuple[Edits, str]] = {
    "an artifact that nothing makes": (
        {f"{STAGES}.2.Actions.0.InputArtifacts.0.Name": "Sauce"},
        "Action Convert takes Sauce, which none made",
    ),
    "an artifact that is made twice": (
        {f"{STAGES}.2.Actions.0.OutputArtifacts.1.Name": "Source"},
        "2 actions make Source",
    ),
    "two actions of one name": (
        {f"{STAGES}.3.Actions.1.Name": "ChangeSet"},
        "Stage Deployment has 2 actions ChangeSet",
    ),
    "a source in the middle": (
        {f"{STAGES}.1.Actions.0.ActionTypeId.Category": "Source"},
        "Sources must be in the first stage, and Build is in 1",
    ),
    "a category that is not there": (
        {f"{STAGES}.1.Actions.0.ActionTypeId.Category": "Bake"},
        "'Bake' is not one of",
    ),
    "a pipeline whose role trusts another": (
        {f"PipelineRole.{TRUSTED}": ECS},
        "CodePipeline is not authorized to perform AssumeRole",
    ),
    "a build whose role trusts another": (
        {f"ConversionRole.{TRUSTED}": ECS},
        "CodeBuild is not authorized to perform: sts:AssumeRole",
    ),
    "a rule whose role trusts another": (
        {f"SourceChangeRole.{TRUSTED}": ECS},
        "EventBridge cannot assume",
    ),
    "a specification of another version": (
        {SPECIFICATION: "version: 2\nphases: {}\n"},
        "the build specification has no version 0.2",
    ),
    "a phase that is misspelled": (
        {SPECIFICATION: "version: 0.2\nphases: {built: {commands: [make]}}\n"},
        "the simulator does not know ['built']",
    ),
    "a command that YAML reads as a mapping": (
        {SPECIFICATION: "version: 0.2\nphases: {build: {commands: [echo: done]}}\n"},
        "a command of build is not a text: {'echo': 'done'}",
    ),
    "a mode of encryption that is misspelled": (
        {f"SourceBucket.{ENCRYPTION}.SSEAlgorithm": "AES512"},
        "'AES512' is not one of",
    ),
    "tags that change a little": (
        {"Repository.ImageTagMutability": "SOMETIMES"},
        "SOMETIMES is not a valid enum value",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_refused(defect: str, cloud: Cloud) -> None:
    edits, message = DEFECTS[defect]
    with pytest.raises(Refusal) as refused:
        cloud.create("pipeline", Submission(edited(PIPELINE, edits), GIVEN))
    assert message in refused.value.message
    assert {stack.status for stack in cloud.stacks} == {"ROLLBACK_COMPLETE"}


@pytest.mark.parametrize("name", ["ArtifactBucket", "Repository", "SourceBucket"])
def test_what_is_not_empty_is_not_deleted(name: str, cloud: Cloud) -> None:
    text = edited(PIPELINE, {f"{name}/DeletionPolicy": GONE})
    stack = cloud.create("pipeline", Submission(text, GIVEN))
    made = stack.resources[name].id
    if name == "Repository":
        image = {
            "RepositoryName": made,
            "ImageManifest": json.dumps({"schemaVersion": 2}),
            "ImageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
            "ImageTag": "1",
        }
        cloud.account.call("ecr", "PutImage", image)
    else:
        cloud.account.call("s3", "PutObject", {"Bucket": made, "Key": "a"})
    with pytest.raises(Refusal, match=r"BucketNotEmpty|RepositoryNotEmpty"):
        cloud.delete("pipeline")
    assert stack.status == "DELETE_FAILED"
