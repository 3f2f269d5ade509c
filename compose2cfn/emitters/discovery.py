"""Cloud Map: services find each other by the names of the Compose file."""

from collections.abc import Iterator

from troposphere import Output, Ref
from troposphere.servicediscovery import (
    DnsConfig,
    DnsRecord,
    Instance,
    PrivateDnsNamespace,
    Service,
)

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.plan.aliases import aliases
from compose2cfn.plan.make import Plan
from compose2cfn.plan.names import INIT, NAMESPACE
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.values import STACK_UUID, Value, attribute, join, part
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    Out,
    Resource,
    ServicePart,
    emitter,
)
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs, tags

TTL = 5
"""Seconds for which a name, or that there is no such name, is remembered."""
_LONGEST_LABEL = 63

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


def namespace_name(plan: Plan) -> Value:
    """Name the private namespace: unique in its VPC, and the same for all of a stack's life."""
    given = plan.app.project.x_aws_namespace
    return given or join("", "c-", part(0, "-", STACK_UUID), ".internal")


@emitter(
    "services.*.container_name",
    "services.*.hostname",
    "services.*.links",
    "services.*.networks.*.aliases",
    "x-aws-namespace",
)
def discovery(plan: Plan) -> Iterator[Item]:
    """Register each service under its name, and let tasks resolve bare names."""
    name = helper(namespace_name(plan))
    yield Resource(
        build(
            PrivateDnsNamespace,
            NAMESPACE,
            {
                "Name": namespace_name(plan),
                "Vpc": plan.network.vpc,
                "Description": "Names of the services of a Compose application",
                "Properties": {"DnsProperties": {"SOA": {"TTL": TTL}}},
                "Tags": [{"Key": key, "Value": value} for key, value in pairs().items()],
            },
        ),
        ("x-aws-namespace",),
    )
    yield Out(Output("Namespace", Value=name, Description="Private DNS namespace of the services"))
    for service in sorted(plan.groups.tasks):
        yield from _entry(plan, service)
    notes = Notes()
    for alias in aliases(plan.app, plan.groups, notes):
        origin = alias.origin
        if fault := _unfit(alias.name, origin):
            yield fault
            continue
        id_ = f"{alias.id}Alias"
        yield Resource(_service(id_, alias.name, "CNAME", "WEIGHTED"), origin)
        target = join(".", alias.service, namespace_name(plan))
        yield Resource(
            Instance(
                f"{id_}Instance",
                ServiceId=Ref(id_),
                InstanceId=alias.service,
                InstanceAttributes={"AWS_INSTANCE_CNAME": helper(target)},
            ),
            origin,
        )
    yield from notes.faults
    for owner in sorted(plan.network.neighboured):
        if plan.placement.tasks[owner].platform.windows:
            continue
        origin = ("services", owner)
        yield InitStep(owner, 0, "resolver", RESOLVER, origin)
        yield ContainerPart(
            owner,
            INIT,
            {"Environment": [{"Name": "NAMESPACE", "Value": namespace_name(plan)}]},
            origin,
        )


def _entry(plan: Plan, service: str) -> Iterator[Item]:
    """Register a task under the name of its owner."""
    origin = ("services", service)
    if fault := _unfit(service, origin):
        yield fault
        return
    id_ = plan.names.service(service, "ServiceDiscoveryEntry")
    entry = _service(id_, service, "A", "MULTIVALUE")
    entry.Tags = tags(service=service)
    yield Resource(entry, origin)
    yield ServicePart(
        service, {"ServiceRegistries": [{"RegistryArn": attribute(id_, "Arn")}]}, origin=origin
    )


def _service(id_: str, name: str, kind: str, policy: str) -> Service:
    return Service(
        id_,
        Name=name,
        NamespaceId=Ref(NAMESPACE),
        DnsConfig=DnsConfig(DnsRecords=[DnsRecord(Type=kind, TTL=TTL)], RoutingPolicy=policy),
    )


def _unfit(name: str, path: tuple[str | int, ...]) -> Diagnostic | None:
    """Report a name that DNS cannot hold."""
    if all(0 < len(label) <= _LONGEST_LABEL for label in name.split(".")):
        return None
    return Diagnostic(
        code="name-length",
        message=f"each part of a DNS name has from 1 to {_LONGEST_LABEL} characters; choose a "
        "shorter name",
        path=path,
    )
