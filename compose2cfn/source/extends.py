"""Lay services over those that they extend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join

from compose2cfn.diagnostics import listed
from compose2cfn.model.service import Service
from compose2cfn.model.shape import whole
from compose2cfn.source.bind import PROJECT
from compose2cfn.source.merge import merge
from compose2cfn.source.nodes import Broken, Leaf, Node, Table
from compose2cfn.source.paths import Base, anchor, clean
from compose2cfn.source.reader import Reader
from compose2cfn.source.remote import refuse

_SERVICE = whole(Service)
DEEPEST = 100
"""How many services may extend one another in a chain."""


@dataclass(slots=True)
class _Document:
    """The services of one document, those that were extended already apart."""

    file: str
    directory: str
    services: Mapping[str, Node]
    done: dict[str, Node] = field(default_factory=dict)


def extend(
    root: Table, file: str, directory: str, environment: Mapping[str, str], reader: Reader
) -> Table:
    """Merge into each service of a document what it extends."""
    services = root.items.get("services")
    if not isinstance(services, Table):
        return root
    if not any(
        isinstance(each, Table) and "extends" in each.items for each in services.items.values()
    ):
        return root
    extender = _Extender(reader, environment)
    document = _Document(file, directory, services.items)
    items = {name: extender.service(name, document, ()) for name in services.items}
    extended = Table(items, services.keys, services.at, services.tag)
    return Table({**root.items, "services": extended}, root.keys, root.at, root.tag)


@dataclass(slots=True)
class _Extender:
    reader: Reader
    environment: Mapping[str, str]
    documents: dict[str, _Document | None] = field(default_factory=dict)

    def service(self, name: str, document: _Document, seen: tuple[tuple[str, str], ...]) -> Node:
        """Give a service with all that it extends merged in."""
        if name not in document.done:
            document.done[name] = self._service(name, document, (*seen, (document.file, name)))
        return document.done[name]

    def _service(self, name: str, document: _Document, seen: tuple[tuple[str, str], ...]) -> Node:
        node = document.services[name]
        match node:
            case Table(items={"extends": Table(items=extends)}):
                pass
            case _:
                return node
        rest = {key: value for key, value in node.items.items() if key != "extends"}
        own = Table(rest, node.keys, node.at, node.tag)
        path = ("services", name, "extends")
        at = node.keys["extends"]
        match extends.get("service"):
            case Leaf(value=str(base)):
                pass
            case _:
                self.reader.fault("missing-key", "needs the key service", at, path)
                return own
        source: _Document | None = document
        match extends.get("file"):
            case Leaf(value=str(file)) as leaf if file:
                if refuse(file, leaf.at, path, self.reader):
                    return Broken(node.at)
                source = self._document(clean(join(document.directory, file)), leaf)
        if source is None:
            return Broken(node.at)
        if base not in source.services:
            names = listed(sorted(source.services)[:8]) if source.services else "none"
            message = f"there is no service {base} in {source.file}; there is {names}"
            self.reader.fault("unknown-name", message, at, path)
            return Broken(node.at)
        if len(seen) > DEEPEST:
            message = f"more than {DEEPEST} services extend one another; flatten the chain"
            self.reader.fault("cycle", message, at, path)
            return Broken(node.at)
        if (source.file, base) in seen:
            chain = " extends ".join(each for _, each in (*seen, ("", base)))
            self.reader.fault("cycle", f"the services extend one another: {chain}", at, path)
            return Broken(node.at)
        under = self.service(base, source, seen)
        if not isinstance(under, Table):
            return self._left(node, source) if isinstance(under, Leaf) else Broken(node.at)
        merged, faults = merge(under, own, _SERVICE, ("services", name))
        self.reader.found.extend(faults)
        return merged

    def _left(self, node: Table, source: _Document) -> Table:
        """Leave the key of a service that extends an empty one, as Docker Compose does."""
        match node.items["extends"]:
            case Table(items={"file": Leaf() as file}) as extends:
                path = Leaf(self.reader.absolute(source.file), file.at)
                left = Table({**extends.items, "file": path}, extends.keys, extends.at)
                return Table({**node.items, "extends": left}, node.keys, node.at, node.tag)
        return node

    def _document(self, path: str, named: Leaf) -> _Document | None:
        """Read the services of another file, with its paths relative to its own folder."""
        if path not in self.documents:
            self.documents[path] = self._other(path, named)
        return self.documents[path]

    def _other(self, path: str, named: Leaf) -> _Document | None:
        layers = self.reader.documents(path, self.environment, named.at)
        if not layers:
            return None
        root: Node = layers[0]
        for layer in layers[1:]:
            root, faults = merge(root, layer, PROJECT)
            self.reader.found.extend(faults)
        folder = dirname(path)
        root = anchor(root, PROJECT, Base(self.reader.absolute(folder), self.reader.home))
        services = root.items.get("services") if isinstance(root, Table) else None
        return _Document(path, folder, services.items if isinstance(services, Table) else {})
