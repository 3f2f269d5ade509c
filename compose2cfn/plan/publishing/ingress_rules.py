"""Decide who may reach load balancers, and that only they reach the services behind them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.ingress_sources import said_ingress
from compose2cfn.plan.publishing.listeners import Listener
from compose2cfn.plan.publishing.port_settings import PortDefaults
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.publishing.target_groups import TargetGroup
from compose2cfn.plan.terms.names import ingress_rule_id, label
from compose2cfn.plan.terms.port_numbers import port_number
from compose2cfn.plan.terms.values import Value, comparable, ref

MOST_RULES = 60
"""Inbound rules of one security group, for each family of addresses (a default quota)."""

_TRANSPORTS = {"TCP_UDP": ("tcp", "udp"), "UDP": ("udp",)}


class SourceType(StrEnum):
    """What the source of an ingress rule is."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    PREFIX_LIST = "prefix-list"
    SECURITY_GROUP = "security-group"


class IngressRule(Record):
    """A source that a security group admits, for one port."""

    id: str
    security_group: Value
    source: Value
    source_type: SourceType
    transport: str
    port: int
    description: str
    origin: KeyPath


def ingress_rules(
    app: App,
    listeners: Iterable[Listener],
    target_groups: Iterable[TargetGroup],
    *,
    networking: Networking,
    findings: Findings,
) -> tuple[IngressRule, ...]:
    """Open the groups of tasks to load balancers, and the groups of those to clients, by id."""
    found: dict[str, IngressRule] = {}
    known = _known_types(app, networking)
    for group in target_groups:
        spot = findings.at("services", group.owner)
        ingress_group = networking.tasks[group.owner].ingress_group
        found |= {one.id: one for one in _to_targets(group, ingress_group, spot.path)}
    for listener in listeners:
        found |= {one.id: one for one in _to_listener(listener, known, findings)}
    _report_assumed(app, listeners, known, findings)
    rules = tuple(found[id_] for id_ in sorted(found))
    _report_many(rules, findings)
    return rules


def _to_targets(group: TargetGroup, ingress_group: str, origin: KeyPath) -> Iterator[IngressRule]:
    """Open the group of a service to its load balancer, for requests and for health checks."""
    source = group.load_balancer.security_group
    ways = {(transport, group.container_port) for transport in _transports(group.protocol)}
    for transport, port in sorted(ways | {("tcp", _checked_port(group))}):
        yield IngressRule(
            id=ingress_rule_id(ingress_group, label(source), transport, port),
            security_group=ref(ingress_group),
            source=source,
            source_type=SourceType.SECURITY_GROUP,
            transport=transport,
            port=port,
            description=f"The {group.load_balancer.type} load balancer",
            origin=origin,
        )


def _checked_port(group: TargetGroup) -> int:
    """Tell the port on which targets are checked."""
    asked = group.health_check.port if group.health_check else ""
    return (port_number(asked) if isinstance(asked, str) else 0) or group.container_port


def _known_types(app: App, networking: Networking) -> Mapping[str, SourceType]:
    """Tell what a ``Ref`` returns, by the name that it refers to, as far as the file says so."""
    overlay = app.project.x_aws_cloudformation
    sections = overlay if isinstance(overlay, Mapping) else {}
    own = [group.logical_id for group in networking.security_groups.values() if group.logical_id]
    found = dict.fromkeys([*own, *networking.ingress_groups.values()], SourceType.SECURITY_GROUP)
    for section in ("Parameters", "Resources"):
        match sections.get(section):
            case Mapping() as entries:
                for name, entry in entries.items():
                    kind = entry.get("Type") if isinstance(entry, Mapping) else None
                    if isinstance(kind, str) and kind in _RETURNED:
                        found[name] = _RETURNED[kind]
    return found


_RETURNED: Mapping[str, SourceType] = {
    "AWS::EC2::PrefixList": SourceType.PREFIX_LIST,
    "AWS::EC2::SecurityGroup": SourceType.SECURITY_GROUP,
    "AWS::EC2::SecurityGroup::Id": SourceType.SECURITY_GROUP,
}
"""What a ``Ref`` returns to a resource or a parameter of a type."""


def _to_listener(
    listener: Listener, known: Mapping[str, SourceType], findings: Findings
) -> Iterator[IngressRule]:
    """Open the security group that a load balancer has of its own on the port of a listener."""
    load_balancer = listener.load_balancer
    if not load_balancer.security_group_id:
        _report_unheeded(listener.ports, findings)
        return
    _report_different(listener.ports, findings)
    for transport in _transports(listener.protocol):
        for source in listener.ports[0].ingress:
            opened = load_balancer.security_group_id
            yield IngressRule(
                id=ingress_rule_id(opened, label(source), transport, listener.port),
                security_group=load_balancer.security_group,
                source=source,
                source_type=_type_of(source, known) or SourceType.IPV4,
                transport=transport,
                port=listener.port,
                description=f"Clients of port {listener.port}",
                origin=listener.origin,
            )


def _transports(protocol: str) -> tuple[str, ...]:
    """List the transports that a listener or target group of a protocol accepts."""
    return _TRANSPORTS.get(protocol, ("tcp",))


def _type_of(source: Value, known: Mapping[str, SourceType]) -> SourceType | None:
    """Tell the type of a source; None if only AWS knows what a function returns."""
    match source:
        case str() if source.startswith("sg-"):
            return SourceType.SECURITY_GROUP
        case str() if source.startswith("pl-"):
            return SourceType.PREFIX_LIST
        case str() if ":" in source:
            return SourceType.IPV6
        case {"Fn::GetAtt": [_, "GroupId"]}:
            return SourceType.SECURITY_GROUP
        case {"Ref": str(name)} if name in known:
            return known[name]
        case str():
            return SourceType.IPV4
    return None


def _report_assumed(
    app: App, listeners: Iterable[Listener], known: Mapping[str, SourceType], findings: Findings
) -> None:
    """Say, once where it is written, what a function is taken to return if only AWS knows that."""
    defaults, spots = PortDefaults.read(app.project), {}
    asked = dict.fromkeys(findings.parameters, SourceType.IPV4)
    for listener in listeners:
        port = listener.ports[0]
        unknown = [one for one in port.ingress if _type_of(one, {**asked, **known}) is None]
        said = said_ingress(port.settings, defaults, port.spot(findings))
        if listener.load_balancer.security_group_id and unknown and said:
            spots[said.spot.path] = said.spot
    for spot in spots.values():
        spot.info(
            "ingress-assumed",
            "a function is taken to return a block of IPv4 addresses; for a security group, write "
            "!GetAtt GROUP.GroupId, or !Ref a parameter of the type AWS::EC2::SecurityGroup::Id",
        )


def _report_unheeded(ports: Iterable[PublishedPort], findings: Findings) -> None:
    """Report sources for ports of a load balancer whose security group is never changed."""
    for port in ports:
        if port.settings.ingress is not None:
            (port.spot(findings) / "x-aws-ingress").warn(
                "ingress-given",
                "the security group of the load balancer exists already, and decides who reaches "
                "this port; leave this out",
            )


def _report_different(ports: tuple[PublishedPort, ...], findings: Findings) -> None:
    """Report ports that share a listener and admit other sources than its first port."""
    first, *others = ports
    for other in others:
        if _set_of(other.ingress) != _set_of(first.ingress):
            other.spot(findings).error(
                "ingress-shared",
                f"{first.service!r} and {other.service!r} share a port, and who "
                "reaches one reaches the other; write the same x-aws-ingress for both",
            )


def _set_of(sources: Iterable[Value]) -> frozenset[str]:
    return frozenset(map(comparable, sources))


def _report_many(rules: Iterable[IngressRule], findings: Findings) -> None:
    """Report groups with more rules than a group may have."""
    count = Counter(comparable(one.security_group) for one in rules)
    for one in rules:
        if count.pop(comparable(one.security_group), 0) > MOST_RULES:
            findings.at(*one.origin).error(
                "rule-count",
                f"a security group has at most {MOST_RULES} rules; publish fewer ports, or write "
                "fewer and larger blocks in x-aws-ingress",
            )
