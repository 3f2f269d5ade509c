"""The ECS service of each task."""

from collections.abc import Iterator, Mapping

from compose2cfn.plan.compute import CircuitBreaker, Deployment, Launch
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import STACK_UUID, attribute, ref, sub
from compose2cfn.stack.items import Item, ServicePart, emitter
from compose2cfn.stack.objects import output
from compose2cfn.stack.tags import tags


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
    for owner in plan.tasks:
        yield _service(plan, owner)
        yield output(
            plan.names.service(owner, "ServiceName"),
            attribute(plan.names.service(owner, "Service"), "Name"),
            f"Name of the ECS service {owner}",
            ("services", owner),
        )


def _service(plan: Plan, owner: str) -> ServicePart:
    launch, deployment = plan.compute.tasks[owner], plan.deployments[owner]
    fields: dict[str, object] = {
        "Cluster": plan.compute.cluster.id,
        "TaskDefinition": ref(plan.names.service(owner, "TaskDefinition")),
        "DeploymentConfiguration": _configuration(deployment),
        "PropagateTags": "SERVICE",
        "Tags": tags(deployment.tags, service=owner),
        **_placement(launch),
    }
    if launch.task_count.daemon:
        fields["SchedulingStrategy"] = "DAEMON"
    if launch.task_count.desired is not None:
        fields["DesiredCount"] = launch.task_count.desired
    if deployment.rebalancing is not None:
        fields["AvailabilityZoneRebalancing"] = "ENABLED" if deployment.rebalancing else "DISABLED"
    if deployment.exec:
        fields["EnableExecuteCommand"] = True
    needed = [plan.names.service(other, "Service") for other in plan.tasks[owner].needs]
    return ServicePart(owner, fields, (*needed, *launch.requires), ("services", owner))


def _configuration(deployment: Deployment) -> Mapping[str, object]:
    return {
        "MinimumHealthyPercent": deployment.percents.minimum,
        "MaximumPercent": deployment.percents.maximum,
        "DeploymentCircuitBreaker": _breaker(deployment.breaker),
    }


def _breaker(breaker: CircuitBreaker | None) -> Mapping[str, object]:
    if breaker is None:
        return {"Enable": False, "Rollback": False}
    return {
        "Enable": True,
        "Rollback": breaker.rollback,
        "ThresholdConfiguration": {"Type": "COUNT", "Value": breaker.failures},
    }


def _placement(launch: Launch) -> Mapping[str, object]:
    """Say what runs the tasks: capacity providers or a launch type."""
    if launch.strategy:
        items = [
            {"CapacityProvider": item.provider, "Weight": item.weight}
            | ({"Base": item.base} if item.base else {})
            for item in launch.strategy
        ]
        return {"CapacityProviderStrategy": items}
    if launch.constraint is None:
        return {"LaunchType": launch.launch_type}
    mark = launch.constraint
    expression = sub(f"attribute:{mark.name} == {mark.value}", Stack=STACK_UUID)
    constraint = {"Type": "memberOf", "Expression": expression}
    return {"LaunchType": launch.launch_type, "PlacementConstraints": [constraint]}
