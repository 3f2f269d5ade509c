"""Decide where tasks run: the cluster, Fargate or machines, how many, and what each asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import machines as fleet
from compose2cfn.plan.compute.capacity import Own, Share, Shared, Strategy, wish
from compose2cfn.plan.compute.counts import Count, count
from compose2cfn.plan.compute.machines import Machines, Wanted
from compose2cfn.plan.compute.platforms import Platform, platform
from compose2cfn.plan.compute.requests import ALL, Request, request
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import CLUSTER, Names
from compose2cfn.plan.terms.values import Value, ref

NAME = r"[A-Za-z0-9_-]{1,255}"
"""How ECS lets a cluster be named."""

_ARN = re.compile(rf"arn:[a-z-]+:ecs:[a-z0-9-]+:\d{{12}}:cluster/{NAME}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster that all services run in; ``name`` is its name alone, ``id`` maybe an ARN."""

    id: Value
    name: Value
    own: bool


@dataclass(frozen=True, slots=True)
class Host:
    """Where and how often one task runs.

    Without ``shares`` of capacity providers it is a launch type that decides. ``machines`` names
    the service whose machines serve the task; ``confined`` tasks are kept on them by a constraint.
    """

    fargate: bool
    platform: Platform
    count: Count
    shares: tuple[Share, ...] = ()
    machines: str = ""
    confined: bool = False

    @property
    def launch_type(self) -> str:
        """Name the launch type; it is also what the task definition is compatible with."""
        return "FARGATE" if self.fargate else "EC2"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything runs."""

    cluster: Cluster
    tasks: Mapping[str, Host]
    """For each task, by its owner."""
    machines: Mapping[str, Machines]
    """The machines that this stack starts, by the service that they belong to."""
    requests: Mapping[str, Request]
    """What the container of each service asks for."""


def place(app: App, names: Names, tasks: Tasks, notes: Notes) -> Placement:
    """Place every task of a project."""
    services = app.project.services
    cluster = _cluster(app, notes)
    requests = {name: request(name, service, notes) for name, service in services.items()}
    wanted = {
        owner: _wanted(app, task, [requests[name] for name in task.services], notes)
        for owner, task in tasks.items()
    }
    keepers = {owner: _keeper(want, wanted, tasks, notes) for owner, want in wanted.items()}
    machines = {
        keeper: fleet.machines(
            [wanted[keeper]]
            + [wanted[o] for o, k in sorted(keepers.items()) if k == keeper and o != keeper],
            names,
            notes,
            managed=cluster.own,
        )
        for keeper in sorted(set(keepers.values()) - {""})
    }
    shared = bool(machines) or not cluster.own
    hosts = {
        owner: _on_machines(want, keepers[owner], names, cluster)
        if keepers[owner]
        else _elsewhere(want, cluster, notes, shared=shared)
        for owner, want in wanted.items()
    }
    return Placement(cluster, hosts, machines, requests)


def _cluster(app: App, notes: Notes) -> Cluster:
    """Find the cluster: the one that is given or asked for, else one of the stack's own."""
    match app.project.x_aws_cluster:
        case None:
            return Cluster(ref(CLUSTER), ref(CLUSTER), own=True)
        case "":
            asked = notes.ask(
                Parameter(
                    id="ClusterName",
                    group="Cluster",
                    description="Name of the ECS cluster that the services run in",
                    allowed_pattern=NAME,
                    constraint="the name of an ECS cluster, not its ARN",
                )
            )
            return Cluster(asked, asked, own=False)
        case str() as text if _ARN.fullmatch(text):
            return Cluster(text, text.rpartition("/")[2], own=False)
        case str() as text:
            if not re.fullmatch(NAME, text):
                notes.error(
                    "cluster-unknown",
                    f"{text!r} is neither the name nor the ARN of an ECS cluster",
                    ("x-aws-cluster",),
                )
            return Cluster(text, text, own=False)
        case given:
            return Cluster(given, given, own=False)


def _wanted(app: App, task: Task, requests: list[Request], notes: Notes) -> Wanted:
    """Read what the services of one task want together."""
    members = {name: app.project.services[name] for name in task.services}
    everything = app.project.services
    default = app.project.x_aws_capacity
    wishes = {
        name: said
        for name, service in members.items()
        if (said := wish(name, service, default, everything, notes))
    }
    first = next(iter(wishes.values()), None)
    gpus = [asked.gpus for asked in requests if asked.gpus]
    if ALL in gpus and len(gpus) > 1:
        notes.error(
            "gpu-all",
            "one container cannot have all GPUs of the machine beside another one that has some; "
            "say how many: count",
            ("services", task.owner),
        )
    for name, said in wishes.items():
        if said != first:
            notes.error(
                "capacity-conflict",
                "services that share a task run in one place; say the same of all of them",
                ("services", name),
            )
    return Wanted(
        owner=task.owner,
        wish=first,
        load=fleet.load(requests),
        count=_count(task, members, notes),
        platform=platform(members, notes),
    )


def _count(task: Task, members: Mapping[str, Service], notes: Notes) -> Count:
    """Count the copies of a task: its owner says how many, and the others come along."""
    counts = {name: count(name, service, notes) for name, service in members.items()}
    own = counts[task.owner]
    for name, service in members.items():
        deploy = service.deploy
        written = service.scale is not None or (deploy and deploy.replicas is not None)
        if name not in task.jobs and written and counts[name].replicas != own.replicas:
            notes.warn(
                "replicas-shared",
                f"this service runs in the task of {task.owner!r}, and as often as that: "
                f"{own.replicas} times",
                ("services", name),
            )
        if counts[name].scaling and name != task.owner:
            notes.error(
                "scaling-shared",
                f"this service runs in the task of {task.owner!r}; write the autoscaling there",
                ("services", name),
            )
    return own


def _keeper(want: Wanted, wanted: Mapping[str, Wanted], tasks: Tasks, notes: Notes) -> str:
    """Name the task whose machines a task runs on; none if they are not this stack's."""
    path = ("services", want.owner)
    match want.wish:
        case Own():
            pass
        case Shared(other):
            keeper = wanted[tasks.owner(other)]
            if isinstance(keeper.wish, Own) or (keeper.load.gpus and keeper.wish is None):
                return keeper.owner
            notes.error(
                "capacity-shared",
                f"{other!r} has no machines of its own to share; give it some with "
                "x-aws-capacity: EC2",
                (*path, "x-aws-capacity"),
            )
            return ""
        case Strategy(_, fargate) if fargate and want.load.gpus:
            notes.error(
                "fargate-gpu",
                "Fargate has no GPUs; leave x-aws-capacity out, or write EC2",
                (*path, "x-aws-capacity"),
            )
            return ""
        case Strategy():
            return ""
        case None if not want.load.gpus:
            return ""
    if want.platform.windows:
        notes.error(
            "machine-windows",
            "machines for Windows are not made here; leave the task to Fargate, or name a "
            "capacity provider",
            path,
        )
    return want.owner


def _on_machines(want: Wanted, keeper: str, names: Names, cluster: Cluster) -> Host:
    """Run a task on machines of this stack.

    A cluster of its own knows them as a capacity provider, which a global service cannot use; in
    any other cluster they are found by an attribute.
    """
    host = Host(fargate=False, platform=want.platform, count=want.count, machines=keeper)
    if not cluster.own or want.count.daemon:
        return replace(host, confined=True)
    return replace(host, shares=(Share(ref(names.service(keeper, fleet.PROVIDER))),))


def _elsewhere(want: Wanted, cluster: Cluster, notes: Notes, *, shared: bool) -> Host:
    """Run a task on Fargate, or on machines that are there already."""
    path = ("services", want.owner)
    fargate = Host(fargate=True, platform=want.platform, count=want.count)
    match want.wish:
        case Strategy(shares, fargate=True):
            if want.platform.windows and any(s.provider == "FARGATE_SPOT" for s in shares):
                notes.error(
                    "fargate-spot", "Fargate Spot runs no Windows tasks; write FARGATE", path
                )
            host = replace(fargate, shares=shares)
        case Strategy(shares):
            if cluster.own:
                notes.error(
                    "capacity-foreign",
                    "a capacity provider serves the cluster that its machines join; name that one "
                    "with x-aws-cluster, or write x-aws-capacity: EC2",
                    (*path, "x-aws-capacity"),
                )
            if want.count.daemon:
                notes.error(
                    "daemon-provider",
                    "a global service runs on every machine of the cluster, whatever provides "
                    "them; leave x-aws-capacity out",
                    (*path, "x-aws-capacity"),
                )
            return Host(fargate=False, platform=want.platform, count=want.count, shares=shares)
        case _ if want.count.daemon and shared:
            return Host(fargate=False, platform=want.platform, count=want.count)
        case _:
            host = replace(fargate, shares=(Share("FARGATE"),) if cluster.own else ())
    if want.count.daemon:
        notes.warn(
            "daemon-fargate",
            "Fargate has no machines to put a task on each of; one task runs",
            (*path, "deploy", "mode"),
        )
        return replace(host, count=Count())
    return host
