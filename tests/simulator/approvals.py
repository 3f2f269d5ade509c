"""How far pipelines are, and what people decide, for boto3 and the aws command line.

moto stores what a pipeline is to do, and nobody does it there. Whoever plays a pipeline
(tests/playing) notes here how far it is, and waits here for a decision.
"""

import json
from dataclasses import dataclass, field
from threading import Event
from uuid import uuid4

from moto.codepipeline import urls
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.exceptions import JsonRESTError

from tests.simulator.template import Properties


@dataclass
class Approval:
    """What a person is asked for."""

    token: str = field(default_factory=lambda: str(uuid4()))
    decided: Event = field(default_factory=Event)
    approved: bool = False


@dataclass
class Progress:
    """How far the latest execution of a pipeline is."""

    execution: str
    done: list[str]
    """The actions that succeeded, each as STAGE/ACTION."""
    waiting: str = ""
    """The one that waits for a person."""
    failed: str = ""
    message: str = ""
    approval: Approval = field(default_factory=Approval)

    def action(self, name: str) -> Properties | None:
        """Describe how an action went; nothing if its turn has not come."""
        if name in self.done:
            return {"status": "Succeeded"}
        if name == self.waiting:
            return {"status": "InProgress", "token": self.approval.token}
        if name == self.failed:
            return {"status": "Failed", "errorDetails": {"message": self.message}}
        return None


_progress: dict[str, Progress] = {}


def note(pipeline: str, progress: Progress) -> None:
    """Note how far a pipeline is."""
    _progress[pipeline] = progress


def install() -> None:
    """Let moto answer with this; call it before moto starts."""
    urls.url_paths["{0}/$"] = Responses.dispatch


class Responses(CodePipelineResponse):
    """What moto does not answer; names and answers are those of the API reference."""

    def get_pipeline_state(self) -> str:
        name = self._get_param("name")
        pipeline, _ = self.codepipeline_backend.get_pipeline(name)
        progress = _progress.get(name, Progress("", []))
        return json.dumps(
            {
                "pipelineName": name,
                "pipelineVersion": pipeline["version"],
                "stageStates": [_stage(stage, progress) for stage in pipeline["stages"]],
            }
        )

    def put_approval_result(self) -> str:
        approval = _progress[self._get_param("pipelineName")].approval
        if approval.token != self._get_param("token"):
            raise JsonRESTError("InvalidApprovalTokenException", "The approval token is not valid")
        if approval.decided.is_set():
            raise JsonRESTError("ApprovalAlreadyCompletedException", "It has been decided")
        approval.approved = self._get_param("result")["status"] == "Approved"
        approval.decided.set()
        return json.dumps({"approvedAt": 0})


def _stage(stage: Properties, progress: Progress) -> Properties:
    actions = [_action(stage["name"], one["name"], progress) for one in stage["actions"]]
    statuses = [one["latestExecution"]["status"] for one in actions if "latestExecution" in one]
    state: Properties = {"stageName": stage["name"], "actionStates": actions}
    if statuses:
        going = "Failed" not in statuses and len(statuses) < len(actions)
        status = "InProgress" if going else statuses[-1]
        state["latestExecution"] = {"pipelineExecutionId": progress.execution, "status": status}
    return state


def _action(stage: str, name: str, progress: Progress) -> Properties:
    latest = progress.action(f"{stage}/{name}")
    return {"actionName": name, **({"latestExecution": latest} if latest else {})}
