"""What happens to a resource in an update, and why."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from compose2cfn.diagnostics import Location


class Effect(StrEnum):
    """What happens to a resource; the worst is last."""

    ADDED = "added"
    MODIFIED = "modified"
    """In place: it stays the same thing."""
    REMOVED = "removed"
    MAY_BE_REPLACED = "may be replaced"
    """CloudFormation knows only while it updates."""
    REPLACED = "replaced"


class DataFate(StrEnum):
    """What becomes of the data in a resource that is removed or replaced."""

    LOST = "lost"
    MAY_BE_LOST = "may be lost"
    KEPT = "kept"
    """The old one is kept, or a snapshot of it; a new one starts empty."""


class Recreation(StrEnum):
    """Whether the change of a property makes a new resource, as CloudFormation calls it."""

    NEVER = "Never"
    CONDITIONALLY = "Conditionally"
    ALWAYS = "Always"


class Cause(NamedTuple):
    """A property or an attribute that changes."""

    name: str
    paths: tuple[str, ...]
    """Where in it the templates differ: ``ContainerDefinitions[web].Image``."""
    recreation: Recreation
    by: str = ""
    """The resource whose own change changes it, if it is not the template that says so."""
    lines: tuple[Location, ...] = ()
    """The lines of the Compose files that change it, where these are certain."""


class Change(NamedTuple):
    """What happens to one resource."""

    id: str
    type: str
    effect: Effect
    causes: tuple[Cause, ...] = ()
    data: DataFate | None = None
    at: Location | None = None
    """Where the Compose file says what becomes the resource, if there is one."""

    def to_dict(self) -> Mapping[str, object]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "type": self.type,
            "effect": str(self.effect),
            "causes": [
                {
                    "property": cause.name,
                    "paths": list(cause.paths),
                    "recreation": str(cause.recreation),
                    "by": cause.by or None,
                    "lines": [line.to_dict() for line in cause.lines],
                }
                for cause in self.causes
            ],
            "data": str(self.data) if self.data else None,
            "at": self.at.to_dict() if self.at else None,
        }
