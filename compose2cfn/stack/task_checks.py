"""Check what ECS and IAM refuse in a folded task, no matter which emitter wrote it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Findings, Spot
from compose2cfn.plan.permissions import LARGEST_POLICIES, extent
from compose2cfn.plan.tasks import MOST_CONTAINERS
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.items import Fields, InitStep, RoleKind

LARGEST_TASK_DEFINITION = 64 * 1024
"""Bytes of a task definition that ECS accepts."""

Listened: TypeAlias = tuple[str, str]
"""A port that a container listens on, and its protocol."""


def check_extent(
    kind: RoleKind, documents: Mapping[str, object], own: Iterable[str], spot: Spot
) -> None:
    """Report more policies than a role has room for; ``own`` are documents of services.

    A single document of a service that is too large is reported where it is written.
    """
    total = sum(map(extent, documents.values()))
    if documents.keys() - own and total > LARGEST_POLICIES:
        spot.error(
            "policy-size",
            f"all policies of a role have at most {LARGEST_POLICIES} characters, and those of "
            f"the {kind.label} role have about {total}; mount fewer volumes (one can have "
            "several subpaths), use fewer secrets, or write less into x-aws-role",
        )


def check_definition(
    fields: Fields, containers: Sequence[Fields], listens: Mapping[str, set[Listened]], spot: Spot
) -> None:
    """Report a task definition that ECS refuses; ``listens`` has ports beyond those written."""
    if len(containers) > MOST_CONTAINERS:
        spot.error(
            "task-containers",
            f"a task has at most {MOST_CONTAINERS} containers, and this one has "
            f"{len(containers)}; let fewer services share it (network_mode, completed jobs)",
        )
    if (size := len(canonical(fields).encode())) > LARGEST_TASK_DEFINITION:
        spot.error(
            "task-size",
            f"a task definition has at most {LARGEST_TASK_DEFINITION} bytes, and this one has "
            f"{size}; put large configs and variables elsewhere",
        )
    _check_ports(containers, listens, spot)
    _check_variables(containers, spot)


def check_tmpfs(fields: Fields, containers: Iterable[Fields], spot: Spot) -> None:
    """Warn about file systems in memory that hold more than their container has."""
    of_task = str(fields.get("Memory", ""))
    for container in containers:
        limit = container.get("Memory", int(of_task) if of_task.isdecimal() else None)
        held = sum(_tmpfs_sizes(container))
        if isinstance(limit, int) and held >= limit:
            spot.warn(
                "tmpfs-memory",
                f"the tmpfs of {container['Name']!r} can hold {held} MiB, which count as its "
                f"memory, and it has {limit} MiB: it is stopped before they are full; write more "
                "memory or a smaller tmpfs",
            )


def _tmpfs_sizes(container: Fields) -> Iterator[int]:
    linux = container.get("LinuxParameters")
    entries = linux.get("Tmpfs") if isinstance(linux, Mapping) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(size := entry.get("Size"), int):
            yield size


def check_steps(steps: Iterable[InitStep], findings: Findings) -> None:
    """Report steps that prepare a task on Windows, at what each is for."""
    origins: dict[Steps, None] = dict.fromkeys(tuple(step.origin) for step in steps)
    for origin in origins:
        findings.at(*origin).error(
            "init-windows",
            "preparing a task before its services start needs Linux; let the application read "
            "secrets from variables (x-aws-secrets), put files into the image, or run the service "
            "on linux/amd64",
        )


def _check_ports(
    containers: Iterable[Fields], listens: Mapping[str, set[Listened]], spot: Spot
) -> None:
    """Report containers that listen on one port: those of a task share its network."""
    taken: dict[Listened, str] = {}
    for container in containers:
        name = str(container["Name"])
        for listened in dict.fromkeys((*_mapped(container), *sorted(listens.get(name, ())))):
            other = taken.setdefault(listened, name)
            if other != name:
                spot.error(
                    "port-taken",
                    f"{other!r} and {name!r} share a task and both listen on port {listened[0]}; "
                    "let one of them listen on another",
                )


def _mapped(container: Fields) -> Iterator[Listened]:
    """List the ports that a container definition names."""
    mappings = container.get("PortMappings")
    for mapping in mappings if isinstance(mappings, list) else ():
        port = mapping.get("ContainerPort", mapping.get("ContainerPortRange"))
        if port is not None:
            yield canonical(port), str(mapping.get("Protocol", "tcp"))


def _check_variables(containers: Iterable[Fields], spot: Spot) -> None:
    """Report variables that emitters set twice; those of the file are reported where they are."""
    for container in containers:
        both = _names(container.get("Environment")) & _names(container.get("Secrets"))
        for name in sorted(both):
            spot.error(
                "variable-twice",
                f"the variable {name!r} is both a plain value and a secret; keep one of them",
            )


def _names(entries: object) -> set[str]:
    return {str(entry["Name"]) for entry in entries} if isinstance(entries, list) else set()
