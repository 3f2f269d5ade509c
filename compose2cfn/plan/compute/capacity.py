"""What a file says about where tasks run: ``x-aws-capacity`` and placement constraints.

``x-aws-capacity`` is one of

* ``FARGATE`` or ``FARGATE_SPOT``, or a mapping of capacity providers to their weight or to
  ``{weight, base}``,
* ``EC2``, or a mapping ``{machine, ami, min, max, disk}``: machines of the service's own,
* the name of another service, whose machines are shared,
* the name of a capacity provider that the cluster has already.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from compose2cfn.diagnostics import Steps, did_you_mean, listed
from compose2cfn.model.aws import Value as Given
from compose2cfn.model.aws import intrinsic
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.instance_types import AMI, TYPE
from compose2cfn.plan.terms.findings import Notes

FARGATE = ("FARGATE", "FARGATE_SPOT")
"""The capacity providers that every account has."""

SETTINGS = ("ami", "disk", "machine", "max", "min")

_CONSTRAINT = re.compile(r"\s*node\.(ami|machine)\s*==\s*(\S+)\s*")
_PROVIDER = re.compile(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}")


@dataclass(frozen=True, slots=True)
class Share:
    """A capacity provider's share of the tasks; the first ``base`` of them run there."""

    provider: Given
    weight: int = 1
    base: int = 0


@dataclass(frozen=True, slots=True)
class Strategy:
    """Capacity providers that exist already."""

    shares: tuple[Share, ...]
    fargate: bool


@dataclass(frozen=True, slots=True)
class Own:
    """Machines of a service's own; None where the file says nothing."""

    machine: Given | None = None
    ami: Given | None = None
    least: int | Given | None = None
    most: int | Given | None = None
    disk: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The machines of another service."""

    service: str


Wish: TypeAlias = Strategy | Own | Shared


def wish(
    name: str,
    service: Service,
    default: Given | None,
    services: Collection[str],
    notes: Notes,
) -> Wish | None:
    """Read where the tasks of a service shall run; None where the file says nothing."""
    own = service.x_aws_capacity
    path: Steps = ("services", name, "x-aws-capacity") if own is not None else ("x-aws-capacity",)
    said = own if own is not None else default
    found = _read(said, path, services, notes) if said is not None else None
    constrained = _constraints(name, service, notes)
    match found:
        case Shared(other) if other == name:
            return Own()
        case None:
            return constrained
        case Own() if constrained:
            return replace(
                found,
                machine=constrained.machine or found.machine,
                ami=constrained.ami or found.ami,
            )
        case Strategy() | Shared() if constrained:
            notes.error(
                "capacity-conflict",
                "constraints on the machine or its image ask for machines of the service's own; "
                "leave them or x-aws-capacity out",
                path,
            )
    return found


def _read(said: Given, path: Steps, services: Collection[str], notes: Notes) -> Wish | None:
    match said:
        case str():
            return _named(said, path, services, notes)
        case Mapping() if intrinsic(said):
            return Strategy((Share(said),), fargate=False)
        case Mapping() if said.keys() & set(SETTINGS) or not said:
            return _own(said, path, notes)
    return _strategy(said, path, notes)


def _named(name: str, path: Steps, services: Collection[str], notes: Notes) -> Wish | None:
    if name == "EC2":
        return Own()
    if name in FARGATE:
        return Strategy((Share(name),), fargate=True)
    if name in services:
        return Shared(name)
    if _PROVIDER.fullmatch(name):
        return Strategy((Share(name),), fargate=False)
    hint = did_you_mean(name, (*FARGATE, "EC2", *services))
    notes.error(
        "capacity-unknown",
        f"{name!r} names no capacity provider{hint}"
        if name
        else "where tasks run cannot be left open; write FARGATE, FARGATE_SPOT, EC2 or the name of "
        "a capacity provider",
        path,
    )
    return None


def _own(said: Mapping[str, object], path: Steps, notes: Notes) -> Own:
    for key in sorted(said.keys() - set(SETTINGS)):
        notes.error(
            "unknown-key",
            f"there is no such setting; there are {listed(SETTINGS, 'and')}",
            (*path, key),
        )
    machine, ami = (_text(said.get(key), (*path, key), notes) for key in ("machine", "ami"))
    least, most, disk = (
        _whole(said.get(key), (*path, key), notes) for key in ("min", "max", "disk")
    )
    if isinstance(least, int) and isinstance(most, int) and least > most:
        notes.error(
            "scaling-range", f"min is {least} and max only {most}; min is at most max", path
        )
    if most == 0:
        notes.error(
            "scaling-range",
            "without a machine nothing runs; write a max of 1 or more",
            (*path, "max"),
        )
    if disk is not None and not (isinstance(disk, int) and 30 <= disk <= 16384):
        notes.error(
            "disk-size", "a disk has 30 to 16384 GiB: the image alone needs 30", (*path, "disk")
        )
        disk = None
    return Own(
        _machine(machine, (*path, "machine"), notes),
        _ami(ami, (*path, "ami"), notes),
        least,
        most,
        disk,
    )


def _text(value: object, path: Steps, notes: Notes) -> Given | None:
    match value:
        case None | "":
            return None
        case str():
            return value
        case Mapping() if intrinsic(value):
            return value
    notes.error("wrong-type", "must be a text or an intrinsic function", path)
    return None


def _whole(value: object, path: Steps, notes: Notes) -> int | Given | None:
    match value:
        case None | "":
            return None
        case int() if value >= 0 and not isinstance(value, bool):
            return value
        case str() if value.isdecimal():
            return int(value)
        case Mapping() if intrinsic(value):
            return value
    notes.error("wrong-type", "must be a whole number from 0", path)
    return None


def _machine(name: Given | None, path: Steps, notes: Notes) -> Given | None:
    if isinstance(name, str) and not TYPE.fullmatch(name):
        notes.error("machine-unknown", f"{name!r} is no machine type; write e.g. g5.xlarge", path)
        return None
    return name


def _ami(name: Given | None, path: Steps, notes: Notes) -> Given | None:
    if isinstance(name, str) and not AMI.fullmatch(name):
        notes.error(
            "ami-unknown", f"{name!r} is no id of an image; it looks like ami-0a1b2c3d", path
        )
        return None
    return name


def _strategy(said: Mapping[str, object], path: Steps, notes: Notes) -> Strategy | None:
    shares = []
    for name, given in said.items():
        share = _share(name, given, (*path, name), notes)
        if share is None:
            return None
        shares.append(share)
    fargate = [share.provider in FARGATE for share in shares]
    if any(fargate) and not all(fargate):
        notes.error(
            "capacity-conflict",
            "Fargate and machines cannot serve one service; keep one of them",
            path,
        )
    if not any(share.weight for share in shares):
        notes.error("capacity-weight", "no provider has a weight; give one of them 1 or more", path)
    if sum(share.base > 0 for share in shares) > 1:
        notes.error("capacity-weight", "one provider alone can have a base; keep one of them", path)
    if len(shares) > 20:
        notes.error("capacity-weight", "a service has at most 20 capacity providers", path)
    return Strategy(tuple(shares), fargate=any(fargate))


def _share(name: str, given: object, path: Steps, notes: Notes) -> Share | None:
    if name not in FARGATE and not _PROVIDER.fullmatch(name):
        hint = did_you_mean(name, (*FARGATE, *SETTINGS))
        notes.error("capacity-unknown", f"{name!r} names no capacity provider{hint}", path)
        return None
    said = given if isinstance(given, Mapping) else {"weight": given}
    for key in sorted(said.keys() - {"weight", "base"}):
        notes.error("unknown-key", "a capacity provider has a weight and a base", (*path, key))
    weight = _whole(said.get("weight"), path, notes)
    base = _whole(said.get("base"), path, notes)
    weight = 1 if weight is None and "weight" not in said else weight or 0
    if not isinstance(weight, int) or weight > 1000:
        notes.error("capacity-weight", "a weight is a number from 0 to 1000", path)
        weight = 1
    if not isinstance(base or 0, int) or (isinstance(base, int) and base > 100_000):
        notes.error("capacity-weight", "a base is a number from 0 to 100000", path)
        base = 0
    return Share(name, weight, base if isinstance(base, int) else 0)


def _constraints(name: str, service: Service, notes: Notes) -> Own | None:
    """Read the placement constraints that mean something on AWS."""
    found: dict[str, str] = {}
    path: Steps = ("services", name, "deploy", "placement", "constraints")
    for place, text in enumerate((service.deploy or Deploy()).placement.constraints):
        if known := _CONSTRAINT.fullmatch(text):
            found[known[1]] = known[2]
        else:
            notes.warn(
                "constraint-ignored",
                "on AWS a constraint is node.machine == TYPE or node.ami == ID; this one is left "
                "out",
                (*path, place),
            )
    if not found:
        return None
    return Own(
        machine=_machine(found.get("machine"), path, notes), ami=_ami(found.get("ami"), path, notes)
    )
