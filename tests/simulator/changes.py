"""Change sets: what an update would do, as CloudFormation foretells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.simulator import registry
from tests.simulator.intrinsics import Scope, Unknown
from tests.simulator.registry import Recreation
from tests.simulator.stacks import Stack, Version, differences, evaluate_properties
from tests.simulator.template import Declaration, references

Replacement = Literal["True", "Conditional", "False"]


@dataclass(frozen=True)
class Detail:
    """Why a property changes."""

    property: str
    recreation: Recreation
    evaluation: Literal["Static", "Dynamic"]
    source: str
    cause: str = ""


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    action: Literal["Add", "Modify", "Remove"]
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: Replacement | None = None
    details: tuple[Detail, ...] = ()


def foretell(stack: Stack, version: Version) -> Iterator[Change]:
    """List what an update of a stack to a version would do, in the order of its doing.

    A resource that is added or may be replaced has an unknown id; so has an attribute of one that
    changes in place. What refers to such a thing is a dynamic change.
    """
    new_ids: set[str] = set()
    new_attributes: set[str] = set()

    def before(name: str, attribute: str) -> object:
        known = name in stack.resources
        return stack.look(name, attribute) if known else Unknown(f"{name}.{attribute}")

    def after(name: str, attribute: str) -> object:
        unknown = name in new_ids or (attribute and name in new_attributes)
        return Unknown(f"{name}.{attribute}") if unknown else before(name, attribute)

    sure = version.scope(stack.site, before)
    unsure = version.scope(stack.site, after)
    names = set()
    for declaration in version.declarations(sure):
        names.add(declaration.id)
        registry.check(declaration.type, declaration.id, declaration.properties)
        change = _compare(stack, declaration, sure, unsure)
        if change is None:
            continue
        if change.action == "Add" or change.replacement != "False":
            new_ids.add(change.logical_id)
        new_attributes.add(change.logical_id)
        yield change
    for name, resource in reversed(stack.resources.items()):
        if name not in names:
            yield Change("Remove", name, resource.type, resource.id)


def _compare(stack: Stack, declaration: Declaration, sure: Scope, unsure: Scope) -> Change | None:
    resource = stack.resources.get(declaration.id)
    if resource is None:
        return Change("Add", declaration.id, declaration.type)
    old = resource.properties
    static = evaluate_properties(declaration, sure)
    dynamic = evaluate_properties(declaration, unsure)
    surely = differences(resource, declaration, static)
    maybe = differences(resource, declaration, dynamic)
    details = []
    for prop in sorted(surely | maybe):
        new = static if prop in surely else dynamic
        recreation = registry.recreation(resource.type, prop, old.get(prop), new.get(prop))
        if prop in surely:
            source, cause = _source(stack, declaration, prop, sure)
            details.append(Detail(prop, recreation, "Static", source, cause))
        for ref in references(declaration.properties.get(prop)) if prop in maybe else ():
            name = ref.name
            if name in sure.template.declarations and (
                unsure.lookup(name, ref.attribute) != sure.lookup(name, ref.attribute)
            ):
                source = "ResourceAttribute" if ref.attribute else "ResourceReference"
                cause = f"{name}.{ref.attribute}" if ref.attribute else name
                details.append(Detail(prop, recreation, "Dynamic", source, cause))
    if not details:
        return None
    return Change(
        "Modify", declaration.id, resource.type, resource.id, _replacement(details), tuple(details)
    )


def _source(stack: Stack, declaration: Declaration, prop: str, scope: Scope) -> tuple[str, str]:
    """Tell whether the template's text changed, or only a parameter's value."""
    written = stack.version.template.declarations[declaration.id] if stack.version else declaration
    expression = declaration.properties.get(prop)
    if written.properties.get(prop) != expression:
        return "DirectModification", ""
    parameters = [ref.name for ref in references(expression) if ref.name in scope.parameters]
    return "ParameterReference", parameters[0] if parameters else ""


def _replacement(details: list[Detail]) -> Replacement:
    if any((one.recreation, one.evaluation) == ("Always", "Static") for one in details):
        return "True"
    return "Conditional" if any(one.recreation != "Never" for one in details) else "False"
