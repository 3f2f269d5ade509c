"""Where the values of a tree were written."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from compose2cfn.diagnostics import Location, Steps
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table


def nearest(root: Node, path: Steps) -> Location:
    """Find the place of a path, or of the nearest one above it; a key is where its name is."""
    node, at = root, root.at
    for step in path:
        match node, step:
            case Table(items=entries, keys=keys), str() if step in entries:
                node, at = entries[step], keys[step]
            case Sequence(items=items), int() if 0 <= step < len(items):
                node = items[step]
                at = node.at
            case _:
                break
    return at


class Places(Mapping[Steps, Location]):
    """Where each value of a tree was written; made when it is first asked for."""

    def __init__(self, root: Node) -> None:
        self._root = root

    @cached_property
    def _places(self) -> Mapping[Steps, Location]:
        found: dict[Steps, Location] = {}
        _gather(self._root, (), found)
        return found

    def __getitem__(self, path: Steps) -> Location:
        return self._places[path]

    def __iter__(self) -> Iterator[Steps]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _gather(node: Node, path: Steps, found: dict[Steps, Location]) -> None:
    match node:
        case Table(items=entries, keys=keys):
            for key, item in entries.items():
                here = (*path, key)
                found[here] = keys[key]
                _gather(item, here, found)
        case Sequence(items=items):
            for number, item in enumerate(items):
                here = (*path, number)
                found[here] = item.at
                _gather(item, here, found)
        case Leaf() | Broken():
            pass
