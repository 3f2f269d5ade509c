"""The cluster that all services run in: one that the stack creates unless one is given."""

from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Parameter, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Project
from compose2cfn.plan.terms.given import CLUSTER
from compose2cfn.plan.terms.names import CLUSTER_ID, digest
from compose2cfn.plan.terms.values import STACK_NAME, Value, comparable, ref, sub

_ASKED = CLUSTER.parameter("ClusterName", "Name of the ECS cluster that the services run in")
_LEVELS = ("disabled", "enabled", "enhanced")
_WORDS: Mapping[str, str] = {"true": "enabled", "false": "disabled"}
_INSIGHTS = Parameter(
    id="ContainerInsights",
    group="Cluster",
    description="What CloudWatch measures in the cluster, which is billed",
    default="enabled",
    allowed_values=_LEVELS,
)


class Cluster(Record):
    """The cluster that all services run in."""

    id: Value
    """Its name or its ARN."""
    name: Value
    new_name: Value | None = None
    """What the stack calls the one that it creates; None for one that exists."""
    insights: Value | None = None
    """What CloudWatch measures in it, if the file says so; a given cluster is not changed."""

    @property
    def own(self) -> bool:
        """Tell whether this stack creates it."""
        return self.new_name is not None

    def provider_name(self, stem: str) -> Value:
        """Name the capacity provider of a service's EC2 instances in this cluster.

        A name by CloudFormation would start with that of the stack, and none may start with aws,
        ecs or fargate. Where its logical id or the cluster becomes another one, so does the name,
        since the new provider is made before the old one is deleted.
        """
        name = f"cp-${{AWS::StackName}}-{stem}"
        return sub(name if self.own else f"{name}-{digest(comparable(self.name))}")

    @property
    def imported(self) -> bool:
        """Tell whether its name is what another stack exports."""
        return isinstance(self.name, Mapping) and "Fn::ImportValue" in self.name


def find_cluster(project: Project, findings: Findings) -> Cluster:
    """Find the cluster: the one that is given or asked for, else one that the stack creates."""
    said = project.x_aws_cluster
    insights = _insights(project, findings.at("x-aws-container_insights"))
    if said is None:
        return Cluster(
            id=ref(CLUSTER_ID), name=ref(CLUSTER_ID), new_name=STACK_NAME, insights=insights
        )
    name = CLUSTER.given(said, findings.at("x-aws-cluster"), _ASKED)
    return Cluster(id=name if said == "" else said, name=name)


def _insights(project: Project, spot: Spot) -> Value | None:
    """Decide what CloudWatch measures in a cluster that the stack creates."""
    said = project.x_aws_container_insights
    if said is None:
        return None
    if project.x_aws_cluster is not None:
        spot.warn("insights-fixed", "the cluster is given and stays unchanged; leave this out")
        return None
    if said == "":
        return spot.ask(_INSIGHTS)
    if not isinstance(said, str):
        return said
    found = _WORDS.get(said.lower(), said.lower())
    if found not in _LEVELS:
        spot.error("insights-unknown", f"must be {listed(_LEVELS)}")
    return found
