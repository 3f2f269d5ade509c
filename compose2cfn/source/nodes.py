"""The located tree: YAML values that remember where they were written."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from compose2cfn.diagnostics import Location
from compose2cfn.model.units import Moment
from compose2cfn.source.provenance import Variable

Scalar: TypeAlias = str | int | float | bool | Moment | None


class Leaf(NamedTuple):
    """A scalar: its value as Docker Compose reads it, its text as written, its tag if any.

    ``filled`` tells that variables gave it its value: messages show the text instead.
    """

    value: Scalar
    at: Location
    text: str = ""
    tag: str = ""
    filled: bool = False
    relative: str = ""
    """Of a path that was made absolute, what it was before."""
    variables: tuple[Variable, ...] = ()
    """Those whose values are in it."""

    @property
    def written(self) -> str | None:
        """What messages show in place of a value that variables gave; None for any other value."""
        return self.text if self.filled else None

    @property
    def shown(self) -> Scalar:
        """What messages show of the value."""
        return self.text if self.filled else self.value


class Sequence(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    at: Location
    tag: str = ""


class Table(NamedTuple):
    """A mapping with text keys, in written order; each key has a place of its own.

    ``from_list`` tells that Docker Compose holds it as a list of texts, in which ``!reset`` finds
    no keys.
    """

    items: Mapping[str, "Node"]
    keys: Mapping[str, Location]
    at: Location
    tag: str = ""
    from_list: bool = False


class Broken(NamedTuple):
    """What is left of a value that had a fault: later stages skip it without a word."""

    at: Location


Node: TypeAlias = Leaf | Sequence | Table | Broken
