"""The ECS cluster."""

from collections.abc import Iterator

from troposphere import Output
from troposphere.ecs import Cluster, ClusterCapacityProviderAssociations

from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import CLUSTER_CAPACITY, CLUSTER_ID
from compose2cfn.plan.terms.values import STACK_NAME
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import Item, Out, Resource, emitter
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs

_ORIGIN = ("x-aws-cluster",)


@emitter("x-aws-cluster")
def cluster(plan: Plan) -> Iterator[Item]:
    """Run everything in one ECS cluster, the stack's own unless one is given."""
    where = plan.compute.cluster
    if not where.imported:  # what another stack exports is read from there
        description = "Name of the ECS cluster"
        yield Out(Output("ClusterName", Description=description, Value=helper(where.name)), _ORIGIN)
    if not where.own:
        return
    fields = {
        "ClusterName": STACK_NAME,
        "Tags": [{"Key": k, "Value": v} for k, v in pairs().items()],
    }
    yield Resource(build(Cluster, CLUSTER_ID, fields), _ORIGIN)
    providers = {
        "Cluster": where.id,
        "CapacityProviders": list(plan.compute.providers),
        "DefaultCapacityProviderStrategy": [
            {"CapacityProvider": item.provider, "Weight": item.weight}
            for item in plan.compute.default_strategy
        ],
    }
    body = build(ClusterCapacityProviderAssociations, CLUSTER_CAPACITY, providers)
    yield Resource(body, _ORIGIN)
