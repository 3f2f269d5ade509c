"""Make troposphere objects of plain properties."""

from collections.abc import Mapping

from troposphere import AWSObject, Tags

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.stack.intrinsics import helper
from compose2cfn.stack.items import Resource


def build(kind: type[AWSObject], id_: str, properties: Mapping[str, object]) -> AWSObject:
    """Make a resource of plain properties by their CloudFormation names.

    Raises what troposphere raises of a property that it will not take: `ValueError`, `TypeError`
    or `AttributeError`.
    """
    fields = {
        name: _tags(value) if kind.props.get(name, (None,))[0] is Tags else helper(value)
        for name, value in properties.items()
    }
    body: AWSObject = kind.from_dict(id_, fields)
    return body


def resource(
    kind: type[AWSObject], id_: str, properties: Mapping[str, object], origin: Steps
) -> Resource | Diagnostic:
    """Make a resource of plain properties; what troposphere will not take is a fault."""
    try:
        body = build(kind, id_, properties)
        body.to_dict()
    except (ValueError, TypeError, AttributeError) as error:
        return Diagnostic(code="property-refused", message=f"{id_}: {error}", path=origin)
    return Resource(body, origin)


def _tags(pairs: object) -> object:
    """Make the object that troposphere insists on for the tags of some resources."""
    match pairs:
        case list() | tuple():
            return Tags(**{pair["Key"]: helper(pair["Value"]) for pair in pairs})
    return helper(pairs)
