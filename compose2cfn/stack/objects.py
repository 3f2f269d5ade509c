"""Make troposphere objects of plain properties."""

from collections.abc import Mapping

from troposphere import AWSObject, Output, Tags

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.stack.intrinsics import content, helper
from compose2cfn.stack.items import Out, Resource

REFUSALS = (ValueError, TypeError, AttributeError)
"""What troposphere raises for a property that it refuses."""


def resource(
    kind: type[AWSObject],
    id_: str,
    properties: Mapping[str, object],
    origin: Steps,
    **attributes: object,
) -> Resource | Diagnostic:
    """Make a resource of plain properties by their CloudFormation names.

    ``attributes`` are those of the resource itself, such as ``DeletionPolicy``. What troposphere
    refuses is a finding at the origin.
    """
    try:
        read = {name: content(value) for name, value in properties.items()}
    except REFUSALS as error:
        return refusal(id_, error, origin)
    return build(kind, id_, read, origin, **attributes)


def build(
    kind: type[AWSObject],
    id_: str,
    read: Mapping[str, object],
    origin: Steps,
    **attributes: object,
) -> Resource | Diagnostic:
    """Make a resource the same way from properties that are read as the content of a template."""
    try:
        fields = {name: _field(kind, name, value) for name, value in read.items()}
        body: AWSObject = kind.from_dict(id_, fields)
        for name, value in attributes.items():
            setattr(body, name, value)
    except REFUSALS as error:
        return refusal(id_, error, origin)
    return Resource(body, origin)


def output(id_: str, value: object, description: str, origin: Steps) -> Out:
    """Make an output of the stack."""
    return Out(Output(id_, Value=helper(value), Description=description), origin)


def refusal(id_: str, error: Exception, origin: Steps) -> Diagnostic:
    """Say that troposphere refuses a resource."""
    return Diagnostic(code="property-refused", message=f"{id_}: {error}", path=origin)


def _field(kind: type[AWSObject], name: str, value: object) -> object:
    """Turn a plain value into what troposphere accepts for a property."""
    expected, _ = kind.props.get(name, (None, False))
    # The tags of some resources are an object of their own.
    if expected is Tags and isinstance(value, list):
        return Tags(**dict(map(_tag, value)))
    return helper(value)


def _tag(tag: object) -> tuple[str, object]:
    """Take a tag apart; raises `ValueError` if it is not one."""
    match tag:
        case {"Key": str(key), "Value": value}:
            return key, helper(value)
    raise ValueError(f"a tag needs a Key, which is a text, and a Value; {tag!r} does not have them")
