"""Load balancers: what the ports of the Compose file publish."""

from collections.abc import Iterable, Iterator, Mapping

from troposphere import ec2
from troposphere import elasticloadbalancingv2 as elb

from compose2cfn.plan.make import Plan
from compose2cfn.plan.publishing import (
    DefaultAction,
    FixedResponse,
    Forward,
    IngressRule,
    Listener,
    ListenerRule,
    LoadBalancer,
    Redirect,
    SourceType,
    TargetGroup,
    TargetHealthCheck,
)
from compose2cfn.plan.terms.values import attribute, ref
from compose2cfn.stack.items import FormerId, Item, Rule, ServicePart, emitter
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.tags import tags

_SOURCES = {
    SourceType.IPV4: "CidrIp",
    SourceType.IPV6: "CidrIpv6",
    SourceType.PREFIX_LIST: "SourcePrefixListId",
    SourceType.SECURITY_GROUP: "SourceSecurityGroupId",
}


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
    """Publish ports on load balancers, and let only those reach the services."""
    published = plan.publishing
    for own in published.load_balancers:
        yield from _load_balancer(plan, own)
    for listener in published.listeners:
        yield from _listener(listener)
    ways = _ways(published.listeners)
    for owner, groups in published.target_groups.items():
        for group in groups:
            if group.own:
                yield from _target_group(plan, group)
            yield _registered(plan, group, published.grace_periods[owner], ways.get(group.id, ()))
    if published.public_only:
        yield _only_public(plan, published.public_only)
    for rule in published.ingress_rules:
        yield _ingress(rule)
    for known in published.plugin_ids:
        yield FormerId(known.id, known.now, known.origin)


def _load_balancer(plan: Plan, own: LoadBalancer) -> Iterator[Item]:
    """Make a load balancer that the stack creates, with its security group."""
    if own.security_group_id:
        group = {
            "GroupDescription": f"Ingress of the {own.type} load balancer",
            "VpcId": plan.network.vpc,
            "Tags": tags(),
        }
        yield resource(ec2.SecurityGroup, own.security_group_id, group, own.origin)
    fields: dict[str, object] = {
        "Type": str(own.type),
        "Scheme": own.scheme,
        "Subnets": list(own.subnets),
        "SecurityGroups": [own.security_group],
        "Tags": tags(),
    }
    if own.attributes:
        fields["LoadBalancerAttributes"] = [{"Key": k, "Value": v} for k, v in own.attributes]
    yield resource(elb.LoadBalancer, own.id, fields, own.origin)
    for name, value, what in (
        ("Arn", ref(own.id), "ARN"),
        ("DNSName", attribute(own.id, "DNSName"), "DNS name"),
        (
            "HostedZoneId",
            attribute(own.id, "CanonicalHostedZoneID"),
            "Hosted zone, for an alias record,",
        ),
        ("SecurityGroupId", own.security_group, "Security group"),
    ):
        about = f"{what} of the {own.type} load balancer"
        yield output(f"{own.id}{name}", value, about, own.origin)


def _only_public(plan: Plan, own: LoadBalancer) -> Item:
    """Refuse private subnets for a load balancer that faces the internet beside its tasks."""
    return Rule(
        "LoadBalancerSubnets",
        {"Fn::Equals": [plan.network.public_address, "ENABLED"]},
        "With AssignPublicIp DISABLED, the subnets are private, and the internet does not reach a "
        "load balancer in them. Convert the Compose file with x-aws-assign_public_ip: false, which "
        "gives it subnets of its own.",
        own.origin,
    )


def _listener(listener: Listener) -> Iterator[Item]:
    """Make a listener, its rules, and the certificates besides its default one."""
    if listener.default is not None:
        fields: dict[str, object] = {
            "LoadBalancerArn": listener.load_balancer.arn,
            "Port": listener.port,
            "Protocol": listener.protocol,
            "DefaultActions": [_action(listener.default)],
        }
        if listener.certificate is not None:
            fields["Certificates"] = [{"CertificateArn": listener.certificate}]
            fields["SslPolicy"] = listener.security_policy
        yield resource(elb.Listener, listener.id, fields, listener.origin)
    for certificate in listener.more_certificates:
        fields = {
            "ListenerArn": listener.arn,
            "Certificates": [{"CertificateArn": certificate.arn}],
        }
        yield resource(elb.ListenerCertificate, certificate.id, fields, listener.origin)
    for rule in listener.rules:
        yield _rule(listener, rule)


def _rule(listener: Listener, rule: ListenerRule) -> Item:
    """Make the rule that sends requests to a target group."""
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
        "Actions": [_action(Forward(rule.target_group))],
    }
    return resource(elb.ListenerRule, rule.id, fields, rule.target_group.origin)


def _action(action: DefaultAction) -> Mapping[str, object]:
    """Write what becomes of requests."""
    match action:
        case Forward(target_group):
            return {"Type": "forward", "TargetGroupArn": target_group.arn}
        case Redirect(protocol, port, status):
            way = {"Protocol": protocol, "Port": str(port), "StatusCode": f"HTTP_{status}"}
            return {"Type": "redirect", "RedirectConfig": way}
        case FixedResponse(status, content_type, body):
            answer = {
                "StatusCode": str(status),
                "ContentType": content_type,
                "MessageBody": body,
            }
            return {"Type": "fixed-response", "FixedResponseConfig": answer}


def _ways(listeners: Iterable[Listener]) -> Mapping[str, list[str]]:
    """Name what connects each target group, by its id, with its load balancer."""
    found: dict[str, list[str]] = {}
    for listener in listeners:
        if isinstance(listener.default, Forward):
            found.setdefault(listener.default.target_group.id, []).append(listener.id)
        for rule in listener.rules:
            found.setdefault(rule.target_group.id, []).append(rule.id)
    return found


def _target_group(plan: Plan, group: TargetGroup) -> Iterator[Item]:
    """Make a target group."""
    drain = {
        "Key": "deregistration_delay.timeout_seconds",
        "Value": str(group.deregistration_delay),
    }
    fields: dict[str, object] = {
        "TargetType": group.target_type,
        "VpcId": plan.network.vpc,
        "Port": group.port,
        "Protocol": group.protocol,
        "TargetGroupAttributes": [drain],
        "Tags": tags(service=group.service),
    }
    if group.protocol_version:
        fields["ProtocolVersion"] = group.protocol_version
    if group.health_check:
        fields |= _checked(group.health_check, group.protocol_version)
    yield resource(elb.TargetGroup, group.id, fields, group.origin)
    about = f"Target group of the service {group.service}"
    yield output(f"{group.id}Arn", group.arn, about, group.origin)


def _checked(check: TargetHealthCheck, version: str) -> Mapping[str, object]:
    """Write how targets are checked; what is left open is decided by Elastic Load Balancing."""
    said = {
        "HealthCheckProtocol": check.protocol,
        "HealthCheckPath": check.path,
        "HealthCheckPort": check.port,
        "HealthCheckIntervalSeconds": check.interval,
        "HealthCheckTimeoutSeconds": check.timeout,
        "HealthyThresholdCount": check.healthy,
        "UnhealthyThresholdCount": check.unhealthy,
    }
    found: dict[str, object] = {name: value for name, value in said.items() if value}
    if check.codes:
        found["Matcher"] = {"GrpcCode" if version == "GRPC" else "HttpCode": check.codes}
    return found


def _registered(
    plan: Plan, group: TargetGroup, grace_period: int, ways: Iterable[str]
) -> ServicePart:
    """Let ECS register tasks with a target group, once that has a load balancer."""
    balanced = {
        "ContainerName": plan.names.container(group.service),
        "ContainerPort": group.container_port,
        "TargetGroupArn": group.arn,
    }
    fields = {"LoadBalancers": [balanced], "HealthCheckGracePeriodSeconds": grace_period}
    return ServicePart(group.owner, fields, tuple(ways), group.origin)


def _ingress(rule: IngressRule) -> Item:
    """Make an ingress rule."""
    fields = {
        "GroupId": rule.security_group,
        _SOURCES[rule.source_type]: rule.source,
        "IpProtocol": rule.transport,
        "FromPort": rule.port,
        "ToPort": rule.port,
        "Description": rule.description,
    }
    return resource(ec2.SecurityGroupIngress, rule.id, fields, rule.origin)
