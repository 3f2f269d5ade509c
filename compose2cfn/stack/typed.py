"""Read resources by troposphere's tables, and outputs, without making its objects of them.

These are made when somebody asks for them: to make thousands takes longer than all else that is
done to a template. What they refuse is refused here.
"""

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import TypeVar

from troposphere import AWSObject, BaseAWSObject, Output, Tags

from compose2cfn.model.frozen import LISTS, MAPPINGS, SIMPLE
from compose2cfn.model.functions import Function
from compose2cfn.stack.intrinsics import helper, plain, required_properties, spelled
from compose2cfn.stack.items import PlainOut, PlainResource

_T = TypeVar("_T", bound=BaseAWSObject)

ATTRIBUTES = (
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
"""The attributes of a resource in CloudFormation."""


def resource_content(resource: PlainResource) -> dict[str, object]:
    """Return a resource as a template has it.

    Raises `TypeError`, `ValueError` or `AttributeError` of what troposphere would refuse.
    """
    for name in resource.attributes:
        if name not in ATTRIBUTES:
            raise AttributeError(f"a resource has no attribute {name}")
    read = _typed(resource.kind, resource.properties)
    below = {"Properties": read} if read else {}
    return {"Type": resource.kind.resource_type, **below, **resource.attributes}


def resource_object(resource: PlainResource) -> AWSObject:
    """Make the object of a resource, which may be extended."""
    kind, properties = resource.kind, resource.properties
    said = {name: spelled(value) for name, value in properties.items()}
    found = _made(kind, resource.id, said)
    for name, value in resource.attributes.items():
        setattr(found, name, value)
    return found


def output_content(output: PlainOut) -> dict[str, object]:
    """Return an output as a template has it."""
    return {"Value": spelled(output.value), "Description": output.description}


def output_object(output: PlainOut) -> Output:
    """Make the object of an output, which may be extended."""
    return _made(Output, output.id, output_content(output))


def _typed(kind: type[BaseAWSObject], properties: Mapping[str, object]) -> dict[str, object]:
    """Read properties by their CloudFormation names."""
    read: dict[str, object] = {}
    known = kind.props
    for name, value in properties.items():
        if name not in known:
            raise AttributeError(f"{kind.__name__} has no property {name}")
        expected, _ = known[name]
        try:
            read[name] = _value(expected, value)
        except _UnexpectedError as error:
            raise TypeError(f"{kind.__name__}.{name} {error}") from error
    if missing := required_properties(kind) - read.keys():
        raise ValueError(f"{kind.__name__} needs {', '.join(sorted(missing))}")
    if kind.validate is not BaseAWSObject.validate:
        _made(kind, kind.__name__, read).validate()
    return read


class _UnexpectedError(Exception):
    """A value is not one that a property has; the text goes on where the property is named."""

    @classmethod
    def of(cls, value: object) -> "_UnexpectedError":
        """Say of which type the value is."""
        return cls(f"cannot be of the type {type(value).__name__}")


def _value(expected: object, value: object) -> object:
    """Read a value of which a table says what is expected: a class, a test, or a list of one."""
    if type(value) is expected:
        return spelled(value)
    if isinstance(value, Function):
        return value
    if isinstance(expected, FunctionType):
        return _tested(expected, value)
    if isinstance(expected, list):
        if not isinstance(value, LISTS):
            raise _UnexpectedError.of(value)
        return [_item(expected, item) for item in value]
    if isinstance(expected, type) and issubclass(expected, BaseAWSObject):
        if not isinstance(value, MAPPINGS):
            raise _UnexpectedError.of(value)
        return _typed(expected, value)
    if expected is Tags and isinstance(value, LISTS):
        return _tags(value)
    return _plain(expected, value)


def _item(expected: list[object], value: object) -> object:
    """Read an item of a list."""
    if len(expected) == 1:
        return _value(expected[0], value)
    return _plain(tuple(expected), value)


def _plain(expected: object, value: object) -> object:
    """Read a value that must be of a class, or of one of several."""
    read = spelled(value)
    if isinstance(read, Function):
        return read
    for each in expected if isinstance(expected, tuple) else (expected,):
        if isinstance(each, type) and isinstance(value, each):
            return read
    raise _UnexpectedError.of(value)


def _tested(test: Callable[[object], object], value: object) -> object:
    """Read a value by a test of troposphere, which returns it, or raises what is wrong with it."""
    read = spelled(value)
    if isinstance(read, Function):
        return read
    try:
        tested = test(read if type(read) in SIMPLE else helper(read))
        # What holds others is read again: a test may add to it, and return the same object.
        return read if tested is read else plain(tested)
    except (TypeError, ValueError) as error:
        raise _UnexpectedError(f"is refused: {error}") from error


def _tags(tags: Iterable[object]) -> list[object]:
    """Sort tags by their keys, each once, as troposphere does."""
    found = dict(map(_tag, tags))
    return [{"Key": key, "Value": found[key]} for key in sorted(found)]


def _tag(tag: object) -> tuple[str, object]:
    """Take a tag apart; raises `ValueError` if it is not one."""
    match tag:
        case {"Key": str(key), "Value": value}:
            return key, spelled(value)
    raise ValueError(f"a tag needs a Key, which is a text, and a Value; {tag!r} does not have them")


def _made(kind: type[_T], title: str | None, properties: Mapping[str, object]) -> _T:
    """Make an object of properties whose texts are spelled.

    The ``from_dict`` of troposphere refuses a function in place of a list or a mapping.
    """
    make: Callable[..., _T] = kind
    return make(title, **{name: _field(kind, name, value) for name, value in properties.items()})


def _field(kind: type[BaseAWSObject], name: str, value: object) -> object:
    """Turn a property into what troposphere accepts."""
    expected, _ = kind.props[name]
    # The tags of some resources are an object of their own.
    if expected is Tags and isinstance(value, list):
        return Tags(**{key: helper(item) for key, item in map(_tag, value)})
    return value if type(value) in SIMPLE else _object(expected, value)


def _object(expected: object, value: object) -> object:
    """Make the objects that a table asks for of mappings and of lists of them."""
    if isinstance(expected, list) and len(expected) == 1 and isinstance(value, list):
        return [_object(expected[0], item) for item in value]
    if isinstance(value, Function) or not isinstance(value, MAPPINGS):
        return helper(value)
    if isinstance(expected, type) and issubclass(expected, BaseAWSObject):
        return _made(expected, None, value)
    return helper(value)
