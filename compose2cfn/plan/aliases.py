"""Decide by which names services are found, besides their own."""

from dataclasses import dataclass

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.plan.groups import Groups
from compose2cfn.plan.names import stem
from compose2cfn.plan.notes import Notes


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name of a service."""

    name: str
    service: str
    origin: KeyPath

    @property
    def id(self) -> str:
        """The stem of its logical ids; distinct names of one service have distinct stems."""
        return f"{stem(self.service)}{stem(self.name)}"


def aliases(app: App, groups: Groups, notes: Notes) -> tuple[Alias, ...]:
    """List the aliases of all tasks, sorted; one that is not unique is a fault.

    A service in the task of another one is found by an alias of that task.
    """
    services = groups.tasks
    owners: dict[str, Alias] = {}
    ids: dict[str, str] = {}
    for alias in _written(app, groups):
        key = alias.name.lower()
        named = next((name for name in services if name.lower() == key), None)
        if named == alias.service:
            continue
        other = owners.setdefault(key, alias)
        if named is not None or other.service != alias.service:
            notes.error(
                "alias-taken",
                f"the name {alias.name!r} is that of {named or other.service!r} already; choose "
                "another one",
                alias.origin,
            )
        elif other is alias and ids.setdefault(alias.id, key) != key:
            notes.error(
                "name-collision",
                f"{alias.name!r} and {ids[alias.id]!r} leave the same letters and digits for "
                "logical ids; choose another one",
                alias.origin,
            )
    return tuple(owners[key] for key in sorted(owners))


def _written(app: App, groups: Groups) -> list[Alias]:
    found = [Alias(n, o, ("services", n)) for n, o in sorted(groups.owners.items()) if n != o]
    for name, service in sorted(app.project.services.items()):
        path: KeyPath = ("services", name)
        for network, joined in sorted(service.networks.items()):
            where = (*path, "networks", network, "aliases")
            found += (
                Alias(a, groups.owners[name], where) for a in (joined.aliases if joined else ())
            )
        for key, alias in (
            ("container_name", service.container_name),
            ("hostname", service.hostname),
        ):
            if alias:
                found.append(Alias(alias, groups.owners[name], (*path, key)))
        for index, link in enumerate(service.links):
            target, _, alias = link.partition(":")
            if alias and target in app.project.services:
                found.append(Alias(alias, groups.owners[target], (*path, "links", index)))
    return found
