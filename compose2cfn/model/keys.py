"""List the keys that the model knows."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compose2cfn.diagnostics import Steps
from compose2cfn.model.base import HIDDEN
from compose2cfn.model.project import Project

_SHORT_OF_LONG = frozenset({"services.*.ulimits.*.single"})
"""What the model keeps apart although a file cannot say it."""


def keys() -> Iterator[str]:
    """List each key that a file can have, as a pattern such as ``services.*.ports[].target``.

    Keys that hold further keys are not listed, only those.
    """
    return (key for key, _ in key_fields())


def steps(pattern: str) -> tuple[str, ...]:
    """Split a pattern: ``services.*.ports[].mode`` is services, *, ports, [] and mode."""
    return tuple(pattern.replace("[]", ".[]").split("."))


def matches(pattern: tuple[str, ...], path: Steps) -> bool:
    """Tell whether a path is one of those that a split pattern stands for."""
    return len(pattern) == len(path) and all(
        step == "*" or step == ("[]" if isinstance(key, int) else key)
        for step, key in zip(pattern, path, strict=True)
    )


def keys_beside(path: Steps) -> tuple[str, ...]:
    """List the keys that the model knows beside that of a path; none where any may stand."""
    above, depth = path[:-1], len(path) - 1
    found = (way[depth] for way in _patterns() if len(way) > depth and matches(way[:depth], above))
    return tuple(key for key in dict.fromkeys(found) if key not in {"*", "[]"})


@cache
def _patterns() -> tuple[tuple[str, ...], ...]:
    return tuple(map(steps, keys()))


def key_fields(
    model: type[BaseModel] = Project, prefix: str = ""
) -> Iterator[tuple[str, FieldInfo]]:
    """List the same keys, each with its field of the model."""
    for name, field in model.model_fields.items():
        if name in HIDDEN:
            continue
        path = f"{prefix}{field.alias or name}"
        below = [found for part in _models(field.annotation, path) for found in key_fields(*part)]
        yield from (each for each in below or [(path, field)] if each[0] not in _SHORT_OF_LONG)


def _models(annotation: object, path: str) -> Iterator[tuple[type[BaseModel], str]]:
    """List the models within a type, each with the pattern of its content."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, f"{path}."
        return
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Mapping:
            yield from _models(arguments[1], f"{path}.*")
        case origin if origin is tuple:
            yield from _models(arguments[0], f"{path}[]")
        case origin if origin is Annotated:
            yield from _models(arguments[0], path)
        case None:
            pass
        case _:
            for argument in arguments:
                yield from _models(argument, path)
