"""Decide on the security groups of tasks: Compose networks, and what lets load balancers in."""

from collections.abc import Iterable, Mapping

from compose2cfn.findings import Findings, Parameter, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Network
from compose2cfn.plan.terms.given import SECURITY_GROUP
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, ref


class SecurityGroup(Record):
    """A security group that stands for a Compose network."""

    id: Value
    internal: bool
    """Whether nothing is published on the network."""
    logical_id: str = ""
    """Set if the stack creates it; any other one is never changed."""


def security_groups(
    app: App, names: Names, networks: Iterable[str], findings: Findings
) -> Mapping[str, SecurityGroup]:
    """Find the security group of each of these Compose networks."""
    return {
        name: _group(name, app.project.networks[name], names, findings.at("networks", name))
        for name in networks
    }


def _group(name: str, network: Network, names: Names, spot: Spot) -> SecurityGroup:
    """Find the security group of a network: one that is given, or one that the stack creates."""
    said = network.x_aws_securitygroup
    asked = SECURITY_GROUP.parameter(
        names.network(name, "SecurityGroupId"), f"Security group that stands for the network {name}"
    )
    if said is not None:
        spot /= "x-aws-securitygroup"
        if said and isinstance(said, str):
            spot.warn(
                "network-group",
                "write the security group as an external network: external: true, its id as name",
            )
        id_ = SECURITY_GROUP.given(said, spot, asked)
        return SecurityGroup(id=id_, internal=network.internal)
    if network.external:
        id_ = SECURITY_GROUP.find(network.name) or _unnamed(spot, asked)
        return SecurityGroup(id=id_, internal=network.internal)
    if network.internal:
        (spot / "internal").warn(
            "network-internal",
            "its services can still reach the internet, since ECS pulls their images that way; "
            "ports of services that join only internal networks are not published",
        )
    own = names.network(name)
    return SecurityGroup(id=ref(own), logical_id=own, internal=network.internal)


def _unnamed(spot: Spot, asked: Parameter) -> Value:
    """Ask for the security group of an external network that is not named after it."""
    spot.info(
        "network-external",
        "the name of an external network must be the id of its security group (sg-...); here "
        "the id becomes a template parameter",
    )
    return spot.ask(asked)
