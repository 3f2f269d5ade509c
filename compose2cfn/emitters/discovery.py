"""Cloud Map: services find each other by the names of the Compose file."""

from collections.abc import Iterator, Mapping

from troposphere import Output
from troposphere.servicediscovery import Instance, PrivateDnsNamespace, Service

from compose2cfn.diagnostics import Diagnostic, Severity, Steps
from compose2cfn.plan.make import Plan
from compose2cfn.plan.network.discovery import Alias
from compose2cfn.plan.terms.names import INIT, NAMESPACE
from compose2cfn.plan.terms.values import attribute, join, ref
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    Out,
    ServicePart,
    emitter,
)
from compose2cfn.stack.objects import resource
from compose2cfn.stack.tags import pairs

TTL = 5
"""Seconds for which a name, or that there is no such name, is remembered."""

# Bare names resolve because the namespace is the first of the task's search domains. All containers
# of a task share one /etc/resolv.conf, which is mounted: it is written in place, never renamed.
# resolv.conf(5): the last search or domain line counts; at most 6 names and 256 characters.
RESOLVER = r"""
resolv=${RESOLV_CONF:-/etc/resolv.conf}
search=$NAMESPACE
count=1
known=$(awk '$1 == "search" || $1 == "domain" { $1 = ""; last = $0 } END { print last }' "$resolv")
for name in $known; do
  longer="$search $name"
  if [ "$name" != "$NAMESPACE" ] && [ "$count" -lt 6 ] && [ "${#longer}" -le 250 ]; then
    search=$longer
    count=$((count + 1))
  fi
done
rest=$(awk '$1 != "search" && $1 != "domain"' "$resolv")
printf '%s\nsearch %s\n' "$rest" "$search" > "$resolv"
"""


@emitter(
    "services.*.container_name",
    "services.*.hostname",
    "services.*.links",
    "services.*.networks.*.aliases",
    "x-aws-namespace",
)
def discovery(plan: Plan) -> Iterator[Item]:
    """Register each service under its name, and let tasks resolve bare names."""
    registry = plan.network.registry
    if not registry.entries:
        return
    origin: Steps = ("x-aws-namespace",)
    namespace = {
        "Name": registry.namespace,
        "Vpc": plan.network.vpc,
        "Description": "Names of the services of a Compose application",
        "Properties": {"DnsProperties": {"SOA": {"TTL": TTL}}},
        "Tags": _tags(),
    }
    yield resource(PrivateDnsNamespace, NAMESPACE, namespace, origin)
    yield Out(
        Output(
            "Namespace",
            Value=helper(registry.namespace),
            Description="Private DNS namespace of the services",
        ),
        origin,
    )
    for owner in registry.entries:
        yield from _entry(plan, owner)
    for alias in registry.aliases:
        yield from _alias(plan, alias)
    for owner in sorted(registry.seekers):
        yield from _resolver(plan, owner)


def _entry(plan: Plan, owner: str) -> Iterator[Item]:
    """Register a task under the name of its owner."""
    origin: Steps = ("services", owner)
    id_ = plan.names.service(owner, "ServiceDiscoveryEntry")
    yield _service(id_, owner, "A", "MULTIVALUE", owner, origin)
    registered = [{"RegistryArn": attribute(id_, "Arn")}]
    yield ServicePart(owner, {"ServiceRegistries": registered}, origin=origin)


def _alias(plan: Plan, alias: Alias) -> Iterator[Item]:
    """Let a further name lead to that of a task."""
    yield _service(alias.id, alias.name, "CNAME", "WEIGHTED", alias.owner, alias.origin)
    instance = {
        "ServiceId": ref(alias.id),
        "InstanceId": alias.owner,
        "InstanceAttributes": {
            "AWS_INSTANCE_CNAME": join(".", alias.owner, plan.network.registry.namespace)
        },
    }
    yield resource(Instance, f"{alias.id}Instance", instance, alias.origin)


def _service(id_: str, name: str, kind: str, policy: str, owner: str, origin: Steps) -> Item:
    """Make a name of the namespace."""
    fields = {
        "Name": name,
        "NamespaceId": ref(NAMESPACE),
        "DnsConfig": {"DnsRecords": [{"Type": kind, "TTL": TTL}], "RoutingPolicy": policy},
        "Tags": _tags(service=owner),
    }
    return resource(Service, id_, fields, origin)


def _resolver(plan: Plan, owner: str) -> Iterator[Item]:
    """Let the containers of a task find bare names."""
    origin: Steps = ("services", owner)
    if plan.compute.tasks[owner].platform.windows:
        yield Diagnostic(
            code="resolver-windows",
            message="tasks on Windows do not find other services by their bare names; write "
            "NAME.NAMESPACE (the namespace is an output of the stack; choose it with "
            "x-aws-namespace)",
            severity=Severity.WARNING,
            path=origin,
        )
        return
    yield InitStep(owner, 0, "resolver", RESOLVER, origin)
    environment = [{"Name": "NAMESPACE", "Value": plan.network.registry.namespace}]
    yield ContainerPart(owner, INIT, {"Environment": environment}, origin)


def _tags(**things: str) -> list[Mapping[str, object]]:
    return [{"Key": key, "Value": value} for key, value in pairs(**things).items()]
