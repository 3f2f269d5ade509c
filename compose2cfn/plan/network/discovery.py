"""Decide by which names the services of a project find each other."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.plan.network.vpc import Networking
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.given import NAMESPACE
from compose2cfn.plan.terms.names import Names, plugin_entry
from compose2cfn.plan.terms.values import STACK_UUID, Value, join, part

TTL = 5
"""Seconds for which a name, or its absence, is cached."""

# RFC 1035, 2.3.4, without the dot at the end.
_LONGEST_DOMAIN = 253


class Alias(NamedTuple):
    """An additional name of the service that owns a task."""

    name: str
    owner: str
    origin: KeyPath


class Discovery(NamedTuple):
    """The private DNS namespace of a project: who has which names, and who looks names up."""

    namespace: Value
    """Its name."""
    ttl: int
    """Seconds for which an answer is cached."""
    entries: tuple[str, ...]
    """The owners of the tasks that join networks, each registered under its name, sorted."""
    aliases: tuple[Alias, ...]
    plugin_ids: Mapping[str, str]
    """The owner of each entry that has another id here than the retired plugin gave it."""
    clients: frozenset[str]
    """The owners of the tasks whose containers look bare names up in the namespace."""


def discover(
    app: App,
    tasks: Tasks,
    findings: Findings,
    *,
    networking: Networking,
    windows: frozenset[str],
) -> Discovery:
    """Decide which tasks have names, and which look names up.

    ``windows`` has the owners of the tasks that run on Windows.
    """
    networks = {owner: interface.networks for owner, interface in networking.tasks.items()}
    entries = tuple(sorted(owner for owner, joined in networks.items() if joined))
    aliases = _Aliases(app, tasks, findings).unique(entries)
    return Discovery(
        namespace=_namespace(app, entries, findings),
        ttl=TTL,
        entries=entries,
        aliases=aliases,
        plugin_ids=_plugin_ids(entries, aliases),
        clients=_clients(entries, networks, windows, findings),
    )


def _namespace(app: App, entries: tuple[str, ...], findings: Findings) -> Value:
    """Name the private namespace: unique in its VPC, and fixed for the life of a stack."""
    said = app.project.x_aws_namespace
    if said is None:
        return join("", "c-", part(0, "-", STACK_UUID), ".internal")
    spot = findings.at("x-aws-namespace")
    asked = NAMESPACE.parameter(
        "NamespaceName",
        "Private DNS namespace of the services, such as shop.internal; no other one of the VPC "
        "has this name",
    )
    if isinstance(said, str) and NAMESPACE.find(said):
        _check_namespace(said, entries, spot)
    return NAMESPACE.given(said, spot, asked)


def _check_namespace(name: str, entries: tuple[str, ...], spot: Spot) -> None:
    """Report a name that is too long for its entries, and one that is not looked up in DNS."""
    longest = max((len(f"{entry}.{name}") for entry in entries), default=len(name))
    if longest > _LONGEST_DOMAIN:
        NAMESPACE.refuse(name, spot)
    elif name.lower().split(".")[-1] == "local":
        spot.warn(
            "namespace-local",
            "many systems look up names that end in .local on the local network, not in DNS; write "
            "e.g. shop.internal",
        )


def _clients(
    entries: tuple[str, ...],
    networks: Mapping[str, tuple[str, ...]],
    windows: frozenset[str],
    findings: Findings,
) -> frozenset[str]:
    """List the tasks that share a network with another one, and can look up names."""
    sharing = Counter(name for joined in networks.values() for name in joined)
    found = set()
    for owner in entries:
        if all(sharing[name] == 1 for name in networks[owner]):
            continue
        if owner in windows:
            findings.at("services", owner).warn(
                "resolver-windows",
                "tasks on Windows cannot find other services by bare names; write "
                "NAME.NAMESPACE (the namespace is an output of the stack; choose it with "
                "x-aws-namespace)",
            )
            continue
        found.add(owner)
    return frozenset(found)


def _plugin_ids(entries: tuple[str, ...], aliases: tuple[Alias, ...]) -> Mapping[str, str]:
    """List the ids of the plugin that can mean one entry alone, each with the owner of that."""
    taken = {Names.entry(name) for name in (*entries, *(alias.name for alias in aliases))}
    former = Counter(map(plugin_entry, entries))
    return {
        id_: owner
        for owner in entries
        if former[id_ := plugin_entry(owner)] == 1 and id_ not in taken
    }


class _Aliases(NamedTuple):
    """The additional names that a file gives to tasks."""

    app: App
    tasks: Tasks
    findings: Findings

    def unique(self, entries: tuple[str, ...]) -> tuple[Alias, ...]:
        """List the names of these tasks, sorted; one that another task has is a fault."""
        services = _by_dns_name(entries, self.findings)
        found: dict[str, Alias] = {}
        for alias, spot in self._written():
            key = alias.name.lower()
            owner = services.get(key) or found.get(key, alias).owner
            if owner != alias.owner:
                spot.error(
                    "alias-taken",
                    f"the name {alias.name!r} already belongs to {owner!r}; choose another one",
                )
            elif key not in services and key not in found and _fits(alias.name, spot):
                found[key] = alias
        return tuple(found[key] for key in sorted(found) if found[key].owner in entries)

    def _written(self) -> Iterator[tuple[Alias, Spot]]:
        """List all names that are written, including those of services that others carry."""
        for service in sorted(self.app.project.services):
            if service not in self.tasks.of(service).jobs:
                for name, owner, spot in self._of_service(service):
                    yield Alias(name, owner, spot.path), spot

    def _of_service(self, name: str) -> Iterator[tuple[str, str, Spot]]:
        """List the names that a service writes, each with the owner of the task it leads to."""
        service = self.app.project.services[name]
        owner = self.tasks.owner(name)
        spot = self.findings.at("services", name)
        if service.networks and name != owner:
            yield name, owner, spot
        for network, joined in sorted(service.networks.items()):
            for index, alias in enumerate(joined.aliases if joined else ()):
                yield alias, owner, spot / "networks" / network / "aliases" / index
        if service.networks and service.container_name:
            yield service.container_name, owner, spot / "container_name"
        if service.networks and service.hostname:
            yield service.hostname, owner, spot / "hostname"
        for index, link in enumerate(service.links):
            target, _, alias = link.partition(":")
            if alias and target in self.app.project.services:
                yield alias, self.tasks.owner(target), spot / "links" / index


def _by_dns_name(entries: tuple[str, ...], findings: Findings) -> Mapping[str, str]:
    """Return the services by their names as DNS sees them: it ignores case."""
    found: dict[str, str] = {}
    for name in entries:
        spot = findings.at("services", name)
        # Cloud Map sets the same limits for the name of a service as for a namespace.
        if NAMESPACE.find(name) is None:
            spot.error(
                "name-length",
                "each part of a DNS name has 1 to 63 characters, and the whole at most 127; "
                "choose a shorter name",
            )
        elif (other := found.setdefault(name.lower(), name)) != name:
            spot.error(
                "name-collision",
                f"{other!r} and {name!r} are the same name in DNS; rename one of them",
            )
    return found


def _fits(name: str, spot: Spot) -> bool:
    """Tell whether DNS accepts a name."""
    if NAMESPACE.find(name) is None:
        spot.error(
            "alias-unfit",
            f"{name!r} is not a valid DNS name; write letters, digits, '-' and '_', at most 63 "
            "between two dots",
        )
        return False
    if "." in name:
        spot.warn(
            "alias-dotted",
            f"a name with a dot is looked up in public DNS first, so {name!r} is found here only "
            "if it does not exist there; write a name without a dot",
        )
    return True
