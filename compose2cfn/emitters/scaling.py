"""Application Auto Scaling: more tasks when there is more to do."""

from collections.abc import Iterator, Mapping

from troposphere.applicationautoscaling import ScalableTarget, ScalingPolicy

from compose2cfn.plan.autoscaling import ServiceScaling, TargetTracking
from compose2cfn.plan.make import Plan
from compose2cfn.plan.publishing import TargetGroup
from compose2cfn.plan.terms.values import Value, attribute, join, part, ref
from compose2cfn.stack.items import Item, emitter
from compose2cfn.stack.objects import resource

# The metric to scale by → the suffix of the policy's id, and the metric of Amazon ECS.
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
    for owner, found in plan.autoscaling.items():
        target = plan.names.service(owner, "ScalableTarget")
        yield _target(plan, owner, target, found)
        for tracking in found.tracking:
            yield _policy(plan, owner, target, tracking)


def _target(plan: Plan, owner: str, id_: str, found: ServiceScaling) -> Item:
    # The service's ARN ends in what Application Auto Scaling calls it: service/CLUSTER/NAME. That
    # is right for a cluster that is given by name, by ARN or by a parameter.
    service = part(5, ":", ref(plan.names.service(owner, "Service")))
    fields = {
        "MinCapacity": found.minimum,
        "MaxCapacity": found.maximum,
        "ResourceId": service,
        "ScalableDimension": "ecs:service:DesiredCount",
        "ServiceNamespace": "ecs",
    }
    return resource(ScalableTarget, id_, fields, found.path)


def _policy(plan: Plan, owner: str, target: str, tracking: TargetTracking) -> Item:
    suffix, metric = _METRICS[tracking.metric]
    specification: dict[str, object] = {"PredefinedMetricType": metric}
    if tracking.target_group:
        specification["ResourceLabel"] = _label(tracking.target_group)
    fields = {
        "PolicyName": tracking.metric,
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": ref(target),
        "TargetTrackingScalingPolicyConfiguration": {
            "PredefinedMetricSpecification": specification,
            "TargetValue": tracking.value,
        },
    }
    return resource(ScalingPolicy, plan.names.service(owner, suffix), fields, tracking.path)


def _label(group: TargetGroup) -> Value:
    """Name a load balancer and a target group by the last parts of their ARNs, joined."""
    load_balancer = group.load_balancer
    return join(
        "/",
        attribute(load_balancer.id, "LoadBalancerFullName")
        if load_balancer.own
        else part(1, "loadbalancer/", load_balancer.arn),
        attribute(group.id, "TargetGroupFullName") if group.own else part(5, ":", group.arn),
    )
