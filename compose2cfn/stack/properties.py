"""Find names in properties of resources that CloudFormation does not know."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from troposphere import AWSObject, AWSProperty

from compose2cfn.diagnostics import Steps
from compose2cfn.model.functions import Function


def misnamed(kind: str, properties: object) -> Iterator[tuple[Steps, list[str]]]:
    """List the paths whose last step is unknown, each with the names that are known there.

    What ``null`` deletes is not checked, and a resource type that troposphere does not know may
    have anything.
    """
    yield from _misnamed(_resource(kind), properties, ())


def _resource(kind: str) -> object:
    """Find troposphere's class of a resource type."""
    match kind.split("::"):
        case ["AWS", service, _]:
            pass
        case _:
            return None
    try:
        module = import_module(f"troposphere.{service.lower()}")
    except ModuleNotFoundError:
        return None
    classes = (found for found in vars(module).values() if isinstance(found, type))
    return next((c for c in classes if vars(c).get("resource_type") == kind), None)


def _misnamed(expected: object, value: object, path: Steps) -> Iterator[tuple[Steps, list[str]]]:
    match expected, value:
        case _, Function():
            pass
        case type(), Mapping() if issubclass(expected, AWSObject | AWSProperty):
            for name, item in value.items():
                if item is not None and name not in expected.props:
                    yield (*path, name), sorted(expected.props)
                elif item is not None:
                    yield from _misnamed(expected.props[name][0], item, (*path, name))
        case [item_expected], [*items]:
            for place, item in enumerate(items):
                yield from _misnamed(item_expected, item, (*path, place))
