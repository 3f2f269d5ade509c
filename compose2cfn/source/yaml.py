"""Parse YAML text into located trees, as Docker Compose reads it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import yaml
from yaml.reader import ReaderError

from compose2cfn.diagnostics import Diagnostic, Location
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.scalars import Misread, resolve, tagged

try:
    from yaml import CLoader as Parser
except ImportError as error:  # pragma: no cover - depends on how PyYAML was built
    message = "compose2cfn needs PyYAML with libyaml: install a wheel, or libyaml-dev and build it"
    raise ImportError(message) from error

DEEPEST = 200
"""How deep values may nest."""
LARGEST = 500_000
"""How many values a file may hold once its aliases are put in."""

_CORE = "tag:yaml.org,2002:"


class _Stop(Exception):
    """Nothing more can be read; holds what and where."""


def parse(content: bytes | str, file: str) -> tuple[list[Node], list[Diagnostic]]:
    """Parse every document of a file.

    A text that is not YAML gives no document and the fault ``yaml-syntax``; a value with a fault
    of its own is left `Broken`.
    """
    mender = _Mender()
    try:
        text = _decode(content.encode() if isinstance(content, str) else content)
    except UnicodeError:
        message = "the file is not UTF-8; save it as UTF-8"
        fault = Diagnostic(code="yaml-syntax", message=message, at=Location(file, 1, 1))
        return [], [fault]
    while True:
        builder = _Builder(file)
        try:
            builder.build(text)
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


@dataclass(slots=True)
class _Mender:
    """Write anew what libyaml cannot read, though Docker Compose can.

    That is anchors with signs in their names, and texts in square brackets that start with a colon.
    """

    left: int = 100
    """How often a text may still be mended."""
    names: dict[str, str] = field(default_factory=dict)

    def mend(self, text: str, error: yaml.YAMLError, *, listing: bool) -> str | None:
        """Mend the text where libyaml gave up, in a list or not; None if nothing can be done."""
        match error:
            case yaml.MarkedYAMLError(context=str(context), context_mark=mark) if (
                mark and context in _ANCHORED
            ):
                found = _ANCHOR.match(text, mark.index + 1)
                new = self._rename(found[0], text) if found else None
            case yaml.MarkedYAMLError(problem=str(problem), problem_mark=mark) if (
                mark and listing and "node content" in problem
            ):
                found = _COLON_FIRST.match(text, mark.index)
                new = f"'{found[0]}'" if found else None
            case _:
                return None
        self.left -= 1
        if not found or not new or self.left < 0:
            return None
        return text[: found.start()] + new + text[found.end() :]

    def _rename(self, name: str, text: str) -> str | None:
        """Give an anchor a name of the same length that the text does not have."""
        if name in self.names.values():
            return None  # it has been mended already, to no avail
        if name not in self.names:
            names = (f"{number:_>{len(name)}}" for number in range(10 ** len(name)))
            free = next((new for new in names if new not in text), None)
            if free is None:
                return None
            self.names[name] = free
        return self.names[name]


_ANCHOR = re.compile(r"(?:(?![:,\[\]{}])[!-~])+")
_ANCHORED = {"while scanning an anchor", "while scanning an alias"}
_COLON_FIRST = re.compile(r""":[^\s,\[\]{}'"#?]*[^\s,\[\]{}'"#?:]""")


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
    """Say in our words what libyaml did not like."""
    problem = str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        tab = mark and text[mark.index : mark.index + 1] == "\t"
        problem = "a tab" if tab else str(error.problem)
    return next((ours for told, ours in _EXPLAINED if told in problem), _UNEXPLAINED)


_UNEXPLAINED = "the text is no YAML from here on"
_EXPLAINED = (
    ("a tab", "a tab cannot indent or start a value; use spaces"),
    ("start any token", "this character cannot start a value; quote the value"),
    ("control characters", "this character cannot stand in YAML; write it as an escape in quotes"),
    ("mapping values", "no key can stand before this colon; mend the indentation, or quote"),
    ("mapping keys", "no key can stand here; mend the indentation, or quote"),
    ("block sequence entries", "no list can start here; begin it on a line of its own"),
    ("expected ':'", "a key lacks its colon"),
    ("unexpected ':'", "this colon cannot stand here; quote the value"),
    ("expected key", "the indentation does not fit what stands above"),
    ("'-' indicator", "the indentation does not fit the list above"),
    ("expected ',' or", "a list or mapping in brackets lacks a comma or its end"),
    ("node content", "a value is missing here, or must be quoted"),
    ("<document start>", "this line belongs to nothing above; mend its indentation"),
    ("end of stream", "the text ends before a quote is closed"),
    ("document indicator", "the document ends before a quote is closed"),
    ("escape", "this escape does not exist; double the backslash, or use single quotes"),
    ("hexdecimal", "this escape needs hexadecimal digits"),
    ("alphabetic or numeric", "an anchor needs a name of letters and digits"),
    ("expected '>'", "this tag is not written as one; write !name"),
    ("tag", "this tag is not written as one; write !name"),
    ("indentation indicator", "the indentation of a block starts at 1"),
    ("comment or line break", "only a comment can follow here; begin a new line"),
    ("directive", "this directive is not written as one; take the line out"),
    ("incompatible YAML", "only %YAML 1.1 is known; take the line out"),
)
"""Words of libyaml's messages, and what we say."""


class _Role(Enum):
    """What a key is that names no entry."""

    MERGE = "<<"
    LOST = ""
    """It had a fault."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come."""

    at: Location
    tag: str
    anchor: str | None
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Location] = field(default_factory=dict)
    merges: list[tuple[Node, Location]] = field(default_factory=list)
    key: str | _Role | None = None
    """The key whose value comes next; None where a key comes next."""
    key_at: Location = field(init=False)
    size: int = 1


class _Builder:
    """Build trees from the events of the parser, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.faults: list[Diagnostic] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._opened: list[_Open] = []
        self._start_of_file = Location(file, 1, 1)
        self._total = 0
        self._text = ""

    @property
    def listing(self) -> bool:
        """Tell whether a list is open."""
        return bool(self._opened) and not self._opened[-1].mapping

    def fault(self, code: str, message: str, at: Location, *related: Location) -> None:
        self.faults.append(Diagnostic(code=code, message=message, at=at, related=related))

    def stop(self, code: str, message: str, at: Location) -> _Stop:
        """Note a fault after which nothing can be read."""
        self.fault(code, message, at)
        return _Stop()

    def build(self, text: str) -> None:
        self._text = text if "\\/" in text else ""
        handlers: dict[type, Callable[..., None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceStartEvent: self._open,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start,
        }
        for event in yaml.parse(text, Loader=Parser):
            handle = handlers.get(type(event))
            if handle:
                handle(event)

    def _at(self, event: yaml.Event) -> Location:
        mark = event.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1) if mark else self._start_of_file

    def _start(self, event: yaml.DocumentStartEvent) -> None:
        if event.version not in {None, (1, 1)}:
            message = "only %YAML 1.1 is known; take the line out"
            raise self.stop("yaml-syntax", message, self._at(event))

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        at = self._at(event)
        if len(self._opened) >= DEEPEST:
            raise self.stop("yaml-limit", f"values nest deeper than {DEEPEST} levels", at)
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._opened.append(_Open(at, _short(event.tag), event.anchor, mapping))

    def _close(self, _: yaml.Event) -> None:
        done = self._opened.pop()
        node: Node
        if done.mapping:
            self._merge(done)
            node = Table(done.entries, done.keys, done.at, done.tag)
        else:
            node = Sequence(tuple(done.items), done.at, done.tag)
        if done.anchor:
            self._anchors[done.anchor] = node, done.size
        self._put(node, done.size, done.at)

    def _alias(self, event: yaml.AliasEvent) -> None:
        at = self._at(event)
        if event.anchor not in self._anchors:
            raise self.stop("yaml-syntax", "no anchor of this name stands above", at)
        node, size = self._anchors[event.anchor]
        self._put(node, size, at)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        at = self._at(event)
        if self._text and event.style == '"' and event.start_mark and event.end_mark:
            written = self._text[event.start_mark.index : event.end_mark.index]
            if _SLASH_ESCAPE.search(written):
                message = "the escape \\/ does not exist; write / alone"
                raise self.stop("yaml-syntax", message, at)
        text, tag = event.value, event.tag
        plain = tag is None and event.implicit[0]
        if plain and text == "<<":
            self._merge_key(at)
            return
        node: Node
        try:
            if tag is None:
                node = Leaf(resolve(text) if plain else text, at, text)
            else:
                node = Leaf(tagged(_bare(tag), text), at, text, _short(tag))
        except Misread as error:
            self.fault("yaml-value", str(error), at)
            node = Broken(at)
        if event.anchor:
            self._anchors[event.anchor] = node, 1
        self._put(node, 1, at)

    def _merge_key(self, at: Location) -> None:
        top = self._opened[-1] if self._opened else None
        if top and top.mapping and top.key is None:
            top.key, top.key_at = _Role.MERGE, at
        else:
            self.fault("merge-key", "<< is no value; put it in quotes", at)
            self._put(Broken(at), 1, at)

    def _put(self, node: Node, size: int, at: Location) -> None:
        """Give a node to what is open, as a key or a value, or make it a document."""
        self._total += size
        if self._total > LARGEST:
            message = f"the file holds more than {LARGEST} values once its aliases are put in"
            raise self.stop("yaml-limit", message, at)
        if not self._opened:
            self.documents.append(node)
            return
        top = self._opened[-1]
        top.size += size
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            top.key, top.key_at = self._key(node, at), at
        else:
            self._enter(top, top.key, node)
            top.key = None

    def _key(self, node: Node, at: Location) -> str | _Role:
        match node:
            case Leaf(value=str(key)):
                return key
            case Leaf():
                message = f"a key is a text, and {node.text!r} is none; put it in quotes"
                self.fault("key-not-text", message, at)
            case Table() | Sequence():
                self.fault("key-not-text", "a key is a text; no list or mapping can be one", at)
        return _Role.LOST

    def _enter(self, top: _Open, key: str | _Role, node: Node) -> None:
        match key:
            case _Role.MERGE:
                if top.merges:
                    message = "a mapping has one << at most; give it a list"
                    self.fault("duplicate-key", message, top.key_at, top.merges[0][1])
                top.merges.append((node, top.key_at))
            case str() if key in top.entries:
                message = f"the key {key!r} is set already"
                self.fault("duplicate-key", message, top.key_at, top.keys[key])
            case str():
                top.entries[key], top.keys[key] = node, top.key_at

    def _merge(self, done: _Open) -> None:
        """Put in what ``<<`` brings: keys that are there stay, and of several the first wins."""
        for node, at in done.merges:
            for table in self._merged(node, at):
                for key, value in table.items.items():
                    if key not in done.entries:
                        done.entries[key], done.keys[key] = value, table.keys[key]

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


_SLASH_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def _bare(tag: str) -> str:
    """Write a tag of YAML's own with two exclamation marks."""
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag


def _short(tag: str | None) -> str:
    """Write a tag as in a file; those of YAML's own say nothing more."""
    return "" if tag is None or tag == "!" or tag.startswith(_CORE) else tag
