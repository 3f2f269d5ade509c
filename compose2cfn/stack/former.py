"""Understand former ids where an overlay uses them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.findings import Spot
from compose2cfn.model.functions import Function, function

_NAMED = r"(?<=\$\{)[A-Za-z0-9]+(?=[.}])"


class FormerIds(NamedTuple):
    """The former ids, each with today's id of the same thing."""

    ids: Mapping[str, str]

    def now(self, id_: str, spot: Spot) -> str:
        """Return today's id; report it if it differs."""
        if id_ not in self.ids:
            return id_
        today = self.ids[id_]
        spot.warn("former-id", f"{spot.shown(id_)!r} is named {today!r} here; write that instead")
        return today

    def replaced(self, value: object, spot: Spot) -> object:
        """Replace former ids wherever a value refers to them."""
        match value:
            case Function():
                ((name, argument),) = value.items()
                return function(name, self._member(name, argument, spot))
            case Mapping():
                return {key: self._member(key, item, spot / key) for key, item in value.items()}
            case [*items]:
                return [self.replaced(item, spot / place) for place, item in enumerate(items)]
        return value

    def _member(self, key: str, value: object, spot: Spot) -> object:
        """Replace former ids in the value of a key, which says if it is an id, a path or a text."""
        match key, value:
            case "Ref" | "DependsOn" | "Fn::GetAtt", str(text):
                id_, dot, attribute = text.partition(".")
                return f"{self.now(id_, spot)}{dot}{attribute}"
            case "Fn::Sub", str(text):
                return re.sub(_NAMED, lambda found: self.now(found[0], spot), text)
            case "DependsOn", [*ids]:
                return [self._member(key, id_, spot / place) for place, id_ in enumerate(ids)]
            case "Fn::GetAtt" | "Fn::Sub", [first, *rest]:
                return [self._member(key, first, spot), *(self.replaced(r, spot) for r in rest)]
        return self.replaced(value, spot)
