"""Turn a located tree into the typed model, and say where each value does not fit."""

from collections.abc import Iterator
from itertools import takewhile

from pydantic import ValidationError

from compose2cfn.diagnostics import Diagnostic, Severity, Steps
from compose2cfn.limits import MOST_HINTS
from compose2cfn.model.base import EXTENSIONS, PRINTED, Closed
from compose2cfn.model.frozen import Frozen, Record, frozen
from compose2cfn.model.functions import (
    CONDITIONAL,
    OVERLAY,
    Function,
    function_of_tag,
    spelled_out,
)
from compose2cfn.model.project import Project
from compose2cfn.model.shape import Shape, ShapeKind, extensions, fields, fills, whole
from compose2cfn.model.units import Bytes, Moment
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.tags import reset

PROJECT = whole(Project)
"""The shape of a whole file."""
_BROKEN = object()
"""A placeholder for a value that had a fault: what Pydantic says about it is dropped."""


class Bound(Record):
    """A tree as plain data for Pydantic, what is wrong in it, and its unknown ``x-aws-*`` keys."""

    data: dict[str, object]
    faults: list[Diagnostic]
    unknown: list[Steps]


def bind(root: Table) -> Bound:
    """Make plain data of a tree, with its extensions apart and its defaults filled in."""
    bound = Bound(data={}, faults=[], unknown=[])
    bound.data.update(_model(root, PROJECT, (), bound))
    return bound


class Valid(Record):
    """The typed model of what fits, the faults, and the paths of what was left out."""

    project: Project
    faults: list[Diagnostic]
    left_out: frozenset[Steps]
    broken: frozenset[Steps]
    """These, and the paths above them."""

    def follows(self, finding: Diagnostic) -> bool:
        """Tell whether a finding only follows from what was left out: at or above such a path.

        Faults do not: they know their places.
        """
        return finding.at is None and bool(finding.path) and finding.path in self.broken


def validate(data: dict[str, object], root: Node) -> Valid:
    """Make the typed model of plain data; the tree holds the places of faults.

    What has a fault is left out of the data, so that the rest can be looked at as well.
    """
    faults: list[Diagnostic] = []
    left_out: set[Steps] = set()
    broken: set[Steps] = set()
    for attempt in range(_ATTEMPTS):
        try:
            project = Project.model_validate(data)
            return Valid(
                project=project,
                faults=faults,
                left_out=frozenset(left_out),
                broken=frozenset(broken),
            )
        except ValidationError as error:
            from compose2cfn.source.faults import model_fault  # noqa: PLC0415 - most files are right

            found = error.errors(include_url=False)
        for each in found:
            if attempt == 0 and each["input"] is not _BROKEN:
                faults.append(model_fault(each, root, hint=len(faults) < MOST_HINTS))
            path = tuple(step for step in each["loc"] if step != "[key]")
            left_out.add(path)
            broken.update(path[:length] for length in range(len(path) + 1))
            _leave_out(data, path[:-1] if each["type"] == "missing" else path)
    return Valid(project=Project(), faults=faults, left_out=frozenset({()}), broken=frozenset({()}))


_ATTEMPTS = 5
"""How many times validation is tried: what is left out may be needed by what is around it."""


def _leave_out(data: dict[str, object], path: Steps) -> None:
    """Take a value out of plain data, with the list around it, or the ``x-*`` key.

    An entry of the top level is left empty, so that its name stays known.
    """
    keys = list(takewhile(lambda step: isinstance(step, str), path))
    parent: object = data
    for place, step in enumerate(keys[:-1]):
        below = parent.get(step) if isinstance(parent, dict) else None
        if isinstance(below, Frozen):
            keys = keys[: place + 1]  # an extension is left out as a whole
            break
        parent = below
    if isinstance(parent, dict) and keys:
        if len(keys) == 2 and parent.get(keys[-1]):
            parent[keys[-1]] = {}
        else:
            parent.pop(keys[-1], None)


def raw(node: Node) -> object:
    """Keep only the values."""
    match node:
        case Leaf(value=float() as value) if value.is_integer() and abs(value) < 1e21:
            return int(value)
        case Leaf(value=Moment() as value):
            return value.iso
        case Leaf(value=value):
            return value
        case Sequence(items=items):
            return [raw(item) for item in items]
        case Table(items=entries):
            return {key: raw(item) for key, item in entries.items() if not reset(item)}
    return None


def meant(node: Node, *, spelled: bool) -> object:
    """Keep only the values; short tags of CloudFormation become the functions they stand for.

    With ``spelled``, a mapping whose only key is that of a function becomes one too, such as
    ``{Ref: VpcId}``. Keys of this project are read so; elsewhere such a mapping is just a mapping.
    """
    match node:
        case Sequence(items=items):
            value: object = tuple(meant(item, spelled=spelled) for item in items)
        case Table(items=entries):
            read = {key: meant(item, spelled=spelled) for key, item in entries.items()}
            value = Function(read) if spelled and spelled_out(read) else Frozen(read)
        case Leaf(value=Moment() as moment):
            value = moment.brief
        case _:
            value = raw(node)
    tag = "" if isinstance(node, Broken) else node.tag
    return (function_of_tag(tag, value) if tag else None) or value


def meant_overlay(node: Node) -> object:
    """Read an overlay: a lone ``Condition`` in a resource or an output is its attribute."""
    match node:
        case Table(items=sections, tag=""):
            return Frozen({name: _meant_section(name, each) for name, each in sections.items()})
    return meant(node, spelled=True)


def _meant_section(name: str, node: Node) -> object:
    match node:
        case Table(items=entries, tag="") if name in CONDITIONAL:
            return Frozen({id_: _meant_entry(entry) for id_, entry in entries.items()})
    return meant(node, spelled=True)


def _meant_entry(node: Node) -> object:
    match node:
        case Table(items={"Condition": condition, **others}, tag="") if not others:
            return Frozen({"Condition": meant(condition, spelled=True)})
    return meant(node, spelled=True)


def _plain(node: Node, shape: Shape, path: Steps, bound: Bound) -> object:
    match node:
        case Leaf(value=None):
            return _null(node, shape, path, bound)
        case Leaf(value=value):
            if shape.scalar is not str and not isinstance(value, bool):
                bound.faults.extend(_odd(node, shape.scalar, path))
            if node.tag and function_of_tag(node.tag, "") is not None:
                bound.faults.append(_dropped(node, path))
            return value
        case Broken():
            return _BROKEN
        case Sequence(items=items) if shape.kind is ShapeKind.LIST and shape.item:
            item = shape.item
            return tuple(
                _plain(each, item, (*path, number), bound) for number, each in enumerate(items)
            )
        case Table() if shape.kind is ShapeKind.MODEL:
            return _model(node, shape, path, bound)
        case Table(items=entries) if shape.kind is ShapeKind.MAPPING and shape.item:
            item = shape.item
            return {
                key: _plain(each, item, (*path, key), bound)
                for key, each in entries.items()
                if not reset(each)
            }
    return raw(node)


def _dropped(leaf: Leaf, path: Steps) -> Diagnostic:
    """Warn about a function of CloudFormation where Docker Compose sees its argument as a text."""
    message = (
        f"{leaf.tag} has no effect here, as in Docker Compose; functions belong below x-aws-* "
        "keys, such as x-aws-cloudformation"
    )
    return Diagnostic(
        code="function-dropped", message=message, severity=Severity.WARNING, path=path, at=leaf.at
    )


def _odd(leaf: Leaf, scalar: type, path: Steps) -> Iterator[Diagnostic]:
    """Warn about a value that means something else to Docker Compose than it seems to."""
    code = message = ""
    match leaf.value:
        case str(word) if scalar is bool and word.lower() in _OLD_FLAGS:
            code, message = (
                "old-flag",
                f"{leaf.shown!r} is outdated; write {_OLD_FLAGS[word.lower()]}",
            )
        case float() if issubclass(scalar, Bytes):
            code = "lost-size"
            message = "Docker Compose reads a size with a point or an exponent as 0; quote it"
    if code:
        warning = Severity.WARNING
        yield Diagnostic(code=code, message=message, severity=warning, path=path, at=leaf.at)


_OLD_FLAGS = {
    **dict.fromkeys(("y", "yes", "on"), "true"),
    **dict.fromkeys(("n", "no", "off"), "false"),
}


def _null(leaf: Leaf, shape: Shape, path: Steps, bound: Bound) -> object:
    if not shape.nullable:
        message = "is empty; write a value, or leave the key out"
        bound.faults.append(Diagnostic(code="empty-value", message=message, path=path, at=leaf.at))
        return _BROKEN
    return {} if shape.kind is ShapeKind.MODEL and not shape.optional else None


def _model(node: Table, shape: Shape, path: Steps, bound: Bound) -> dict[str, object]:
    """Split off extensions, and fill in defaults."""
    model = shape.model
    if model is None:
        return {}
    known, keys = extensions(model), fields(model)
    open_ = not issubclass(model, Closed)
    data: dict[str, object] = dict(fills(model))
    extra: dict[str, object] = {}
    printed: dict[str, object] = {}
    for key, value in node.items.items():
        if reset(value):
            continue
        if (expected := keys.get(key)) is not None:
            data[key] = _plain(value, expected, (*path, key), bound)
        elif open_ and key.startswith("x-"):
            printed[key] = frozen(raw(value))
            extra[key] = _extension(key, value)
            if key in known:
                data[key] = extra[key]
            elif key.startswith("x-aws-"):
                bound.unknown.append((*path, key))
        elif key in {EXTENSIONS, PRINTED} or (not path and _like_service(value)):
            hint = len(bound.faults) < MOST_HINTS
            bound.faults.append(_unknown(node, (*path, key), hint=hint))
        else:
            data[key] = raw(value)
    if extra:
        data[EXTENSIONS] = Frozen(extra)
        data[PRINTED] = Frozen(printed)
    return data


def _unknown(node: Table, path: Steps, *, hint: bool) -> Diagnostic:
    """Say that a mapping has no such key."""
    from compose2cfn.source.faults import unknown_key  # noqa: PLC0415 - most keys are known

    key = str(path[-1])
    message = (
        f"there is no such key; write this service below services: {key}"
        if len(path) == 1 and _like_service(node.items[key])
        else unknown_key(path, hint=hint)
    )
    return Diagnostic(code="unknown-key", message=message, path=path, at=node.keys[key])


def _like_service(node: Node) -> bool:
    """Tell what the first version of Compose files has at the top level: a service."""
    return isinstance(node, Table) and not node.items.keys().isdisjoint({"image", "build"})


def _extension(key: str, node: Node) -> object:
    """Read the value of an ``x-*`` key."""
    if key == OVERLAY:
        return meant_overlay(node)
    return meant(node, spelled=key.startswith("x-aws-"))
