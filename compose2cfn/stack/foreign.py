"""Hold the resources of other emitters than ours to the schemas of CloudFormation."""

from collections.abc import Collection, Iterable, Iterator

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.stack import schemas
from compose2cfn.stack.gather import Wholes
from compose2cfn.stack.properties import property_faults
from compose2cfn.stack.result import OVERLAY_PATH, Body


def refused_properties(
    body: Body, wholes: Wholes, others: Collection[str], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Report what the schemas of CloudFormation do not allow in resources of other emitters.

    troposphere checks much of it, but not what a class of the emitter's own holds. What was found
    where the overlay is about a resource is not reported again.
    """
    laid = {each.path[:3] for each in found}
    for (section, id_), whole in wholes.items():
        known = (*OVERLAY_PATH, section, id_) in laid
        if section == "Resources" and whole.by in others and not known:
            for message in _property_faults(body, id_):
                yield Diagnostic(
                    code="property-refused", message=f"{id_}: {message}", path=whole.origin
                )


def _property_faults(body: Body, id_: str) -> Iterator[str]:
    """Say what is wrong with a resource, if its type is one of those that are emitted here."""
    resources = body.get("Resources")
    match resources.get(id_) if isinstance(resources, dict) else None:
        case {"Type": str(kind), **rest} if kind in schemas.types():
            for fault in property_faults(kind, rest.get("Properties"), None):
                yield fault.message
