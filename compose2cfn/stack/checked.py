"""Check what emitters yield: each field of an item is what its type says it is."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from troposphere import AWSObject, Output

from compose2cfn.diagnostics import Diagnostic, Location, Severity, Steps, listed
from compose2cfn.findings import Parameter
from compose2cfn.model.frozen import MAPPINGS, SIMPLE
from compose2cfn.model.functions import Function
from compose2cfn.stack.intrinsics import content
from compose2cfn.stack.items import (
    Cond,
    ContainerPart,
    FormerId,
    InitStep,
    Item,
    Out,
    Param,
    PlainOut,
    PlainResource,
    Resource,
    RoleKind,
    RolePart,
    Rule,
    ServicePart,
    TaskPart,
)
from compose2cfn.stack.parts import IDENTITY

Check: TypeAlias = Callable[[object], object]
"""Reads the value of a field; raises `TypeError` or `ValueError` that says what it must be."""

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/resources-section-structure.html
_LOGICAL = re.compile(r"[A-Za-z0-9]{1,255}")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_CONTAINER = re.compile(r"[A-Za-z0-9_-]{1,255}")
_CONDITIONS = frozenset({"Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"})
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html
_OF_RULES = frozenset(
    {
        *("Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals"),
        *("Fn::Not", "Fn::Or"),
    }
)
_TEXTS = {str}
_STEPS = {str, int}
_SHOWN = 60
"""Characters of a wrong name that a message shows."""


def checked(item: object) -> Item:
    """Return an item, with its fields read as the content of a template.

    Raises `TypeError` or `ValueError` that says what is wrong with it.
    """
    if isinstance(item, Diagnostic):
        check_diagnostic(item)
        return item
    for kind, checks in _KINDS.items():
        if type(item) is kind:
            return kind._make(_read(item, kind._fields, checks, item))
    raise TypeError(
        f"something of the type {type(item).__name__}, which is not an item; yield what "
        "compose2cfn.stack.items has"
    )


def check_diagnostic(found: Diagnostic) -> None:
    """Raise what `checked` raises of a finding."""
    fields = (found.code, found.message, found.severity, found.path, found.at, found.related)
    names = ("code", "message", "severity", "path", "at", "related")
    _read(found, names, (_text, _text, _severity, _origin, _place, _places), fields)
    _read(found, ("subject", "others"), (_any_text, _findings), (found.subject, found.others))


def origin_of(item: object) -> Steps:
    """Return the origin of what may be an item; an empty one if it has none that can be used."""
    match item:
        case (
            Resource()
            | PlainResource()
            | Param()
            | Cond()
            | Rule()
            | Out()
            | PlainOut()
            | FormerId()
            | InitStep()
        ):
            origin = item.origin
        case TaskPart() | ContainerPart() | RolePart() | ServicePart():
            origin = item.origin
        case Diagnostic():
            origin = item.path
        case _:
            return ()
    try:
        _origin(origin)
    except ValueError:
        return ()
    return origin


def _read(
    item: object, names: Sequence[str], checks: Sequence[Check], fields: Iterable[object]
) -> Iterable[object]:
    """Read the fields of an item one by one."""
    read: list[object] = []
    try:
        for check, value in zip(checks, fields, strict=True):
            read.append(check(value))
    except (TypeError, ValueError) as error:
        about = f"an invalid {type(item).__name__}, in {names[len(read)]}: {error}"
        raise ValueError(about) from error
    return read


def _must_be(what: str, value: object, *, shown: bool = False) -> ValueError:
    """Say what a value must be, and its type, or its text if it is a name."""
    if shown and isinstance(value, str) and len(value) <= _SHOWN:
        return ValueError(f"it must be {what}, but it is {value!r}")
    return ValueError(f"it must be {what}, but it is of the type {type(value).__name__}")


def _text(value: object) -> object:
    if not isinstance(value, str) or not value:
        raise _must_be("a text that is not empty", value)
    return value


def _words(value: object) -> object:
    if not isinstance(value, str):
        raise _must_be("a text", value)
    return value


def _integer(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _must_be("an integer", value)
    return value


def _logical(value: object) -> object:
    if not isinstance(value, str) or not _LOGICAL.fullmatch(value):
        raise _must_be("a logical id of 1 to 255 letters and digits", value, shown=True)
    return value


def _container(value: object) -> object:
    if not isinstance(value, str) or not _CONTAINER.fullmatch(value):
        what = "a name of 1 to 255 letters, digits, hyphens and underscores"
        raise _must_be(what, value, shown=True)
    return value


def _origin(value: object) -> object:
    if not isinstance(value, tuple) or not (
        {*map(type, value)} <= _STEPS or all(isinstance(step, str | int) for step in value)
    ):
        raise _must_be(
            "a tuple of texts and numbers, the way to a value of the Compose file", value
        )
    return value


def _severity(value: object) -> object:
    if not isinstance(value, Severity):
        raise _must_be("a Severity", value)
    return value


def _place(value: object) -> object:
    if not isinstance(value, Location | None):
        raise _must_be("a Location or None", value)
    return value


def _places(value: object) -> object:
    if not isinstance(value, tuple) or not all(isinstance(place, Location) for place in value):
        raise _must_be("a tuple of Locations", value)
    return value


def _any_text(value: object) -> object:
    return value if value == "" else _text(value)


def _findings(value: object) -> object:
    if not isinstance(value, tuple) or not all(isinstance(each, Diagnostic) for each in value):
        raise _must_be("a tuple of Diagnostics", value)
    for each in value:
        check_diagnostic(each)
    return value


def _mapping(value: object) -> dict[str, object]:
    """Read a mapping with names as keys, each of its values as the content of a template."""
    if not isinstance(value, MAPPINGS) or isinstance(value, Function):
        raise _must_be("a mapping", value)
    if not ({*map(type, value)} <= _TEXTS or all(isinstance(name, str) for name in value)):
        raise TypeError("the keys of a mapping must be texts")
    return {name: each if type(each) in SIMPLE else content(each) for name, each in value.items()}


def _fields(value: object) -> dict[str, object]:
    """Read properties; the entries of lists that are folded must have what identifies them."""
    read = _mapping(value)
    for name in read.keys() & IDENTITY.keys():
        entries = read[name]
        for entry in entries if isinstance(entries, list) else ():
            # troposphere does not accept a function in place of an entry.
            if isinstance(entry, Function) or not _has_key(entry, IDENTITY[name]):
                keys = listed(IDENTITY[name])
                raise ValueError(f"each entry of {name} must be a mapping that has {keys}")
    return read


def _has_key(entry: object, keys: Iterable[str]) -> bool:
    return isinstance(entry, dict) and any(key in entry for key in keys)


def _task_fields(value: object) -> object:
    read = _fields(value)
    if "ContainerDefinitions" in read:
        raise ValueError("ContainerDefinitions are made from parts; yield a ContainerPart for each")
    return read


def _container_fields(value: object) -> object:
    read = _fields(value)
    if "Name" in read:
        raise ValueError("Name comes from the container that the part is for; leave it out")
    return read


def _listens(value: object) -> object:
    if not isinstance(value, tuple) or not all(map(_is_listened, value)):
        raise _must_be("a tuple of pairs of texts, ports and their protocols", value)
    return value


def _is_listened(value: object) -> bool:
    match value:
        case (str(), str()) as pair:
            return isinstance(pair, tuple)
    return False


def _policies(value: object) -> object:
    read = _mapping(value)
    for name, document in read.items():
        if not isinstance(document, dict):
            raise TypeError(f"the policy document {name!r} must be a mapping")
    return read


def _managed(value: object) -> object:
    if not isinstance(value, tuple | list):
        raise _must_be("a tuple of ARNs", value)
    read = tuple(map(content, value))
    for arn in read:
        if not isinstance(arn, str | Function):
            raise _must_be("an ARN, as a text or a function", arn)
    return read


def _value(value: object) -> object:
    read = content(value)
    if not isinstance(read, str | Function):
        raise _must_be("a text or a function", read)
    return read


def _after(value: object) -> object:
    if not isinstance(value, tuple | list):
        raise _must_be("a tuple of logical ids", value)
    return tuple(map(_logical, value))


def _role(value: object) -> object:
    if not isinstance(value, RoleKind):
        raise _must_be("a RoleKind", value)
    return value


def _test(functions: frozenset[str]) -> Check:
    """Make the check of a test that is one of these functions."""

    def check(value: object) -> object:
        read = content(value)
        if not isinstance(read, Function) or not read.keys() <= functions:
            raise _must_be(f"one function, {listed(sorted(functions))}", value)
        return read

    return check


def _resource(value: object) -> object:
    if not isinstance(value, AWSObject):
        raise _must_be("a resource of troposphere", value)
    _titled(value.title)
    return value


def _kind(value: object) -> object:
    if not isinstance(value, type) or not issubclass(value, AWSObject):
        raise _must_be("troposphere's class of a resource", value)
    return value


def _titled(title: object) -> None:
    try:
        _logical(title)
    except ValueError as error:
        raise ValueError(f"of its title, {error}") from error


def _output(value: object) -> object:
    if not isinstance(value, Output):
        raise _must_be("an Output of troposphere", value)
    _titled(value.title)
    return value


def _parameter(value: object) -> object:
    if not isinstance(value, Parameter):
        raise _must_be("a Parameter of compose2cfn.findings", value)
    _logical(value.id)
    texts = (value.description, value.group, value.type, value.allowed_pattern, value.constraint)
    for text in (*texts, value.default or "", *_tuple(value.allowed_values)):
        _words(text)
    _integer(value.min_length or 0)
    if not isinstance(value.no_echo, bool):
        raise TypeError("no_echo must be True or False")
    return value


def _tuple(value: object) -> tuple[object, ...]:
    if not isinstance(value, tuple):
        raise _must_be("a tuple", value)
    return value


_KINDS: Mapping[
    type[TaskPart | ContainerPart | InitStep | RolePart | ServicePart]
    | type[Resource | PlainResource | Param | Cond | Rule | Out | PlainOut | FormerId],
    tuple[Check, ...],
] = {
    PlainResource: (_kind, _logical, _mapping, _mapping, _origin),
    Resource: (_resource, _origin),
    ContainerPart: (_text, _container, _container_fields, _origin, _listens),
    RolePart: (_text, _role, _policies, _managed, _origin),
    TaskPart: (_text, _task_fields, _origin),
    ServicePart: (_text, _fields, _after, _origin),
    InitStep: (_text, _integer, _words, _words, _origin),
    FormerId: (_text, _text, _origin),
    Out: (_output, _origin),
    PlainOut: (_logical, _value, _words, _origin),
    Param: (_parameter, _origin),
    Cond: (_logical, _test(_CONDITIONS), _origin),
    Rule: (_logical, _test(_OF_RULES), _text, _origin),
}
