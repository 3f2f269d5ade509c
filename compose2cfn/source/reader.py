"""Read files: Compose documents, each parsed, interpolated and spelled out, and plain texts."""

from collections.abc import Mapping

from compose2cfn.diagnostics import Diagnostic, Location, Steps
from compose2cfn.files import Files, Kind
from compose2cfn.limits import DEEPEST_INCLUDE, MOST_INCLUDED
from compose2cfn.root import Outside
from compose2cfn.source.bind import PROJECT
from compose2cfn.source.budget import Budget, TooLarge, count_values
from compose2cfn.source.dotenv import decode
from compose2cfn.source.interpolate import interpolate
from compose2cfn.source.nodes import Broken, Leaf, Node, Table
from compose2cfn.source.paths import absolute, outside
from compose2cfn.source.shorthand import spell
from compose2cfn.source.yaml import parse_yaml


class Reader:
    """What reads the files of one application, each once, and gathers what was found."""

    def __init__(self, files: Files, home: str, found: list[Diagnostic], budget: Budget) -> None:
        self.files = files
        self.home = home
        self.found = found
        self.budget = budget
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

    def parsed(self, path: str, at: Location | None = None) -> list[Node]:
        """Parse a file; ``at`` is where it is named, if it is named in a file."""
        if path not in self._parsed:
            self._parsed[path] = None
            content = self._content(path, at, (), wanted=True)
            if content is not None:
                self._parsed[path], found = parse_yaml(content, path, self.budget)
                self.found.extend(found)
        return self._parsed[path] or []

    def documents(
        self, path: str, environment: Mapping[str, str], at: Location | None = None
    ) -> list[Table]:
        """Read the documents of a file; one that is not a mapping is left out, with a fault."""
        key = path, frozenset(environment.items())
        if key not in self._documents:
            nodes = self.parsed(path, at)
            self._documents[key] = []
            try:
                if path in self._read:
                    self.budget.read(sum(map(count_values, nodes)))
                self._read.add(path)
            except TooLarge as error:
                self.fault("input-limit", str(error), at)
            else:
                found = (self._document(node, environment) for node in nodes)
                self._documents[key] += [table for table in found if table is not None]
        return self._documents[key]

    def text(
        self, path: str, at: Location | None, key: Steps = (), *, wanted: bool = True
    ) -> str | None:
        """Read a file of variables; None if that cannot be done."""
        content = self._content(path, at, key, wanted=wanted)
        return None if content is None else decode(content)

    def _document(self, node: Node, environment: Mapping[str, str]) -> Table | None:
        match node:
            case Table():
                interpolated, found = interpolate(node, environment, self.budget)
                spelled, faults = spell(interpolated, PROJECT)
                self.found.extend((*found, *faults))
                return spelled if isinstance(spelled, Table) else None
            case Broken():
                pass
            case Leaf(value=None):
                self.fault("empty-file", "the document is empty; begin with services:", node.at)
            case _:
                self.fault(
                    "wrong-type", "the document must be a mapping; begin with services:", node.at
                )
        return None

    def _content(self, path: str, at: Location | None, key: Steps, *, wanted: bool) -> bytes | None:
        try:
            content = self.files.read(path)
            self.budget.spend(len(content))
        except TooLarge as error:
            self.fault("input-limit", str(error), at, key)
        except Outside:
            self.fault("outside-root", outside(path), at, key)
        except OSError as error:
            match self.files.kind(path).kind, error:
                case Kind.FOLDER, _:
                    message = f"{path} is a folder; name a file in it"
                case Kind.ABSENT, FileNotFoundError() | NotADirectoryError():
                    message = f"there is no file {path}"
                case _:
                    message = f"{path} cannot be read: {error.strerror or error}"
            if wanted:
                self.fault("missing-file", message, at, key)
        else:
            return content
        return None
