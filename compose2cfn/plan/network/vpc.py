"""Decide where tasks stand: the VPC, its subnets, the security groups that are networks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from compose2cfn.diagnostics import Steps, listed
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.project import Network
from compose2cfn.plan.network.discovery import Registry, register
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, distinct, ref

MOST_GROUPS = 5
"""Security groups of one network interface (a default quota of Amazon VPC)."""
MOST_SUBNETS = 16
"""Subnets of one ECS service."""
DEFAULT_SUBNETS = 2
"""An Application Load Balancer needs two zones."""

_ID = "(?:[0-9a-f]{8}|[0-9a-f]{17})"
_IN_ARN = r"(?:arn:aws[a-z-]*:ec2:[^:]*:\d*:[a-z-]+/)?"
_VPC = re.compile(f"{_IN_ARN}(vpc-{_ID})")
_SUBNET = re.compile(f"{_IN_ARN}(subnet-{_ID})")
_GROUP = re.compile(f"{_IN_ARN}(sg-{_ID})")
_LISTS = frozenset({"Fn::Cidr", "Fn::GetAZs", "Fn::Split"})
"""Intrinsic functions that give lists: what stands for each subnet must not move within one."""


@dataclass(frozen=True, slots=True)
class Group:
    """A security group that stands for a Compose network; one that is not ours is never changed."""

    id: Value
    logical: str = ""
    """Its logical id, if it is the stack's own."""
    internal: bool = False
    """Whether the network is one that nothing is published on."""


_INTERNAL = attrgetter("internal")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where all tasks stand, and how they find each other."""

    vpc: Value
    subnets: tuple[Value, ...]
    own_subnets: Mapping[str, tuple[Value, ...]]
    """The subnets of the tasks that do not stand where all others do, by owner."""
    public_ip: Value
    groups: Mapping[str, Group]
    """The group of each Compose network that a service uses."""
    networks: Mapping[str, tuple[str, ...]]
    """The Compose networks of each task, by its owner, sorted."""
    secluded: frozenset[str]
    """The owners of the tasks whose networks are all internal."""
    fronts: Mapping[str, str]
    """The logical ids of the groups made only to admit load balancers, by the task's owner."""
    registry: Registry

    def subnets_of(self, owner: str) -> tuple[Value, ...]:
        """List the subnets of a task."""
        return self.own_subnets.get(owner, self.subnets)

    def groups_of(self, owner: str) -> tuple[Value, ...]:
        """List the ids of the security groups of a task, each once."""
        ids = [self.groups[name].id for name in self.networks[owner]]
        if owner in self.fronts:
            ids.append(ref(self.fronts[owner]))
        return distinct(ids)

    def door(self, owner: str) -> str:
        """Name the group of a task that rules may be added to, by its logical id.

        What is added to the group of a network holds for all its members: so an internal network
        is the last that a load balancer is let into.
        """
        groups = sorted((self.groups[name] for name in self.networks[owner]), key=_INTERNAL)
        return next(
            (group.logical for group in groups if group.logical), self.fronts.get(owner, "")
        )


def place(app: App, names: Names, tasks: Tasks, notes: Notes) -> Placement:
    """Place the tasks of a project in a VPC."""
    networks = {owner: _joined(app, task, notes) for owner, task in tasks.items()}
    used = sorted({name for found in networks.values() for name in found})
    group = {name: _group(names, name, app.project.networks[name], notes) for name in used}
    placement = Placement(
        vpc=_vpc(app, notes),
        subnets=_subnets(app, notes),
        own_subnets=_own_subnets(app, names, tasks, notes),
        public_ip=_public_ip(app, notes),
        groups=group,
        networks=networks,
        secluded=frozenset(
            owner
            for owner, found in networks.items()
            if found and all(app.project.networks[name].internal for name in found)
        ),
        fronts={
            owner: names.service(owner, "SecurityGroup")
            for owner, found in networks.items()
            if not any(group[name].logical for name in found)
        },
        registry=register(app, names, tasks, networks, notes),
    )
    for owner in networks:
        if len(placement.groups_of(owner)) > MOST_GROUPS:
            notes.error(
                "network-count",
                f"a task has at most {MOST_GROUPS} security groups, one a network; let it join "
                "fewer networks",
                ("services", owner, "networks"),
            )
    return placement


def security_group(value: Value, path: Steps, notes: Notes) -> Value:
    """Read the id of a security group; what is no such id is a fault."""
    if not isinstance(value, str):
        return value
    if found := _GROUP.fullmatch(value):
        return found[1]
    notes.error("group-unknown", f"{value!r} is not the id of a security group (sg-...)", path)
    return value


def subnet(value: Value, path: Steps, notes: Notes) -> Value:
    """Read the id of a subnet; what is no such id is a fault."""
    if not isinstance(value, str):
        if value.keys() & _LISTS:
            notes.error("subnet-list", "write subnets one by one, not as one list of them", path)
        return value
    if found := _SUBNET.fullmatch(value):
        return found[1]
    notes.error("subnet-unknown", f"{value!r} is not the id of a subnet (subnet-...)", path)
    return value


def subnets(
    asked: int | tuple[Value, ...] | None, stem: str, least: int, path: Steps, notes: Notes
) -> tuple[Value, ...]:
    """Take subnets as given, or ask for as many as are wanted; ``stem`` begins their ids."""
    match asked:
        case tuple() if asked:
            found = tuple(subnet(value, path, notes) for value in asked)
        case int():
            found = tuple(_asked(stem, number, notes) for number in range(1, min(asked, 99) + 1))
        case _:
            found = tuple(_asked(stem, number, notes) for number in range(1, DEFAULT_SUBNETS + 1))
    if not least <= len(found) <= MOST_SUBNETS:
        notes.error(
            "subnet-count",
            f"write from {least} to {MOST_SUBNETS} subnets, each in another zone",
            path,
        )
    if distinct(found) != found:
        notes.error("subnet-twice", "each subnet stands here once, in a zone of its own", path)
    return found


def _asked(stem: str, number: int, notes: Notes) -> Value:
    return notes.ask(
        Parameter(
            id=f"{stem}Subnet{number}Id",
            group="Network",
            type="AWS::EC2::Subnet::Id",
            description=f"Subnet {number} of the VPC, in a zone of its own"
            + (f", for {stem}" if stem else ""),
        )
    )


def _joined(app: App, task: Task, notes: Notes) -> tuple[str, ...]:
    """List the networks that the services of a task join."""
    services = app.project.services
    for name in task.services:
        _report_mode(services[name].network_mode, ("services", name, "network_mode"), notes)
        foreign = sorted(set(services[name].networks) - set(services[task.owner].networks))
        if name in task.jobs and foreign:
            notes.warn(
                "network-carried",
                f"the job runs in the task of {task.owner!r}, which joins {listed(foreign, 'and')} "
                "for its sake",
                ("services", name, "networks"),
            )
    return tuple(sorted({network for name in task.services for network in services[name].networks}))


def _report_mode(mode: str, path: Steps, notes: Notes) -> None:
    match mode.partition(":")[0]:
        case "" | "service":
            pass
        case "none":
            notes.error(
                "network-none",
                "every task on ECS has a network interface; take network_mode out and join a "
                "network of its own instead",
                path,
            )
        case "host":
            notes.warn(
                "network-host",
                "a task has a network interface of its own and shares none with its host: it "
                "reaches no other service at localhost, and is reached only where it is "
                "published; take network_mode out, so that it joins the others",
                path,
            )
        case "bridge":
            notes.warn(
                "network-bridge",
                "the task joins no network of the file: it finds no other service, and is "
                "reached only where it is published; take network_mode out, so that it joins the "
                "others",
                path,
            )
        case "container":
            notes.error(
                "network-container",
                "containers outside the file are not known here; write network_mode: service:NAME",
                path,
            )
        case _:
            notes.error(
                "network-mode",
                f"the network {mode!r} is not known here; write it under networks",
                path,
            )


def _group(names: Names, network: str, given: Network, notes: Notes) -> Group:
    """Find the security group of a network: one that is given, or one of the stack's own."""
    path: Steps = ("networks", network)
    asked = Parameter(
        id=names.network(network, "SecurityGroupId"),
        group="Network",
        type="AWS::EC2::SecurityGroup::Id",
        description=f"Security group that stands for the network {network}",
    )
    match given.x_aws_securitygroup:
        case None:
            pass
        case "":
            return Group(notes.ask(asked))
        case str() as text:
            notes.warn(
                "network-group",
                "write the group as an external network: external: true, and its id as name",
                (*path, "x-aws-securitygroup"),
            )
            return Group(security_group(text, (*path, "x-aws-securitygroup"), notes))
        case value:
            return Group(value)
    if given.external:
        if found := _GROUP.fullmatch(given.name):
            return Group(found[1])
        notes.info(
            "network-external",
            "the name of an external network is the id of its security group (sg-...); it becomes "
            "a template parameter here",
            path,
        )
        return Group(notes.ask(asked))
    if given.internal:
        notes.warn(
            "network-internal",
            "services on it reach the internet all the same, for that is how ECS gets their "
            "images; ports of services that join internal networks alone are not published",
            (*path, "internal"),
        )
    return Group(ref(names.network(network)), names.network(network), given.internal)


def _vpc(app: App, notes: Notes) -> Value:
    match app.project.x_aws_vpc:
        case None | "":
            return notes.ask(
                Parameter(
                    id="VpcId",
                    group="Network",
                    type="AWS::EC2::VPC::Id",
                    description="VPC that everything stands in; its DNS resolution and DNS "
                    "hostnames must be on",
                )
            )
        case str() as text:
            if found := _VPC.fullmatch(text):
                return found[1]
            notes.error(
                "vpc-unknown", f"{text!r} is neither the id nor the ARN of a VPC", ("x-aws-vpc",)
            )
            return text
        case given:
            return given


def _subnets(app: App, notes: Notes) -> tuple[Value, ...]:
    return subnets(app.project.x_aws_subnets, "", 1, ("x-aws-subnets",), notes)


def _own_subnets(
    app: App, names: Names, tasks: Tasks, notes: Notes
) -> dict[str, tuple[Value, ...]]:
    """Find the tasks that choose subnets of their own."""
    found = {}
    for name, service in sorted(app.project.services.items()):
        path: Steps = ("services", name, "x-aws-subnets")
        if service.x_aws_subnets is None:
            continue
        if (owner := tasks.owner(name)) != name:
            about = f"the service runs in the task of {owner!r}; write its subnets there"
            notes.error("subnet-shared", about, path)
            continue
        found[name] = subnets(service.x_aws_subnets, names.service(name, ""), 1, path, notes)
        if any(mount.type == "volume" and mount.source for mount in service.volumes):
            notes.warn(
                "subnet-volume",
                "volumes can be mounted in the zones of the stack's own subnets alone; choose "
                "subnets in the same zones",
                path,
            )
    return found


def _public_ip(app: App, notes: Notes) -> Value:
    match app.project.x_aws_assign_public_ip:
        case None | "":
            return notes.ask(
                Parameter(
                    id="AssignPublicIp",
                    group="Network",
                    description="ENABLED in public subnets; DISABLED in private ones, which need a "
                    "NAT gateway or endpoints",
                    default="ENABLED",
                    allowed_values=("ENABLED", "DISABLED"),
                )
            )
        case str() as text:
            found = {"true": "ENABLED", "false": "DISABLED"}.get(text.lower(), text.upper())
            if found not in {"ENABLED", "DISABLED"}:
                notes.error("public-ip", "write true or false", ("x-aws-assign_public_ip",))
            return found
        case given:
            return given
