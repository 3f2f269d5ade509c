"""The ECS cluster."""

from collections.abc import Iterator, Mapping

from troposphere import Output
from troposphere.ecs import Cluster, ClusterCapacityProviderAssociations

from compose2cfn.plan.compute.capacity import FARGATE
from compose2cfn.plan.compute.machines import PROVIDER
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import CLUSTER, CLUSTER_CAPACITY
from compose2cfn.plan.terms.values import STACK_NAME, ref
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import Item, Out, Resource, emitter
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs

ORIGIN = ("x-aws-cluster",)


@emitter("x-aws-cluster")
def cluster(plan: Plan) -> Iterator[Item]:
    """Run everything in one ECS cluster, the stack's own unless one is given.

    Every provider that a service may ever use is associated from the beginning, since a service
    that changes from a launch type to a provider is replaced.
    """
    where = plan.compute.cluster
    if not (isinstance(where.name, Mapping) and "Fn::ImportValue" in where.name):
        # What another stack exports is read from there.
        description = "Name of the ECS cluster"
        yield Out(Output("ClusterName", Description=description, Value=helper(where.name)), ORIGIN)
    if not where.own:
        return
    fields = {
        "ClusterName": STACK_NAME,
        "Tags": [{"Key": k, "Value": v} for k, v in pairs().items()],
    }
    yield Resource(build(Cluster, CLUSTER, fields), ORIGIN)
    own = [
        ref(plan.names.service(keeper, PROVIDER))
        for keeper, machines in sorted(plan.compute.machines.items())
        if machines.managed
    ]
    providers = {
        "Cluster": where.id,
        "CapacityProviders": [*FARGATE, *own],
        "DefaultCapacityProviderStrategy": [{"CapacityProvider": FARGATE[0], "Weight": 1}],
    }
    body = build(ClusterCapacityProviderAssociations, CLUSTER_CAPACITY, providers)
    yield Resource(body, ORIGIN)
