"""The cluster that all services run in: one that the stack creates unless one is given."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.plan.terms.given import CLUSTER
from compose2cfn.plan.terms.names import CLUSTER_ID, Names, digest
from compose2cfn.plan.terms.values import STACK_NAME, Value, comparable, ref, sub

_ASKED = CLUSTER.parameter("ClusterName", "Name of the ECS cluster that the services run in")


class Cluster(NamedTuple):
    """The cluster that all services run in."""

    id: Value
    """Its name or its ARN."""
    name: Value
    new_name: Value | None = None
    """What the stack calls the one that it creates; None for one that exists."""

    @property
    def own(self) -> bool:
        """Tell whether this stack creates it."""
        return self.new_name is not None

    def provider_name(self, service: str) -> Value:
        """Name the capacity provider of a service's EC2 instances in this cluster.

        A name by CloudFormation would start with that of the stack, and none may start with aws,
        ecs or fargate. In another cluster it is another provider, and has another name.
        """
        name = f"cp-${{AWS::StackName}}-{Names.container(service)}"
        return sub(name if self.own else f"{name}-{digest(comparable(self.name))}")

    @property
    def imported(self) -> bool:
        """Tell whether its name is what another stack exports."""
        return isinstance(self.name, Mapping) and "Fn::ImportValue" in self.name


def find_cluster(said: Value | None, spot: Spot) -> Cluster:
    """Find the cluster: the one that is given or asked for, else one that the stack creates."""
    if said is None:
        return Cluster(ref(CLUSTER_ID), ref(CLUSTER_ID), new_name=STACK_NAME)
    name = CLUSTER.given(said, spot, _ASKED)
    return Cluster(name if said == "" else said, name)
