"""The additional names that a file gives to services, besides their own."""

from collections.abc import Iterator, Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Record
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.given import NAMESPACE


class Alias(Record):
    """An additional name of the service that owns a task."""

    name: str
    owner: str
    origin: KeyPath


class Aliases:
    """The additional names that a file gives to tasks."""

    def __init__(self, app: App, tasks: Tasks, findings: Findings) -> None:
        self.app = app
        self.tasks = tasks
        self.findings = findings

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
                    f"the name {spot.shown(alias.name)!r} already belongs to {owner!r}; choose "
                    "another one",
                )
            elif key not in services and key not in found and _fits(alias.name, spot):
                found[key] = alias
        return tuple(found[key] for key in sorted(found) if found[key].owner in entries)

    def _written(self) -> Iterator[tuple[Alias, Spot]]:
        """List all names that are written, including those of services that others carry."""
        for service in sorted(self.app.project.services):
            if service not in self.tasks.of(service).jobs:
                for name, owner, spot in self._of_service(service):
                    yield Alias(name=name, owner=owner, origin=spot.path), spot

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
            f"{spot.shown(name)!r} is not a valid DNS name; write letters, digits, '-' and '_', at "
            "most 63 between two dots",
        )
        return False
    if "." in name:
        spot.warn(
            "alias-dotted",
            f"a name with a dot is looked up in public DNS first, so {spot.shown(name)!r} is found "
            "here only if it does not exist there; write a name without a dot",
            subject=f"{spot.shown(name)!r}",
        )
    return True
