"""Parse YAML text into located trees, as Docker Compose reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from compose2cfn.diagnostics import Diagnostic, Location
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table
from compose2cfn.source.scalars import TIMESTAMP, Misread, resolve, tagged, timestamp

try:
    from yaml import CLoader as Parser
except ImportError as error:  # pragma: no cover - depends on how PyYAML was built
    message = "compose2cfn needs PyYAML with libyaml; install a wheel of PyYAML, or libyaml-dev before building it"
    raise ImportError(message) from error

DEEPEST = 200
"""How deep values may nest."""
LARGEST = 500_000
"""How many values a file may hold once its aliases are put in."""

_CORE = "tag:yaml.org,2002:"
_PLAIN = ""
"""How libyaml names the style of a scalar without quotes."""


class _Stop(Exception):
    """Nothing more can be read; holds what and where."""


def parse(content: bytes | str, file: str) -> tuple[list[Node], list[Diagnostic]]:
    """Parse every document of a file.

    A text that is not YAML gives no document and the fault ``yaml-syntax``; a value with a fault
    of its own is left `Broken`.
    """
    builder = _Builder(file)
    try:
        text = content if isinstance(content, str) else _decode(content)
        builder.build(text)
    except UnicodeDecodeError:
        builder.fault(
            "yaml-syntax", "the file is not UTF-8; save it as UTF-8", Location(file, 1, 1)
        )
        return [], builder.faults
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file, 1, 1)
        builder.fault("yaml-syntax", _explain(error), at)
        return [], builder.faults
    except yaml.YAMLError as error:
        builder.fault(
            "yaml-syntax",
            f"this cannot be read as YAML: {_first_line(error)}",
            Location(file, 1, 1),
        )
        return [], builder.faults
    except _Stop:
        return [], builder.faults
    return builder.documents, builder.faults


def _decode(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


_EXPLAINED = (
    ("found character '\\t'", "a tab cannot indent or start a value; use spaces"),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be; check the indentation, or quote the value",
    ),
    ("could not find expected ':'", "a key lacks its colon"),
    ("did not find expected key", "the indentation does not fit what stands above"),
    ("did not find expected '-' indicator", "the indentation does not fit the list above"),
    ("did not find expected ',' or", "a list or mapping in brackets lacks a comma or its end"),
    ("found unexpected end of stream", "the text ends before a quote is closed"),
    ("found undefined alias", "no anchor of this name stands above"),
    (
        "found unknown escape character",
        "this escape does not exist; double the backslash, or use single quotes",
    ),
    ("cannot start any token", "this character cannot start a value; quote the value"),
)


def _explain(error: yaml.MarkedYAMLError) -> str:
    """Say in our words what libyaml did not like."""
    problem = error.problem or ""
    for told, ours in _EXPLAINED:
        if told in problem:
            return ours
    return f"this cannot be read as YAML: {problem or _first_line(error)}"


def _first_line(error: yaml.YAMLError) -> str:
    return str(error).partition("\n")[0]


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
    key: "str | None" = None
    """The key whose value comes next; `_MERGE` and `_LOST` are no keys of the file."""
    key_at: Location = Location("", 0, 0)
    keyed: bool = False
    size: int = 1


_MERGE = "\0merge"
_LOST = "\0lost"


class _Builder:
    """Build trees from the events of the parser, without recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.faults: list[Diagnostic] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._opened: list[_Open] = []
        self._total = 0
        self._text = ""

    def fault(self, code: str, message: str, at: Location, *related: Location) -> None:
        self.faults.append(Diagnostic(code=code, message=message, at=at, related=related))

    def build(self, text: str) -> None:
        self._text = text if "\\/" in text else ""
        for event in yaml.parse(text, Loader=Parser):
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent() if event.version not in {None, (1, 1)}:
                    self.fault(
                        "yaml-syntax", "only %YAML 1.1 is known; take the line out", self._at(event)
                    )
                    raise _Stop

    def _at(self, event: yaml.Event) -> Location:
        mark = event.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if len(self._opened) >= DEEPEST:
            self.fault("yaml-limit", f"values nest deeper than {DEEPEST} levels", self._at(event))
            raise _Stop
        at = self._at(event)
        if self._awaits_key():
            self.fault("key-not-text", "a key is a text; a list or mapping cannot be one", at)
            self._key(_LOST, at)
        self._opened.append(
            _Open(at, _short(event.tag), event.anchor, isinstance(event, yaml.MappingStartEvent))
        )

    def _close(self) -> None:
        done = self._opened.pop()
        node: Node
        if done.mapping:
            self._merge(done)
            node = Table(done.entries, done.keys, done.at, done.tag)
        else:
            node = Sequence(tuple(done.items), done.at, done.tag)
        if done.anchor:
            self._anchors[done.anchor] = node, done.size
        self._put(node, done.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        at = self._at(event)
        if event.anchor not in self._anchors:
            self.fault("yaml-syntax", f"no anchor {event.anchor!r} stands above", at)
            raise _Stop
        node, size = self._anchors[event.anchor]
        if self._awaits_key():
            if isinstance(node, Leaf):
                self._key_of(node, at, plain=False)
            else:
                self.fault("key-not-text", "a key is a text; a list or mapping cannot be one", at)
                self._key(_LOST, at)
            return
        self._put(node, size)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        at = self._at(event)
        if (
            self._text
            and event.style == '"'
            and _slash_escape(self._text[event.start_mark.index : event.end_mark.index])
        ):
            self.fault("yaml-syntax", "the escape \\/ does not exist; write / alone", at)
            raise _Stop
        node = self._leaf(event, at)
        if event.anchor:
            self._anchors[event.anchor] = node, 1
        if not self._awaits_key():
            self._put(node, 1)
        elif isinstance(node, Leaf):
            self._key_of(node, at, plain=event.style == _PLAIN)
        else:
            self._key(_LOST, at)

    def _leaf(self, event: yaml.ScalarEvent, at: Location) -> Node:
        text, tag = event.value, event.tag
        if tag is None or tag == "!":
            if not event.implicit[0]:
                return Leaf(text, at, text)
            if text[:1].isdigit() and (date := timestamp(text)):
                return Leaf(date, at, text, TIMESTAMP)
            value = resolve(text)
        elif tag.startswith(_CORE):
            try:
                value = tagged(tag, text)
            except Misread as error:
                self.fault("yaml-syntax", str(error), at)
                return Broken(at)
            return Leaf(value, at, text)
        else:
            value = (
                resolve(text) if tag in {"!reset", "!override"} and event.style == _PLAIN else text
            )
        return Leaf(value, at, text, _short(tag))

    def _awaits_key(self) -> bool:
        return bool(self._opened) and self._opened[-1].mapping and not self._opened[-1].keyed

    def _key_of(self, node: Leaf, at: Location, *, plain: bool) -> None:
        if plain and node.value == "<<" and not node.tag:
            self._key(_MERGE, at)
        elif isinstance(node.value, str) and node.tag != TIMESTAMP:
            self._key(node.value, at)
        else:
            self.fault(
                "key-not-text", f"a key is a text, and {node.text!r} is none; put it in quotes", at
            )
            self._key(_LOST, at)

    def _key(self, key: str, at: Location) -> None:
        top = self._opened[-1]
        top.key, top.key_at, top.keyed = key, at, True

    def _put(self, node: Node, size: int) -> None:
        """Give a value to what is open, or make it a document."""
        self._total += size
        if self._total > LARGEST:
            self.fault(
                "yaml-limit",
                f"the file holds more than {LARGEST} values once its aliases are put in",
                node.at,
            )
            raise _Stop
        if not self._opened:
            self.documents.append(node)
            return
        top = self._opened[-1]
        top.size += size
        if not top.mapping:
            top.items.append(node)
            return
        key, top.keyed = top.key, False
        if key == _MERGE:
            if top.merges:
                self.fault(
                    "duplicate-key",
                    "a mapping has one << at most; give it a list",
                    top.key_at,
                    top.merges[0][1],
                )
            top.merges.append((node, top.key_at))
        elif key is not None and key != _LOST:
            if key in top.entries:
                self.fault(
                    "duplicate-key", f"the key {key!r} is set already", top.key_at, top.keys[key]
                )
            else:
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


def _short(tag: str | None) -> str:
    """Write a tag as in a file; those of YAML's own say nothing more."""
    return "" if tag is None or tag == "!" or tag.startswith(_CORE) else tag


def _slash_escape(raw: str) -> bool:
    return re.search(r"(?<!\\)(?:\\\\)*\\/", raw) is not None
