"""Do in the background what AWS does when a source is uploaded: start the pipeline, and play it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from botocore.exceptions import ClientError

from tests.playing.codepipeline import Execution
from tests.playing.workshop import Stopped, Workshop
from tests.simulator.account import Account, Answer
from tests.simulator.approvals import Approval, Progress, note

PATIENCE = 120
"""Seconds until somebody must have decided."""


class Deliveries:
    """The executions of the pipelines of an account, each started by an upload.

    The simulator must answer in this process.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.executions: list[Execution] = []
        self._workshop = workshop
        self._account = Account()
        self._seen: set[str] = set()
        self._over = Event()

    def watch(self) -> None:
        """Look for uploads until it is over."""
        while not self._over.wait(0.3):
            for pipeline in self._started():
                self._play(pipeline)

    def end(self) -> None:
        """Look no further."""
        self._over.set()

    def _call(self, service: str, operation: str, **arguments: object) -> Answer:
        return self._account.call(service, operation, arguments)

    def _started(self) -> Iterator[str]:
        """Name the pipelines that a rule starts, since there is a new version of an object."""
        for rule in self._call("events", "ListRules")["Rules"]:
            detail = json.loads(rule["EventPattern"])["detail"]
            place = {"Bucket": detail["bucket"]["name"][0], "Key": detail["object"]["key"][0]}
            try:
                version = self._call("s3", "HeadObject", **place)["VersionId"]
            except ClientError:
                continue
            if version not in self._seen:
                self._seen.add(version)
                for target in self._call("events", "ListTargetsByRule", Rule=rule["Name"])[
                    "Targets"
                ]:
                    yield target["Arn"].rpartition(":")[2]

    def _play(self, name: str) -> None:
        id_ = self._call("codepipeline", "StartPipelineExecution", name=name)["pipelineExecutionId"]
        pipeline = self._call("codepipeline", "GetPipeline", name=name)["pipeline"]

        approval = Approval()

        def approve(_: object) -> bool:
            waiting = "Deployment/Approval"
            note(name, Progress(id_, execution.done, waiting=waiting, approval=approval))
            return approval.decided.wait(PATIENCE) and approval.approved

        execution = Execution(self._workshop, pipeline, id_, approve)
        self.executions.append(execution)
        try:
            execution.run()
        except Stopped as stopped:
            actions = [f"{s['name']}/{a['name']}" for s in pipeline["stages"] for a in s["actions"]]
            failed = actions[len(execution.done)]
            progress = Progress(id_, execution.done, failed=failed, message=str(stopped))
        else:
            progress = Progress(id_, execution.done)
        progress.approval = approval
        note(name, progress)


@contextmanager
def delivering(workshop: Workshop) -> Iterator[Deliveries]:
    """Deliver in the background."""
    deliveries = Deliveries(workshop)
    thread = Thread(target=deliveries.watch)
    thread.start()
    try:
        yield deliveries
    finally:
        deliveries.end()
        thread.join()
