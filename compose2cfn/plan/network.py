"""Decide where tasks stand: the VPC, its subnets, and the groups that are their networks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compose2cfn.model.app import App
from compose2cfn.plan.groups import Groups, Task
from compose2cfn.plan.names import Names
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.values import Parameter, Value, ref

MOST_GROUPS = 5
"""Security groups of one network interface (a default quota of Amazon VPC)."""
MOST_SUBNETS = 16
"""Subnets of one ECS service."""
DEFAULT_SUBNETS = 2
"""An Application Load Balancer needs two zones."""

_VPC = re.compile(r"(?:arn:[^:]+:ec2:[^:]*:\d*:vpc/)?(vpc-(?:[0-9a-f]{8}|[0-9a-f]{17}))")


@dataclass(frozen=True, slots=True)
class Group:
    """A security group that stands for a Compose network; one that is not ours is never changed."""

    id: Value
    logical: str = ""
    """Its logical id, if it is the stack's own."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where all tasks stand."""

    vpc: Value
    subnets: tuple[Value, ...]
    public_ip: Value
    groups: Mapping[str, Group]
    """The group of each Compose network that a service uses."""
    networks: Mapping[str, tuple[str, ...]]
    """The Compose networks of each task, by its owner, sorted."""
    neighboured: frozenset[str]
    """The owners of the tasks that share a network with another task."""
    fronts: Mapping[str, str]
    """The logical ids of the groups made only to admit load balancers, by the task's owner."""

    def groups_of(self, owner: str) -> tuple[Value, ...]:
        """List the ids of the security groups of a task."""
        own = (ref(self.fronts[owner]),) if owner in self.fronts else ()
        return (*(self.groups[name].id for name in self.networks[owner]), *own)

    def door(self, owner: str) -> str:
        """Name the group of a task that rules may be added to, by its logical id."""
        own = (found for name in self.networks[owner] if (found := self.groups[name].logical))
        return next(own, self.fronts.get(owner, ""))


def place(app: App, names: Names, groups: Groups, notes: Notes) -> Placement:
    """Place the tasks of a project in a VPC."""
    networks = {owner: _networks(app, task, notes) for owner, task in groups.tasks.items()}
    used = sorted({name for found in networks.values() for name in found})
    group = {name: _group(app, names, name, notes) for name in used}
    fronts = {
        owner: names.service(owner, "SecurityGroup")
        for owner, found in networks.items()
        if not any(group[name].logical for name in found)
    }
    for owner, found in networks.items():
        if len(found) + (owner in fronts) > MOST_GROUPS:
            notes.error(
                "network-count",
                f"a task has at most {MOST_GROUPS} security groups, one a network; let it join "
                "fewer networks",
                ("services", owner, "networks"),
            )
    return Placement(
        vpc=_vpc(app, notes),
        subnets=_subnets(app, notes),
        public_ip=_public_ip(app, notes),
        groups=group,
        networks=networks,
        neighboured=frozenset(
            owner
            for owner, found in networks.items()
            if any(set(found) & set(theirs) for other, theirs in networks.items() if other != owner)
        ),
        fronts=fronts,
    )


def _networks(app: App, task: Task, notes: Notes) -> tuple[str, ...]:
    """List the networks that the services of a task join."""
    found: set[str] = set()
    for name in task.services:
        service = app.project.services[name]
        path = ("services", name, "network_mode")
        match service.network_mode.partition(":")[0]:
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
                    "a task has a network interface of its own and shares none with its host; "
                    "ports it listens on are "
                    "reached only if they are published",
                    path,
                )
            case "container":
                notes.error(
                    "network-container",
                    "containers outside the file are not known here; write network_mode: "
                    "service:NAME",
                    path,
                )
            case "bridge":
                notes.warn(
                    "network-bridge",
                    "the task joins no network of the file; take network_mode out",
                    path,
                )
        found.update(service.networks)
    return tuple(sorted(found))


def _group(app: App, names: Names, network: str, notes: Notes) -> Group:
    """Find the security group of a network: one that is given, or one of the stack's own."""
    given = app.project.networks[network]
    path = ("networks", network)
    if given.x_aws_securitygroup:
        notes.warn(
            "network-group",
            "write the group as an external network: external: true and name: the id of the group",
            (*path, "x-aws-securitygroup"),
        )
        return Group(given.x_aws_securitygroup)
    if given.external:
        if re.fullmatch(r"sg-(?:[0-9a-f]{8}|[0-9a-f]{17})", given.name):
            return Group(given.name)
        asked = notes.ask(
            Parameter(
                id=names.network(network, "SecurityGroupId"),
                group="Network",
                type="AWS::EC2::SecurityGroup::Id",
                description=f"Security group that stands for the external network {network}",
            )
        )
        notes.info(
            "network-external",
            "the name of an external network is the id of its security group (sg-...); it "
            "becomes a template parameter here",
            path,
        )
        return Group(asked)
    return Group(ref(names.network(network)), names.network(network))


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
    match app.project.x_aws_subnets:
        case tuple() as given if given:
            return _counted(given, notes)
        case int() as count:
            return _counted(
                tuple(_subnet(number, notes) for number in range(1, min(count, 17) + 1)), notes
            )
    return tuple(_subnet(number, notes) for number in range(1, DEFAULT_SUBNETS + 1))


def _counted(subnets: tuple[Value, ...], notes: Notes) -> tuple[Value, ...]:
    if not DEFAULT_SUBNETS <= len(subnets) <= MOST_SUBNETS:
        notes.error(
            "subnet-count",
            f"write from {DEFAULT_SUBNETS} to {MOST_SUBNETS} subnets, each in another zone",
            ("x-aws-subnets",),
        )
    return subnets


def _subnet(number: int, notes: Notes) -> Value:
    return notes.ask(
        Parameter(
            id=f"Subnet{number}Id",
            group="Network",
            type="AWS::EC2::Subnet::Id",
            description=f"Subnet {number} of the VPC, in a zone of its own",
        )
    )


def _public_ip(app: App, notes: Notes) -> Value:
    match app.project.x_aws_assign_public_ip:
        case None | "":
            return notes.ask(
                Parameter(
                    id="AssignPublicIp",
                    group="Network",
                    description="ENABLED in public subnets; DISABLED in private ones, which need "
                    "a NAT gateway or endpoints",
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
