"""Logical ids: each derives only from the names of the thing it stands for.

An id never depends on order, on a count or on what else is in the file, so that adding a service
never renames another's resources; and they are the ids of the retired Docker plugin where it had
the same thing, so that overlays written for it keep working.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.aws import Value
from compose2cfn.model.frozen import Fixed, Frozen
from compose2cfn.plan.terms.values import comparable

CLOUD_MAP = "CloudMap"
CLUSTER_ID = "Cluster"
CLUSTER_CAPACITY = "ClusterCapacityProviders"
LOG_GROUP = "LogGroup"

PROJECT_TAG = "com.docker.compose.project"

INIT = "compose-init"
"""The container that prepares a task before its services start."""


def stem(name: str) -> str:
    """Keep the letters and digits of a Compose name, with the first letter in upper case."""
    kept = re.sub(r"[^A-Za-z0-9]", "", name)
    return kept[:1].upper() + kept[1:]


def tag_key(kind: str) -> str:
    """Name the tag that says which service, network or volume a resource serves."""
    return f"com.docker.compose.{kind}"


def label(value: Value) -> str:
    """Write a value as part of an id: a text as it is, a reference as what it refers to."""
    match value:
        case str():
            return value
        case {"Ref": str(id_)}:
            return id_
    return digest(comparable(value))


def digest(text: str) -> str:
    """Write eight letters and digits that are those of one text alone."""
    return sha256(text.encode()).hexdigest()[:8]


LONGEST_NAME = 90
"""Characters of a name: what holds two, or one and the name of the stack, has up to 255."""


class Names(Fixed):
    """The stems of one project's services, networks, volumes and secrets."""

    _stems: Mapping[tuple[str, str], str]

    def __init__(self, app: App) -> None:
        project = app.project
        stems: dict[tuple[str, str], str] = {}
        for kind, things in (
            ("services", project.services),
            ("networks", project.networks),
            ("volumes", project.volumes),
            ("secrets", project.secrets),
        ):
            for name, thing in things.items():
                stems[kind, name] = stem(thing.x_aws_name or name)[: LONGEST_NAME + 1]
        vars(self).update(_stems=Frozen(stems))

    def service(self, name: str, suffix: str) -> str:
        """Name a resource of a service."""
        return self._stems["services", name] + suffix

    def network(self, name: str, suffix: str = "Network") -> str:
        """Name a resource of a network."""
        return self._stems["networks", name] + suffix

    def volume(self, name: str, suffix: str) -> str:
        """Name a resource of a volume, which the file itself need not name."""
        return self._stems.get(("volumes", name), stem(name)) + suffix

    def secret(self, name: str, suffix: str = "Secret") -> str:
        """Name a resource of a secret."""
        return self._stems["secrets", name] + suffix

    @staticmethod
    def entry(name: str) -> str:
        """Name the entry of a DNS name: nothing but that counts, whoever has it.

        Cloud Map takes a name once, and CloudFormation creates before it deletes: an entry that got
        another id while it keeps its name could not be made.
        """
        plain = name.isascii() and name.isalnum()
        return plugin_entry(name) + ("" if plain else digest(name.lower()))

    @staticmethod
    def container(service: str) -> str:
        """Name the container of a service; ECS does not accept dots."""
        return service.replace(".", "-")

    @staticmethod
    def files_container(service: str) -> str:
        """Name the container that brings files to that of a service, from the same image."""
        return f"{Names.container(service)}-files"

    def lock_container(self, volume: str) -> str:
        """Name the container that holds the lock of a volume."""
        return f"compose-lock-{self.volume(volume, '')}"

    @classmethod
    def report_taken(
        cls, container: str, whose: str, services: Iterable[str], findings: Findings
    ) -> None:
        """Report services of a task whose containers would have the name of a helper container."""
        for service in services:
            if cls.container(service) == container:
                refuse_container(container, whose, findings.at("services", service))

    def report(self, findings: Findings) -> None:
        """Report names without a stem, and two of one kind with the same stem."""
        seen: dict[tuple[str, str], str] = {}
        for (kind, name), found in sorted(self._stems.items()):
            spot = findings.at(kind, name)
            if max(len(name), len(found)) > LONGEST_NAME:
                where = spot if len(name) > LONGEST_NAME else spot / "x-aws-name"
                where.error(
                    "name-length",
                    "names and descriptions on AWS contain this name; write one with "
                    f"at most {LONGEST_NAME} characters",
                )
            if not found:
                spot.error(
                    "name-empty",
                    "a logical id needs letters or digits, and this name has none; "
                    "write some in x-aws-name",
                )
            elif (other := seen.setdefault((kind, found), name)) != name:
                spot.error(
                    "name-collision",
                    f"{other!r} and {name!r} both become {spot.shown(found, of='x-aws-name')!r} in "
                    "logical ids; "
                    "give one of them another name there with x-aws-name",
                )


def refuse_container(container: str, whose: str, spot: Spot) -> None:
    """Report a service whose container would have the name of another one."""
    spot.error(
        "container-name",
        f"its container would have the name {container!r}, like {whose}; give the service another "
        "name",
    )


def plugin_entry(service: str) -> str:
    """Name the entry of a service as the retired plugin did."""
    return f"{stem(service)}ServiceDiscoveryEntry"


def ingress_rule_id(group: str, source: str, protocol: str, port: int) -> str:
    """Name an ingress rule of a security group: a pure function of what it admits.

    ``source`` is a logical id or a block of addresses.
    """
    where = re.sub(r"[^A-Za-z0-9]", lambda found: _SPELLED.get(found[0], "x"), source)
    return f"{group}From{where}On{protocol.upper()}{port}"


# Addresses stay readable and distinct without their punctuation: 10.0.0.0/8 → 10x0x0x0m8.
_SPELLED: Mapping[str, str] = {".": "x", "/": "m", ":": "c"}
