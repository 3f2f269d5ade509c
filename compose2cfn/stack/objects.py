"""Make troposphere objects of plain properties."""

from collections.abc import Mapping

from troposphere import AWSObject, Tags

from compose2cfn.stack.intrinsics import helper


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


def _tags(pairs: object) -> object:
    """Make the object that troposphere insists on for the tags of some resources."""
    match pairs:
        case list() | tuple():
            return Tags(**{pair["Key"]: helper(pair["Value"]) for pair in pairs})
    return helper(pairs)
