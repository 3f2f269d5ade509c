"""How clients reach services: published ports, load balancers, listeners, target groups."""

from collections.abc import Container, Iterable, Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.health_checks import TargetHealthCheck, report_unused_checks
from compose2cfn.plan.publishing.ingress_rules import IngressRule, SourceType, ingress_rules
from compose2cfn.plan.publishing.listeners import (
    DefaultAction,
    FixedResponse,
    Forward,
    Listener,
    ListenerCertificate,
    Redirect,
    listeners,
)
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.load_balancers import LoadBalancer, load_balancers, report_costs
from compose2cfn.plan.publishing.plugin_ids import PluginId, plugin_ids
from compose2cfn.plan.publishing.port_settings import PortDefaults, PortSettings
from compose2cfn.plan.publishing.ports import PublishedPort, published_ports, publishing_tasks
from compose2cfn.plan.publishing.quotas import report_quotas
from compose2cfn.plan.publishing.routes import ListenerRule
from compose2cfn.plan.publishing.target_groups import (
    TargetGroup,
    TargetGroups,
    by_owner,
    grace_periods,
)
from compose2cfn.plan.terms.names import Names

__all__ = [
    "DefaultAction",
    "FixedResponse",
    "Forward",
    "IngressRule",
    "Listener",
    "ListenerCertificate",
    "ListenerRule",
    "LoadBalancer",
    "LoadBalancerType",
    "PluginId",
    "PortSettings",
    "PublishedPort",
    "Publishing",
    "Redirect",
    "SourceType",
    "TargetGroup",
    "TargetHealthCheck",
    "published_ports",
    "publishing",
    "publishing_tasks",
]


class Publishing(Record):
    """How the published ports of a project are reached."""

    load_balancers: tuple[LoadBalancer, ...]
    """Those that the stack creates."""
    listeners: tuple[Listener, ...]
    target_groups: Mapping[str, tuple[TargetGroup, ...]]
    """By the service whose tasks are their targets."""
    ingress_rules: tuple[IngressRule, ...]
    grace_periods: Mapping[str, int]
    """Seconds in which new tasks may fail health checks, by the service that owns them."""
    plugin_ids: tuple[PluginId, ...]
    public_only: LoadBalancer | None
    """The first load balancer, if any, that nobody reaches if ``AssignPublicIp`` is DISABLED."""


def publishing(
    app: App,
    names: Names,
    ports: tuple[PublishedPort, ...],
    findings: Findings,
    *,
    networking: Networking,
    stop_first: Container[str],
) -> Publishing:
    """Decide how clients reach the ports that are published.

    ``stop_first`` holds the owners of the tasks that are told to stop before new ones start.
    """
    services = app.project.services
    chosen = load_balancers(
        ports,
        PortDefaults.read(app.project).load_balancer,
        names=names,
        networking=networking,
        findings=findings,
    )
    making = TargetGroups(services=services, names=names, findings=findings, stop_first=stop_first)
    made = listeners(ports, chosen, making, findings)
    groups = list(making.existing(ports, chosen))
    groups += [group for listener in made for group in listener.target_groups]
    own = tuple({one.id: one for one in chosen.values() if one.own}.values())
    owned = by_owner(groups)
    report_costs(own, findings, public_address=networking.public_address)
    report_quotas(made, owned, findings)
    report_unused_checks(services, {group.service for group in groups if group.own}, findings)
    return Publishing(
        load_balancers=own,
        listeners=made,
        target_groups=Frozen(owned),
        ingress_rules=ingress_rules(app, made, groups, networking=networking, findings=findings),
        grace_periods=Frozen(grace_periods(owned, services)),
        plugin_ids=plugin_ids(own, made, groups, names),
        public_only=_public_only(own, networking),
    )


def _public_only(own: Iterable[LoadBalancer], networking: Networking) -> LoadBalancer | None:
    """Find a load balancer that faces the internet from subnets that may turn out private."""
    public = [one for one in own if one.beside_tasks and one.scheme == "internet-facing"]
    return min(public, key=lambda one: one.id, default=None) if networking.may_be_private else None
