"""The ECS service of each task."""

import re
from collections.abc import Iterator, Mapping

from troposphere import Output

from compose2cfn.model.deploy import Deploy
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch
from compose2cfn.plan.compute.deployments import MOST_FAILURES, Deployment, decide, restarts
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import STACK_UUID, attribute, ref, sub
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import Item, Out, ServicePart, emitter
from compose2cfn.stack.tags import pairs

MOST_TAGS = 50

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")


@emitter(
    "services.*.deploy.labels",
    "services.*.deploy.mode",
    "services.*.deploy.placement.constraints",
    "services.*.deploy.replicas",
    "services.*.deploy.restart_policy.condition",
    "services.*.deploy.update_config.failure_action",
    "services.*.deploy.update_config.order",
    "services.*.deploy.update_config.parallelism",
    "services.*.deploy.update_config.x-aws-max_percent",
    "services.*.deploy.update_config.x-aws-min_percent",
    "services.*.depends_on.*.condition",
    "services.*.restart",
    "services.*.scale",
    "services.*.x-aws-capacity",
    "services.*.x-aws-exec",
    "services.*.x-aws-max_percent",
    "services.*.x-aws-min_percent",
    "x-aws-capacity",
)
def services(plan: Plan) -> Iterator[Item]:
    """Keep as many copies of each task running as the file says."""
    notes = Notes()
    for owner, task in plan.tasks.items():
        members = {name: plan.app.project.services[name] for name in task.services}
        for name, service in members.items():
            restarts(name, service, notes, job=name in task.jobs or name != owner)
            if service.read_only and service.x_aws_exec:
                notes.error(
                    "exec-read-only",
                    "ECS Exec writes to the container's file system; leave read_only or "
                    "x-aws-exec out",
                    ("services", name, "read_only"),
                )
            if name != owner:
                _leave(name, owner, service, notes)
        yield _service(plan, owner, members, notes)
        output = Output(
            plan.names.service(owner, "ServiceName"),
            Description=f"Name of the ECS service {owner}",
            Value=helper(attribute(plan.names.service(owner, "Service"), "Name")),
        )
        yield Out(output, ("services", owner))
    yield from notes.findings.diagnostics


def _leave(name: str, owner: str, service: Service, notes: Notes) -> None:
    """Tell what of a service's deployment is left out because it shares the task of another."""
    deploy = service.deploy or Deploy()
    written = {
        "labels": deploy.labels,
        "mode": deploy.mode == "global",
        "update_config": deploy.update_config,
    }
    for key in sorted(key for key, found in written.items() if found):
        notes.warn(
            "deploy-shared",
            f"this service runs in the task of {owner!r}, whose deployment this cannot change; it "
            "is left out",
            ("services", name, "deploy", key),
        )


def _service(plan: Plan, owner: str, members: Mapping[str, Service], notes: Notes) -> ServicePart:
    host = plan.compute.tasks[owner]
    service = members[owner]
    writes = owner in plan.storage.writers
    deployment = decide(owner, service, host, notes, writes=writes)
    fields: dict[str, object] = {
        "Cluster": plan.compute.cluster.id,
        "TaskDefinition": ref(plan.names.service(owner, "TaskDefinition")),
        "DeploymentConfiguration": _deployment(deployment),
        "PropagateTags": "SERVICE",
        "Tags": _tags(owner, service, notes),
        **_place(host),
    }
    if host.count.daemon:
        fields["SchedulingStrategy"] = "DAEMON"
    else:
        # Moving a task to another zone starts the new one first.
        balanced = deployment.overlaps
        fields["AvailabilityZoneRebalancing"] = "ENABLED" if balanced else "DISABLED"
        if host.count.scaling is None:
            fields["DesiredCount"] = host.count.replicas
    if any(member.x_aws_exec for member in members.values()):
        fields["EnableExecuteCommand"] = True
    needed = [plan.names.service(other, "Service") for other in plan.tasks[owner].needs]
    return ServicePart(owner, fields, (*needed, *host.requires), ("services", owner))


def _deployment(found: Deployment) -> Mapping[str, object]:
    breaker: dict[str, object] = {
        "Enable": found.breaker,
        "Rollback": found.breaker and found.rollback,
    }
    if found.breaker:
        breaker["ThresholdConfiguration"] = {"Type": "COUNT", "Value": MOST_FAILURES}
    return {
        "MinimumHealthyPercent": found.least,
        "MaximumPercent": found.most,
        "DeploymentCircuitBreaker": breaker,
    }


def _place(host: Launch) -> Mapping[str, object]:
    """Say what runs the tasks: capacity providers or a launch type."""
    if host.strategy:
        items = [
            {"CapacityProvider": item.provider, "Weight": item.weight}
            | ({"Base": item.base} if item.base else {})
            for item in host.strategy
        ]
        return {"CapacityProviderStrategy": items}
    if host.constraint is None:
        return {"LaunchType": host.launch_type}
    mark = host.constraint
    expression = sub(f"attribute:{mark.name} == {mark.value}", Stack=STACK_UUID)
    constraint = {"Type": "memberOf", "Expression": expression}
    return {"LaunchType": host.launch_type, "PlacementConstraints": [constraint]}


def _tags(owner: str, service: Service, notes: Notes) -> list[Mapping[str, object]]:
    """Tag a service with where it comes from and with the labels of its deployment."""
    found: dict[str, object] = {}
    labels = (service.deploy or Deploy()).labels
    path = ("services", owner, "deploy", "labels")
    for key, value in labels.items():
        if _TAG_KEY.fullmatch(key) and _TAG_VALUE.fullmatch(value):
            found[key] = value
        else:
            notes.warn(
                "tag-unfit",
                "a tag has letters, digits, spaces and _ . : / = + - @, at most 128 in its name "
                "and 256 in its value, and does not begin with aws:; this one is left out",
                (*path, key),
            )
    found |= pairs(service=owner)
    if len(found) > MOST_TAGS:
        notes.error(
            "tag-count",
            f"a service has at most {MOST_TAGS} tags, and two of them say where it comes from; "
            f"these labels make {len(found)}",
            path,
        )
    return [{"Key": key, "Value": value} for key, value in found.items()]
