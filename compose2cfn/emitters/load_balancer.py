"""Load balancers: what the ports of the Compose file publish."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from troposphere import Output
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress
from troposphere.elasticloadbalancingv2 import (
    Listener,
    ListenerCertificate,
    ListenerRule,
    LoadBalancer,
    TargetGroup,
)

from compose2cfn.diagnostics import Diagnostic, Severity, listed
from compose2cfn.plan.make import Plan
from compose2cfn.plan.publishing import listeners as plans
from compose2cfn.plan.publishing.ingress_rules import Gate
from compose2cfn.plan.publishing.listeners import TLS_POLICY, grace
from compose2cfn.plan.publishing.load_balancers import Balancer
from compose2cfn.plan.publishing.routes import Rule
from compose2cfn.plan.publishing.target_groups import Check, Target
from compose2cfn.plan.terms.values import Value, attribute, ref
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import FormerId, Item, Out, ServicePart, emitter
from compose2cfn.stack.objects import resource
from compose2cfn.stack.tags import pairs

_DRAIN = "30"
"""Seconds in which a target that leaves may finish requests."""


@emitter(
    "services.*.ports[].app_protocol",
    "services.*.ports[].host_ip",
    "services.*.ports[].mode",
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
    for balancer in plan.publishing.balancers:
        yield from _balancer(plan, balancer)
    for listener in plan.publishing.listeners:
        yield from _listener(listener)
    for target in plan.publishing.targets:
        yield from _target(plan, target)
    for gate in plan.publishing.gates:
        yield _gate(gate)
    for id_, now in plan.publishing.former_ids.items():
        yield FormerId(id_, now)
    yield from _costs(plan.publishing.balancers)


def _balancer(plan: Plan, balancer: Balancer) -> Iterator[Item]:
    """Make a load balancer of the stack's own, with its security group."""
    origin = balancer.origin
    if balancer.group_id:
        group = {
            "GroupDescription": f"Ingress of the {balancer.kind} load balancer",
            "VpcId": plan.network.vpc,
            "Tags": _tags(),
        }
        yield resource(SecurityGroup, balancer.group_id, group, origin)
    fields = {
        "Type": balancer.kind,
        "Scheme": balancer.scheme,
        "Subnets": list(balancer.subnets),
        "SecurityGroups": [balancer.group],
        "Tags": _tags(),
    }
    if balancer.attributes:
        fields["LoadBalancerAttributes"] = [{"Key": k, "Value": v} for k, v in balancer.attributes]
    yield resource(LoadBalancer, balancer.id, fields, origin)
    for name, value, what in (
        ("Arn", ref(balancer.id), "ARN"),
        ("DNSName", attribute(balancer.id, "DNSName"), "DNS name"),
        (
            "HostedZoneId",
            attribute(balancer.id, "CanonicalHostedZoneID"),
            "Hosted zone, for an alias record,",
        ),
        ("SecurityGroupId", balancer.group, "Security group"),
    ):
        about = f"{what} of the {balancer.kind} load balancer"
        yield Out(Output(f"{balancer.id}{name}", Value=helper(value), Description=about), origin)


def _listener(listener: plans.Listener) -> Iterator[Item]:
    """Make a listener, its rules, and the certificates besides its own."""
    more = list(listener.certificates)
    if listener.own:
        fields: dict[str, object] = {
            "LoadBalancerArn": listener.balancer.arn,
            "Port": listener.port,
            "Protocol": listener.protocol,
            "DefaultActions": [_action(listener)],
        }
        if more:
            fields["Certificates"] = [{"CertificateArn": more.pop(0)}]
            fields["SslPolicy"] = TLS_POLICY
        yield resource(Listener, listener.id, fields, listener.origin)
    for certificate in more:
        # One resource takes one certificate; its id is made of that, and of nothing beside it.
        mark = sha256(json.dumps(certificate, sort_keys=True).encode()).hexdigest()[:8]
        fields = {
            "ListenerArn": listener.arn,
            "Certificates": [{"CertificateArn": certificate}],
        }
        id_ = f"{listener.id}Certificate{mark}"
        yield resource(ListenerCertificate, id_, fields, listener.origin)
    for rule in listener.rules:
        yield _rule(listener, rule)


def _rule(listener: plans.Listener, rule: Rule) -> Item:
    """Make the rule that gives requests to a target group."""
    conditions: list[Mapping[str, object]] = []
    if rule.hosts:
        hosts = {"Values": list(rule.hosts)}
        conditions.append({"Field": "host-header", "HostHeaderConfig": hosts})
    if rule.paths:
        paths = {"Values": list(rule.paths)}
        conditions.append({"Field": "path-pattern", "PathPatternConfig": paths})
    fields = {
        "ListenerArn": listener.arn,
        "Priority": rule.priority,
        "Conditions": conditions,
        "Actions": [{"Type": "forward", "TargetGroupArn": rule.target.arn}],
    }
    return resource(ListenerRule, rule.id, fields, rule.target.origin)


def _action(listener: plans.Listener) -> Mapping[str, object]:
    """Say what a listener does with what no rule takes."""
    if listener.redirect:
        way = {"Protocol": "HTTPS", "Port": str(listener.redirect), "StatusCode": "HTTP_301"}
        return {"Type": "redirect", "RedirectConfig": way}
    if listener.default is not None:
        return {"Type": "forward", "TargetGroupArn": listener.default.arn}
    answer = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "Not found"}
    return {"Type": "fixed-response", "FixedResponseConfig": answer}


def _target(plan: Plan, target: Target) -> Iterator[Item]:
    """Make a target group, and connect it with its service."""
    if target.own:
        fields = {
            "TargetType": "ip",
            "VpcId": plan.network.vpc,
            "Port": target.published,
            "Protocol": target.protocol,
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": _DRAIN}
            ],
            "Tags": _tags(service=target.service),
            **_checked(target.check, target.version),
        }
        if target.version not in {"", "HTTP1"}:
            fields["ProtocolVersion"] = target.version
        yield resource(TargetGroup, target.id, fields, target.origin)
        about = f"Target group of the service {target.service}"
        output = Output(f"{target.id}Arn", Value=helper(target.arn), Description=about)
        yield Out(output, target.origin)
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
                grace(plan.app, other.service) for other in plan.publishing.targets_of(target.owner)
            ),
        },
        tuple(id_ for listener in plan.publishing.listeners for id_ in _ties(listener, target)),
        target.origin,
    )


def _checked(check: Check, version: str) -> dict[str, Value | int | Mapping[str, Value]]:
    """Write how targets are checked; what is not said is left to Elastic Load Balancing."""
    said: dict[str, Value | int | None] = {
        "HealthCheckProtocol": check.protocol,
        "HealthCheckPath": check.path,
        "HealthCheckPort": check.port,
        "HealthCheckIntervalSeconds": check.interval,
        "HealthCheckTimeoutSeconds": check.timeout,
        "HealthyThresholdCount": check.healthy,
        "UnhealthyThresholdCount": check.unhealthy,
    }
    found: dict[str, Value | int | Mapping[str, Value]] = {k: v for k, v in said.items() if v}
    if check.codes:
        found["Matcher"] = {"GrpcCode" if version == "GRPC" else "HttpCode": check.codes}
    return found


def _ties(listener: plans.Listener, target: Target) -> Iterator[str]:
    """Name what ties a target group to its load balancer: the service waits for it."""
    if listener.own and listener.default is not None and listener.default.id == target.id:
        yield listener.id
    for rule in listener.rules:
        if rule.target.id == target.id:
            yield rule.id


def _gate(gate: Gate) -> Item:
    """Make an ingress rule."""
    fields = {
        "GroupId": gate.group,
        gate.by: gate.source,
        "IpProtocol": gate.protocol,
        "FromPort": gate.port,
        "ToPort": gate.port,
        "Description": gate.about,
    }
    return resource(SecurityGroupIngress, gate.id, fields, gate.origin)


def _costs(balancers: tuple[Balancer, ...]) -> Iterator[Diagnostic]:
    """Count what is billed by the hour whether it is used or not."""
    if not balancers:
        return
    public = sum(len(b.subnets) for b in balancers if b.scheme == "internet-facing")
    about = listed(sorted(balancer.id for balancer in balancers), "and")
    yield Diagnostic(
        code="billed-hourly",
        message=f"billed by the hour: load balancers {len(balancers)} ({about}), their public "
        f"addresses {public}, and that of every task unless AssignPublicIp is DISABLED",
        severity=Severity.INFO,
        path=min(balancers, key=lambda balancer: balancer.id).origin,
    )


def _tags(**things: str) -> list[Mapping[str, object]]:
    return [{"Key": key, "Value": value} for key, value in pairs(**things).items()]
