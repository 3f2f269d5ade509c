"""Read the values that files give: a mapping, a list of parameters, or what describes stacks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import ComposeError, Diagnostic, Location
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.yaml import parse_yaml

_STARS = "****"
"""What CloudFormation shows in the place of a value that is not to be shown."""

_TEXT = "write one text, with commas between several values"
_PAIRS = (("ParameterKey", "ParameterValue"), ("OutputKey", "OutputValue"))


class GivenValue(NamedTuple):
    """A value, and where it is written; nowhere if the command line gives it."""

    text: str
    at: Location | None = None


class GivenValues(NamedTuple):
    """The values that files and command lines give."""

    stored: dict[str, GivenValue]
    """Those of files; they may be about more than one template."""
    named: dict[str, GivenValue]
    """Those that are meant for this template."""


def read_values(contents: Mapping[str, bytes], named: Iterable[str]) -> GivenValues:
    """Read files, by their names, and words ``NAME=VALUE``; raises `ComposeError`.

    Of several values with one name the last one counts. A file is YAML or JSON: a mapping, also
    below ``Parameters``; a list of ``ParameterKey`` and ``ParameterValue``, or of texts
    ``NAME=VALUE``; or the output of ``aws cloudformation describe-stacks``, whose outputs count
    more than its parameters.
    """
    reader = _Reader()
    for name, content in contents.items():
        reader.read(content, name)
    reader.finish()
    words = (word.partition("=") for word in named)
    return GivenValues(reader.found, {key: GivenValue(value) for key, _, value in words})


class _Reader:
    """What is found in files, and what is wrong with them."""

    def __init__(self) -> None:
        self.found: dict[str, GivenValue] = {}
        self._faults: list[Diagnostic] = []

    def read(self, content: bytes, path: str) -> None:
        """Read one file."""
        documents, faults = parse_yaml(content, path)
        self._faults += faults
        if not faults and len(documents) != 1:
            self._fault("write one document with the values", Location(path, 1, 1))
        for document in documents[:1]:
            self._document(document)

    def finish(self) -> None:
        """Raise `ComposeError` if something is wrong."""
        if self._faults:
            raise ComposeError(self._faults)

    def _document(self, node: Node) -> None:
        match node:
            case Table(items={"Stacks": Sequence(stacks)}):
                for stack in stacks:
                    self._stack(stack)
            case Table(items={"Parameters": Table() as values}):
                self._mapping(values)
            case Table():
                self._mapping(node)
            case Sequence(items):
                self._entries(items)
            case _:
                self._refuse(node)

    def _mapping(self, table: Table) -> None:
        for name, value in table.items.items():
            self._value(name, value)

    def _stack(self, node: Node) -> None:
        """Read what describes a stack."""
        if not isinstance(node, Table):
            self._refuse(node)
            return
        for section in ("Parameters", "Outputs"):
            match node.items.get(section):
                case Sequence(entries):
                    self._entries(entries)
                case None:
                    pass
                case other:
                    self._refuse(other)

    def _entries(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            match node:
                case Leaf(value=str(text), at=at) if "=" in text:
                    name, _, value = text.partition("=")
                    self.found[name] = GivenValue(value, at)
                case Table(items=items) if pair := next(_pairs(items), None):
                    self._value(*pair)
                case Table(items={"ParameterKey": Leaf(), "UsePreviousValue": Leaf(value=True)}):
                    pass  # as if it were not there: which value that is, AWS knows
                case _:
                    self._refuse(node)

    def _value(self, name: str, node: Node) -> None:
        match node:
            case Leaf(value=None, at=at):
                self._fault(f"{name!r} has no value; write '' for an empty text", at)
            case Leaf(text=text, at=at):
                if text != _STARS:
                    self.found[name] = GivenValue(text, at)
            case Broken():
                pass
            case _:
                self._fault(f"the value of {name!r} is not a text; {_TEXT}", node.at)

    def _refuse(self, node: Node) -> None:
        if not isinstance(node, Broken):
            self._fault(
                "this does not give values; write a mapping of names and values, a list of "
                "ParameterKey and ParameterValue, or what describe-stacks prints",
                node.at,
            )

    def _fault(self, message: str, at: Location) -> None:
        self._faults.append(Diagnostic(code="values-form", message=message, at=at))


def _pairs(items: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Find the name and the value of an entry of a list."""
    for key, value in _PAIRS:
        name = items.get(key)
        if isinstance(name, Leaf) and name.text and value in items:
            yield name.text, items[value]
