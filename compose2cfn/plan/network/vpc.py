"""Decide where tasks run: in which VPC, and with which network interfaces."""

from collections.abc import Container, Mapping, Sequence
from operator import attrgetter

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.network.modes import report_mode
from compose2cfn.plan.network.security_groups import SecurityGroup, security_groups
from compose2cfn.plan.network.subnets import chosen_subnets, subnets
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.given import PUBLIC_ADDRESS, VPC
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, distinct, ref

MOST_GROUPS = 5
"""Security groups of one network interface (a default quota of Amazon VPC)."""

_ASKED_PUBLIC_ADDRESS = PUBLIC_ADDRESS.parameter(
    "AssignPublicIp",
    "ENABLED in public subnets; DISABLED in private ones, which need a NAT gateway or "
    "endpoints, and in which the internet does not reach a load balancer",
)._replace(default="ENABLED", allowed_values=("ENABLED", "DISABLED"))


class NetworkInterface(Record):
    """The network interface that each copy of a task has."""

    networks: tuple[str, ...]
    """The Compose networks that its services join, sorted."""
    subnets: tuple[Value, ...]
    own_subnets: bool
    """Whether the file chooses them for this task alone."""
    security_groups: tuple[Value, ...]
    """Their ids, each once; there is at least one."""
    ingress_group: str
    """The logical id of the one that rules can be added to, to admit a load balancer.

    Empty where all are given, and no port is published.
    """
    public_address: Value | None
    """Whether it has a public address: ``ENABLED`` or ``DISABLED``.

    None on EC2 instances, where ECS refuses to be told: their tasks have only private addresses.
    """

    @property
    def source_group(self) -> Value:
        """Name the group by which others admit the task.

        Any one of them admits it, and the first is the same every time.
        """
        return self.security_groups[0]


class Networking(Record):
    """Where everything is in the network of an account."""

    vpc: Value
    subnets: tuple[Value, ...]
    """Where everything is that does not choose its own subnets."""
    public_address: Value
    """Whether tasks on Fargate have a public address: ``ENABLED`` or ``DISABLED``."""
    security_groups: Mapping[str, SecurityGroup]
    """The group of each Compose network that a service uses, sorted by the network."""
    ingress_groups: Mapping[str, str]
    """The logical ids of the groups that exist only to admit load balancers, by the owner."""
    tasks: Mapping[str, NetworkInterface]
    """The network interface of each task, by its owner."""

    @property
    def private(self) -> bool:
        """Tell whether `subnets` must be private, as tasks in them have no public address."""
        return any(address in (None, "DISABLED") for address in self._addresses())

    @property
    def may_be_private(self) -> bool:
        """Tell whether a parameter decides that `subnets` must be private."""
        return ref(_ASKED_PUBLIC_ADDRESS.id) in self._addresses()

    def _addresses(self) -> list[Value | None]:
        """List whether tasks in `subnets` have public addresses."""
        shared = (task for task in self.tasks.values() if task.subnets == self.subnets)
        return [task.public_address for task in shared]


def networking(
    app: App,
    names: Names,
    tasks: Tasks,
    findings: Findings,
    *,
    published: Container[str],
    fargate: Container[str],
) -> Networking:
    """Decide where the tasks of a project run.

    ``published`` are the owners of the tasks with published ports, ``fargate`` of those on Fargate.
    """
    joined = {owner: _joined(app, task, findings) for owner, task in tasks.items()}
    used = sorted({name for networks in joined.values() for name in networks})
    groups = security_groups(app, names, used, findings)
    members = {owner: [groups[name] for name in networks] for owner, networks in joined.items()}
    ingress_groups = _ingress_groups(members, names, published)
    everywhere = subnets(app.project.x_aws_subnets, findings.at("x-aws-subnets"), prefix="")
    chosen = chosen_subnets(app, names, tasks, findings)
    public_address = _public_address(app, findings)
    interfaces = {
        owner: _interface(
            {name: groups[name] for name in networks},
            subnets=chosen.get(owner, everywhere),
            own_subnets=owner in chosen,
            ingress_group=ingress_groups.get(owner, ""),
            public_address=public_address if owner in fargate else None,
        )
        for owner, networks in joined.items()
    }
    _report_many(interfaces, findings)
    return Networking(
        vpc=_vpc(app, findings),
        subnets=everywhere,
        public_address=public_address,
        security_groups=Frozen(groups),
        ingress_groups=Frozen(ingress_groups),
        tasks=Frozen(interfaces),
    )


def _ingress_groups(
    groups: Mapping[str, Sequence[SecurityGroup]], names: Names, published: Container[str]
) -> Mapping[str, str]:
    """Name the groups of tasks that need one of their own, besides the ``groups`` of networks.

    A group that is given is never changed, so a task that is only in such groups needs one that can
    admit a load balancer. A task without networks needs one because every task has a group.
    """
    given = {
        owner: networks
        for owner, networks in groups.items()
        if not any(group.logical_id for group in networks)
    }
    return {
        owner: names.service(owner, "SecurityGroup")
        for owner, networks in given.items()
        if owner in published or not networks
    }


def is_secluded(app: App, task: Task) -> bool:
    """Tell whether all networks that a task joins are internal."""
    services, networks = app.project.services, app.project.networks
    joined = [networks[network] for name in task.services for network in services[name].networks]
    return bool(joined) and all(network.internal for network in joined)


def _joined(app: App, task: Task, findings: Findings) -> tuple[str, ...]:
    """List the networks that the services of a task join."""
    services = app.project.services
    for name in task.services:
        spot = findings.at("services", name)
        report_mode(services[name].network_mode, spot / "network_mode")
        foreign = sorted(services[name].networks.keys() - services[task.owner].networks.keys())
        if name in task.jobs and foreign:
            (spot / "networks").warn(
                "network-carried",
                f"the job runs in the task of {task.owner!r}, which therefore also joins "
                f"{listed(map(repr, foreign), 'and')}",
            )
    return tuple(sorted({network for name in task.services for network in services[name].networks}))


def _interface(
    groups: Mapping[str, SecurityGroup],
    *,
    subnets: tuple[Value, ...],
    own_subnets: bool,
    ingress_group: str,
    public_address: Value | None,
) -> NetworkInterface:
    """Decide on the network interface of a task that joins these networks.

    ``ingress_group`` is the one made for it to admit load balancers; empty where the group of a
    network does. A rule that is added to that one applies to all its members, so an internal
    network is the last choice for admitting a load balancer.
    """
    ids = [group.id for group in groups.values()]
    if ingress_group:
        ids.append(ref(ingress_group))
    own = (group for group in groups.values() if group.logical_id)
    open_first = sorted(own, key=attrgetter("internal"))
    return NetworkInterface(
        networks=tuple(groups),
        subnets=subnets,
        own_subnets=own_subnets,
        security_groups=distinct(ids),
        ingress_group=ingress_group or next((group.logical_id for group in open_first), ""),
        public_address=public_address,
    )


def _report_many(interfaces: Mapping[str, NetworkInterface], findings: Findings) -> None:
    """Report tasks that join more networks than a network interface has security groups."""
    for owner, interface in interfaces.items():
        if len(interface.security_groups) > MOST_GROUPS:
            findings.at("services", owner, "networks").error(
                "network-count",
                f"a task has at most {MOST_GROUPS} security groups, one per network; join fewer "
                "networks",
            )


def _vpc(app: App, findings: Findings) -> Value:
    """Find the VPC."""
    asked = VPC.parameter(
        "VpcId", "VPC that everything stands in; its DNS resolution and DNS hostnames must be on"
    )
    return VPC.given(app.project.x_aws_vpc, findings.at("x-aws-vpc"), asked)


def _public_address(app: App, findings: Findings) -> Value:
    """Find out whether tasks on Fargate get a public address."""
    spot = findings.at("x-aws-assign_public_ip")
    return PUBLIC_ADDRESS.given(app.project.x_aws_assign_public_ip, spot, _ASKED_PUBLIC_ADDRESS)
