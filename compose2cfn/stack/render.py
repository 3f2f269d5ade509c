"""Write a template as text: YAML with short intrinsics, or JSON with exactly the same content."""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from json import dumps

from yaml import CDumper
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from compose2cfn.model.frozen import LISTS, MAPPINGS, SCALARS, SIMPLE

_text = str.__str__
"""Takes a text out of a class of its own, such as an ``Enum``, whatever ``str`` says of it."""

# The order of sections in CloudFormation's own documentation; others follow alphabetically.
_SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
)
_ATTRIBUTES = (
    "Type",
    "Description",
    "Condition",
    "DependsOn",
    "CreationPolicy",
    "UpdatePolicy",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
    "Properties",
    "Value",
    "Export",
)
# What identifies an entry of a list comes first.
_LEADERS = ("Version", "Id", "Sid", "Effect", "Name", "ContainerName", "Key")

# The functions that have a short form for every argument; `Ref`, `Condition` and `Fn::GetAtt` have
# one only for some arguments.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
_FUNCTIONS = frozenset(
    f"Fn::{name}"
    for name in (
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAZs",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
    )
)

_TAGS: Mapping[str, str] = {
    name: f"!{name.removeprefix('Fn::')}"
    for name in ("Ref", "Condition", "Fn::GetAtt", *sorted(_FUNCTIONS))
}
"""The short forms of functions."""
_OF_SEVERAL_FORMS = frozenset({"Fn::GetAtt", "Fn::Sub"})

# Texts that a reader of YAML 1.1 or 1.2 takes for something else if they are not quoted: null, a
# boolean, a merge, a number in any base, a time or a date.
_WORDS = frozenset(
    ("", *["~", "=", "<<", "null", "y", "n", "yes", "no", "on", "off", "true", "false"])
)
_NUMBER = re.compile(r"[-+]?\.(inf|nan)|[-+]?\.?\d[\da-fox_:.,+\-tz ]*", re.IGNORECASE | re.ASCII)
# All other characters are escaped: readers turn Unicode's further line ends into others.
_PRINTABLE = r"[\t\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*"
_UNREADABLE = "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
_ONE_LINE = 100  # characters of its representation in Python, which is longer than its YAML
_ENDLESS = 2**31 - 1


def arrange(template: Mapping[str, object]) -> dict[str, object]:
    """Put a template into normal form: plain data, keys in order, one form per intrinsic."""
    return {name: _section(template[name]) for name in _in_order(tuple(template), _SECTIONS)}


def yaml(arranged: Mapping[str, object]) -> str:
    """Write a template in normal form as YAML."""
    return _write(arranged, short=True)


def json(arranged: Mapping[str, object]) -> str:
    """Write a template in normal form as JSON."""
    return plain_json(arranged)


def plain_yaml(value: object) -> str:
    """Write plain data as YAML: keys in their own order, nothing read as an intrinsic."""
    return _write(value, short=False)


def plain_json(value: object) -> str:
    """Write plain data as JSON: keys in their own order."""
    text = dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    # Readers of YAML read JSON too, but not each character, and other line ends as spaces.
    text = re.sub(_UNREADABLE, lambda found: f"\\u{ord(found[0]):04x}", _characters(text))
    return text + "\n"


def _section(section: object) -> object:
    """Arrange a section: what it defines by name has an order of its own."""
    if isinstance(section, MAPPINGS):
        return {id_: _arranged(section[id_], _ATTRIBUTES) for id_ in sorted(section)}
    return _arranged(section)


def _arranged(value: object, first: tuple[str, ...] = _LEADERS) -> object:
    if isinstance(value, dict):
        arranged = {
            key: item if type(item := value[key]) in SIMPLE else _arranged(item)
            for key in _in_order(tuple(value), first)
        }
        several = len(arranged) == 1 and not _OF_SEVERAL_FORMS.isdisjoint(arranged)
        return _one_form(arranged) if several else arranged
    if isinstance(value, LISTS):
        return [item if type(item) in SIMPLE else _arranged(item) for item in value]
    if isinstance(value, SCALARS):
        return _text(value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return _arranged(dict(value), first)
    raise TypeError(f"a template cannot hold {value!r}")


def _one_form(value: dict[str, object]) -> dict[str, object]:
    """Write an intrinsic that has several forms in the one that JSON readers know best."""
    match value:
        case {"Fn::GetAtt": str(text)} if "." in text:
            return {"Fn::GetAtt": text.split(".", 1)}
        case {"Fn::GetAtt": [str(id_), str(name), str(inner), *rest]}:
            return _one_form({"Fn::GetAtt": [id_, f"{name}.{inner}", *rest]})
        case {"Fn::Sub": [str(text)]}:
            return {"Fn::Sub": text}
        case {"Fn::Sub": [str(text), dict(names)]} if not names:
            return {"Fn::Sub": text}
    return value


@lru_cache(maxsize=1024)
def _in_order(keys: tuple[str, ...], first: tuple[str, ...]) -> tuple[str, ...]:
    """Sort the keys of a mapping, which many mappings share: some first, others alphabetically."""
    leading = [key for key in first if key in keys]
    return (*leading, *sorted({*keys}.difference(leading)))


def _short(value: Mapping[str, object]) -> tuple[str, object] | None:
    """Return the tag and the argument if a mapping of one key is an intrinsic with a short form.

    An intrinsic whose whole argument is another one has none: a value has one tag.
    """
    ((name, argument),) = value.items()
    if name not in _TAGS:
        return None
    if name == "Fn::GetAtt":
        attribute = _attribute(argument)
        return None if attribute is None else (_TAGS[name], attribute)
    takes = isinstance(argument, str) or (name in _FUNCTIONS and _has_no_tag(argument))
    return (_TAGS[name], argument) if takes else None


def _attribute(argument: object) -> object:
    """Write the argument of ``!GetAtt``: as a text, if its first dot ends the id."""
    match argument:
        case [str(id_), str(name)] if id_ and name and "." not in id_:
            return f"{id_}.{name}"
        case list():
            return argument
    return None


def _has_no_tag(argument: object) -> bool:
    """Tell whether a list or a mapping is not itself an intrinsic with a short form."""
    if isinstance(argument, dict):
        return not (len(argument) == 1 and _short(argument))
    return isinstance(argument, list)


def _write(value: object, *, short: bool) -> str:
    stream = io.StringIO()
    emitter = CDumper(stream, width=_ENDLESS, allow_unicode=True)
    try:
        emitter.emit(StreamStartEvent())
        emitter.emit(DocumentStartEvent(explicit=False))
        _Writer(emitter.emit, short=short).write(value)
        emitter.emit(DocumentEndEvent(explicit=False))
        emitter.emit(StreamEndEvent())
    finally:
        emitter.dispose()
    return stream.getvalue()


class _Writer:
    """What feeds the events of a value to an emitter."""

    def __init__(self, emit: Callable[[Event], None], *, short: bool) -> None:
        self._emit = emit
        self._short = short
        self._scalar = cache(_scalar)

    def write(self, value: object) -> None:
        """Write a value; with ``short``, an intrinsic that has a short form in that."""
        if isinstance(value, dict):
            intrinsic = _short(value) if self._short and len(value) == 1 else None
            if intrinsic:
                self._tagged(*intrinsic)
            else:
                self._mapping(_MAPPING, value)
        elif isinstance(value, list):
            self._sequence(_SEQUENCE, value)
        elif isinstance(value, str):
            self._emit(self._scalar(value))
        elif isinstance(value, SCALARS):
            self._emit(ScalarEvent(None, None, (True, False), _word(value)))
        else:
            raise TypeError(f"{value!r} is not plain data")

    def _tagged(self, tag: str, value: object) -> None:
        """Write the argument of an intrinsic; a list is written on one line if it fits."""
        if isinstance(value, str):
            self._emit(self._scalar(value, tag))
            return
        flow = len(repr(value)) <= _ONE_LINE
        if isinstance(value, dict):
            self._mapping(MappingStartEvent(None, tag, implicit=False, flow_style=flow), value)
        elif isinstance(value, list):
            self._sequence(SequenceStartEvent(None, tag, implicit=False, flow_style=flow), value)

    def _mapping(self, start: MappingStartEvent, value: Mapping[str, object]) -> None:
        self._emit(start)
        for key, member in value.items():
            self._emit(_key(key))
            if type(member) is str:
                self._emit(self._scalar(member))
            else:
                self.write(member)
        self._emit(_MAPPING_END)

    def _sequence(self, start: SequenceStartEvent, value: Iterable[object]) -> None:
        self._emit(start)
        for item in value:
            if type(item) is str:
                self._emit(self._scalar(item))
            else:
                self.write(item)
        self._emit(_SEQUENCE_END)


_MAPPING = MappingStartEvent(None, None, implicit=True, flow_style=False)
_MAPPING_END = MappingEndEvent()
_SEQUENCE = SequenceStartEvent(None, None, implicit=True, flow_style=False)
_SEQUENCE_END = SequenceEndEvent()


def _scalar(text: str, tag: str | None = None) -> ScalarEvent:
    """Choose how a text is written; if a style cannot represent it, libyaml quotes it."""
    style, text = None, _text(text)
    one_line = text.isascii() and text.isprintable() and not text.isspace()
    if not one_line and _needs_escapes(text):
        style = '"'
        text = _characters(text)
    elif not one_line and "\n" in text:
        style = "|"
    elif text.lower() in _WORDS or _NUMBER.fullmatch(text):
        style = "'"
    return ScalarEvent(None, tag, (tag is None, tag is None), text, style=style)


_key = lru_cache(maxsize=1024)(_scalar)
"""The events of keys: the names of properties are in all templates."""


def _characters(text: str) -> str:
    """Replace what is not a character: the name of a folder may be other bytes than UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _needs_escapes(text: str) -> bool:
    """Tell whether neither a plain text nor a block holds a text as it is."""
    if text.isspace() or text.endswith("\n\n"):
        return True
    lines = text.replace("\n", "").replace("\t", "")
    return not (lines.isascii() and lines.isprintable()) and not re.fullmatch(_PRINTABLE, text)


def _word(value: object) -> str:
    """Write null, a boolean or a number so that every reader of YAML understands it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            # YAML 1.1 has no exponent without a point.
            mantissa, e, exponent = repr(value).partition("e")
            return f"{mantissa}{'' if '.' in mantissa or not e else '.0'}{e}{exponent}"
    return str(value)
