"""Make resources and outputs of plain values."""

from collections.abc import Mapping

from troposphere import AWSObject

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.stack.items import PlainOut, PlainResource

REFUSALS = (ValueError, TypeError, AttributeError)
"""What troposphere raises for a property that it refuses."""


def resource(
    kind: type[AWSObject],
    id_: str,
    properties: Mapping[str, object],
    origin: Steps,
    **attributes: object,
) -> PlainResource:
    """Make a resource of plain properties by their CloudFormation names.

    ``attributes`` are those of the resource itself, such as ``DeletionPolicy``.
    """
    return PlainResource(kind, id_, properties, attributes, origin)


def output(id_: str, value: object, description: str, origin: Steps) -> PlainOut:
    """Make an output of the stack."""
    return PlainOut(id_, value, description, origin)


def refusal(id_: str, error: Exception, origin: Steps) -> Diagnostic:
    """Say that troposphere refuses a resource."""
    return Diagnostic(code="property-refused", message=f"{id_}: {error}", path=origin)
