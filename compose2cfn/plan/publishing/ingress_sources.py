"""Decide who may reach a port: addresses, security groups and prefix lists."""

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_network

from compose2cfn.findings import Parameter, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.plan.publishing.port_settings import PortDefaults, PortSettings
from compose2cfn.plan.terms.given import EC2_ID
from compose2cfn.plan.terms.values import Value, distinct

_EVERYWHERE = "0.0.0.0/0"
_NAMED = f"(?:sg|pl)-{EC2_ID}"
"""How the id of a security group or prefix list is written."""


class SaidIngress(Record):
    """Who may reach a port, if the file says so."""

    values: tuple[Value, ...]
    spot: Spot
    of_port: bool
    """Whether it is said for this port, rather than at the top level for all of them."""


def says_ingress(settings: PortSettings, defaults: PortDefaults) -> bool:
    """Tell whether the file says who may reach a port."""
    balancers = (settings.load_balancer, defaults.load_balancer)
    said = (settings.ingress, defaults.ingress, *(one.ingress for one in balancers if one))
    return any(values is not None for values in said)


def said_ingress(settings: PortSettings, defaults: PortDefaults, spot: Spot) -> SaidIngress | None:
    """Find what the file says about who may reach a port: the nearest place counts."""
    for values, where, of_port in _places(settings, defaults, spot):
        if values is not None:
            return SaidIngress(values=values, spot=where, of_port=of_port)
    return None


def _places(
    settings: PortSettings, defaults: PortDefaults, spot: Spot
) -> Iterator[tuple[tuple[Value, ...] | None, Spot, bool]]:
    """List where it can be written, the nearest first."""
    top = spot.findings.at()
    yield settings.ingress, spot / "x-aws-ingress", True
    if settings.load_balancer:
        yield settings.load_balancer.ingress, spot / "x-aws-loadbalancer" / "ingress", True
    if defaults.load_balancer:
        yield defaults.load_balancer.ingress, top / "x-aws-loadbalancer" / "ingress", False
    yield defaults.ingress, top / "x-aws-ingress", False


def ingress_sources(said: SaidIngress | None, stem: str) -> tuple[Value, ...]:
    """List the sources that may reach a port; ``stem`` begins the id of a parameter for them."""
    if said is None:
        return (_EVERYWHERE,)
    if not said.values:
        return (said.spot.ask(_parameter(stem if said.of_port else "")),)
    return distinct(_source(value, said.spot) for value in said.values)


def _parameter(stem: str) -> Parameter:
    return Parameter(
        id=f"{stem}IngressCidr",
        group="Load balancing",
        description="Addresses that may reach what is published, such as 203.0.113.0/24",
        allowed_pattern=r"(\d{1,3}\.){3}\d{1,3}/\d{1,2}",
        constraint="a block of addresses, such as 203.0.113.0/24",
    )


def _source(value: Value, spot: Spot) -> Value:
    """Read a block of addresses, or the id of a security group or prefix list."""
    if not isinstance(value, str) or re.fullmatch(_NAMED, value):
        return value
    # What follows a percent sign names an interface of one host, and means nothing to EC2.
    with suppress(ValueError):
        if "%" not in value:
            return str(ip_network(value, strict=False))
    spot.error(
        "ingress-unknown",
        f"{spot.shown(value)!r} is not a valid block of addresses; write e.g. 203.0.113.0/24, or "
        "the id of a security group (sg-...) or prefix list (pl-...)",
    )
    return value
