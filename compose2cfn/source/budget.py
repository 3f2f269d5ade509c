"""What one run may still read and put in: a few bytes of aliases and variables become gigabytes."""

from collections.abc import Collection

from compose2cfn.limits import LARGEST_EXPANSION, MOST_IN_FILE, MOST_READ
from compose2cfn.source.nodes import Node, Sequence, Table

TOO_MANY = (
    f"all files together have more than {MOST_READ} values, each file as often as it is included "
    "or extended; split the project"
)


class TooLarge(Exception):
    """A run would read or put in more than its budget."""


class Budget:
    """The characters and values that a run may still read or put in."""

    def __init__(self) -> None:
        self._characters = LARGEST_EXPANSION
        self.values = MOST_READ
        """How many values may still be read."""

    def spend(self, characters: int) -> None:
        """Pay for characters before they are put in; raises `TooLarge`."""
        if characters > self._characters:
            raise TooLarge(
                f"all files together would have more than {LARGEST_EXPANSION} characters once "
                "aliases and variables are put in; write large values once, or split the project"
            )
        self._characters -= characters

    def read(self, values: int) -> None:
        """Pay for values before they are read; raises `TooLarge`."""
        if values > self.values:
            raise TooLarge(TOO_MANY)
        self.values -= values


def check_values(root: Table) -> None:
    """Refuse a tree in which few values stand in many places; raises `TooLarge`."""
    if count_values(root) > MOST_IN_FILE:
        raise TooLarge(
            f"the project has more than {MOST_IN_FILE} values once all files are merged; split it"
        )


def count_values(root: Node) -> int:
    """Count the values of a tree, each as often as it stands in it."""
    return _extent(root, {})


def _extent(node: Node, known: dict[int, int]) -> int:
    match node:
        case Table(items=items):
            below: Collection[Node] = items.values()
        case Sequence(items=below):
            pass
        case _:
            return 1
    key = id(node)
    if key not in known:
        total = 1
        for each in below:
            match each:  # which is faster than to call for every value
                case Table() | Sequence():
                    total += _extent(each, known)
                case _:
                    total += 1
        known[key] = total
    return known[key]
