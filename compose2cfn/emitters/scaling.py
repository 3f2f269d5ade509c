"""Application Auto Scaling: more tasks when there is more to do."""

from collections.abc import Iterator, Mapping

from troposphere.applicationautoscaling import ScalableTarget, ScalingPolicy

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.plan.compute import Scaling
from compose2cfn.plan.make import Plan
from compose2cfn.plan.publishing.load_balancers import APPLICATION
from compose2cfn.plan.terms.values import Value, attribute, join, part, ref
from compose2cfn.stack.items import Item, Resource, emitter
from compose2cfn.stack.objects import build

DIMENSION = "ecs:service:DesiredCount"

# What is scaled by → the suffix of the policy's id, and the metric of Amazon ECS.
_METRICS: Mapping[str, tuple[str, str]] = {
    "cpu": ("ScalingPolicy", "ECSServiceAverageCPUUtilization"),
    "memory": ("MemoryScalingPolicy", "ECSServiceAverageMemoryUtilization"),
    "requests": ("RequestsScalingPolicy", "ALBRequestCountPerTarget"),
}


@emitter(
    "services.*.deploy.x-aws-autoscaling.cpu",
    "services.*.deploy.x-aws-autoscaling.max",
    "services.*.deploy.x-aws-autoscaling.memory",
    "services.*.deploy.x-aws-autoscaling.min",
    "services.*.deploy.x-aws-autoscaling.requests",
    "services.*.x-aws-autoscaling.cpu",
    "services.*.x-aws-autoscaling.max",
    "services.*.x-aws-autoscaling.memory",
    "services.*.x-aws-autoscaling.min",
    "services.*.x-aws-autoscaling.requests",
)
def scaling(plan: Plan) -> Iterator[Item]:
    """Let the load decide how many tasks a service has."""
    for owner, host in plan.compute.tasks.items():
        if host.count.scaling:
            yield from _scaled(plan, owner, host.count.scaling)


def _scaled(plan: Plan, owner: str, found: Scaling) -> Iterator[Item]:
    target = plan.names.service(owner, "ScalableTarget")
    # The service's ARN ends in what Application Auto Scaling calls it: service/CLUSTER/NAME. Said
    # this way it is right for a cluster that is given by name, by ARN or by a parameter.
    resource = part(5, ":", ref(plan.names.service(owner, "Service")))
    fields = {
        "MinCapacity": found.minimum,
        "MaxCapacity": found.maximum,
        "ResourceId": resource,
        "ScalableDimension": DIMENSION,
        "ServiceNamespace": "ecs",
    }
    yield Resource(build(ScalableTarget, target, fields), found.path)
    for name, value in found.targets.items():
        suffix, metric = _METRICS[name]
        specification: dict[str, object] = {"PredefinedMetricType": metric}
        if name == "requests":
            label = _label(plan, owner)
            if label is None:
                yield Diagnostic(
                    code="scaling-requests",
                    message="requests are counted by an Application Load Balancer, and this "
                    "service has no port on one; publish an HTTP port, or scale by cpu or memory",
                    path=(*found.path, name),
                )
                continue
            specification["ResourceLabel"] = label
        policy = {
            "PolicyName": name,
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": ref(target),
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": specification,
                "TargetValue": value,
            },
        }
        body = build(ScalingPolicy, plan.names.service(owner, suffix), policy)
        yield Resource(body, (*found.path, name))


def _label(plan: Plan, owner: str) -> Value | None:
    """Name the load balancer and the target group whose requests count for a service.

    Application Auto Scaling wants the last parts of both ARNs, joined.
    """
    targets = (t for t in plan.publishing.targets_of(owner) if t.balancer.kind == APPLICATION)
    target = next(targets, None)
    if target is None:
        return None
    balancer = target.balancer
    return join(
        "/",
        attribute(balancer.id, "LoadBalancerFullName")
        if balancer.own
        else part(1, "loadbalancer/", balancer.arn),
        attribute(target.id, "TargetGroupFullName") if target.own else part(5, ":", target.arn),
    )
