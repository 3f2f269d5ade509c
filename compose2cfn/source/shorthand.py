"""Spell out short forms, as the marks on the model's fields say."""

from collections.abc import Iterable

from compose2cfn.diagnostics import Diagnostic, Location, Severity, Steps
from compose2cfn.limits import MOST_ITEMS
from compose2cfn.model.shape import Shape, ShapeKind, folds
from compose2cfn.model.shortforms import Malformed
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table


def spell(node: Node, shape: Shape, path: Steps = ()) -> tuple[Node, list[Diagnostic]]:
    """Write a value of a file in full; what does not fit the shape is left to `bind` to refuse."""
    faults: list[Diagnostic] = []
    return _spell(node, shape, path, faults), faults


def graft(value: object, source: Leaf) -> Node:
    """Make nodes of plain values, all of the place where their source is written."""
    at = source.at
    match value:
        case dict():
            items = {key: graft(item, source) for key, item in value.items()}
            return Table(items, dict.fromkeys(items, at), at)
        case list() | tuple():
            return Sequence(tuple(graft(item, source) for item in value), at)
        case str() | int() | float() | bool() | None:
            filled, variables = source.filled, source.variables
            return Leaf(value, at, source.text, filled=filled, variables=variables)
    raise TypeError(value)


def essence(node: Node) -> object:
    """Return what is equal for equal values, wherever they were written."""
    match node:
        case Leaf(value=value):
            return type(value), value
        case Sequence(items=items):
            return tuple(map(essence, items))
        case Table(items=entries):
            return frozenset((key, essence(item)) for key, item in entries.items())
    return node


def identity(item: Node, shape: Shape) -> object:
    """Return what identifies an item of a list; None if that cannot be said."""
    if shape.unique is None:
        return None
    match item:
        case Leaf(value=str(text)):
            return (shape.unique.text(text),)
        case Leaf(value=value):
            return (str(value),)
        case Table(items=entries) if shape.unique.mapping:
            values = {key: leaf.value for key, leaf in entries.items() if isinstance(leaf, Leaf)}
            return (shape.unique.mapping(values),)
    return None


def united(items: Iterable[Node], shape: Shape) -> tuple[Node, ...]:
    """Put the later of two items with one identity in place of the first."""
    if shape.unique is None:
        return tuple(items)
    found: dict[object, Node] = {}
    for number, item in enumerate(items):
        key = identity(item, shape)
        found[number if key is None else key] = item
    return tuple(found.values())


def _spell(node: Node, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Node:
    if isinstance(node, Leaf):
        return _scalar(node, shape, path, faults)
    if isinstance(node, Broken) or node.tag == "!reset":
        return node
    if isinstance(node, Sequence):
        if shape.listed:
            return _spell(_table(node, shape, path, faults), shape, path, faults)
        return _items(node, shape, path, faults) if shape.kind is ShapeKind.LIST else node
    match shape.kind, shape.item:
        case ShapeKind.MODEL, _:
            return _fold(_keys(node, shape, path, faults), shape, path, faults)
        case ShapeKind.MAPPING, Shape(kind=kind, short=short) as item:
            if kind is ShapeKind.SCALAR and short is None:
                return node
            items = {
                key: _spell(value, item, (*path, key), faults) for key, value in node.items.items()
            }
            return node._replace(items=items)
    return node


def _scalar(leaf: Leaf, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Node:
    """Spell out a text, unless the shape takes scalars as they are."""
    short = shape.short
    if short is None or leaf.tag == "!reset":
        return leaf
    value = leaf.value
    if short.numbers and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return leaf
    try:
        form = short.spell(value)
    except Malformed as error:
        faults.append(_fault("bad-short-form", error.about(leaf.written), path, leaf.at))
        return Broken(leaf.at)
    if short.rest and (rest := short.rest(value)):
        faults.append(_cut(rest, path, leaf))
    spelled = graft(form, leaf)
    if shape.kind is ShapeKind.LIST and shape.item and shape.item.short:
        spelled = _spell(spelled, shape, path, faults)
    match spelled:
        case Table():
            return Table(spelled.items, spelled.keys, leaf.at, leaf.tag)
        case Sequence():
            return Sequence(spelled.items, leaf.at, leaf.tag)
    return spelled


def _items(node: Sequence, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Node:
    """Spell out the items of a list; one text may stand for several items."""
    item = shape.item
    if item is None:
        return node
    spelled: list[Node] = []
    for number, entry in enumerate(node.items):
        match _spell(entry, item, (*path, number), faults):
            case Sequence() as several if item.kind is not ShapeKind.LIST and several is not entry:
                spelled.extend(several.items)
            case one:
                spelled.append(one)
        if len(spelled) > MOST_ITEMS:
            faults.append(_fault("too-many", f"has more than {MOST_ITEMS} entries", path, entry.at))
            return Broken(node.at)
    if shape.distinct:
        _refuse_twins(node.items, path, faults)
    _report_replaced(spelled, shape, path, faults)
    return Sequence(united(spelled, shape), node.at, node.tag)


def _refuse_twins(items: Iterable[Node], path: Steps, faults: list[Diagnostic]) -> None:
    """Refuse items that are written alike."""
    seen: dict[object, Location] = {}
    for number, item in enumerate(items):
        value = essence(item)
        if value in seen:
            named = repr(item.shown) if isinstance(item, Leaf) else "this"
            message = f"{named} is listed twice; write it once"
            faults.append(_fault("duplicate-item", message, (*path, number), item.at, seen[value]))
        else:
            seen[value] = item.at


def _report_replaced(
    items: Iterable[Node], shape: Shape, path: Steps, faults: list[Diagnostic]
) -> None:
    """Report items that later ones of the same list replace, with keys that only AWS knows."""
    known: dict[object, Table] = {}
    for item in items:
        key = identity(item, shape)
        if key is None or not isinstance(item, Table):
            continue
        before = known.get(key, item)
        if _of_aws(before) != _of_aws(item):
            faults.append(
                Diagnostic(
                    code="entry-replaced",
                    severity=Severity.WARNING,
                    message="a later entry of this list is about the same, and Docker Compose "
                    "keeps only that one, so the x-aws-* keys here are lost; write one entry",
                    path=path,
                    at=before.at,
                    related=(item.at,),
                )
            )
        known[key] = item


def _of_aws(item: Table) -> object:
    """Give the keys of an item that Docker does not know."""
    return {key: essence(value) for key, value in item.items.items() if key.startswith("x-aws-")}


def _table(node: Sequence, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Node:
    """Make a mapping of a list of texts."""
    items: dict[str, Node] = {}
    keys: dict[str, Location] = {}
    seen: dict[str, Location] = {}
    for number, item in enumerate(node.items):
        here = (*path, number)
        match item:
            case Broken():
                continue
            case Leaf(value=str(text)) if shape.listed:
                if text in seen and not shape.listed.repeats:
                    message = f"{item.shown!r} is listed twice; write it once"
                    faults.append(_fault("duplicate-item", message, here, item.at, seen[text]))
                seen.setdefault(text, item.at)
                try:
                    key, value = shape.listed.spell(text)
                except Malformed as error:
                    faults.append(
                        _fault("bad-short-form", error.about(item.written), here, item.at)
                    )
                    continue
                entry = graft(value, item)
                before = items.get(key)
                if isinstance(entry, Sequence) and isinstance(before, Sequence):
                    entry = Sequence((*before.items, *entry.items), before.at)
                items[key], keys[key] = entry, entry.at
            case _:
                faults.append(_fault("wrong-type", "must be a text", here, item.at))
    return Table(items, keys, node.at, node.tag, from_list=True)


def _keys(node: Table, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Table:
    """Spell out the values of the keys that the specification names."""
    fields = shape.fields
    items = dict(node.items)
    for key, value in node.items.items():
        field = fields.get(key)
        if field is not None and (field.kind is not ShapeKind.SCALAR or field.short):
            items[key] = _spell(value, field, (*path, key), faults)
    return Table(items, node.keys, node.at, node.tag)


def _fold(node: Table, shape: Shape, path: Steps, faults: list[Diagnostic]) -> Table:
    """Move what a folded mapping holds to beside it."""
    for key in folds(shape.model) if shape.model else ():
        folded = node.items.get(key)
        if isinstance(folded, Table):
            for inner, value in folded.items.items():
                if inner in node.items and essence(node.items[inner]) != essence(value):
                    message = f"differs from the {inner} next to {key}; keep that one"
                    faults.append(_fault("contradiction", message, (*path, key, inner), value.at))
            faults.append(_deprecated(key, (*path, key), folded))
            items = {**node.items, **folded.items, key: Leaf(value=True, at=folded.at)}
            return Table(items, {**node.keys, **folded.keys}, node.at, node.tag)
    return node


def _cut(rest: str, path: Steps, leaf: Leaf) -> Diagnostic:
    sign = "a sign of shells" if leaf.filled else repr(rest[:1])
    message = (
        f"without a shell the command ends at {sign}, as in Docker Compose; to run it in a "
        "shell, write a list: [sh, -c, ...]"
    )
    return Diagnostic(
        code="command-cut", message=message, severity=Severity.WARNING, path=path, at=leaf.at
    )


def _deprecated(key: str, path: Steps, node: Table) -> Diagnostic:
    keys = " and ".join(node.items) or "what it holds"
    message = f"a mapping is outdated here; write {key}: true, and {keys} next to it"
    return Diagnostic(
        code="deprecated", message=message, severity=Severity.WARNING, path=path, at=node.at
    )


def _fault(code: str, message: str, path: Steps, at: Location, *related: Location) -> Diagnostic:
    return Diagnostic(code=code, message=message, path=path, at=at, related=related)
