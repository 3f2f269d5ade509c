"""CloudWatch Logs, and the other places that output can go to."""

from collections.abc import Iterator, Mapping

from troposphere.logs import LogGroup

from compose2cfn.plan.containers import LogConfiguration, LogRouter, StackLogGroup
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import LOG_GROUP
from compose2cfn.plan.terms.values import arn, attribute, ref
from compose2cfn.stack.items import ContainerPart, Item, RoleKind, RolePart, emitter
from compose2cfn.stack.log_configurations import log_configuration
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.policies import allow, document, statement
from compose2cfn.stack.tags import tags

_CREATE_GROUP = "logs:CreateLogGroup"
_WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")


@emitter(
    "services.*.logging.driver",
    "services.*.logging.options",
    "services.*.x-aws-logs_retention",
    "x-aws-logs_retention",
)
def logs(plan: Plan) -> Iterator[Item]:
    """Send the output of each service to CloudWatch Logs, unless it says where else."""
    for service, log in plan.logs.services.items():
        origin = ("services", service, "logging")
        fields = {"LogConfiguration": log_configuration(log)}
        yield ContainerPart(service, plan.names.container(service), fields, origin)
        yield _permissions(service, log)
    for owner, router in plan.logs.routers.items():
        yield _router(owner, router)
        yield _permissions(owner, router.log)
    if plan.logs.group:
        yield from _group(plan.logs.group)


def _router(owner: str, router: LogRouter) -> ContainerPart:
    """Run the container that FireLens needs in a task."""
    container = router.container
    fields = {
        "Image": ref(container.image.id),
        "Essential": container.essential,
        "FirelensConfiguration": {"Type": router.software},
        "LogConfiguration": log_configuration(router.log),
        "MemoryReservation": container.memory_reservation,
    }
    return ContainerPart(owner, container.name, fields, ("services", owner, "logging"))


def _permissions(service: str, log: LogConfiguration) -> RolePart:
    """Let ECS write to the log group of a container, and read the secrets of its log driver."""
    policies: dict[str, Mapping[str, object]] = {}
    if log.in_stack:
        policies["logs"] = allow(_WRITE, attribute(LOG_GROUP, "Arn"))
    elif log.group:
        actions = (_CREATE_GROUP, *_WRITE) if log.creates_group else _WRITE
        region = {"region": log.region} if log.region else {}
        group = arn("logs", f"log-group:{log.group}:*", **region)
        policies[f"logs-{service}"] = allow(actions, group)
    if log.secret_options:
        secrets = log.secret_options.values()
        reading = [statement([secret.action], secret.arn) for secret in secrets]
        policies[f"logs-secrets-{service}"] = document(*reading)
    return RolePart(service, RoleKind.EXECUTION, policies, origin=("services", service))


def _group(group: StackLogGroup) -> Iterator[Item]:
    """Make the log group."""
    yield resource(
        LogGroup,
        LOG_GROUP,
        {"RetentionInDays": group.retention, "Tags": tags()},
        group.origin,
        DeletionPolicy=group.deletion_policy,
        UpdateReplacePolicy=group.deletion_policy,
    )
    yield output("LogGroupName", ref(LOG_GROUP), "Name of the log group", group.origin)
