"""Foretell an update as a change set does: from two templates, without knowing any value.

Parameters are taken to keep their values. What a replaced resource is called, and which attributes
one has that is modified, CloudFormation knows only while it updates: what uses them may change.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import NamedTuple

from compose2cfn.changes.change import Cause, Change, DataFate, Effect, Recreation
from compose2cfn.changes.content import (
    at,
    changing_in,
    differing,
    differing_later,
    mapping,
    unsettled,
)
from compose2cfn.changes.data import fate
from compose2cfn.diagnostics import Location
from compose2cfn.plan.terms.values import Use, referred, uses
from compose2cfn.stack import schemas

_TASK_DEFINITION = "AWS::ECS::TaskDefinition"
_ATTRIBUTES = (
    "CreationPolicy",
    "DeletionPolicy",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
_CONDITIONAL = ("Condition", "Fn::FindInMap")
_MOST_PATHS = 5
"""Paths of one property that are listed."""

_Body = Mapping[str, object]
_Places = Mapping[str, Location]


class Comparison(NamedTuple):
    """What an update does."""

    changes: tuple[Change, ...]
    asked: Mapping[str, str]
    """Parameters that it asks for, since the old template does not have them, described."""
    defaults: tuple[str, ...]
    """Parameters whose defaults differ; a stack that is updated keeps the values that it has."""

    @property
    def loses_data(self) -> bool:
        """Tell whether data is or may be lost."""
        return any(each.data in {DataFate.LOST, DataFate.MAY_BE_LOST} for each in self.changes)

    @property
    def replaces(self) -> bool:
        """Tell whether something other than a task definition is or may be replaced."""
        replacing = {Effect.REPLACED, Effect.MAY_BE_REPLACED}
        return any(
            each.effect in replacing and each.type != _TASK_DEFINITION for each in self.changes
        )


def compare_templates(old: _Body, new: _Body, *, before: _Places, after: _Places) -> Comparison:
    """Foretell an update; ``before`` and ``after`` say where the resources of each come from."""
    comparer = _Comparer(old, new)
    found = {each.id: each for each in comparer.changes()}
    placed = (
        each._replace(at=after.get(id_) or before.get(id_)) for id_, each in sorted(found.items())
    )
    known, declared = mapping(old.get("Parameters")), mapping(new.get("Parameters"))
    asked = {
        name: str(mapping(entry).get("Description", ""))
        for name, entry in sorted(declared.items())
        if name not in known and "Default" not in mapping(entry)
    }
    both = sorted(known.keys() & declared.keys())
    defaults = tuple(name for name in both if _redefaulted(known, declared, name))
    return Comparison(tuple(placed), asked, defaults)


def _redefaulted(known: _Body, declared: _Body, name: str) -> bool:
    """Tell whether a parameter has another default."""
    return mapping(known[name]).get("Default") != mapping(declared[name]).get("Default")


class _Comparer:
    """Two templates, and what is known to change by now."""

    def __init__(self, old: _Body, new: _Body) -> None:
        self._old = {id_: mapping(each) for id_, each in mapping(old.get("Resources")).items()}
        self._new = {id_: mapping(each) for id_, each in mapping(new.get("Resources")).items()}
        self._redefined = frozenset(_redefined(old, new))
        self._changing: set[Use] = {*self._redefined}
        self._uses = {id_: uses(each.get("Properties")) for id_, each in self._new.items()}

    def changes(self) -> tuple[Change, ...]:
        """List the changes: again where resources use one another, until these lead to no others.

        Each is looked at after what it uses, so that once is enough for most.
        """
        found = {each.id: each for each in self._removed()}
        users = self._users()
        waiting = _in_order({id_: referred(used) for id_, used in self._uses.items()})
        while waiting:
            again: dict[str, None] = {}
            for id_ in waiting:
                again.pop(id_, None)
                if change := self._change(id_):
                    found[id_] = change
                    later = {*_uncertain(change)} - self._changing
                    self._changing |= later
                    again |= dict.fromkeys(
                        each for use in sorted(later) for each in users.get(use, ())
                    )
            waiting = [*again]
        return tuple(found.values())

    def _users(self) -> Mapping[Use, Sequence[str]]:
        """Tell which resources have a use."""
        users: dict[Use, list[str]] = {}
        for id_, used in self._uses.items():
            for use in used:
                users.setdefault(use, []).append(id_)
        return users

    def _removed(self) -> Iterator[Change]:
        for id_, old in self._old.items():
            if id_ not in self._new:
                kind = str(old.get("Type"))
                yield Change(id_, kind, Effect.REMOVED, data=fate(kind, Effect.REMOVED, old, {}))

    def _change(self, id_: str) -> Change | None:
        """Tell what happens to a resource of the new template, as far as is known by now."""
        new = self._new[id_]
        kind = str(new.get("Type"))
        if id_ not in self._old:
            return Change(id_, kind, Effect.ADDED)
        causes = tuple(self._causes(self._old[id_], new))
        if not causes:
            return None
        effect = _effect(causes)
        return Change(id_, kind, effect, causes, fate(kind, effect, self._old[id_], new))

    def _causes(self, old: _Body, new: _Body) -> Iterator[Cause]:
        kind = str(new.get("Type"))
        if old.get("Type") != new.get("Type"):
            yield Cause("Type", ("Type",), Recreation.ALWAYS)
        yield from _attributes(old, new, self._redefined)
        before, after = mapping(old.get("Properties")), mapping(new.get("Properties"))
        for name in sorted({*before, *after}):
            one, other = before.get(name), after.get(name)
            told = tuple(islice(differing(one, other, name), _MOST_PATHS))
            if told:
                yield Cause(name, told, recreation(kind, name, one, other))
            yield from self._uncertain_causes(kind, name, one, other)

    def _uncertain_causes(
        self, kind: str, name: str, old: object, value: object
    ) -> Iterator[Cause]:
        """List what may change in a property since something else does, and is not told yet."""
        later = unsettled(value, self._changing)
        paths = tuple(islice(differing_later(old, value, later, name), _MOST_PATHS))
        if paths:
            by = min(changing_in(later))
            yield Cause(name, paths, recreation(kind, name, value, later), by)


def _in_order(used: Mapping[str, Iterable[str]]) -> list[str]:
    """Sort resources so that each is behind what it uses; as they come if they form a cycle."""
    try:
        ordered = [*TopologicalSorter(used).static_order()]
    except CycleError:  # which CloudFormation refuses
        return [*used]
    return [id_ for id_ in ordered if id_ in used]


def _redefined(old: _Body, new: _Body) -> Iterator[Use]:
    """List the conditions and mappings that the templates define differently."""
    for kind, section in zip(_CONDITIONAL, ("Conditions", "Mappings"), strict=True):
        before, after = mapping(old.get(section)), mapping(new.get(section))
        yield from ((kind, name) for name in after if before.get(name, after[name]) != after[name])


def _attributes(old: _Body, new: _Body, redefined: frozenset[Use]) -> Iterator[Cause]:
    """List what changes of a resource beside its properties."""
    for name in _ATTRIBUTES:
        if old.get(name) != new.get(name):
            yield Cause(name, (name,), Recreation.NEVER)
    condition = new.get("Condition")
    if old.get("Condition") != condition or ("Condition", str(condition)) in redefined:
        yield Cause("Condition", ("Condition",), Recreation.CONDITIONALLY)


def recreation(kind: str, name: str, old: object, new: object) -> Recreation:
    """Tell whether a property that changes from old to new replaces a resource of a type.

    Nothing is known of types that are not emitted here: their properties may.
    """
    if kind not in schemas.types():
        return Recreation.CONDITIONALLY

    def changes(paths: frozenset[tuple[str | int, ...]]) -> bool:
        return any(
            path[0] == name and at(old, path[1:]) != at(new, path[1:]) for path in paths if path
        )

    if changes(schemas.create_only(kind)):
        return Recreation.ALWAYS
    conditional = changes(schemas.conditionally_create_only(kind))
    return Recreation.CONDITIONALLY if conditional else Recreation.NEVER


def _effect(causes: tuple[Cause, ...]) -> Effect:
    if any(cause.recreation is Recreation.ALWAYS and not cause.by for cause in causes):
        return Effect.REPLACED
    if any(cause.recreation is not Recreation.NEVER for cause in causes):
        return Effect.MAY_BE_REPLACED
    return Effect.MODIFIED


def _uncertain(change: Change) -> Iterator[Use]:
    """List what is known of a resource only once the update is at it: its id, its attributes."""
    if change.effect is not Effect.REMOVED:
        yield "Fn::GetAtt", change.id
        if change.effect is not Effect.MODIFIED:
            yield "Ref", change.id
