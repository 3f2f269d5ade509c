"""Decide by which names the services of a project find each other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names, stem
from compose2cfn.plan.terms.values import STACK_UUID, Value, join, part

# Cloud Map takes no more of a name, and DNS no more of its parts and of the whole.
_NAME = re.compile(r"(?=.{1,127}$)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*")
_LONGEST = 253


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name of the service that owns a task."""

    name: str
    owner: str
    id: str
    origin: Steps


@dataclass(frozen=True, slots=True)
class Registry:
    """Who is registered under which names, and who asks for names."""

    namespace: Value
    entries: tuple[str, ...]
    """The owners of the tasks that join networks, each registered under its name."""
    aliases: tuple[Alias, ...]
    seekers: frozenset[str]
    """The owners of the tasks that share a network with another one."""


def register(
    app: App, names: Names, tasks: Tasks, networks: Mapping[str, tuple[str, ...]], notes: Notes
) -> Registry:
    """Register the tasks of a project; ``networks`` says by owner what each of them joins."""
    entries = tuple(sorted(owner for owner, joined in networks.items() if joined))
    return Registry(
        namespace=_namespace(app, entries, notes),
        entries=entries,
        aliases=_aliases(app, names, tasks, entries, notes),
        seekers=frozenset(
            owner
            for owner in entries
            if any(
                set(networks[owner]) & set(joined)
                for other, joined in networks.items()
                if other != owner
            )
        ),
    )


def _namespace(app: App, entries: tuple[str, ...], notes: Notes) -> Value:
    """Name the private namespace: unique in its VPC, and the same for all of a stack's life."""
    path: Steps = ("x-aws-namespace",)
    match app.project.x_aws_namespace:
        case None:
            return join("", "c-", part(0, "-", STACK_UUID), ".internal")
        case "":
            return notes.ask(
                Parameter(
                    id="NamespaceName",
                    group="Network",
                    description="Private DNS namespace of the services, such as shop.internal; no "
                    "other one of the VPC has this name",
                    allowed_pattern=r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*",
                    constraint="a domain name, such as shop.internal",
                )
            )
        case str() as name:
            longest = max(map(len, entries), default=0) + 1
            if not _NAME.fullmatch(name) or longest + len(name) > _LONGEST:
                notes.error(
                    "namespace-unknown",
                    f"{name!r} is no domain name; write e.g. shop.internal",
                    path,
                )
            elif name.lower().split(".")[-1] == "local":
                notes.warn(
                    "namespace-local",
                    "many systems ask the local network, not DNS, for names that end in .local; "
                    "write e.g. shop.internal",
                    path,
                )
            return name
        case given:
            return given


def _aliases(
    app: App, names: Names, tasks: Tasks, entries: tuple[str, ...], notes: Notes
) -> tuple[Alias, ...]:
    """List the further names of all tasks, sorted; one that is not unique is a fault."""
    named = _named(entries, notes)
    taken: dict[str, Alias] = {}
    ids: dict[str, Alias] = {}
    for name, owner, origin in _written(app, tasks):
        alias = Alias(name, owner, names.service(owner, f"{stem(name)}Alias"), origin)
        key = name.lower()
        other = named.get(key) or taken.get(key, alias).owner
        if other != alias.owner:
            notes.error(
                "alias-taken",
                f"the name {alias.name!r} is that of {other!r} already; choose another one",
                alias.origin,
            )
        elif key in named or key in taken or not _fits(alias, notes):
            continue
        elif alias.id in ids:
            notes.error(
                "name-collision",
                f"{alias.name!r} and {ids[alias.id].name!r} leave the same letters and digits for "
                "logical ids; choose another one",
                alias.origin,
            )
        else:
            taken[key] = ids[alias.id] = alias
    return tuple(taken[key] for key in sorted(taken) if taken[key].owner in entries)


def _named(entries: tuple[str, ...], notes: Notes) -> dict[str, str]:
    """Give the services by their names as DNS sees them: it knows no upper case."""
    named: dict[str, str] = {}
    for name in entries:
        path: Steps = ("services", name)
        if not _NAME.fullmatch(name):
            notes.error(
                "name-length",
                "each part of a DNS name has from 1 to 63 characters, and the whole at most 127; "
                "choose a shorter name",
                path,
            )
        elif (other := named.setdefault(name.lower(), name)) != name:
            about = f"{other!r} and {name!r} are one name for DNS; rename one of them"
            notes.error("name-collision", about, path)
    return named


def _fits(alias: Alias, notes: Notes) -> bool:
    """Tell whether DNS takes a name."""
    if not _NAME.fullmatch(alias.name):
        notes.error(
            "alias-unfit",
            f"{alias.name!r} is no name for DNS: write letters, digits, '-' and '_', at most 63 "
            "between two dots",
            alias.origin,
        )
        return False
    if "." in alias.name:
        notes.warn(
            "alias-dotted",
            f"a name with a dot is looked up in public DNS first: {alias.name!r} is found here "
            "only if there is no such name in the world",
            alias.origin,
        )
    return True


def _written(app: App, tasks: Tasks) -> Iterator[tuple[str, str, Steps]]:
    """List all names that the file gives to tasks, those of services that others carry included.

    Each comes with the owner of the task and the place where it is written.
    """
    for name, service in sorted(app.project.services.items()):
        path: Steps = ("services", name)
        owner = tasks.owner(name)
        if name in tasks.of(name).jobs:
            continue
        if name != owner and service.networks:
            yield name, owner, path
        for network, joined in sorted(service.networks.items()):
            for index, alias in enumerate(joined.aliases if joined else ()):
                yield alias, owner, (*path, "networks", network, "aliases", index)
        if service.networks and service.container_name:
            yield service.container_name, owner, (*path, "container_name")
        if service.networks and service.hostname:
            yield service.hostname, owner, (*path, "hostname")
        for index, link in enumerate(service.links):
            target, _, alias = link.partition(":")
            if alias and target in app.project.services:
                yield alias, tasks.owner(target), (*path, "links", index)
