"""Read files: Compose documents, each parsed, interpolated and spelled out, and plain texts."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import Diagnostic, Location, Steps
from compose2cfn.files import Files, Kind
from compose2cfn.limits import DEEPEST_INCLUDE, MOST_INCLUDED
from compose2cfn.model.masks import PLAIN, Masks
from compose2cfn.root import Outside
from compose2cfn.source.bind import PROJECT
from compose2cfn.source.bridge import handed_over, without_secrets
from compose2cfn.source.budget import Budget, TooLarge, count_values
from compose2cfn.source.dotenv import decode
from compose2cfn.source.former import renamed
from compose2cfn.source.interpolate import interpolate
from compose2cfn.source.nodes import Broken, Leaf, Node, Table
from compose2cfn.source.paths import absolute, outside
from compose2cfn.source.provenance import Provenance
from compose2cfn.source.remote import is_remote
from compose2cfn.source.shorthand import spell
from compose2cfn.source.yaml import parse_yaml


class Naming(NamedTuple):
    """How a file is named: where, by which key, and what messages show of its path."""

    at: Location | None
    key: Steps
    shown: str

    @classmethod
    def by(cls, leaf: Leaf, key: Steps) -> "Naming":
        """Read how a value names a file."""
        return cls(leaf.at, key, str(leaf.shown))


class Reader:
    """What reads the files of one application, each once, and gathers what was found."""

    def __init__(
        self,
        files: Files,
        home: str,
        found: list[Diagnostic],
        budget: Budget,
        *,
        provenance: Provenance,
        bridge: bool = False,
    ) -> None:
        self.files = files
        self.home = home
        self.found = found
        self.budget = budget
        self.masks: Masks = PLAIN
        """What messages show of values that variables give, once the tree is whole."""
        self.provenance = provenance
        self.naming: list[tuple[Steps, Leaf]] = []
        """What names files or the project in a file, and may not be in its tree any more."""
        self.handed_over = False
        """Whether a document is the model that Docker Compose Bridge hands over."""
        self._bridge = bridge
        self.paths: list[str] = []
        """The Compose files that were read."""
        self._included = 0
        self._read: set[str] = set()
        self._parsed: dict[str, list[Node] | None] = {}
        # What files hold, by the path and the variables that were put in.
        self._documents: dict[tuple[str, frozenset[tuple[str, str]]], list[Table]] = {}

    def absolute(self, path: str) -> str:
        """Make a path absolute that may be relative to the working directory."""
        return absolute(path or ".", self.files.directory)

    def may_include(self, depth: int) -> bool:
        """Count an included file; tell whether that many, and so deeply nested, are allowed."""
        self._included += 1
        return depth <= DEEPEST_INCLUDE and self._included <= MOST_INCLUDED

    def fault(self, code: str, message: str, at: Location | None, path: Steps = ()) -> None:
        """Note an error."""
        self.found.append(Diagnostic(code=code, message=message, path=path, at=at))

    def parsed(self, path: str, named: Leaf | None = None) -> list[Node]:
        """Parse a file; ``named`` is what names it, if it is named in a file."""
        if path not in self._parsed:
            self._parsed[path] = None
            self.paths.append(path)
            at, shown = (named.at, named.written) if named else (None, None)
            content = self._content(path, Naming(at, (), shown or path))
            if content is not None:
                self._parsed[path], found = parse_yaml(content, path, self.budget)
                self.found.extend(found)
        return self._parsed[path] or []

    def documents(
        self, path: str, environment: Mapping[str, str], named: Leaf | None = None
    ) -> list[Table]:
        """Read the documents of a file; one that is not a mapping is left out, with a fault."""
        key = path, frozenset(environment.items())
        if key not in self._documents:
            nodes = self.parsed(path, named)
            self._documents[key] = []
            try:
                if path in self._read:
                    self.budget.read(sum(map(count_values, nodes)))
                self._read.add(path)
            except TooLarge as error:
                self.fault("input-limit", str(error), named.at if named else None)
            else:
                found = (self._document(node, environment) for node in nodes)
                self._documents[key] += [table for table in found if table is not None]
        return self._documents[key]

    def forget_documents(self) -> None:
        """Let go of the trees of files, once the whole tree is made of them."""
        self._parsed.clear()
        self._documents.clear()

    def text(
        self,
        path: str,
        at: Location | None,
        key: Steps = (),
        *,
        shown: str | None = None,
        wanted: bool = True,
    ) -> str | None:
        """Read a file of variables; None if that cannot be done.

        ``shown`` is what messages show in place of a path that variables give.
        """
        content = self._content(path, Naming(at, key, shown or path), wanted=wanted)
        return None if content is None else decode(content)

    def _document(self, node: Node, environment: Mapping[str, str]) -> Table | None:
        match node:
            case Table():
                interpolated, found = self._interpolated(node, environment)
                present, renaming = renamed(interpolated)
                spelled, faults = spell(present, PROJECT)
                self.found.extend((*found, *renaming, *faults))
                if not isinstance(spelled, Table):
                    return None
                self._check_services(spelled)
                return spelled
            case Broken():
                pass
            case Leaf(value=None):
                self.fault("empty-file", "the document is empty; begin with services:", node.at)
            case _:
                self.fault(
                    "wrong-type", "the document must be a mapping; begin with services:", node.at
                )
        return None

    def _interpolated(
        self, document: Table, environment: Mapping[str, str]
    ) -> tuple[Node, list[Diagnostic]]:
        """Put in the values of variables, if that has not been done."""
        if self._bridge and handed_over(document):
            self.handed_over = True
            return without_secrets(document), []
        return interpolate(document, environment, self.budget)

    def _check_services(self, document: Table) -> None:
        """Refuse ``services:`` that holds nothing, as Docker Compose does in each document."""
        match document.items.get("services"):
            case Leaf(value=None) as found:
                message = "must be a mapping; leave it out where there are none"
                self.fault("wrong-type", message, found.at, ("services",))

    def refuse_remote(self, file: str, naming: "Naming") -> bool:
        """Refuse a file that would have to be fetched; tell whether it was one."""
        if remote := is_remote(file):
            message = f"{naming.shown} is on another machine and is not fetched; copy the file here"
            self.fault("remote-file", message, naming.at, naming.key)
        return remote

    def _content(self, path: str, naming: "Naming", *, wanted: bool = True) -> bytes | None:
        at, key, shown = naming
        try:
            content = self.files.read(path)
            self.budget.spend(len(content))
        except TooLarge as error:
            self.fault("input-limit", str(error), at, key)
        except Outside:
            self.fault("outside-root", outside(shown), at, key)
        except OSError as error:
            match self.files.kind(path).kind, error:
                case Kind.FOLDER, _:
                    message = f"{shown} is a folder; name a file in it"
                case Kind.ABSENT, FileNotFoundError() | NotADirectoryError():
                    message = f"there is no file {shown}"
                case _:
                    message = f"{shown} cannot be read: {error.strerror or 'it is not a file'}"
            if wanted and not self.refuse_remote(path, naming):
                self.fault("missing-file", message, at, key)
        else:
            return content
        return None
