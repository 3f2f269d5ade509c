"""What the model says of each key, compiled from the fields when it is first asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from compose2cfn.model.base import Model
from compose2cfn.model.marks import Fill, Keyed, Listed, Mark, Short, Unique


class Kind(Enum):
    """What a value is, once it is spelled out."""

    SCALAR = auto()
    LIST = auto()
    MAPPING = auto()
    """A mapping whose keys the user names."""
    MODEL = auto()
    """A mapping whose keys the specification names."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a value, the shape of what it holds, and its marks."""

    kind: Kind
    model: type[Model] | None = None
    scalar: type = str
    item: "Shape | None" = None
    short: Short | None = None
    listed: Listed | None = None
    unique: Unique | None = None
    keyed: Keyed | None = None
    fill: Fill | None = None
    optional: bool = False
    """Whether ``None`` is a value of the type."""
    marks: frozenset[Mark] = field(default_factory=frozenset)

    @property
    def fields(self) -> Mapping[str, "Shape"]:
        """The shapes of the keys of a mapping that the specification names."""
        return fields(self.model) if self.model else _NONE


_NONE: Mapping[str, Shape] = MappingProxyType({})


@cache
def fields(model: type[Model]) -> Mapping[str, Shape]:
    """List the keys of a mapping of the specification; those of extensions are not among them."""
    return {
        info.alias or name: _compile(info.annotation, tuple(info.metadata))
        for name, info in model.model_fields.items()
        if name != "extensions" and not name.startswith("x_")
    }


@cache
def fills(model: type[Model]) -> Mapping[str, object]:
    """List what stands where a key is not written."""
    return {key: shape.fill.value for key, shape in fields(model).items() if shape.fill}


@cache
def extensions(model: type[Model]) -> frozenset[str]:
    """List the ``x-*`` keys of a mapping that this project knows."""
    aliases = (info.alias or name for name, info in model.model_fields.items())
    return frozenset(alias for alias in aliases if alias.startswith("x-"))


@cache
def whole(model: type[Model]) -> Shape:
    """Give the shape of a whole mapping of the specification."""
    return Shape(Kind.MODEL, model)


def _compile(annotation: object, metadata: tuple[object, ...]) -> Shape:
    """Read a type, and the marks on it, at whatever depth of ``Annotated`` and ``| None``."""
    optional = False
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation, *more = arguments
            metadata = (*more, *metadata)
        elif origin in {Union, UnionType} and NoneType in arguments:
            optional = True
            (annotation,) = (argument for argument in arguments if argument is not NoneType)
        else:
            break
    kind, model, item, scalar = Kind.SCALAR, None, None, str
    if origin is tuple:
        kind, item = Kind.LIST, _compile(arguments[0], ())
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        kind, item = Kind.MAPPING, _compile(arguments[1], ())
    elif isinstance(annotation, type) and issubclass(annotation, Model):
        kind, model = Kind.MODEL, annotation
    elif isinstance(annotation, type):
        scalar = annotation
    return Shape(
        kind,
        model,
        scalar,
        item,
        short=next((mark for mark in metadata if isinstance(mark, Short)), None),
        listed=next((mark for mark in metadata if isinstance(mark, Listed)), None),
        unique=next((mark for mark in metadata if isinstance(mark, Unique)), None),
        keyed=next((mark for mark in metadata if isinstance(mark, Keyed)), None),
        fill=next((mark for mark in metadata if isinstance(mark, Fill)), None),
        optional=optional,
        marks=frozenset(mark for mark in metadata if isinstance(mark, Mark)),
    )
