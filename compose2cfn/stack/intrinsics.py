"""Put plain values into troposphere, and take them out again."""

import json
import re
from collections.abc import Mapping
from math import isfinite

from troposphere import AWSHelperFn, BaseAWSObject, Tags, encode_to_dict

from compose2cfn.limits import DEEPEST_VALUE
from compose2cfn.model.frozen import LISTS, MAPPINGS, SCALARS, SIMPLE
from compose2cfn.model.functions import Function, function, spelled_out


class Plain(AWSHelperFn):
    """An intrinsic function as plain data, accepted wherever troposphere takes a function."""

    def __init__(self, data: Function) -> None:
        self.data = data


_TEXTS = {str}

# What CloudFormation would not touch in a plain text, but every reader takes for a forgotten
# substitution: ${PASSWORD} in a shell command. Linters would complain about ${!PASSWORD}, which
# substitutes nothing; so the dollar sign is substituted.
_LOOKALIKE = re.compile(r"\$\{(?=[A-Za-z0-9_:.]+\})")


def content(value: object, levels: int = DEEPEST_VALUE) -> object:
    """Read what an emitter writes: in properties, a mapping with the key of a function is one.

    That is CloudFormation's own rule, and here, where items come in, is the only place where it
    turns a mapping into a function. Raises `TypeError` or `ValueError` for what a template cannot
    contain: another object, a key that is not a text, a number that is not finite, too many levels.
    """
    if isinstance(value, Function):
        return _function(value, levels)
    if levels < 0 and not isinstance(value, SCALARS):
        raise ValueError(f"values nest more than {DEEPEST_VALUE} levels deep")
    if isinstance(value, LISTS):
        return [item if type(item) in SIMPLE else content(item, levels - 1) for item in value]
    if isinstance(value, MAPPINGS):
        read = {
            key: item if type(item) in SIMPLE else content(item, levels - 1)
            for key, item in value.items()
        }
        if {*map(type, read)} != _TEXTS:
            _check_keys(read)
        return Function(read) if spelled_out(read) else read
    if isinstance(value, SCALARS):
        return _finite(value)
    if isinstance(value, AWSHelperFn | BaseAWSObject):
        return content(plain(value, levels), levels)
    raise TypeError(f"a template cannot hold a value of the type {type(value).__name__}")


def _finite(value: str | float | None) -> str | float | None:
    """Return a value that holds no others; raises `ValueError` of a number that is not finite."""
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"a template cannot hold the number {value}")
    return value


def _check_keys(read: Mapping[str, object]) -> None:
    """Raise `TypeError` of a key that is not a text."""
    for key in read:
        if not isinstance(key, str):
            raise TypeError(f"a template has texts as keys, and {key!r} is not one")


def _function(value: Function, levels: int) -> Function:
    """Read a function, whose argument may hold objects of troposphere."""
    if not spelled_out(value):
        raise ValueError(f"a function has one key such as Ref, and this one has {list(value)}")
    ((name, argument),) = value.items()
    if type(argument) in SIMPLE:
        return value
    return Function({name: content(argument, levels - 1)})


def spelled(value: object) -> object:
    """Turn texts in a value that only look like a substitution into one of the dollar sign.

    ``${PASSWORD}`` becomes ``${Dollar}{PASSWORD}``.
    """
    if isinstance(value, str):
        if "${" in value and _LOOKALIKE.search(value):
            return function("Fn::Sub", [value.replace("${", "${Dollar}{"), {"Dollar": "$"}])
        return value
    if type(value) in SIMPLE or isinstance(value, Function):
        return value
    if isinstance(value, LISTS):
        return [spelled(item) for item in value]
    if isinstance(value, MAPPINGS):
        return {key: spelled(item) for key, item in value.items()}
    return value


def helper(value: object) -> object:
    """Wrap every intrinsic function in a plain value that is spelled, for troposphere."""
    if isinstance(value, Function):
        return Plain(value)
    if isinstance(value, LISTS):
        return [item if type(item) in SIMPLE else helper(item) for item in value]
    if isinstance(value, MAPPINGS):
        return {key: item if type(item) in SIMPLE else helper(item) for key, item in value.items()}
    return value


def plain(value: object, levels: int = DEEPEST_VALUE) -> object:
    """Turn the troposphere objects in a value into plain data, each nested object once.

    Raises what troposphere raises for an incomplete object, mostly `ValueError`, and what `content`
    raises.
    """
    if isinstance(value, SCALARS):
        return _finite(value)
    if isinstance(value, Plain):
        return value.data
    if isinstance(value, Function):
        return _function(value, levels)
    if levels < 0:
        raise ValueError(f"values nest more than {DEEPEST_VALUE} levels deep")
    if isinstance(value, LISTS):
        return [item if type(item) in SIMPLE else plain(item, levels - 1) for item in value]
    if isinstance(value, MAPPINGS):
        if {*map(type, value)} != _TEXTS:
            _check_keys(value)
        return _members(value, levels - 1)
    if isinstance(value, BaseAWSObject) and type(value).to_dict is BaseAWSObject.to_dict:
        return _object(value, levels - 1)
    if type(value) is Tags:
        return plain(value.tags, levels)
    # Whatever else can be written as JSON; the types of troposphere say less than it takes.
    return content(encode_to_dict({"": value})[""], levels)


def _object(value: BaseAWSObject, levels: int) -> dict[str, object]:
    """Return the content of an object, as its own ``to_dict`` does, which walks it many times."""
    if value.do_validation:
        missing = required_properties(type(value)) - value.properties.keys()
        if missing:
            raise ValueError(f"{type(value).__name__} needs {', '.join(sorted(missing))}")
        value.validate()
    said: dict[str, object] = value.resource
    if not value.properties and "Properties" in said:
        said = {name: item for name, item in said.items() if name != "Properties"}
    return _members(said, levels)


def _members(value: Mapping[str, object], levels: int) -> dict[str, object]:
    """Turn the values of a mapping into plain data."""
    return {
        key: item if type(item) in SIMPLE else plain(item, levels) for key, item in value.items()
    }


def required_properties(kind: type[BaseAWSObject]) -> frozenset[str]:
    """List the properties that an object of this kind cannot be without."""
    known: type = kind
    if known not in _NEEDED:
        _NEEDED[known] = frozenset(name for name, (_, must) in kind.props.items() if must)
    return _NEEDED[known]


_NEEDED: dict[type, frozenset[str]] = {}
"""What is known of kinds of objects already: they do not change."""


def canonical(value: object) -> str:
    """Write a value so that equal values yield equal text, in any order of keys."""
    return json.dumps(value, sort_keys=True, default=plain)
