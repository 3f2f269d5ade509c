"""Decide by which names the services of a project find each other."""

from collections import Counter
from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.network.aliases import Alias, Aliases
from compose2cfn.plan.network.mentions import circle, mentions
from compose2cfn.plan.network.vpc import Networking
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.given import NAMESPACE
from compose2cfn.plan.terms.names import Names, plugin_entry
from compose2cfn.plan.terms.values import STACK_UUID, Value, join, part

TTL = 5
"""Seconds for which a name, or its absence, is cached."""

# RFC 1035, 2.3.4, without the dot at the end.
_LONGEST_DOMAIN = 253


class Discovery(Record):
    """The private DNS namespace of a project: who has which names, and who looks names up."""

    namespace: Value
    """Its name."""
    ttl: int
    """Seconds for which an answer is cached."""
    entries: tuple[str, ...]
    """The owners of the tasks that join networks, each registered under its name, sorted."""
    early: frozenset[str]
    """The owners of those that are found before they are healthy."""
    aliases: tuple[Alias, ...]
    plugin_ids: Mapping[str, str]
    """The owner of each entry that has another id here than the retired plugin gave it."""
    clients: frozenset[str]
    """The owners of the tasks whose containers look bare names up in the namespace."""
    own_names: Mapping[str, tuple[str, ...]]
    """Those of them that are one task each, so that their name means the task itself: by owner,
    the names by which a task finds itself, its own first."""


def discover(
    app: App,
    tasks: Tasks,
    findings: Findings,
    *,
    networking: Networking,
    windows: frozenset[str],
    single: frozenset[str],
) -> Discovery:
    """Decide which tasks have names, and which look names up.

    ``windows`` has the owners of the tasks that run on Windows, ``single`` of those that are never
    more than one.
    """
    networks = {owner: interface.networks for owner, interface in networking.tasks.items()}
    entries = tuple(sorted(owner for owner, joined in networks.items() if joined))
    aliases = Aliases(app, tasks, findings).unique(entries)
    namespace = _namespace(app, entries, findings)
    owners = {name.lower(): name for name in entries}
    owners |= {alias.name.lower(): alias.owner for alias in aliases}
    sought = _sought(app, tasks, owners, namespace)
    early = circle({owner: found.values() for owner, found in sought.items()})
    _report_early(early, findings)
    _report_windows(networks, windows, findings)
    # Whatever its neighbours: one that comes or goes leaves a task as it was.
    clients = frozenset(entries) - windows
    return Discovery(
        namespace=namespace,
        ttl=TTL,
        entries=entries,
        early=early,
        aliases=aliases,
        plugin_ids=Frozen(_plugin_ids(entries, aliases)),
        clients=clients,
        own_names=Frozen((owner, _own_names(owner, sought)) for owner in sorted(clients & single)),
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
    domains = [name, *(f"{entry}.{name}" for entry in entries)]
    if max(map(len, domains)) > _LONGEST_DOMAIN:
        NAMESPACE.refuse(name, spot)
    elif name.lower().split(".")[-1] == "local":
        spot.warn(
            "namespace-local",
            "many systems look up names that end in .local on the local network, not in DNS; write "
            "e.g. shop.internal",
        )


def _sought(
    app: App, tasks: Tasks, owners: Mapping[str, str], namespace: Value
) -> Mapping[str, Mapping[str, str]]:
    """List, for each task, the names that it looks for, each with the owner that it leads to.

    ``owners`` has the owner of the task that each name leads to, by the name in lower case.
    """
    suffix = f".{namespace}".lower() if isinstance(namespace, str) else ""
    sought: dict[str, dict[str, str]] = {owner: {} for owner in tasks}
    for name, service in app.project.services.items():
        for host in mentions(service):
            if found := owners.get(host.removesuffix(suffix)):
                sought[tasks.owner(name)][host] = found
    return sought


def _own_names(owner: str, sought: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """List the names by which a task finds itself: its own, and those by which it looks for itself.

    Others are left out, so that an alias moves without a deployment of the task.
    """
    others = {host for host, found in sought[owner].items() if found == owner}
    return (owner, *sorted(others - {owner.lower()}))


def _report_early(early: frozenset[str], findings: Findings) -> None:
    if not early:
        return
    names = sorted(early)
    about = (
        f"{listed(names, 'and')} look for each other or for themselves"
        if len(names) > 1
        else f"{names[0]} looks for its own name"
    )
    findings.at("services", names[0]).info(
        "found-early", f"{about}, and can be found before the health check passes"
    )


def _report_windows(
    networks: Mapping[str, tuple[str, ...]], windows: frozenset[str], findings: Findings
) -> None:
    """Report tasks that cannot look up the bare names of those they share a network with."""
    sharing = Counter(name for joined in networks.values() for name in joined)
    for owner in sorted(windows & networks.keys()):
        if any(sharing[name] > 1 for name in networks[owner]):
            findings.at("services", owner).warn(
                "resolver-windows",
                "tasks on Windows cannot find other services by bare names; write "
                "NAME.NAMESPACE (the namespace is an output of the stack; choose it with "
                "x-aws-namespace)",
            )


def _plugin_ids(entries: tuple[str, ...], aliases: tuple[Alias, ...]) -> Mapping[str, str]:
    """List the ids of the plugin that can mean one entry alone, each with the owner of that."""
    names = [*entries, *(alias.name for alias in aliases)]
    taken = set(map(Names.entry, names))
    former = {owner: plugin_entry(owner) for owner in entries}
    counts = Counter(former.values())
    return {id_: owner for owner, id_ in former.items() if counts[id_] == 1 and id_ not in taken}
