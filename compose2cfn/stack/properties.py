"""Hold the properties of a resource to what CloudFormation knows of its type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from troposphere import AWSObject, AWSProperty

from compose2cfn.diagnostics import Steps, did_you_mean, listed
from compose2cfn.model.functions import Function
from compose2cfn.stack import schemas
from compose2cfn.stack.named import NO_VALUE, cases, entry_name, naming_keys
from compose2cfn.stack.schemas import EACH, ObjectSchema

_FEW = 8
"""Names that a message lists."""


class PropertyFault(NamedTuple):
    """What is wrong with the properties of a resource."""

    path: Steps
    """The way to the fault in what was given: as far down as that goes."""
    message: str
    missing: bool
    """Whether something is missing there, and not too much."""


def property_faults(
    kind: str, properties: object, given: object, *, named: str = ""
) -> Iterator[PropertyFault]:
    """List what is missing and what is unknown in the finished properties of a resource.

    ``given`` is the part of them that the author wrote. A resource type that neither the table of
    schemas nor troposphere knows may have anything. ``named`` is what messages show of the kind.
    """
    shape = schemas.shape(kind) or _shape(_resource(kind))
    if shape is None:
        return
    holder = _Holder(named or kind, schemas.read_only(kind))
    # Properties that are left out are none.
    whole = {} if properties is None else properties
    yield from holder.faults(shape, _Part(whole, given, given is not None), _Place())


class _Part(NamedTuple):
    """A finished value, and what of it was given, if anything was."""

    whole: object
    given: object
    is_given: bool

    def below(self, step: str | int, value: object) -> "_Part":
        """Go to a member, or an entry of a list."""
        match self.given, step:
            case Mapping() as given, str() if step in given:
                return _Part(value, given[step], is_given=True)
            case [*entries], int():
                return _Part(value, entries[step], is_given=True)
        return _Part(value, None, is_given=False)


class _Place(NamedTuple):
    """A place in the properties: as it is written, and in terms of the type."""

    written: Steps = ()
    typed: Steps = ()

    def below(self, part: _Part, step: str | int, *typed: str) -> "_Place":
        """Go one step further down, if the author wrote something there."""
        written = (*self.written, step) if part.is_given else self.written
        return _Place(written, (*self.typed, *typed))


class _Holder(NamedTuple):
    """What holds values to the shapes of one type."""

    kind: str
    read_only: frozenset[Steps]

    def faults(
        self, shape: ObjectSchema | None, part: _Part, place: _Place
    ) -> Iterator[PropertyFault]:
        """List what is wrong with a value."""
        if shape is None:
            return
        match part.whole:
            case Function():
                yield from self._conditional(shape, part, place)
            case Mapping() as members if not any(name.startswith("Fn::") for name in members):
                yield from self._members(shape, part, members, place)
            case [*items]:
                yield from self._items(shape, part, items, place)

    def _conditional(
        self, shape: ObjectSchema, part: _Part, place: _Place
    ) -> Iterator[PropertyFault]:
        """Hold what a function may become to a shape, if that is known."""
        for each in cases(part.whole) if isinstance(part.whole, Function) else ():
            yield from self.faults(shape, _Part(each, None, is_given=False), place)

    def _items(
        self, shape: ObjectSchema, part: _Part, items: Sequence[object], place: _Place
    ) -> Iterator[PropertyFault]:
        steps = _written_at(items, part.given)
        for item, step in zip(items, steps, strict=True):
            below = _Part(item, None, is_given=False) if step is None else part.below(step, item)
            yield from self.faults(shape, below, place.below(below, step or 0, EACH))

    def _members(
        self, shape: ObjectSchema, part: _Part, members: Mapping[str, object], place: _Place
    ) -> Iterator[PropertyFault]:
        there = {name: value for name, value in members.items() if value not in (None, NO_VALUE)}
        yield from self._missing(shape, part, there, place)
        yield from self._incomplete(shape, there, place)
        yield from self._rivalling(shape, part, there, place)
        for name, value in there.items():
            below = part.below(name, value)
            inner = place.below(below, name, name)
            if name not in shape.names:
                yield PropertyFault(inner.written, self._unknown(name, shape), missing=False)
            elif inner.typed in self.read_only:
                message = f"AWS sets {name!r} of {self.kind}, and a template cannot; leave this out"
                yield PropertyFault(inner.written, message, missing=False)
            else:
                yield from self.faults(shape.below(name), below, inner)

    def _missing(
        self, shape: ObjectSchema, part: _Part, there: Mapping[str, object], place: _Place
    ) -> Iterator[PropertyFault]:
        """Report what is missing: where it was deleted, or else where it should be."""
        for name in sorted(shape.required - there.keys()):
            deleted = part.below(name, None)
            written = place.below(deleted, name).written
            if deleted.is_given:
                message = f"{self.kind} cannot be without {name} here; keep it, or give another"
            else:
                message = f"{self.kind} needs {name} here; write it"
            yield PropertyFault(written, message, missing=True)

    def _incomplete(
        self, shape: ObjectSchema, there: Mapping[str, object], place: _Place
    ) -> Iterator[PropertyFault]:
        """Report what must be there, since nothing takes its place or since something else is."""
        for group in shape.choices:
            if there.keys().isdisjoint(group):
                message = f"{self.kind} needs {listed(group)} here; write one"
                yield PropertyFault(place.written, message, missing=True)
        for name, needs in shape.companions.items():
            missing = [each for each in needs if each not in there]
            if missing and name in there:
                them = "it" if len(missing) == 1 else "them"
                about = f"{self.kind} needs {listed(missing, 'and')} beside {name}; write {them}"
                yield PropertyFault(place.written, about, missing=True)

    def _rivalling(
        self, shape: ObjectSchema, part: _Part, there: Mapping[str, object], place: _Place
    ) -> Iterator[PropertyFault]:
        """Report properties of which only one may be there, at one that the author wrote."""
        sure = [name for name, value in there.items() if not _may_be_left_out(value)]
        for group in shape.rivals:
            found = [name for name in group if name in sure]
            if len(found) > 1:
                parts = [(part.below(name, there[name]), name) for name in found]
                given, name = next((each for each in parts if each[0].is_given), parts[0])
                about = f"{self.kind} takes only one of {listed(found, 'and')} here; keep one"
                yield PropertyFault(place.below(given, name).written, about, missing=False)

    def _unknown(self, word: str, shape: ObjectSchema) -> str:
        """Say that a property is unknown, and which are known."""
        near = did_you_mean(word, shape.names)
        if not near and len(shape.names) <= _FEW:
            near = f"; write {listed(sorted(shape.names))}"
        return f"{self.kind} has no property {word!r} here{near}"


def _may_be_left_out(value: object) -> bool:
    """Tell whether a condition decides that a property is there."""
    match value:
        case Function():
            branches = value.get("Fn::If")
            return isinstance(branches, list | tuple) and NO_VALUE in branches
    return False


def _written_at(items: Sequence[object], given: object) -> list[int | None]:
    """Find for each entry of a finished list where it was written, if it was."""
    match given:
        case [*entries] if keys := naming_keys(items, entries):
            places = {entry_name(entry, keys): place for place, entry in enumerate(entries)}
            return [places.get(entry_name(item, keys)) for item in items]
        case [*entries] if len(entries) == len(items):
            return [*range(len(items))]
    return [None] * len(items)


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


def _shape(expected: object) -> ObjectSchema | None:
    """Return the shape of troposphere's class of an object, or of the entries of a list."""
    match expected:
        case [entry]:
            return _shape(entry)
        case type() if issubclass(expected, AWSObject | AWSProperty):
            props = expected.props
            needed = frozenset(name for name, (_, needs) in props.items() if needs)
            return ObjectSchema(frozenset(props), needed, _below(props))
    return None


def _below(props: Mapping[str, tuple[object, bool]]) -> Callable[[str], ObjectSchema | None]:
    return lambda name: _shape(props[name][0])
