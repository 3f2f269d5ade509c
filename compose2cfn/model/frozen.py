"""Mappings and records that cannot be changed, so that a reader leaves no trace."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import NoneType
from typing import ClassVar, Never, Self, TypeVar, dataclass_transform

_V = TypeVar("_V")

SIMPLE = frozenset({str, int, bool, NoneType})
"""The types of most values: they hold no others, so nothing has to look into them."""
SCALARS = (str, int, float, NoneType)
"""All types of values that hold no others, with those that are derived from them."""
LISTS = (list, tuple)
"""The types that hold values in order."""
MAPPINGS = (dict, Mapping)
"""The types that hold values by key; most are a `dict`, which is the fastest to recognise."""


class Frozen(dict[str, _V]):
    """A mapping that is not changed; raises `TypeError` where something tries."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("this mapping is not changed; make another one")

    __setitem__ = _refuse
    __delitem__ = _refuse
    __ior__ = _refuse
    clear = _refuse
    pop = _refuse
    popitem = _refuse
    setdefault = _refuse
    update = _refuse

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (dict(self),)


class Fixed:
    """An object whose attributes are set once, when it is made, by way of ``vars``."""

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{type(self).__name__} is not changed: {name}")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"{type(self).__name__} is not changed: {name}")


@dataclass_transform(kw_only_default=True)
class Record(Fixed):
    """Facts by their names: the annotations of a class list them, its values are their defaults.

    It is for what is told apart by name alone; a ``NamedTuple`` is taken apart and sorted as well.
    """

    _known: ClassVar[frozenset[str]]
    _needed: ClassVar[frozenset[str]]
    """Those without a default."""

    def __init_subclass__(cls) -> None:
        cls._known = frozenset(cls.__annotations__)
        cls._needed = cls._known - vars(cls).keys()

    def __init__(self, **facts: object) -> None:
        if not self._needed <= facts.keys() <= self._known:
            raise self._unfit(facts.keys())
        self.__dict__.update(facts)

    def but(self, **facts: object) -> Self:
        """Copy the record with other facts; raises `TypeError` for one that it does not have."""
        return type(self)(**{**vars(self), **facts})

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._facts() == self._facts()

    def __hash__(self) -> int:
        return hash(tuple(self._facts().values()))

    def __repr__(self) -> str:
        facts = (f"{name}={value!r}" for name, value in self._facts().items())
        return f"{type(self).__name__}({', '.join(facts)})"

    def _facts(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in type(self).__annotations__}

    @classmethod
    def _unfit(cls, facts: AbstractSet[str]) -> TypeError:
        """Say which facts the record does not have, or lacks."""
        if unknown := facts - cls._known:
            return TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        return TypeError(f"{cls.__name__} needs {', '.join(sorted(cls._needed - facts))}")


def frozen(value: object) -> object:
    """Freeze plain data: mappings that are not changed, and tuples for lists, all the way down."""
    if type(value) in SIMPLE:
        return value
    if isinstance(value, LISTS):
        return tuple([item if type(item) in SIMPLE else frozen(item) for item in value])
    if isinstance(value, MAPPINGS) and not isinstance(value, Frozen):
        return Frozen(
            {key: item if type(item) in SIMPLE else frozen(item) for key, item in value.items()}
        )
    return value
