"""What a file says about where tasks run: ``x-aws-capacity`` and placement constraints.

``x-aws-capacity`` is one of

* ``FARGATE`` or ``FARGATE_SPOT``, or a mapping of capacity providers to their weight or to
  ``{weight, base}``,
* ``EC2``, or a mapping ``{machine, ami, min, max, disk}``: the service's own EC2 instances,
* the name of another service, whose EC2 instances are shared,
* the name of a capacity provider that the cluster has already.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import NamedTuple, TypeAlias

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.deploy import NO_DEPLOY
from compose2cfn.model.functions import Function
from compose2cfn.model.project import Project
from compose2cfn.plan.compute.own_instances import (
    INSTANCE_KEYS,
    OwnInstances,
    read_constraints,
    read_own_instances,
)
from compose2cfn.plan.compute.strategies import (
    FARGATE_PROVIDERS,
    ProviderStrategy,
    is_provider,
    read_strategy,
    single_provider,
)
from compose2cfn.plan.terms.values import Value


class SharedInstances(NamedTuple):
    """The EC2 instances of another service."""

    service: str


Capacity: TypeAlias = ProviderStrategy | OwnInstances | SharedInstances


class Capacities:
    """What the services of a project say about where their tasks run."""

    def __init__(self, project: Project, findings: Findings) -> None:
        self.project = project
        self.findings = findings

    def of(self, name: str) -> Capacity | None:
        """Read where a service asks to run; None if the file does not say."""
        service = self.project.services[name]
        spot, asked = self._asked(name)
        here = self.findings.at("services", name, "deploy", "placement", "constraints")
        constraints = read_constraints((service.deploy or NO_DEPLOY).placement.constraints, here)
        if asked == SharedInstances(name):
            asked = OwnInstances()
        match asked:
            case OwnInstances() if constraints:
                return asked.constrained(constraints)
            case ProviderStrategy() | SharedInstances() if constraints:
                spot.error(
                    "capacity-conflict",
                    "constraints on the EC2 instance or its image ask for the service's own "
                    "instances; leave them or x-aws-capacity out",
                )
        return constraints if asked is None else asked

    def spot(self, name: str) -> Spot:
        """Go to where it is said for a service: in the service itself, else at the top level."""
        if self.project.services[name].x_aws_capacity is None:
            return self.findings.at("x-aws-capacity")
        return self.findings.at("services", name, "x-aws-capacity")

    def _asked(self, name: str) -> tuple[Spot, Capacity | None]:
        """Read what a service itself says, else what the top level says for all."""
        own, spot = self.project.services[name].x_aws_capacity, self.spot(name)
        return spot, self._usual if own is None else _read(own, spot, self.project.services)

    @cached_property
    def _usual(self) -> Capacity | None:
        """What the top level says; it is read if a service leaves it to that, and once."""
        said = self.project.x_aws_capacity
        if said is None:
            return None
        return _read(said, self.findings.at("x-aws-capacity"), self.project.services)


def _read(
    said: Value | Mapping[str, object], spot: Spot, services: Collection[str]
) -> Capacity | None:
    """Read an ``x-aws-capacity``, of a service or of the top level."""
    match said:
        case str():
            return _named(said, spot, services)
        case Function():
            return single_provider(said)
        case Mapping() if said.keys() & set(INSTANCE_KEYS) or not said:
            return read_own_instances(said, spot)
    return read_strategy(said, spot)


def _named(name: str, spot: Spot, services: Collection[str]) -> Capacity | None:
    """Read one word: a capacity provider, ``EC2`` or another service."""
    if name == "EC2":
        return OwnInstances()
    if name in FARGATE_PROVIDERS:
        return single_provider(name)
    if name in services:
        return SharedInstances(name)
    if is_provider(name):
        return single_provider(name)
    if name:
        shown = spot.shown(name)
        hint = did_you_mean(shown, (*FARGATE_PROVIDERS, "EC2", *services))
        spot.error("capacity-unknown", f"{shown!r} is not a capacity provider or a service{hint}")
    else:
        spot.error(
            "capacity-unknown",
            "must say where tasks run; write FARGATE, FARGATE_SPOT, EC2 or the name of "
            "a capacity provider",
        )
    return None
