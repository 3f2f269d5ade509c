"""Make the paths of a tree absolute, as the marks on the model's fields say."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from posixpath import isabs, join, normpath

from compose2cfn.diagnostics import Steps
from compose2cfn.model.base import Model
from compose2cfn.model.frozen import Record
from compose2cfn.model.letters import is_letter
from compose2cfn.model.marks import Mark
from compose2cfn.model.shape import Shape, ShapeKind, fields, fills, leading, leads
from compose2cfn.source.nodes import Leaf, Node, Sequence, Table

_BY_HOME = r"\$(?:HOME\b|\{HOME\})"
_REMOTE = ("service:", "github.com/", "git@")


class Base(Record):
    """What paths start from: a directory, and for ``~`` the home.

    With ``fill``, paths that are implied but not written are filled in. ``masked`` says that a
    variable gave the directory, so that messages show paths as they are written.
    """

    directory: str
    home: str
    fill: bool = False
    masked: bool = False


def anchor(node: Node, shape: Shape, base: Base) -> Node:
    """Make every path below a node absolute."""
    match node:
        case Leaf(value=str(text)) if text and shape.path:
            if shape.path is Mark.CONTEXT and ("://" in text or text.startswith(_REMOTE)):
                return node
            source = shape.path is Mark.SOURCE
            return Leaf(
                absolute(text, base.directory, base.home),
                node.at,
                node.text,
                node.tag,
                filled=node.filled or base.masked,
                relative=node.relative or (_portable(node, text, base.home) if source else ""),
                variables=node.variables,
            )
        case Sequence(items=items) if shape.item:
            item = shape.item
            return Sequence(tuple(anchor(each, item, base) for each in items), node.at, node.tag)
        case Table() if shape.kind is ShapeKind.MODEL and shape.model:
            return _model(node, shape.model, base)
        case Table(items=entries) if shape.item and leads(shape.item):
            item = shape.item
            below = {key: anchor(each, item, base) for key, each in entries.items()}
            return Table(below, node.keys, node.at, node.tag)
    return node


class WrittenSources(Mapping[Steps, str]):
    """The sources of the bind mounts of services as they were before they were absolute.

    They are found when they are first asked for: not every reader of a file wants them.
    """

    def __init__(self, root: Table) -> None:
        self._root = root

    @cached_property
    def _found(self) -> Mapping[Steps, str]:
        return _written_sources(self._root)

    def __getitem__(self, path: Steps) -> str:
        return self._found[path]

    def __iter__(self) -> Iterator[Steps]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _written_sources(root: Table) -> Mapping[Steps, str]:
    """List these by the paths of the mounts."""
    found: dict[Steps, str] = {}
    services = root.items.get("services")
    for name, service in services.items.items() if isinstance(services, Table) else ():
        match service:
            case Table(items={"volumes": Sequence(items=mounts)}):
                for number, mount in enumerate(mounts):
                    match mount:
                        case Table(items={"source": Leaf(relative=text)}) if text:
                            found["services", name, "volumes", number] = text
    return found


def _portable(node: Leaf, path: str, home: str) -> str:
    """Write a path that names the home by a variable with ``~``, as it is for any user."""
    if (
        home
        and "$" in node.text
        and re.match(_BY_HOME, node.text)
        and f"{path}/".startswith(f"{home.rstrip('/')}/")
    ):
        return "~" + path[len(home.rstrip("/")) :]
    return path


def absolute(path: str, directory: str, home: str = "") -> str:
    """Join a path to a directory, unless it is absolute or starts at the home."""
    if path.startswith("~") and home:
        return clean(join(home, path[1:].lstrip("/")))
    if isabs(path) or _windows(path):
        return path
    return clean(join(directory, path))


def file_at(path: str, directory: str) -> str:
    """Give the path of a file that a file names: it is never that of standard input."""
    found = clean(join(directory, path))
    return f"./{found}" if found == "-" else found


def outside(path: str) -> str:
    """Say that a file is outside the root, and what to do."""
    return (
        f"{path} is outside the root, and nothing outside is read; copy it into the root, or "
        "choose a root that holds it"
    )


def clean(path: str) -> str:
    """Drop redundant parts of a path: ``.``, ``..`` after a name, double slashes."""
    cleaned = normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _model(node: Table, model: type[Model], base: Base) -> Table:
    items, keys = dict(node.items), node.keys
    if base.fill:
        for key, value in fills(model).items():
            if key not in items and leading(model, key):
                keys = {**keys, key: node.at}
                items[key] = Leaf(str(value), node.at, str(value))
    shapes = fields(model)
    for key, value in items.items():
        shape = shapes.get(key)
        if shape and leading(model, key) and (shape.path is not Mark.SOURCE or _bound(node)):
            items[key] = anchor(value, shape, base)
    return Table(items, keys, node.at, node.tag)


def _bound(mount: Table) -> bool:
    match mount.items.get("type"):
        case Leaf(value="bind"):
            return True
    return False


def _windows(path: str) -> bool:
    return path.startswith("\\\\") or (path[1:3] in {":/", ":\\"} and is_letter(path[0]))
