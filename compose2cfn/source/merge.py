"""Lay a later file over an earlier one, as the marks on the model's fields say."""

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.model.functions import (
    CONDITIONAL,
    OVERLAY,
    function_of_tag,
    spelled_out,
)
from compose2cfn.model.shape import Shape, ShapeKind
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.shorthand import essence, spell, united
from compose2cfn.source.tags import OVERRIDE, RESET, reset


def merge(
    base: Node, over: Node, shape: Shape, path: Steps = (), *, as_written: bool = False
) -> tuple[Node, list[Diagnostic]]:
    """Merge two values that are spelled out; of two scalars, the later one wins.

    A value tagged ``!override`` replaces the earlier one, ``!reset`` removes the key; both
    keep their tags, since the result may be laid over a further value. Docker Compose merges
    services of one document ``as_written``, where ``!reset`` finds no keys in any list.
    """
    merging = _Merging([], as_written=as_written)
    return merging.merge(base, over, shape, path), merging.faults


class _Merging:
    """One merge, and the faults that it found so far."""

    def __init__(self, faults: list[Diagnostic], *, as_written: bool) -> None:
        self.faults = faults
        self.as_written = as_written

    def merge(self, base: Node, over: Node, shape: Shape, path: Steps) -> Node:
        """Merge two values at a path."""
        if isinstance(base, Broken) or isinstance(over, Broken):
            return over
        if over.tag in {RESET, OVERRIDE} or base.tag == RESET or shape.replaces:
            return over
        match base, over:
            case _, Leaf(value=None):
                return base
            case _ if shape is _ANY and (_function(base, path) or _function(over, path)):
                return over
            case Table(), Table() if shape.same_driver and _drivers_differ(base, over):
                return over
            case Table(), Table():
                return self.tables(base, over, shape, path)
            case Sequence(), Sequence() if not (
                shape.short and not shape.short.over and _short(over)
            ):
                return _sequences(base, over, shape)
            case Table(), Leaf() if shape.listed:
                listed, found = spell(Sequence((over,), over.at), shape, path)
                self.faults.extend(found)
                return self.merge(base, listed, shape, path)
            case Leaf(), _:
                return over
        kind, other = _kind(over), _kind(base)
        message = f"is a {kind} here but a {other} in an earlier file; write the same kind in both"
        related = (base.at,)
        self.faults.append(
            Diagnostic(code="kinds-differ", message=message, path=path, at=over.at, related=related)
        )
        return Broken(over.at)

    def tables(self, base: Table, over: Table, shape: Shape, path: Steps) -> Table:
        """Merge two mappings key by key."""
        fields = shape.fields
        if joined := bool(shape.listed and shape.listed.joined and path[:1] == ("services",)):
            base, over = _reset(base, over)
        elif shape.listed and self.as_written:
            joined = shape.listed.joined_as_written
            if base.from_list:
                over = _without_resets(over)
        settled = shape.listed and shape.item and shape.item.kind is ShapeKind.SCALAR
        if shape.listed and shape.item and shape.item.kind is ShapeKind.LIST:
            base, over = _relisted(base, shape, path), _relisted(over, shape, path)
        items, keys = {**base.items, **over.items}, {**base.keys, **over.keys}
        both = () if settled else [key for key in over.items if key in base.items]
        for key in both:
            field = fields.get(key) if shape.kind is ShapeKind.MODEL else shape.item
            before = base.items[key]
            items[key] = self.merge(before, over.items[key], field or _ANY, (*path, key))
            if items[key] is before:
                keys[key] = base.keys[key]
        return Table(items, keys, base.at, over.tag, joined)


def as_mappings(node: Node, shape: Shape) -> Node:
    """Forget of mappings that they were lists, where Docker Compose makes mappings of these."""
    if not isinstance(node, Table):
        return node
    fields = shape.fields if shape.kind is ShapeKind.MODEL else {}
    items = {
        key: as_mappings(value, fields[key]) if key in fields else value
        for key, value in node.items.items()
    }
    from_list = node.from_list and bool(shape.listed and shape.listed.joined)
    return node._replace(items=items, from_list=from_list)


def _reset(base: Table, over: Table) -> tuple[Table, Table]:
    """Remove the keys that a later mapping resets, as Docker Compose does.

    It looks for them before it joins the two as lists of texts, so that it finds none in what was
    a list already.
    """
    gone = {key for key, value in over.items.items() if reset(value)}
    if gone and not base.from_list:
        kept = {key: value for key, value in base.items.items() if key not in gone}
        base = base._replace(items=kept)
    return base, _without_resets(over)


def _without_resets(over: Table) -> Table:
    """Leave out what resets keys that there are not."""
    added = {key: value for key, value in over.items.items() if not reset(value)}
    return over if len(added) == len(over.items) else over._replace(items=added)


def _function(node: Node, path: Steps) -> bool:
    """Tell a function of CloudFormation below an ``x-*`` key: it is one value, not merged."""
    match node:
        case Leaf(tag=tag) | Sequence(tag=tag) | Table(tag=tag) if tag:
            return function_of_tag(tag, None) is not None
        case Table(items=items) if spelled_out(items):
            attribute = path[:1] == (OVERLAY,) and len(path) == 3 and path[1] in CONDITIONAL
            ours = any(str(step).startswith("x-aws-") for step in path)
            return ours and not (attribute and "Condition" in items)
    return False


def _sequences(base: Sequence, over: Sequence, shape: Shape) -> Sequence:
    """Append the items that are not there yet."""
    if shape.keyed:
        return _laid(base, over, shape.keyed.key)
    if shape.unique:
        return Sequence(united((*base.items, *over.items), shape), base.at, over.tag)
    known = set(map(essence, base.items))
    added: list[Node] = list(base.items)
    for item in over.items:
        if (value := essence(item)) not in known:
            known.add(value)
            added.append(item)
    return Sequence(tuple(added), base.at, over.tag)


def _laid(base: Sequence, over: Sequence, key: str) -> Sequence:
    """Lay items over those of the earlier list that have the same value of a key."""
    items: list[Node] = []
    for item in over.items:
        found = item
        for before in base.items:
            if isinstance(item, Table) and isinstance(before, Table):
                mine, other = item.items.get(key), before.items.get(key)
                if mine is not None and other is not None and essence(mine) == essence(other):
                    found, _ = merge(before, item, _ANY)
        items.append(found)
    return Sequence(tuple(items), over.at, over.tag)


_ANY = Shape(ShapeKind.SCALAR)
"""The shape of what the specification says nothing about."""


def _relisted(table: Table, shape: Shape, path: Steps) -> Table:
    """Spell out a mapping of lists once more, as Docker Compose does when it merges two."""
    texts = tuple(
        item._replace(value=f"{key}={item.value}")
        for key, several in table.items.items()
        if isinstance(several, Sequence)
        for item in several.items
        if isinstance(item, Leaf)
    )
    spelled, _ = spell(Sequence(texts, table.at, table.tag), shape, path)
    return spelled if isinstance(spelled, Table) else table


def _drivers_differ(base: Table, over: Table) -> bool:
    match base.items.get("driver"), over.items.get("driver"):
        case Leaf(value=one), Leaf(value=other):
            return one != other
    return False


def _short(node: Sequence) -> bool:
    """Tell whether a list was written as a text, so that its items have no places of their own."""
    return bool(node.items) and node.items[0].at == node.at


def _kind(node: Node) -> str:
    match node:
        case Sequence() if _short(node):
            return "single value"
        case Table():
            return "mapping"
        case Sequence():
            return "list"
    return "single value"
