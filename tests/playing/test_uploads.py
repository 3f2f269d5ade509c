"""An upload starts the pipeline, which tells how far it is, and waits for a decision."""

import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.playing.uploads import delivering
from tests.playing.workshop import DELIVERY, Client, Workshop, project
from tests.simulator.template import Properties

pytestmark = pytest.mark.slow
REQUIREMENTS = f"compose2cfn==1 --hash=sha256:{'0' * 64}"
PATIENCE = 60


def create(workshop: Workshop, name: str, **given: str) -> dict[str, str]:
    cloudformation = workshop.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=(DELIVERY / f"{name}.yaml").read_text(encoding="utf-8"),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": text} for key, text in given.items()],
    )
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def upload(workshop: Workshop, bucket: str, folder: Path) -> None:
    archive = Path(shutil.make_archive(str(folder), "zip", folder))
    s3 = workshop.client("s3")
    s3.put_object(Bucket=bucket, Key="source.zip", Body=archive.read_bytes())


def state(codepipeline: Client, name: str) -> dict[str, Properties]:
    """Return how the actions went, by name, and the last stage."""
    stages = codepipeline.get_pipeline_state(name=name)["stageStates"]
    actions = {
        action["actionName"]: action["latestExecution"]
        for stage in stages
        for action in stage["actionStates"]
        if "latestExecution" in action
    }
    return {**actions, "stage": stages[-1].get("latestExecution", {})}


def test_pipelines_tell_how_far_they_are(inside: Workshop, tmp_path: Path) -> None:
    create(inside, "infrastructure")
    made = create(inside, "pipeline", ConverterRequirements=REQUIREMENTS)
    bucket, name = made["SourceBucketName"], made["PipelineName"]
    codepipeline = inside.client("codepipeline")

    def until(arrived: Callable[[dict[str, Properties]], bool]) -> dict[str, Properties]:
        end = monotonic() + PATIENCE
        while not arrived(found := state(codepipeline, name)):
            assert monotonic() < end, found
            sleep(0.2)
        return found

    assert state(codepipeline, name) == {"stage": {}}
    with delivering(inside):
        broken = project(tmp_path / "broken", "blue")
        (broken / "compose.yaml").write_text("services: {web: {imgae: nginx}}")
        upload(inside, bucket, broken)
        failed = until(lambda found: "Convert" in found)
        assert failed["Build"]["status"] == "Succeeded"
        assert failed["Convert"]["status"] == "Failed"
        assert "imgae" in failed["Convert"]["errorDetails"]["message"]
        assert "Approval" not in failed

        upload(inside, bucket, project(tmp_path / "sound", "blue"))
        asked = until(lambda found: "Approval" in found)
        assert asked["stage"]["status"] == asked["Approval"]["status"] == "InProgress"
        answer = {
            "pipelineName": name,
            "stageName": "Deployment",
            "actionName": "Approval",
            "result": {"status": "Rejected", "summary": "no"},
        }
        with pytest.raises(codepipeline.exceptions.InvalidApprovalTokenException):
            codepipeline.put_approval_result(**answer, token="1b9d4ab5-0000-4000-8000-000000000000")
        token = asked["Approval"]["token"]
        codepipeline.put_approval_result(**answer, token=token)
        with pytest.raises(codepipeline.exceptions.ApprovalAlreadyCompletedException):
            codepipeline.put_approval_result(**answer, token=token)
        rejected = until(lambda found: found["stage"].get("status") == "Failed")
        assert rejected["Approval"]["status"] == "Failed"
        assert "Execution" not in rejected
    (stack,) = inside.client("cloudformation").describe_stacks(StackName="demo")["Stacks"]
    assert stack["StackStatus"] == "REVIEW_IN_PROGRESS"
