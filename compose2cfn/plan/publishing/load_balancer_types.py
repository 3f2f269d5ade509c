"""The types of load balancers, and how a file says which one it means."""

from enum import StrEnum

from compose2cfn.model.aws import AwsLoadBalancer
from compose2cfn.plan.terms.arns import Arn, read
from compose2cfn.plan.terms.values import Value


class LoadBalancerType(StrEnum):
    """A type of load balancer that services are published on."""

    APPLICATION = "application"
    NETWORK = "network"


_IN_ARNS = {"app": LoadBalancerType.APPLICATION, "net": LoadBalancerType.NETWORK}


def type_in(arn: Arn) -> LoadBalancerType | None:
    """Tell the type of a load balancer by its ARN, or by that of one of its listeners."""
    _, *parts = arn.resource.split("/")
    return _IN_ARNS.get(parts[0]) if parts else None


def type_said(
    asked: AwsLoadBalancer | None, listener: Value | None = None
) -> LoadBalancerType | None:
    """Tell the type of the load balancer that is asked for, if anything says which."""
    for arn in (read(listener), read(asked.arn if asked else None)):
        if arn is not None:
            return type_in(arn)
    written = asked.type if asked else None
    return next((type_ for type_ in LoadBalancerType if type_ == written), None)
