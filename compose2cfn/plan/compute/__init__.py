"""Where tasks run, on what, how many, and how new ones replace old ones."""

from collections.abc import Iterable, Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.compute.clusters import Cluster, find_cluster
from compose2cfn.plan.compute.counts import REQUESTS, Scaling, TaskCount
from compose2cfn.plan.compute.deployments import CircuitBreaker, Deployment, deployments
from compose2cfn.plan.compute.disks import task_disks
from compose2cfn.plan.compute.fargate import FargateSize, fargate_size
from compose2cfn.plan.compute.instance_settings import (
    InstanceAttribute,
    InstanceGroup,
    InstanceMetadata,
    ManagedInstances,
    ManagedScaling,
    RootVolume,
)
from compose2cfn.plan.compute.launches import Launch, Launching, instance_owners
from compose2cfn.plan.compute.needs import Beside, report_default_sizes, unsaid_needs
from compose2cfn.plan.compute.platforms import Platform
from compose2cfn.plan.compute.requests import (
    ALL_GPUS,
    ResourceRequest,
    SizePlaces,
    request,
)
from compose2cfn.plan.compute.requirements import TaskRequirements, task_requirements
from compose2cfn.plan.compute.restarts import ContainerRestart, container_restart, ends
from compose2cfn.plan.compute.strategies import FARGATE, FARGATE_PROVIDERS, StrategyItem
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, ref

__all__ = [
    "ALL_GPUS",
    "REQUESTS",
    "Beside",
    "CircuitBreaker",
    "Cluster",
    "Compute",
    "ContainerRestart",
    "Deployment",
    "FargateSize",
    "InstanceAttribute",
    "InstanceGroup",
    "InstanceMetadata",
    "Launch",
    "ManagedInstances",
    "ManagedScaling",
    "Platform",
    "ResourceRequest",
    "RootVolume",
    "Scaling",
    "SizePlaces",
    "StrategyItem",
    "TaskCount",
    "compute",
    "container_restart",
    "deployments",
    "ends",
    "fargate_size",
    "report_default_sizes",
]


class Compute(Record):
    """Where everything runs."""

    cluster: Cluster
    tasks: Mapping[str, Launch]
    """How each task is launched, by its owner."""
    instance_groups: Mapping[str, InstanceGroup]
    """The EC2 instances that this stack starts, by the owner of the task that they belong to."""
    managed_instances: Mapping[str, ManagedInstances]
    """Those that AWS starts for it, likewise."""
    requests: Mapping[str, ResourceRequest]
    """What the container of each service asks for."""
    needs: Mapping[str, ResourceRequest]
    """What the container of each service needs where the file does not say."""
    reserved: Mapping[str, int]
    """MiB of memory that services on EC2 instances get by default, since ECS requires a number."""
    disks: Mapping[str, int | Value]
    """GiB of disk of each Fargate task that has more than the default, by its owner."""
    providers: tuple[Value, ...]
    """The capacity providers of a cluster that the stack creates; none for one that is given."""
    exec_services: frozenset[str]
    """The services in whose containers ECS Exec runs commands."""
    default_strategy: tuple[StrategyItem, ...]
    """What that cluster runs tasks on that do not say."""


def compute(
    app: App, names: Names, tasks: Tasks, findings: Findings, *, beside: Mapping[str, Beside]
) -> Compute:
    """Decide where tasks run, and how many; ``beside`` has what each service needs besides."""
    services = app.project.services
    cluster = find_cluster(app.project, findings)
    asked = {
        name: request(service, findings.at("services", name)) for name, service in services.items()
    }
    needs = {name: unsaid_needs(service, asked[name]) for name, service in services.items()}
    wanted = {name: beside[name].on_instances(one, needs[name]) for name, one in asked.items()}
    required = task_requirements(app, tasks, wanted, findings)
    owners = instance_owners(tasks, required)
    started, provided = _instances(required, owners, names, findings, cluster=cluster)
    launching = Launching(
        cluster=cluster, instance_groups=started, managed_instances=provided, findings=findings
    )
    launches = {
        owner: launching.launch(task, owners.get(owner)) for owner, task in required.items()
    }
    requests = {
        name: one if launches[tasks.owner(name)].fargate else one.on_instances(needs[name])
        for name, one in asked.items()
    }
    return Compute(
        cluster=cluster,
        tasks=Frozen(launches),
        instance_groups=Frozen(started),
        managed_instances=Frozen(provided),
        requests=Frozen(requests),
        needs=Frozen((name, beside[name].on_fargate(asked[name], needs[name])) for name in asked),
        reserved=Frozen(_reserved(asked, requests)),
        disks=Frozen(task_disks(app, tasks, launches, findings)),
        providers=_providers(started.values()) if cluster.own else (),
        exec_services=frozenset(name for name, said in services.items() if said.x_aws_exec),
        default_strategy=(StrategyItem(FARGATE),) if cluster.own else (),
    )


def _instances(
    required: Mapping[str, TaskRequirements],
    owners: Mapping[str, str],
    names: Names,
    findings: Findings,
    *,
    cluster: Cluster,
) -> tuple[Mapping[str, InstanceGroup], Mapping[str, ManagedInstances]]:
    """Choose the EC2 instances that the stack starts, if tasks run on some."""
    if not owners:
        return {}, {}
    from compose2cfn.plan.compute.instances import choose_instances  # noqa: PLC0415 - few have

    return choose_instances(required, owners, names, findings, cluster=cluster)


def _reserved(
    asked: Mapping[str, ResourceRequest], requests: Mapping[str, ResourceRequest]
) -> dict[str, int]:
    """Return the memory of those that get some and ask for none."""
    return {
        name: one.reservation
        for name, one in requests.items()
        if one.holds and not asked[name].holds
    }


def _providers(groups: Iterable[InstanceGroup]) -> tuple[Value, ...]:
    """List every provider that a service of the stack may ever use.

    A service that changes from a launch type to a provider is replaced, so a cluster has those of
    Fargate from the beginning.
    """
    own = tuple(ref(group.provider_id) for group in groups if group.scaling)
    return (*FARGATE_PROVIDERS, *own)
