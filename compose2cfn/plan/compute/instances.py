"""Choose the EC2 instances that a stack starts, and who starts them: ECS, or a group of its own."""

from collections.abc import Mapping

from compose2cfn.findings import Findings
from compose2cfn.plan.compute.clusters import Cluster
from compose2cfn.plan.compute.instance_groups import select_groups
from compose2cfn.plan.compute.instance_settings import InstanceGroup, ManagedInstances
from compose2cfn.plan.compute.managed_instances import managed_owners, select_instances
from compose2cfn.plan.compute.requirements import TaskRequirements
from compose2cfn.plan.terms.names import Names


def choose_instances(
    requirements: Mapping[str, TaskRequirements],
    owners: Mapping[str, str],
    names: Names,
    findings: Findings,
    *,
    cluster: Cluster,
) -> tuple[Mapping[str, InstanceGroup], Mapping[str, ManagedInstances]]:
    """Choose them by the owner of the task that they belong to.

    ``owners`` names that task for each one that runs on them.
    """
    managed = managed_owners(requirements, owners, cluster)
    groups = {owner: other for owner, other in owners.items() if other not in managed}
    selected = {owner: other for owner, other in owners.items() if other in managed}
    return (
        select_groups(requirements, groups, names, findings, cluster=cluster),
        select_instances(requirements, selected, names, findings, cluster=cluster),
    )
