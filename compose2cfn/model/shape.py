"""What the model says of each key, compiled from the fields when it is first asked for."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum, auto
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, NamedTuple, TypeVar, Union, get_args, get_origin

from compose2cfn.model.base import HIDDEN, Model
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.marks import Fill, Keyed, Listed, Mark, Short, Unique

_PATHS = (Mark.PATH, Mark.CONTEXT, Mark.SOURCE)
_T = TypeVar("_T")


class ShapeKind(Enum):
    """What a value is, once it is spelled out."""

    SCALAR = auto()
    LIST = auto()
    MAPPING = auto()
    """A mapping whose keys the user names."""
    MODEL = auto()
    """A mapping whose keys the specification names."""


class Shape(NamedTuple):
    """The kind of a value, the shape of what it holds, and what its marks say."""

    kind: ShapeKind
    model: type[Model] | None = None
    item: "Shape | None" = None
    scalar: type[object] = str
    optional: bool = False
    """Whether ``None`` is a value of the type."""
    short: Short | None = None
    listed: Listed | None = None
    unique: Unique | None = None
    keyed: Keyed | None = None
    fill: Fill | None = None
    distinct: bool = False
    nullable: bool = False
    replaces: bool = False
    same_driver: bool = False
    folded: bool = False
    path: Mark | None = None
    """Which kind of path it is, if it is one."""

    @property
    def fields(self) -> Mapping[str, "Shape"]:
        """The shapes of the keys of a mapping that the specification names."""
        return fields(self.model) if self.model else _NONE


_NONE: Mapping[str, Shape] = Frozen({})


@cache
def fields(model: type[Model]) -> Mapping[str, Shape]:
    """List the keys of a mapping of the specification; those of extensions are not among them."""
    shapes = {
        info.alias or name: _compile(info.annotation, tuple(info.metadata))
        for name, info in model.model_fields.items()
        if name not in HIDDEN and not name.startswith("x_")
    }
    return shapes if model.unites else {key: _apart(shape) for key, shape in shapes.items()}


def _apart(shape: Shape) -> Shape:
    """Forget what makes two items one; then no two may be equal."""
    said = shape.listed
    listed = (
        Listed(said.spell, joined=said.joined, joined_as_written=said.joined_as_written)
        if said
        else None
    )
    distinct = shape.distinct or (shape.unique is not None and shape.unique.apart)
    return shape._replace(unique=None, distinct=distinct, listed=listed)


@cache
def extensions(model: type[Model]) -> frozenset[str]:
    """List the ``x-*`` keys of a mapping that this project knows."""
    aliases = (info.alias or name for name, info in model.model_fields.items())
    return frozenset(alias for alias in aliases if alias.startswith("x-"))


@cache
def fills(model: type[Model]) -> Mapping[str, object]:
    """List the values of keys that are not written."""
    return {key: shape.fill.value for key, shape in fields(model).items() if shape.fill}


@cache
def folds(model: type[Model]) -> tuple[str, ...]:
    """List the keys whose mappings move to beside them."""
    return tuple(key for key, shape in fields(model).items() if shape.folded)


@cache
def leads(shape: Shape) -> bool:
    """Tell whether a value is a path or holds paths."""
    below = (*shape.fields.values(), *((shape.item,) if shape.item else ()))
    return shape.path is not None or any(map(leads, below))


@cache
def leading(model: type[Model], key: str) -> bool:
    """Tell whether a key of a mapping of the specification is a path or holds paths.

    Each key is looked at when a file has it: most files have few.
    """
    return leads(fields(model)[key])


@cache
def whole(model: type[Model]) -> Shape:
    """Return the shape of a whole mapping of the specification."""
    return Shape(ShapeKind.MODEL, model)


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
    kind: ShapeKind = ShapeKind.SCALAR
    model: type[Model] | None = None
    item: Shape | None = None
    scalar: type[object] = str
    if origin is tuple:
        kind, item = ShapeKind.LIST, _compile(arguments[0], ())
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        kind, item = ShapeKind.MAPPING, _compile(arguments[1], ())
    elif isinstance(annotation, type) and issubclass(annotation, Model):
        kind, model = ShapeKind.MODEL, annotation
    elif isinstance(annotation, type):
        scalar = annotation
    plain = Shape(kind, model, item, scalar, optional)
    marks = [mark for mark in metadata if isinstance(mark, _MARKS)]
    return _marked(plain, marks) if marks else plain


_MARKS = (Fill, Keyed, Listed, Mark, Short, Unique)


def _marked(shape: Shape, marks: Collection[object]) -> Shape:
    """Put what marks say into a shape."""
    return shape._replace(
        short=_first(marks, Short),
        listed=_first(marks, Listed),
        unique=_first(marks, Unique),
        keyed=_first(marks, Keyed),
        fill=_first(marks, Fill),
        distinct=Mark.DISTINCT in marks,
        nullable=Mark.NULLABLE in marks,
        replaces=Mark.REPLACE in marks,
        same_driver=Mark.SAME_DRIVER in marks,
        folded=Mark.FOLDED in marks,
        path=next((mark for mark in _PATHS if mark in marks), None),
    )


def _first(marks: Iterable[object], kind: type[_T]) -> _T | None:
    return next((mark for mark in marks if isinstance(mark, kind)), None)
