"""Load balancers: what the ports of the Compose file publish."""

from collections.abc import Iterator, Mapping

from troposphere import GetAtt, Output, Ref
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress
from troposphere.elasticloadbalancingv2 import (
    Listener,
    ListenerCertificate,
    ListenerRule,
    LoadBalancer,
    TargetGroup,
)

from compose2cfn.plan import listeners as plans
from compose2cfn.plan.balancers import Balancer
from compose2cfn.plan.listeners import TLS_POLICY, Target, grace
from compose2cfn.plan.make import Plan
from compose2cfn.plan.names import rule
from compose2cfn.plan.values import ref
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import ContainerPart, Item, Out, Resource, ServicePart, emitter
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs, tags

_DRAIN = "30"
"""Seconds in which a target that leaves may finish requests."""


@emitter(
    "services.*.expose",
    "services.*.ports[].app_protocol",
    "services.*.ports[].host_ip",
    "services.*.ports[].mode",
    "services.*.ports[].name",
    "services.*.ports[].protocol",
    "services.*.ports[].published",
    "services.*.ports[].target",
    "services.*.ports[].x-aws-certificate",
    "services.*.ports[].x-aws-ingress",
    "services.*.ports[].x-aws-listener",
    "services.*.ports[].x-aws-loadbalancer",
    "services.*.ports[].x-aws-protocol",
    "services.*.ports[].x-aws-redirect",
    "services.*.ports[].x-aws-route",
    "services.*.ports[].x-aws-target_group",
    "services.*.x-aws-healthcheck",
    "x-aws-ingress",
    "x-aws-loadbalancer",
)
def load_balancer(plan: Plan) -> Iterator[Item]:
    """Publish ports on load balancers, and let those alone reach the services."""
    for balancer in plan.listeners.balancers:
        yield from _balancer(plan, balancer)
    for listener in plan.listeners.listeners:
        yield from _listener(plan, listener)
    for target in plan.listeners.targets:
        yield from _target(plan, target)
    yield from _mappings(plan)


def _balancer(plan: Plan, balancer: Balancer) -> Iterator[Item]:
    """Make a load balancer of the stack's own, with its security group."""
    if not balancer.own:
        return
    origin = balancer.origin
    if balancer.ingress:
        yield Resource(
            SecurityGroup(
                balancer.group_id,
                GroupDescription=f"Ingress of the {balancer.kind} load balancer",
                VpcId=helper(plan.network.vpc),
                Tags=tags(),
            ),
            origin,
        )
    fields: dict[str, object] = {
        "Type": balancer.kind,
        "Scheme": balancer.scheme,
        "Subnets": list(balancer.subnets),
        "SecurityGroups": [balancer.group],
        "Tags": [{"Key": key, "Value": value} for key, value in pairs().items()],
    }
    if balancer.attributes:
        fields["LoadBalancerAttributes"] = [{"Key": k, "Value": v} for k, v in balancer.attributes]
    yield Resource(build(LoadBalancer, balancer.id, fields), origin)
    for name, attribute, what in (
        ("Arn", None, "ARN"),
        ("DNSName", "DNSName", "DNS name"),
        ("HostedZoneId", "CanonicalHostedZoneID", "Hosted zone, for an alias record,"),
    ):
        value = GetAtt(balancer.id, attribute) if attribute else Ref(balancer.id)
        yield Out(
            Output(
                f"{balancer.id}{name}",
                Value=value,
                Description=f"{what} of the {balancer.kind} load balancer",
            ),
            origin,
        )


def _listener(plan: Plan, listener: plans.Listener) -> Iterator[Item]:
    """Make a listener, its rules, and the ways through the security groups."""
    balancer = listener.balancer
    if listener.own:
        fields: dict[str, object] = {
            "LoadBalancerArn": balancer.arn,
            "Port": listener.port,
            "Protocol": listener.protocol,
            "DefaultActions": [_action(listener)],
        }
        if listener.certificates:
            first, *more = listener.certificates
            fields |= {"Certificates": [{"CertificateArn": first}], "SslPolicy": TLS_POLICY}
            if more:
                others = {
                    "ListenerArn": listener.arn,
                    "Certificates": [{"CertificateArn": arn} for arn in more],
                }
                certificates = build(ListenerCertificate, f"{listener.id}Certificates", others)
                yield Resource(certificates, listener.origin)
        yield Resource(build(Listener, listener.id, fields), listener.origin)
        if balancer.own and balancer.ingress:
            yield from _admit_clients(plan, listener)
    for entry in listener.rules:
        conditions = []
        if entry.hosts:
            conditions.append(
                {"Field": "host-header", "HostHeaderConfig": {"Values": list(entry.hosts)}}
            )
        if entry.paths:
            conditions.append(
                {"Field": "path-pattern", "PathPatternConfig": {"Values": list(entry.paths)}}
            )
        yield Resource(
            build(
                ListenerRule,
                entry.id,
                {
                    "ListenerArn": listener.arn,
                    "Priority": entry.priority,
                    "Conditions": conditions,
                    "Actions": [{"Type": "forward", "TargetGroupArn": entry.target.arn}],
                },
            ),
            entry.target.origin,
        )


def _action(listener: plans.Listener) -> Mapping[str, object]:
    """Say what a listener does with what no rule takes."""
    if listener.redirect:
        return {
            "Type": "redirect",
            "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
        }
    if listener.default is not None:
        return {"Type": "forward", "TargetGroupArn": listener.default.arn}
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {
            "StatusCode": "404",
            "ContentType": "text/plain",
            "MessageBody": "Not found",
        },
    }


def _admit_clients(plan: Plan, listener: plans.Listener) -> Iterator[Item]:
    """Open the load balancer's group on the port of a listener."""
    targets = [t for t in (listener.default, *(r.target for r in listener.rules)) if t]
    services = plan.app.project.services
    path = listener.origin
    written = [
        cidr
        for target in targets
        for cidr in services[target.service].ports[int(target.origin[3])].x_aws_ingress or ()
    ]
    for protocol in (
        listener.protocol.split("_")
        if listener.protocol == "TCP_UDP"
        else [_transport(listener.protocol)]
    ):
        for block in dict.fromkeys(map(str, written or listener.balancer.ingress)):
            family = "CidrIpv6" if ":" in block else "CidrIp"
            yield Resource(
                build(
                    SecurityGroupIngress,
                    rule(
                        listener.balancer.group_id, block, protocol, (listener.port, listener.port)
                    ),
                    {
                        "GroupId": listener.balancer.group,
                        "IpProtocol": protocol.lower(),
                        "FromPort": listener.port,
                        "ToPort": listener.port,
                        "Description": f"Clients of port {listener.port}",
                        family: block,
                    },
                ),
                path,
            )


def _transport(protocol: str) -> str:
    return "UDP" if protocol == "UDP" else "TCP"


def _target(plan: Plan, target: Target) -> Iterator[Item]:
    """Make a target group, and connect it with its service."""
    if target.own:
        check = target.check
        fields: dict[str, object] = {
            "TargetType": "ip",
            "VpcId": plan.network.vpc,
            "Port": target.published,
            "Protocol": target.protocol,
            "HealthCheckProtocol": check.protocol,
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": _DRAIN},
            ],
        }
        if target.version not in {"", "HTTP1"}:
            fields["ProtocolVersion"] = target.version
        asked = {
            "HealthCheckPath": check.path,
            "HealthCheckPort": check.port,
            "HealthCheckIntervalSeconds": check.interval,
            "HealthCheckTimeoutSeconds": check.timeout,
            "HealthyThresholdCount": check.healthy,
            "UnhealthyThresholdCount": check.unhealthy,
        }
        fields |= {name: value for name, value in asked.items() if value}
        if check.codes:
            fields["Matcher"] = {
                "GrpcCode" if target.version == "GRPC" else "HttpCode": check.codes
            }
        fields["Tags"] = [{"Key": k, "Value": v} for k, v in pairs(service=target.service).items()]
        yield Resource(build(TargetGroup, target.id, fields), target.origin)
        yield Out(
            Output(
                f"{target.id}Arn",
                Value=Ref(target.id),
                Description=f"Target group of the service {target.service}",
            ),
            target.origin,
        )
    after = tuple(
        id_ for listener in plan.listeners.listeners for id_ in _attaches(listener, target)
    )
    yield ServicePart(
        target.owner,
        {
            "LoadBalancers": [
                {
                    "ContainerName": plan.names.container(target.service),
                    "ContainerPort": target.port,
                    "TargetGroupArn": target.arn,
                }
            ],
            "HealthCheckGracePeriodSeconds": max(
                grace(plan.app, other.service) for other in plan.listeners.targets_of(target.owner)
            ),
        },
        after,
        target.origin,
    )
    yield from _admit_balancer(plan, target)


def _attaches(listener: plans.Listener, target: Target) -> Iterator[str]:
    """Name what ties a target group to its load balancer: the service waits for it."""
    if listener.default is not None and listener.default.id == target.id and listener.own:
        yield listener.id
    for entry in listener.rules:
        if entry.target.id == target.id:
            yield entry.id


def _admit_balancer(plan: Plan, target: Target) -> Iterator[Item]:
    """Open the service's group to the load balancer on the target port, and to nothing else."""
    door = plan.network.door(target.owner)
    source = target.balancer.group_id if target.balancer.own else f"{target.balancer.id}Group"
    transports = {"TCP_UDP": ("TCP", "UDP"), "UDP": ("UDP",)}.get(target.protocol, ("TCP",))
    check = target.check.port
    ways = {(protocol, target.port) for protocol in transports}
    ways.add(("TCP", int(check) if check.isdecimal() else target.port))
    for protocol, port in sorted(ways):
        fields = {
            "GroupId": ref(door),
            "SourceSecurityGroupId": target.balancer.group,
            "IpProtocol": protocol.lower(),
            "FromPort": port,
            "ToPort": port,
            "Description": f"The {target.balancer.kind} load balancer",
        }
        id_ = rule(door, source, protocol, (port, port))
        yield Resource(build(SecurityGroupIngress, id_, fields), ("services", target.owner))


def _mappings(plan: Plan) -> Iterator[Item]:
    """Map every port that a service publishes or exposes."""
    for name, service in plan.app.project.services.items():
        container = plan.names.container(name)
        owner = plan.groups.owners[name]
        for index, port in enumerate(service.ports):
            if port.protocol in {"", "tcp", "udp"}:
                yield ContainerPart(
                    owner,
                    container,
                    {
                        "PortMappings": [
                            {"ContainerPort": port.target, "Protocol": port.protocol or "tcp"}
                        ]
                    },
                    ("services", name, "ports", index),
                )
        for text in service.expose:
            number, _, protocol = text.partition("/")
            if number.isdecimal():
                yield ContainerPart(
                    owner,
                    container,
                    {
                        "PortMappings": [
                            {"ContainerPort": int(number), "Protocol": protocol or "tcp"}
                        ]
                    },
                    ("services", name, "expose"),
                )
