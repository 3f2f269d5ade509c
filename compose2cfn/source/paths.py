"""Make the paths of a tree absolute, as the marks on the model's fields say."""

from dataclasses import dataclass
from functools import cache
from posixpath import isabs, join, normpath

from compose2cfn.model.marks import Mark
from compose2cfn.model.shape import Kind, Shape
from compose2cfn.source.nodes import Leaf, Node, Sequence, Table

_REMOTE = ("service:", "github.com/", "git@")


@dataclass(frozen=True, slots=True)
class Base:
    """What paths start from: a directory, and for ``~`` the home.

    With ``fill`` paths that are not written, but stand for something, are put in.
    """

    directory: str
    home: str
    fill: bool = False


def anchor(node: Node, shape: Shape, base: Base) -> Node:
    """Make every path below a node absolute."""
    if not _leads(shape):
        return node
    match node:
        case Leaf(value=str(text)) if text and not shape.marks.isdisjoint(_PATHS):
            if Mark.CONTEXT in shape.marks and ("://" in text or text.startswith(_REMOTE)):
                return node
            return Leaf(absolute(text, base.directory, base.home), node.at, node.text, node.tag)
        case Sequence(items=items) if shape.item:
            item = shape.item
            anchored = tuple(anchor(each, item, base) for each in items)
            return Sequence(anchored, node.at, node.tag)
        case Table(items=entries):
            return _table(node, dict(entries), shape, base)
    return node


def absolute(path: str, directory: str, home: str = "") -> str:
    """Join a path to a directory, unless it is absolute or starts at the home."""
    if path.startswith("~") and home:
        return clean(join(home, path[1:].lstrip("/")))
    if isabs(path) or _windows(path):
        return path
    return clean(join(directory, path))


def clean(path: str) -> str:
    """Drop what a path says in vain: ``.``, ``..`` after a name, double slashes."""
    cleaned = normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _table(node: Table, items: dict[str, Node], shape: Shape, base: Base) -> Table:
    fields, keys = shape.fields, node.keys
    for key, field in fields.items() if base.fill else ():
        if field.fill and key not in items and not field.marks.isdisjoint(_PATHS):
            items[key] = Leaf(str(field.fill.value), node.at)
            keys = {**keys, key: node.at}
    for key, value in items.items():
        field = fields.get(key) if shape.kind is Kind.MODEL else shape.item
        if field is None:
            continue
        if Mark.SOURCE in field.marks:
            match items.get("type"):
                case Leaf(value="bind"):
                    pass
                case _:
                    continue
        items[key] = anchor(value, field, base)
    return Table(items, keys, node.at, node.tag)


_PATHS = frozenset({Mark.PATH, Mark.CONTEXT, Mark.SOURCE})


@cache
def _leads(shape: Shape) -> bool:
    """Tell whether a shape holds paths."""
    below = (*shape.fields.values(), *((shape.item,) if shape.item else ()))
    return not shape.marks.isdisjoint(_PATHS) or any(map(_leads, below))


def _windows(path: str) -> bool:
    return path.startswith("\\\\") or (path[1:3] in {":/", ":\\"} and path[0].isalpha())
