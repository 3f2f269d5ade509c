"""The ECS cluster."""

from collections.abc import Iterator

from troposphere.ecs import Cluster, ClusterCapacityProviderAssociations

from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import CLUSTER_CAPACITY, CLUSTER_ID, LOG_GROUP
from compose2cfn.plan.terms.values import ref
from compose2cfn.stack.items import Item, emitter
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.tags import tags

_ORIGIN = ("x-aws-cluster",)
_EXEC_LOGS = {
    "Logging": "OVERRIDE",
    "LogConfiguration": {"CloudWatchLogGroupName": ref(LOG_GROUP)},
}


@emitter("services.*.x-aws-exec", "x-aws-cluster", "x-aws-container_insights")
def cluster(plan: Plan) -> Iterator[Item]:
    """Run everything in one ECS cluster, which the stack creates unless one is given."""
    where = plan.compute.cluster
    if not where.imported:  # an export of another stack is imported
        yield output("ClusterName", where.name, "Name of the ECS cluster", _ORIGIN)
    if not where.own:
        return
    fields: dict[str, object] = {"ClusterName": where.new_name, "Tags": tags()}
    if plan.logs.exec_sessions:
        fields["Configuration"] = {"ExecuteCommandConfiguration": _EXEC_LOGS}
    if where.insights is not None:
        setting = {"Name": "containerInsights", "Value": where.insights}
        fields["ClusterSettings"] = [setting]
    yield resource(Cluster, CLUSTER_ID, fields, _ORIGIN)
    providers = {
        "Cluster": where.id,
        "CapacityProviders": list(plan.compute.providers),
        "DefaultCapacityProviderStrategy": [
            {"CapacityProvider": item.provider, "Weight": item.weight}
            for item in plan.compute.default_strategy
        ],
    }
    yield resource(ClusterCapacityProviderAssociations, CLUSTER_CAPACITY, providers, _ORIGIN)
