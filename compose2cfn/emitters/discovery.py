"""Cloud Map: services find each other by the names of the Compose file."""

from collections.abc import Iterator, Mapping

from troposphere.servicediscovery import Instance, PrivateDnsNamespace, Service

from compose2cfn.diagnostics import Steps
from compose2cfn.plan.make import Plan
from compose2cfn.plan.network import Alias, Discovery
from compose2cfn.plan.terms.names import CLOUD_MAP, INIT
from compose2cfn.plan.terms.values import attribute, join, ref
from compose2cfn.stack.items import (
    ContainerPart,
    FormerId,
    InitStep,
    Item,
    ServicePart,
    Stage,
    emitter,
)
from compose2cfn.stack.objects import output, resource
from compose2cfn.stack.tags import tags

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

# A service finds itself at once, before it is registered; so does each in Docker. All containers of
# a task share one /etc/hosts as well. The address is that of the task's network interface:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
HOSTS = r"""
hosts=${HOSTS:-/etc/hosts}
address=$(wget -q -O - "${ECS_CONTAINER_METADATA_URI_V4:-}" |
  sed -n 's/.*"IPv4Addresses": *\["\([0-9.]*\)".*/\1/p')
if [ -z "$address" ]; then
  echo "the address of this task is not known; it finds its own name once it is registered" >&2
elif ! grep -qxF "$address $OWN_NAME" "$hosts"; then
  known=$(cat "$hosts")
  printf '%s\n%s %s\n' "$known" "$address" "$OWN_NAME" > "$hosts"
fi
"""

_ALIAS_INSTANCE = "alias"


@emitter(
    "services.*.container_name",
    "services.*.hostname",
    "services.*.links",
    "services.*.networks.*.aliases",
    "x-aws-namespace",
)
def discovery(plan: Plan) -> Iterator[Item]:
    """Register each service under its name, and let tasks resolve bare names."""
    found = plan.discovery
    if not found.entries:
        return
    origin: Steps = ("x-aws-namespace",)
    namespace = {
        "Name": found.namespace,
        "Vpc": plan.network.vpc,
        "Description": "Names of the services of a Compose application",
        "Properties": {"DnsProperties": {"SOA": {"TTL": found.ttl}}},
        "Tags": tags(),
    }
    yield resource(PrivateDnsNamespace, CLOUD_MAP, namespace, origin)
    yield output("Namespace", found.namespace, "Private DNS namespace of the services", origin)
    for owner in found.entries:
        yield from _entry(plan, owner)
    for id_, owner in found.plugin_ids.items():
        yield FormerId(id_, plan.names.entry(owner), ("services", owner))
    for alias in found.aliases:
        yield from _alias(plan, alias)
    for owner in sorted(found.clients):
        yield from _resolver(plan, owner)


def _entry(plan: Plan, owner: str) -> Iterator[Item]:
    """Register a task under the name of its owner."""
    origin: Steps = ("services", owner)
    id_ = plan.names.entry(owner)
    name: dict[str, object] = {
        "Name": owner,
        "NamespaceId": ref(CLOUD_MAP),
        "DnsConfig": _answer(plan.discovery, "A", "MULTIVALUE"),
        "Tags": tags(service=owner),
    }
    if owner not in plan.discovery.early:
        # ECS tells Cloud Map whether a task is healthy; this can neither be added nor taken away.
        name["HealthCheckCustomConfig"] = {"FailureThreshold": 1}
    yield resource(Service, id_, name, origin)
    registered = [{"RegistryArn": attribute(id_, "Arn")}]
    yield ServicePart(owner, {"ServiceRegistries": registered}, origin=origin)


def _alias(plan: Plan, alias: Alias) -> Iterator[Item]:
    """Let an additional name lead to that of a task; only its instance says whose it is."""
    found, id_ = plan.discovery, plan.names.entry(alias.name)
    name = {
        "Name": alias.name,
        "NamespaceId": ref(CLOUD_MAP),
        "DnsConfig": _answer(found, "CNAME", "WEIGHTED"),
        "Tags": tags(),
    }
    yield resource(Service, id_, name, alias.origin)
    instance = {
        "ServiceId": ref(id_),
        # The same whoever has the name: registered again, an instance leads elsewhere at once.
        "InstanceId": _ALIAS_INSTANCE,
        "InstanceAttributes": {"AWS_INSTANCE_CNAME": join(".", alias.owner, found.namespace)},
    }
    yield resource(Instance, f"{id_}Instance", instance, alias.origin)


def _answer(found: Discovery, kind: str, policy: str) -> Mapping[str, object]:
    """Write how DNS answers: with what kind of record, and which of several."""
    return {"DnsRecords": [{"Type": kind, "TTL": found.ttl}], "RoutingPolicy": policy}


def _resolver(plan: Plan, owner: str) -> Iterator[Item]:
    """Let the containers of a task find bare names."""
    origin: Steps = ("services", owner)
    yield InitStep(owner, Stage.NAMES, "resolver", RESOLVER, origin)
    environment = [{"Name": "NAMESPACE", "Value": plan.discovery.namespace}]
    if names := plan.discovery.own_names.get(owner):
        yield InitStep(owner, Stage.NAMES, "hosts", HOSTS, origin)
        environment.append({"Name": "OWN_NAME", "Value": " ".join(names)})
    yield ContainerPart(owner, INIT, {"Environment": environment}, origin)
