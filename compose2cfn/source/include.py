"""Merge in the applications that a file includes."""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join

from compose2cfn.diagnostics import Steps, failed
from compose2cfn.files import Kind
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.model.shape import whole
from compose2cfn.source.bind import PROJECT, bind, validate
from compose2cfn.source.budget import TooLarge, check_values
from compose2cfn.source.dotenv import parse_dotenv
from compose2cfn.source.extends import Extending, extend
from compose2cfn.source.merge import as_mappings, merge
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.paths import Base, anchor, file_at, outside
from compose2cfn.source.reader import Naming, Reader
from compose2cfn.source.tags import settled, tagged, untagged

_SERVICE = whole(Service)
_SHARED = ("services", "networks", "volumes", "secrets", "configs", "models", "jobs")


class Source(Record):
    """The files of one application, or of one that is included in it.

    ``directory`` is what relative paths start from, ``chain`` the files that include one another,
    ``named`` says where each of the files is named, if a file does it.
    """

    paths: tuple[str, ...]
    directory: str
    environment: Mapping[str, str]
    chain: tuple[str, ...] = ()
    named: tuple[Leaf, ...] = ()
    masked: bool = False
    """Whether a variable gave the directory."""


def gather(source: Source, reader: Reader) -> Table | None:
    """Read the files of an application into one tree, with absolute paths."""
    root: Table | None = None
    for number, path in enumerate(source.paths):
        named = source.named[number] if source.named else None
        within = source.but(chain=(*source.chain, path))
        for document in reader.documents(path, source.environment, named):
            if root is not None:
                _check(root, reader)
            root = _lay(root, _layer(document, path, within, reader), reader)
    if root is None:
        return None
    if source.chain:
        root = pass_through(root, source.environment)
    anchored = anchor(
        root,
        PROJECT,
        Base(
            directory=reader.absolute(source.directory),
            home=reader.home,
            fill=True,
            masked=source.masked,
        ),
    )
    return anchored if isinstance(anchored, Table) else None


def pass_through(root: Table, environment: Mapping[str, str]) -> Table:
    """Fill in variables without a value from the environment in which a file is included."""
    services = root.items.get("services")
    if not isinstance(services, Table):
        return root
    items = {name: _passed(service, environment) for name, service in services.items.items()}
    filled = Table(items, services.keys, services.at, services.tag)
    return Table({**root.items, "services": filled}, root.keys, root.at, root.tag)


def _passed(service: Node, environment: Mapping[str, str]) -> Node:
    match service:
        case Table(items={"environment": Table() as variables}):
            values = {
                name: _given(leaf, name, environment[name])
                if isinstance(leaf, Leaf) and leaf.value is None and name in environment
                else leaf
                for name, leaf in variables.items.items()
            }
            passed = variables._replace(items=values)
            items = {**service.items, "environment": passed}
            return Table(items, service.keys, service.at, service.tag)
    return service


def _given(leaf: Leaf, name: str, value: str) -> Leaf:
    written = leaf.text if leaf.filled else f"${name}"  # a variable may give the name, too
    variables = (*leaf.variables, (name, value))
    return leaf._replace(value=value, text=written, filled=True, variables=variables)


def _layer(document: Table, path: str, source: Source, reader: Reader) -> Table:
    """Complete a document by what it includes, and its services by what they extend."""
    before = len(reader.found)
    root = _including(untagged(document, _SHARED), source, reader)
    complete = not failed(reader.found[before:])
    extending = Extending(
        file=path, directory=source.directory, environment=source.environment, complete=complete
    )
    return tagged(extend(root, extending, reader), document, _SHARED)


def _including(document: Table, source: Source, reader: Reader) -> Table:
    """Lay a document over what it includes; of two files that it includes the first counts more."""
    rest = {key: value for key, value in document.items.items() if key != "include"}
    root = Table(rest, document.keys, document.at, document.tag)
    match document.items.get("include"):
        case Sequence(items=entries):
            for number, entry in enumerate(entries):
                if isinstance(entry, Table):
                    included = _included(settled(entry), ("include", number), source, reader)
                    if included is not None:
                        root = _lay(included, root, reader)
        case None | Leaf(value=None):
            pass
        case _:
            return document
    return root


def _included(entry: Table, path: Steps, source: Source, reader: Reader) -> Table | None:
    """Read what one entry includes; of its top level, only `_SHARED` is taken."""
    files = list(_texts(entry.items.get("path")))
    if not files:
        _check_empty(entry.items.get("path"), (*path, "path"), reader)
        return None
    if sum(reader.refuse_remote(str(leaf.value), Naming.by(leaf, path)) for leaf in files):
        return None
    paths = tuple(file_at(str(leaf.value), source.directory) for leaf in files)
    if not reader.may_include(len(source.chain)):
        message = "too many files include one another; include them from one file"
        reader.fault("cycle", message, files[0].at, path)
        return None
    if paths[0] in source.chain:
        chain = " includes ".join((*source.chain, paths[0]))
        message = f"files include one another: {chain}; remove one include"
        reader.fault("cycle", message, files[0].at, path)
        return None
    directory, leaf = _directory(entry, source) or (dirname(paths[0]), files[0])
    reader.naming.extend(((), each) for each in (*files, leaf))
    if reader.files.kind(directory).kind is Kind.OUTSIDE:
        reader.fault("outside-root", outside(str(leaf.shown)), leaf.at, path)
        return None
    environment = _environment(entry, (directory, leaf), source, reader)
    masked = source.masked or leaf.filled
    inner = Source(
        paths=paths,
        directory=directory,
        environment=environment,
        chain=source.chain,
        named=tuple(files),
        masked=masked,
    )
    tree = gather(inner, reader)
    if tree is None:
        return None
    _check(tree, reader)
    shared = {key: value for key, value in tree.items.items() if key in _SHARED}
    return _spelled_out(settled(Table(shared, tree.keys, tree.at)))


def _spelled_out(tree: Table) -> Table:
    """Forget which mappings were lists, but for those that Docker Compose goes on holding as lists.

    It spells out what is included before it merges it in.
    """
    services = tree.items.get("services")
    if not isinstance(services, Table):
        return tree
    items = {name: as_mappings(service, _SERVICE) for name, service in services.items.items()}
    return tree._replace(items={**tree.items, "services": services._replace(items=items)})


def _check_empty(said: Node | None, path: Steps, reader: Reader) -> None:
    """Refuse what names no file, unless it is empty: Docker Compose skips that."""
    match said:
        case None | Leaf(value=None) | Sequence(items=()) | Broken():
            return
    reader.fault("wrong-type", "must be a path, or a list of paths", said.at, path)


def _directory(entry: Table, source: Source) -> tuple[str, Leaf] | None:
    """Give the directory that an entry chooses for what it includes, and where it says so."""
    match entry.items.get("project_directory"):
        case Leaf(value=str(text)) as leaf if text:
            return file_at(text, source.directory), leaf
    return None


def _environment(
    entry: Table, place: tuple[str, Leaf], source: Source, reader: Reader
) -> Mapping[str, str]:
    """Add the variables of the files that an entry names, or of ``.env`` in its directory.

    ``place`` is that directory, and what names it.
    """
    leaves = list(_texts(entry.items.get("env_file")))
    reader.naming.extend(((), each) for each in leaves)
    files = [(file_at(str(leaf.value), source.directory), leaf) for leaf in leaves]
    dotenv = join(place[0], ".env")
    if not files and reader.files.kind(dotenv).kind not in {Kind.ABSENT, Kind.FOLDER}:
        files = [(dotenv, place[1])]
    added: dict[str, str] = {}
    for path, leaf in files:
        text = reader.text(path, leaf.at, shown=leaf.written if leaves else None)
        if text is not None:
            added, found = parse_dotenv(
                text,
                source.environment,
                path,
                added,
                budget=reader.budget,
                provenance=reader.provenance,
            )
            reader.found.extend(found)
    return {**added, **source.environment}


def _lay(base: Table | None, over: Table, reader: Reader) -> Table:
    if base is None:
        return over
    merged, faults = merge(base, over, PROJECT)
    reader.found.extend(faults)
    return merged if isinstance(merged, Table) else base


def _check(root: Table, reader: Reader) -> None:
    """Refuse what is not valid in a file, even if a later one may replace it."""
    try:
        check_values(root)
    except TooLarge:
        return  # which is told where all is merged
    bound = bind(root)
    reader.found.extend((*bound.faults, *validate(bound.data, root).faults))


def _texts(node: Node | None) -> Iterator[Leaf]:
    if isinstance(node, Sequence):
        yield from (
            each for each in node.items if isinstance(each, Leaf) and isinstance(each.value, str)
        )
