"""The tags with which a value says what becomes of an earlier one: ``!reset`` and ``!override``."""

from collections.abc import Collection
from operator import is_

from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table

RESET = "!reset"
OVERRIDE = "!override"


def reset(node: Node) -> bool:
    """Tell whether a value removes its key."""
    return not isinstance(node, Broken) and node.tag == RESET


def settled(table: Table) -> Table:
    """Remove the tags in what was merged, and the keys that they reset.

    They were about what was below in the same file, and have no effect on later files.
    """
    items = {key: _settled(item) for key, item in table.items.items() if not reset(item)}
    unchanged = table.tag != OVERRIDE and _same(items.values(), table.items.values())
    return table if unchanged else table._replace(items=items, tag=_other(table.tag))


def _settled(node: Node) -> Node:
    match node:
        case Table():
            return settled(node)
        case Sequence():
            items = tuple(map(_settled, node.items))
            unchanged = node.tag != OVERRIDE and _same(items, node.items)
            return node if unchanged else Sequence(items, node.at, _other(node.tag))
        case Leaf() if node.tag == OVERRIDE:
            return node._replace(tag="")
    return node


def _same(one: Collection[Node], other: Collection[Node]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _other(tag: str) -> str:
    return "" if tag == OVERRIDE else tag


def untagged(document: Table, sections: Collection[str]) -> Table:
    """Remove the tags from sections of a document and from their entries, such as services.

    They are about earlier documents, and have no effect on what this one includes or extends, for
    which an entry that is reset does not exist.
    """
    items = dict(document.items)
    for section in sections:
        node = items.get(section)
        if node is None:
            continue
        if reset(node):
            del items[section]
        elif isinstance(node, Table):
            entries = {key: _bare(each) for key, each in node.items.items() if not reset(each)}
            items[section] = Table(entries, node.keys, node.at)
    return Table(items, document.keys, document.at, document.tag)


def _bare(node: Node) -> Node:
    return Table(node.items, node.keys, node.at) if isinstance(node, Table) else node


def tagged(document: Table, written: Table, sections: Collection[str]) -> Table:
    """Give sections of a document and their entries back the tags with which they were written.

    What is reset but comes back, since the document includes it, overrides what was before.
    """
    here = {key: node for key, node in written.items.items() if key in sections}
    below = {
        key: _retagged(found, node)
        for key, node in here.items()
        if isinstance(node, Table) and isinstance(found := document.items.get(key), Table)
    }
    items = {**document.items, **below}
    whole = Table(items, document.keys, document.at, document.tag)
    return _retagged(whole, Table(here, written.keys, written.at))


def _retagged(table: Table, written: Table) -> Table:
    """Give the values of a table back the tags with which they were written."""
    items, keys = dict(table.items), dict(table.keys)
    for key, node in written.items.items():
        match items.get(key), node:
            case None, Leaf() | Sequence() | Table() if node.tag == RESET:
                items[key], keys[key] = node, written.keys[key]
            case Table() as found, Leaf() | Sequence() | Table() if node.tag in {RESET, OVERRIDE}:
                items[key] = Table(found.items, found.keys, found.at, OVERRIDE)
    return Table(items, keys, table.at, table.tag)
