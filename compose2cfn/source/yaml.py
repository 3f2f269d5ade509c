"""Parse YAML text into located trees, as Docker Compose reads it."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import yaml
from yaml.reader import ReaderError

from compose2cfn.diagnostics import Diagnostic, Location
from compose2cfn.limits import DEEPEST_VALUE, MOST_IN_FILE, MOST_NESTED
from compose2cfn.source.budget import TOO_MANY, Budget, TooLarge
from compose2cfn.source.mending import Mender
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.scalars import Misread, resolve_scalar, tagged_scalar
from compose2cfn.source.tags import OVERRIDE, RESET, reset, settled

try:
    from yaml import CLoader as Parser
except ImportError as error:  # pragma: no cover - depends on how PyYAML was built
    message = "compose2cfn needs PyYAML with libyaml: install a wheel, or libyaml-dev and build it"
    raise ImportError(message) from error

_CORE = "tag:yaml.org,2002:"


class _Stop(Exception):
    """Nothing more can be read; holds why, and where."""


def parse_yaml(
    content: bytes | str, file: str, budget: Budget | None = None
) -> tuple[list[Node], list[Diagnostic]]:
    """Parse every document of a file.

    A text that is not YAML yields no document and the fault ``yaml-syntax``; a value with a fault
    of its own becomes `Broken`. What aliases put in is paid for from the ``budget``.
    """
    budget = budget or Budget()
    mender = Mender()
    try:
        text = _decode(content.encode() if isinstance(content, str) else content)
    except UnicodeError:
        message = "the file is not UTF-8; save it as UTF-8"
        fault = Diagnostic(code="yaml-syntax", message=message, at=Location(file, 1, 1))
        return [], [fault]
    while True:
        builder = _Builder(text, file, budget, mender.restore)
        try:
            builder.build()
        except yaml.YAMLError as error:
            mended = mender.mend(text, error, listing=builder.listing)
            if mended is not None:
                text = mended
                continue
            builder.documents.clear()
            at = _place(error, text, file)
            builder.fault("yaml-syntax", _explain(error, text), at)
        except _Stop:
            builder.documents.clear()
        return builder.documents, builder.faults


def _decode(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _place(error: yaml.YAMLError, text: str, file: str) -> Location:
    """Find where libyaml gave up."""
    match error:
        case yaml.MarkedYAMLError(problem_mark=mark) if mark:
            return Location(file, mark.line + 1, mark.column + 1)
        case ReaderError(position=int(bytes_read)):
            before = text.encode()[:bytes_read].decode(errors="ignore")
            return Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return Location(file, 1, 1)


def _explain(error: yaml.YAMLError, text: str) -> str:
    """Say in our words what libyaml rejects."""
    problem = str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        tab = mark and text[mark.index : mark.index + 1] == "\t"
        problem = "a tab" if tab else str(error.problem)
    return next((ours for told, ours in _EXPLAINED if told in problem), _UNEXPLAINED)


_UNEXPLAINED = "the text is not valid YAML from here on"
_EXPLAINED = (
    ("a tab", "a tab cannot indent or start a value; use spaces"),
    ("start any token", "this character cannot start a value; quote the value"),
    ("control characters", "this character is not allowed in YAML; write an escape in quotes"),
    ("mapping values", "a key is not allowed before this colon; fix the indentation, or quote"),
    ("mapping keys", "a key is not allowed here; fix the indentation, or quote"),
    ("block sequence entries", "a list cannot start here; begin it on a line of its own"),
    ("expected ':'", "a key lacks its colon"),
    ("unexpected ':'", "a colon is not allowed here; quote the value"),
    ("expected key", "the indentation does not match the lines above"),
    ("'-' indicator", "the indentation does not match the list above"),
    ("expected ',' or", "a list or mapping in brackets lacks a comma or its end"),
    ("node content", "a value is missing here, or must be quoted"),
    ("<document start>", "this line does not belong to anything above; fix its indentation"),
    ("end of stream", "the text ends before a quote is closed"),
    ("document indicator", "the document ends before a quote is closed"),
    ("escape", "this escape does not exist; double the backslash, or use single quotes"),
    ("hexdecimal", "this escape needs hexadecimal digits"),
    ("alphabetic or numeric", "an anchor needs a name of letters and digits"),
    ("expected '>'", "this is not a valid tag; write !name"),
    ("tag", "this is not a valid tag; write !name"),
    ("indentation indicator", "the indentation of a block starts at 1"),
    ("comment or line break", "only a comment can follow here; begin a new line"),
    ("directive", "this is not a valid directive; remove the line"),
    ("incompatible YAML", "only %YAML 1.1 is supported; remove the line"),
)
"""Words of libyaml's messages, and what we say instead."""


class _Extent(NamedTuple):
    """How much of a file something is, once its aliases are put in."""

    values: int
    nested: int
    """The sum of the levels of its values."""
    characters: int
    height: int
    """How deep its values nest."""


class _Builder:
    """Build trees from the events of the parser.

    Where the parser gives up, ``listing`` tells whether it was reading an item of a list.
    """

    def __init__(
        self, text: str, file: str, budget: Budget, restore: Callable[[str], str] | None
    ) -> None:
        self.documents: list[Node] = []
        self.faults: list[Diagnostic] = []
        self.listing = False
        self._start_of_file = Location(file, 1, 1)
        self._file = file
        self._line = 1  # that of the last place
        self._texts: dict[str, str] = {}  # thousands of services share most of them
        self._text = text if "\\/" in text else ""
        self._events = yaml.parse(text, Loader=Parser)
        self._budget = budget
        self._restore = restore
        self._anchors: dict[str | None, tuple[Node, _Extent]] = {}
        self._depth = 0
        self._overriding = 0
        self._tagging = False
        self._reached = 0
        self._values = self._nested = self._characters = 0
        self._most = min(MOST_IN_FILE, budget.values)

    def build(self) -> None:
        """Read all documents of the text, and pay for their values."""
        try:
            self._build()
        finally:
            self._budget.read(min(self._values, self._most))

    def _build(self) -> None:
        for event in self._events:
            match event:
                case yaml.DocumentStartEvent(version=(1, 1) | None):
                    pass
                case yaml.DocumentStartEvent():
                    message = "only %YAML 1.1 is supported; remove the line"
                    raise self.stop("yaml-syntax", message, self._at(event))
                case yaml.NodeEvent():
                    self.documents.append(self._node(event, self._at(event)))

    def fault(self, code: str, message: str, at: Location, *related: Location) -> None:
        """Note a fault."""
        self.faults.append(Diagnostic(code=code, message=message, at=at, related=related))

    def stop(self, code: str, message: str, at: Location) -> _Stop:
        """Note a fault after which nothing can be read."""
        self.fault(code, message, at)
        return _Stop()

    def _at(self, event: yaml.Event) -> Location:
        mark = event.start_mark
        if not mark:
            return self._start_of_file
        line = mark.line + 1
        if line != self._line:
            self._line = line  # all places on a line share one number
        return Location(self._file, self._line, mark.column + 1)

    def _next(self) -> Node:
        """Read the next value."""
        event = next(self._events)
        return self._node(event, self._at(event))

    def _node(self, event: yaml.Event, at: Location) -> Node:
        """Read the value that begins with an event."""
        match event:
            case yaml.ScalarEvent():
                return self._scalar(event, at)
            case yaml.CollectionStartEvent():
                return self._collection(event, at)
            case yaml.AliasEvent():
                return self._alias(event, at)
        raise TypeError(event)

    def _count(self, values: int, nested: int, at: Location) -> None:
        """Count what comes next, before it is built."""
        self._values += values
        self._nested += nested
        if self._values > self._most:
            raise self._too_many(at)
        if self._nested > MOST_NESTED:
            message = f"the levels of all values add up to more than {MOST_NESTED}"
            raise self.stop("yaml-limit", f"{message}; write them flatter", at)

    def _too_many(self, at: Location) -> _Stop:
        """Note that there are more values than the file, or the run, may have."""
        if self._values > MOST_IN_FILE:
            message = f"the file has more than {MOST_IN_FILE} values once its aliases are expanded"
            return self.stop("yaml-limit", message, at)
        return self.stop("input-limit", TOO_MANY, at)

    def _reach(self, depth: int, at: Location) -> None:
        """Note how deep values are, before they are built."""
        if depth > DEEPEST_VALUE:
            message = f"values nest more than {DEEPEST_VALUE} levels deep; write them flatter"
            raise self.stop("yaml-limit", message, at)
        self._reached = max(self._reached, depth)

    def _alias(self, event: yaml.AliasEvent, at: Location) -> Node:
        if event.anchor not in self._anchors:
            raise self.stop("yaml-syntax", "no anchor of this name is defined above", at)
        node, extent = self._anchors[event.anchor]
        self._reach(self._depth + extent.height, at)
        self._count(extent.values, extent.nested + extent.values * self._depth, at)
        self._characters += extent.characters
        try:
            self._budget.spend(extent.characters)
        except TooLarge as error:
            raise self.stop("input-limit", str(error), at) from None
        return node

    def _scalar(self, event: yaml.ScalarEvent, at: Location) -> Node:
        self._values += 1
        self._nested += self._depth
        self._characters += len(event.value)
        if self._values > self._most:
            raise self._too_many(at)
        if self._text and event.style == '"':
            self._check_escapes(event, at)
        text, tag = event.value, event.tag
        if self._restore:
            text = self._restore(text)
        text = self._texts.setdefault(text, text)
        if text == "<<" and _merges(event):
            self.fault("merge-key", "<< is not a valid value; put it in quotes", at)
            return Broken(at)
        node: Node
        try:
            if tag is not None:
                node = Leaf(tagged_scalar(_bare(tag), text), at, text, self._effective(tag))
            else:
                node = Leaf(resolve_scalar(text) if event.implicit[0] else text, at, text)
        except Misread as error:
            self.fault("yaml-value", str(error), at)
            node = Broken(at)
        if event.anchor:
            self._anchors[event.anchor] = node, _Extent(1, 0, len(event.value), 0)
        return node

    def _check_escapes(self, event: yaml.ScalarEvent, at: Location) -> None:
        """Refuse an escape of JSON that libyaml takes, and Docker Compose does not."""
        if event.start_mark and event.end_mark:
            written = self._text[event.start_mark.index : event.end_mark.index]
            if re.search(_SLASH_ESCAPE, written):
                message = "\\/ is not a valid escape; write /"
                raise self.stop("yaml-syntax", message, at)

    def _collection(self, event: yaml.CollectionStartEvent, at: Location) -> Node:
        """Read a list or mapping to its end."""
        before = self._extent() if event.anchor else None
        outer = self._reached
        self._count(1, self._depth, at)
        self._reached = 0
        self._reach(self._depth + 1, at)
        self._depth += 1
        read = self._table if isinstance(event, yaml.MappingStartEvent) else self._sequence
        tag = self._effective(event.tag) if event.tag else ""
        self._overriding += tag == OVERRIDE
        node = read(at, tag)
        self._overriding -= tag == OVERRIDE
        self._depth -= 1
        if before:
            self._anchors[event.anchor] = node, self._since(before)
        self._reached = max(self._reached, outer)
        return node

    def _effective(self, tag: str | None) -> str:
        """Write a tag as in a file; within ``!override``, Docker Compose looks for no other."""
        short = _short(tag)
        if short not in {OVERRIDE, RESET}:
            return short
        self._tagging = True
        return "" if self._overriding else short

    def _extent(self) -> _Extent:
        """Return how much was read so far."""
        return _Extent(self._values, self._nested, self._characters, self._reached)

    def _since(self, before: _Extent) -> _Extent:
        """Return how much was read since then, as if it stood at the top."""
        values = self._values - before.values
        nested = self._nested - before.nested - values * self._depth
        characters = self._characters - before.characters
        return _Extent(values, nested, characters, self._reached - self._depth)

    def _sequence(self, at: Location, tag: str) -> Node:
        items: list[Node] = []
        self.listing = True
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, self._at(event))
            if not reset(item):  # there is no earlier item in its place
                if self._tagging and isinstance(item, Table):
                    item = settled(item)
                items.append(item)
            self.listing = True
        return Sequence(tuple(items), at, tag)

    def _table(self, at: Location, tag: str) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Location] = {}
        merges: list[tuple[Node, Location]] = []
        self.listing = False
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            here = self._at(event)
            if _merges(event):
                merges.append((self._next(), here))
                if len(merges) > 1:
                    message = "a mapping can have only one <<; give it a list"
                    self.fault("duplicate-key", message, here, merges[0][1])
            else:
                key, value = self._key(event, here), self._next()
                if key in entries:
                    message = f"the key {key!r} is already set; keep one"
                    self.fault("duplicate-key", message, here, keys[key])
                elif key is not None:
                    entries[key], keys[key] = value, here
            self.listing = False
        self._merge(merges, entries, keys)
        return Table(entries, keys, at, tag)

    def _key(self, event: yaml.Event, at: Location) -> str | None:
        """Read the name of a key; None if it is not a name."""
        node = self._node(event, at)
        if isinstance(node, Leaf):
            if isinstance(node.value, str):
                return node.value
            message = f"a key must be a text; put {node.text!r} in quotes"
            self.fault("key-not-text", message, at)
        elif not isinstance(node, Broken):
            self.fault("key-not-text", "a key must be a text, not a list or a mapping", at)
        return None

    def _merge(
        self,
        merges: Iterable[tuple[Node, Location]],
        entries: dict[str, Node],
        keys: dict[str, Location],
    ) -> None:
        """Put in what ``<<`` brings: keys that are there stay, and of several the first wins."""
        for node, at in merges:
            for table in self._merged(node, at):
                for key, value in table.items.items():
                    if key not in entries:
                        entries[key], keys[key] = value, table.keys[key]

    def _merged(self, node: Node, at: Location) -> Iterator[Table]:
        match node:
            case Table():
                yield node
            case Sequence(items) if all(isinstance(item, Table) for item in items):
                yield from (item for item in items if isinstance(item, Table))
            case Broken():
                pass
            case _:
                self.fault("merge-key", "<< takes a mapping or a list of mappings", at)


def _merges(event: yaml.Event) -> bool:
    """Tell the key whose value is merged into the mapping around it."""
    return (
        isinstance(event, yaml.ScalarEvent)
        and event.value == "<<"
        and event.tag is None
        and event.implicit[0]
    )


_SLASH_ESCAPE = r"(?<!\\)(?:\\\\)*\\/"


def _bare(tag: str) -> str:
    """Write a tag of YAML's own with two exclamation marks."""
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag


def _short(tag: str | None) -> str:
    """Write a tag as in a file; those of YAML's own are empty."""
    return "" if tag is None or tag == "!" or tag.startswith(_CORE) else tag
