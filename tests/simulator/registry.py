"""What CloudFormation's registry says of resource types, from the schemas that cfn-lint carries."""

from functools import lru_cache
from typing import Literal

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from tests.simulator.refusals import Refusal
from tests.simulator.template import Properties

Recreation = Literal["Never", "Conditionally", "Always"]


@lru_cache
def schema(resource_type: str) -> Properties:
    """Return the schema of a resource type."""
    try:
        found: Properties = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
            "us-east-1", resource_type
        ).schema
    except ResourceNotFoundError as error:
        raise Refusal(
            f"Template format error: Unrecognized resource types: [{resource_type}]"
        ) from error
    return found


def check(resource_type: str, name: str, properties: Properties) -> None:
    """Refuse properties that the type does not have, or that only AWS sets, and missing ones."""
    known = schema(resource_type)
    read_only = {name.removeprefix("/properties/") for name in known.get("readOnlyProperties", [])}
    writable = known["properties"].keys() - read_only
    for prop in properties:
        if prop not in writable:
            raise Refusal(f"{name}: Encountered unsupported property {prop}")
    for prop in known.get("required", []):
        if prop not in properties:
            raise Refusal(
                f"{name}: Properties validation failed: #: required key [{prop}] not found"
            )


def check_values(resource_type: str, name: str, properties: Properties) -> None:
    """Refuse values, as they were evaluated, that the type's schema does not allow."""
    known = schema(resource_type)["properties"]
    for prop, value in properties.items():
        rules = known[prop]
        text = str(value)
        if isinstance(value, dict | list):
            continue
        if "enum" in rules and text not in map(str, rules["enum"]):
            raise Refusal(f"{name}: {prop}: {text} is not a valid enum value")
        if not rules.get("minLength", 0) <= len(text) <= rules.get("maxLength", len(text)):
            raise Refusal(f"{name}: {prop}: the length of {text[:60]!r} is not allowed")
        low, high = rules.get("minimum", "-inf"), rules.get("maximum", "inf")
        if rules.get("type") == "integer" and not float(low) <= float(text) <= float(high):
            raise Refusal(f"{name}: {prop}: {text} is not from {low} to {high}")


def recreation(resource_type: str, prop: str, old: object, new: object) -> Recreation:
    """Tell whether the change of a property from old to new replaces the resource."""
    known = schema(resource_type)

    def listed(key: str) -> bool:
        paths = [entry.removeprefix("/properties/").split("/") for entry in known.get(key, [])]
        return any(name == prop and _at(old, steps) != _at(new, steps) for name, *steps in paths)

    if listed("createOnlyProperties"):
        return "Always"
    return "Conditionally" if listed("conditionalCreateOnlyProperties") else "Never"


def _at(value: object, steps: list[str]) -> object:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value
