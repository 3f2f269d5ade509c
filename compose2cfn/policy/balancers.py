"""The ARNs of load balancers, and of what belongs to them."""

from collections.abc import Iterable, Mapping

from compose2cfn.policy import resource_types as types
from compose2cfn.policy.deployed import Deployed, Thing
from compose2cfn.policy.patterns import values_at
from compose2cfn.policy.reach import ANY

_KEPT = 5
"""Characters of the stack's name that names of load balancers and target groups surely keep.

They have 32 at most. Elastic Beanstalk's are examples: ``awseb-AWSEB-…`` in a stack that is named
``awseb-e-…``.
"""
_KINDS = {"application": "app", "network": "net", "gateway": "gwy", ANY: ANY}


def _balancer_arn(deployed: Deployed, properties: Mapping[str, object]) -> str:
    name = deployed.name(properties, "Name", _KEPT)
    kind = _KINDS.get(deployed.text(properties.get("Type", "application")), ANY)
    return deployed.reach.arn("elasticloadbalancing", f"loadbalancer/{kind}/{name}/*")


def own_balancers(deployed: Deployed) -> Iterable[str]:
    """Reach the load balancers of the stack."""
    return [
        _balancer_arn(deployed, properties)
        for _, properties in deployed.of(types.ELB_LOAD_BALANCER)
    ]


def _balancer_of(deployed: Deployed, value: object) -> str:
    """Write the ARN of a load balancer that a listener refers to."""
    properties = deployed.made(types.ELB_LOAD_BALANCER, value)
    if properties is not None:
        return _balancer_arn(deployed, properties)
    return _given_arn(deployed, value, "loadbalancer")


def _given_arn(deployed: Deployed, value: object, resource: str) -> str:
    """Write an ARN that is given; if it is not known, it is that of any such thing."""
    text = deployed.text(value)
    if f":{resource}/" in text:
        return text
    return deployed.reach.arn("elasticloadbalancing", f"{resource}/*")


def balancers_of_listeners(deployed: Deployed) -> Iterable[str]:
    """Reach the load balancers that get listeners, also given ones."""
    return [
        _balancer_of(deployed, value)
        for _, value in deployed.at(types.ELB_LISTENER, "LoadBalancerArn")
    ]


def own_listeners(deployed: Deployed) -> Iterable[str]:
    """Reach the listeners of the stack."""
    return [_below(arn, "loadbalancer", "listener") for arn in balancers_of_listeners(deployed)]


def _below(arn: str, above: str, resource: str) -> str:
    """Write the ARNs of what belongs to a thing: they begin as that of the thing does."""
    start = arn.replace(f":{above}/", f":{resource}/")
    return start if start.endswith(f":{resource}/*") else f"{start}/*"


def listeners_with(kind: str) -> Thing:
    """Reach the listeners that rules or certificates belong to."""

    def found(deployed: Deployed) -> Iterable[str]:
        for _, value in deployed.at(kind, "ListenerArn"):
            properties = deployed.made(types.ELB_LISTENER, value)
            if properties is None:
                yield _given_arn(deployed, value, "listener")
                continue
            for balancer in values_at(properties, "LoadBalancerArn"):
                yield _below(_balancer_of(deployed, balancer), "loadbalancer", "listener")

    return found


def listener_rules(deployed: Deployed) -> Iterable[str]:
    """Reach the rules of the stack."""
    return [
        _below(arn, "listener", "listener-rule") for arn in listeners_with(types.ELB_RULE)(deployed)
    ]


def own_target_groups(deployed: Deployed) -> Iterable[str]:
    """Reach the target groups of the stack."""
    names = deployed.names(types.ELB_TARGET_GROUP, "Name", _KEPT)
    arn = deployed.reach.arn
    return [arn("elasticloadbalancing", f"targetgroup/{name}/*") for name in names]
