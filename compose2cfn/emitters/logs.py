"""CloudWatch Logs, and the other places that output can go to."""

from collections.abc import Iterable, Iterator, Mapping

from troposphere import Output
from troposphere.logs import LogGroup

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.aws import Value as Given
from compose2cfn.plan.containers.logs import FIRELENS, RETENTIONS, Log, log, plain
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import LOG_GROUP
from compose2cfn.plan.terms.values import arn, attribute, ref
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import (
    ContainerPart,
    Item,
    Out,
    Param,
    Resource,
    RoleKind,
    RolePart,
    emitter,
)
from compose2cfn.stack.tags import tag_object

ROUTER = "log-router"
"""The container that sends the output of a task on where FireLens is asked for."""

DAYS = 30
_KEY = "x-aws-logs_retention"

_ROUTER_IMAGE = Parameter(
    id="LogRouterImage",
    group="Images",
    description="Image of the container that routes logs: Fluent Bit",
    default="public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
    min_length=1,
)
_RETENTION = Parameter(
    id="LogsRetention",
    group="Logs",
    type="Number",
    description="Days that log entries are kept",
    default=str(DAYS),
    allowed_values=tuple(map(str, RETENTIONS)),
)


@emitter(
    "services.*.logging.driver",
    "services.*.logging.options",
    "services.*.x-aws-logs_retention",
    "x-aws-logs_retention",
)
def logs(plan: Plan) -> Iterator[Item]:
    """Send the output of each service to CloudWatch Logs, unless it says where else."""
    notes = Notes()
    used = False
    for owner, task in plan.tasks.items():
        found = {}
        for name in task.services:
            if to := log(name, plan.app.project.services[name], notes):
                found[name] = to
                yield _part(owner, plan.names.container(name), to, name)
        if any(to.driver == FIRELENS for to in found.values()):
            found[ROUTER] = plain(owner)
            yield from _router(owner, found[ROUTER])
        used |= any(to.own for to in found.values())
        yield from _permissions(owner, found)
    if used:
        yield from _group(plan, notes)
    yield from notes.findings.diagnostics


def _part(owner: str, container: str, to: Log, service: str) -> ContainerPart:
    fields: dict[str, object] = {"LogDriver": to.driver}
    if to.options:
        fields["Options"] = dict(sorted(to.options.items()))
    if to.secrets:
        fields["SecretOptions"] = [
            {"Name": key, "ValueFrom": value} for key, value in sorted(to.secrets.items())
        ]
    origin = ("services", service, "logging")
    return ContainerPart(owner, container, {"LogConfiguration": fields}, origin)


def _router(owner: str, to: Log) -> Iterator[Item]:
    """Run the container that FireLens needs in a task."""
    origin = ("services", owner, "logging")
    yield Param(_ROUTER_IMAGE, origin)
    fields = {
        "Image": ref(_ROUTER_IMAGE.id),
        "Essential": True,
        "FirelensConfiguration": {"Type": "fluentbit"},
        "MemoryReservation": 50,
    }
    yield ContainerPart(owner, ROUTER, fields, origin)
    yield _part(owner, ROUTER, to, owner)


def _permissions(owner: str, found: Mapping[str, Log]) -> Iterator[RolePart]:
    """Let ECS write to the log groups of a task, and read the secrets of its log drivers."""
    policies: dict[str, Mapping[str, object]] = {}
    for name, to in sorted(found.items()):
        if to.own:
            policies["logs"] = _allow(
                ("logs:CreateLogStream", "logs:PutLogEvents"), attribute(LOG_GROUP, "Arn")
            )
        elif to.group:
            group = {"region": to.region} if to.region else {}
            create = ("logs:CreateLogGroup",) if to.creates else ()
            policies[f"logs-{name}"] = _allow(
                (*create, "logs:CreateLogStream", "logs:PutLogEvents"),
                arn("logs", f"log-group:{to.group}:*", **group),
            )
        if to.secrets:
            policies[f"logs-secrets-{name}"] = _read(to.secrets.values())
    if policies:
        yield RolePart(owner, RoleKind.EXECUTION, policies, origin=("services", owner))


def _read(arns: Iterable[str]) -> Mapping[str, object]:
    kinds = {"secretsmanager": "secretsmanager:GetSecretValue", "ssm": "ssm:GetParameters"}
    statements = [
        {"Effect": "Allow", "Action": [kinds[text.split(":")[2]]], "Resource": _whole(text)}
        for text in sorted(set(arns))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _whole(text: str) -> str:
    """Leave out the JSON key, stage and version that may follow the ARN of a secret."""
    return ":".join(text.split(":")[:7])


def _allow(actions: Iterable[str], resource: object) -> Mapping[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _group(plan: Plan, notes: Notes) -> Iterator[Item]:
    """Make the log group; it outlives the stack, so that a failed creation leaves its evidence."""
    days, origin = _retention(plan, notes)
    if days == "":
        yield Param(_RETENTION, origin)
        days = ref(_RETENTION.id)
    yield Resource(
        LogGroup(
            LOG_GROUP,
            RetentionInDays=helper(days),
            Tags=tag_object(),
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
        ),
        origin,
    )
    output = Output(
        "LogGroupName", Description="Name of the log group", Value=helper(ref(LOG_GROUP))
    )
    yield Out(output, origin)


def _retention(plan: Plan, notes: Notes) -> tuple[int | Given, Steps]:
    """Say how long entries are kept, and where that is said: at the top level, or of a service."""
    project = plan.app.project
    said: dict[Steps, int | Given] = {
        ("services", name, _KEY): service.x_aws_logs_retention
        for name, service in sorted(project.services.items())
        if service.x_aws_logs_retention is not None
    }
    days = project.x_aws_logs_retention
    origin: Steps = (_KEY,)
    for path, value in said.items():
        if any(value != other for other in (days, *said.values()) if other is not None):
            notes.error(
                "log-retention",
                f"all services share one log group; write one {_KEY} at the top level",
                path,
            )
        elif days is None:
            notes.warn(
                "key-misplaced",
                "this key belongs at the top level; it is honoured for all services",
                path,
            )
    if days is None:
        origin, days = next(iter(said.items()), (origin, DAYS))
    if isinstance(days, int) and days not in RETENTIONS:
        asked = days
        near = min(RETENTIONS, key=lambda known: abs(known - asked))
        notes.error(
            "log-retention",
            f"CloudWatch Logs does not keep entries for {days} days; the nearest it knows is "
            f"{near}",
            origin,
        )
        days = near
    return days, origin
