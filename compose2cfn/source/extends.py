"""Lay services over those that they extend."""

from collections.abc import Mapping
from posixpath import dirname
from typing import TypeAlias

from compose2cfn.diagnostics import Location, Steps, listed
from compose2cfn.limits import LONGEST_CHAIN
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.model.shape import whole
from compose2cfn.source.bind import PROJECT
from compose2cfn.source.merge import merge
from compose2cfn.source.nodes import Broken, Leaf, Node, Table
from compose2cfn.source.paths import Base, anchor, file_at
from compose2cfn.source.reader import Naming, Reader
from compose2cfn.source.tags import reset, settled

_SERVICE = whole(Service)

_Chain: TypeAlias = tuple[tuple[str, str], ...]
"""Services that extend one another, each after the file it is in."""


class Extending(Record):
    """The document whose services extend others.

    It is ``complete`` if all that it includes could be read; otherwise a missing service is not a
    fault.
    """

    file: str
    directory: str
    environment: Mapping[str, str]
    complete: bool


class _Document:
    """The services of one document; ``done`` holds those that have been extended."""

    def __init__(
        self, file: str, directory: str, services: Mapping[str, Node], *, complete: bool = True
    ) -> None:
        self.file = file
        self.directory = directory
        self.services = services
        self.complete = complete
        self.done: dict[str, Node] = {}


def extend(root: Table, extending: Extending, reader: Reader) -> Table:
    """Merge into each service of a document what it extends."""
    services = root.items.get("services")
    if not isinstance(services, Table):
        return root
    if not any(
        isinstance(each, Table) and "extends" in each.items for each in services.items.values()
    ):
        return root
    extender = _Extender(reader, extending.environment)
    document = _Document(
        extending.file, extending.directory, services.items, complete=extending.complete
    )
    items = {name: extender.service(name, document, ()) for name in services.items}
    extended = Table(items, services.keys, services.at, services.tag)
    return Table({**root.items, "services": extended}, root.keys, root.at, root.tag)


class _Extender:
    def __init__(self, reader: Reader, environment: Mapping[str, str]) -> None:
        self.reader = reader
        self.environment = environment
        self.documents: dict[str, _Document | None] = {}

    def service(self, name: str, document: _Document, seen: _Chain) -> Node:
        """Return a service with all that it extends merged in."""
        if name not in document.done:
            document.done[name] = self._service(name, document, (*seen, (document.file, name)))
        return document.done[name]

    def _service(self, name: str, document: _Document, seen: _Chain) -> Node:
        """Extend a service; ``seen`` ends with it."""
        node = document.services[name]
        match node:
            case Table(items={"extends": Table() as said, **rest}) if not reset(said):
                extends = settled(said)
            case _:
                return node
        match extends.items.get("service"):
            case Leaf(value=str(base)) as named:
                source = self._source(extends, document, ("services", name, "extends"))
            case _:
                # `bind` says what is missing.
                return Table({**node.items, "extends": extends}, node.keys, node.at, node.tag)
        if source is None or not self._may_extend(named, source, node.keys["extends"], seen):
            return Broken(node.at)
        under = self.service(base, source, seen)
        if not isinstance(under, Table):
            return self._left(node, source) if isinstance(under, Leaf) else Broken(node.at)
        own = Table(rest, node.keys, node.at)
        merged, faults = merge(
            settled(under), own, _SERVICE, ("services", name), as_written=source is document
        )
        self.reader.found.extend(faults)
        return merged

    def _source(self, extends: Table, document: _Document, path: Steps) -> _Document | None:
        """Find the document that holds what is extended; None if it cannot be read."""
        match extends.items.get("file"):
            case Leaf(value=str(file)) as named if file:
                if self.reader.refuse_remote(file, Naming.by(named, path)):
                    return None
                self.reader.naming.append(((), named))
                return self._document(file_at(file, document.directory), named)
        return document

    def _may_extend(self, named: Leaf, source: _Document, at: Location, seen: _Chain) -> bool:
        """Tell whether there is such a service that does not lead back; say why not."""
        code, message = "cycle", ""
        base = str(named.value)
        if base not in source.services:
            if not source.complete:
                return False
            code, names = "unknown-name", sorted(source.services)[:8]
            hint = f"; write {listed(names)}" if names else ""
            message = f"there is no service {named.shown} in {source.file}{hint}"
        elif len(seen) > LONGEST_CHAIN:
            message = f"more than {LONGEST_CHAIN} services extend one another; flatten the chain"
        elif (source.file, base) in seen:
            chain = " extends ".join(each for _, each in (*seen, ("", base)))
            message = f"services extend one another: {chain}; remove one extends"
        if message:
            self.reader.fault(code, message, at, ("services", seen[-1][1], "extends"))
        return not message

    def _left(self, node: Table, source: _Document) -> Table:
        """Keep the key of a service that extends an empty one, as Docker Compose does."""
        match node.items["extends"]:
            case Table(items={"file": Leaf() as file}) as extends:
                path = file._replace(value=self.reader.absolute(source.file))
                left = Table({**extends.items, "file": path}, extends.keys, extends.at)
                return Table({**node.items, "extends": left}, node.keys, node.at, node.tag)
        return node

    def _document(self, path: str, leaf: Leaf) -> _Document | None:
        """Read the services of another file, with its paths relative to its own folder."""
        if path not in self.documents:
            self.documents[path] = self._other(path, leaf)
        return self.documents[path]

    def _other(self, path: str, leaf: Leaf) -> _Document | None:
        layers = self.reader.documents(path, self.environment, leaf)
        if not layers:
            return None
        root: Node = layers[0]
        for layer in layers[1:]:
            root, faults = merge(root, layer, PROJECT)
            self.reader.found.extend(faults)
        folder = dirname(path)
        base = Base(
            directory=self.reader.absolute(folder), home=self.reader.home, masked=leaf.filled
        )
        root = anchor(root, PROJECT, base)
        services: Mapping[str, Node] = {}
        match root:
            case Table(items={"services": Table(items=entries)}):
                services = {name: each for name, each in entries.items() if not reset(each)}
        return _Document(path, folder, services)
