"""Tell which values of a tree variables gave, and how these are written."""

import re
from collections.abc import Iterator

from compose2cfn.diagnostics import Steps
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table

_FROM_FILES = frozenset({"args", "environment", "labels"})
"""Keys whose entries may come from the environment, or from a file that another key names."""


_ENTRY = 2
"""How deep a service, a volume and so on is in a file."""


class TreeMasks:
    """The masks of a tree."""

    def __init__(self, root: Node) -> None:
        self._root = root
        # What variables gave below nodes that were asked for: one list may be asked for each item.
        self._given: dict[int, tuple[Leaf, ...]] = {}

    def _filled(self, node: Node) -> tuple[Leaf, ...]:
        """List what variables gave at or below a node of the tree."""
        found = self._given.get(id(node))
        if found is None:
            found = self._given[id(node)] = tuple(_filled(node))
        return found

    def _implied(self, above: list[Node], step: str | int) -> str | int:
        """Tell how a key is written that the tree does not have: another one may imply it.

        ``above`` are the nodes on the way to it; of a service, ``links`` imply ``depends_on``.
        """
        if isinstance(step, int):
            return step
        within = above[_ENTRY:] or above[-1:]
        leaves = (leaf for node in reversed(within) for leaf in self._filled(node))
        return next((leaf.text for leaf in leaves if step in _pieces(str(leaf.value))), step)

    def written(self, path: Steps, value: object = None, /) -> str | None:
        """Return what is written in place of the value at a path; None if it is written itself.

        If there are several values at the path, ``value`` is the one, or has a part in common with
        it; of the whole file, only one that is the same counts.
        """
        node, done = _descend(self._root, path)
        rest = path[done:]
        match node:
            case Leaf(value=None) if not rest and path[-2:-1] and path[-2] in _FROM_FILES:
                return f"${path[-1]}"  # passed through
            case Leaf():
                return node.written
            case Table() | Sequence() if not rest:
                fits = _part if path else _whole
                return next((leaf.text for leaf in self._filled(node) if fits(value, leaf)), None)
            case Table() if rest and done and path[done - 1] in _FROM_FILES:
                return f"${rest[0]}"
        if not done:
            return None
        above, _ = _descend(self._root, path[:done])
        # What a file of variables adds to a service that sets none itself.
        if isinstance(above, Table) and len(rest) > 1 and rest[0] in _FROM_FILES:
            return f"${rest[1]}"
        return None

    def hides(self, path: Steps, /) -> bool:
        """Tell whether variables gave a value at or below a path."""
        node, _ = _descend(self._root, path)
        return bool(self._filled(node))

    def way(self, path: Steps, /) -> Steps:
        """Return a path with what is written in place of keys that variables give."""
        shown: list[str | int] = []
        node: Node = self._root
        above = [node]
        for number, step in enumerate(path):
            below = _below(node, step)
            if below is None:
                if isinstance(node, Leaf) and node.filled:
                    return tuple(shown)
                return (*shown, *(self._implied(above, each) for each in path[number:]))
            written = _key_written(node, step, below) if isinstance(node, Table) else None
            shown.append(step if written is None else written)
            node = below
            above.append(node)
        return tuple(shown)


def _descend(node: Node, path: Steps) -> tuple[Node, int]:
    """Follow a path as far as the tree goes; returns how many steps that are, too."""
    for number, step in enumerate(path):
        below = _below(node, step)
        if below is None:
            return node, number
        node = below
    return node, len(path)


def _filled(node: Node) -> Iterator[Leaf]:
    match node:
        case Leaf() if node.filled:
            yield node
        case Table(items=entries):
            for each in entries.values():
                yield from _filled(each)
        case Sequence(items=items):
            for each in items:
                yield from _filled(each)


def _whole(value: object, leaf: Leaf) -> bool:
    """Tell whether a value is that of a leaf."""
    return value is not None and str(value) == str(leaf.value)


def _part(value: object, leaf: Leaf) -> bool:
    """Tell whether a value is that of a leaf, or one is a part of the other."""
    one, other = str(value).lower(), str(leaf.value).lower()
    return value is not None and bool(one and other) and (one in other or other in one)


def _below(node: Node, step: str | int) -> Node | None:
    match node, step:
        case Table(items=entries), str():
            return entries.get(step)
        case Sequence(items=items), int() if 0 <= step < len(items):
            return items[step]
    return None


def _pieces(text: str) -> set[str]:
    """List what a short form may take for names."""
    return {text, text.partition(":")[2], *text.split(":"), *re.split("[:=,]", text)}


def _key_written(table: Table, key: str | int, below: Node) -> str | None:
    """Tell how a key is written that was made of a short form, together with its value.

    The two have one place then, and are written as one text; of what had a fault it is not known.
    """
    place = table.keys.get(str(key))
    first: Node = below
    while not isinstance(first, Leaf | Broken):
        items = first.items.values() if isinstance(first, Table) else first.items
        if first.at != place or not items:
            return None
        first = next(iter(items))
    if first.at != place:
        return None
    return first.written if isinstance(first, Leaf) else "…"
