"""Stacks: what they hold, and how CloudFormation brings them to a template and deletes them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from tests.simulator import registry
from tests.simulator.intrinsics import Lookup, Scope
from tests.simulator.parameters import Parameters
from tests.simulator.refusals import Refusal
from tests.simulator.resources import EAGER, LOSING, resource_class
from tests.simulator.resources.base import Resource, Site
from tests.simulator.template import Declaration, Properties, Template, in_order

CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""The time at which all happens; the order of events is that of their list."""
KEPT = {"Retain", "RetainExceptOnCreate", "Snapshot"}


@dataclass(frozen=True)
class Event:
    """A line of a stack's history."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    time: datetime = CLOCK


@dataclass(frozen=True)
class Version:
    """What a stack is, or is to become: a template and the values of its parameters."""

    template: Template
    parameters: Parameters
    exports: Mapping[str, str]
    """What other stacks export."""
    users: Mapping[str, str] = field(default_factory=dict)
    """The stacks that import what this one exports, by the names of the exports."""

    def scope(self, site: Site, lookup: Lookup) -> Scope:
        """Evaluate the template's expressions with these values."""
        return Scope(
            self.template,
            site.account,
            site.stack_name,
            site.stack_id,
            self.parameters.values,
            self.exports,
            lookup,
        )

    def declarations(self, scope: Scope, *, update: bool = False) -> Iterator[Declaration]:
        """Yield the resources whose condition holds, each after those it depends on."""
        declared = self.template.declarations
        live = {name: one for name, one in declared.items() if scope.holds(one.condition)}
        return in_order(live, (LOSING, EAGER) if update else (EAGER,))


@dataclass
class Stack:
    """A stack and what it has made."""

    site: Site
    version: Version | None = None
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    """In the order in which they were made."""
    outputs: dict[str, str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    imports: frozenset[str] = frozenset()
    leftovers: list[Resource] = field(default_factory=list)
    """What the cleanup after an update could not delete."""
    events: list[Event] = field(default_factory=list)
    created: datetime = CLOCK

    @property
    def name(self) -> str:
        """Return the name."""
        return self.site.stack_name

    @property
    def id(self) -> str:
        """Return the ARN."""
        return self.site.stack_id

    def look(self, name: str, attribute_name: str) -> object:
        """Return a resource's physical id or attribute."""
        if name not in self.resources:
            raise Refusal(f"Unresolved resource dependencies [{name}]")
        resource = self.resources[name]
        return resource.attribute(attribute_name) if attribute_name else resource.id

    def note(self, status: str, reason: str = "") -> None:
        """Enter a new status into the history."""
        self.status, self.reason = status, reason
        kind = "AWS::CloudFormation::Stack"
        self.events.append(Event(self.name, self.id, kind, status, reason))

    def note_resource(self, resource: Resource, status: str, reason: str = "") -> None:
        """Enter what happened to a resource into the history."""
        self.events.append(Event(resource.logical_id, resource.id, resource.type, status, reason))

    def become(self, version: Version) -> None:
        """Bring the stack to a template: all creations and changes first, then the deletions.

        A refusal undoes what was done, and is raised again.
        """
        verb = "UPDATE" if self.version else "CREATE"
        self.note(f"{verb}_IN_PROGRESS", "User Initiated")
        change = _Change(self, version)
        try:
            change.carry_out()
        except Refusal as refusal:
            rollback = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
            try:
                change.undo()
            except Refusal as second:
                self.note(f"{rollback}_FAILED", f"{refusal.message} Then: {second.message}")
                raise Refusal(self.reason) from second
            self.note(f"{rollback}_COMPLETE", refusal.message)
            raise
        self.version = version
        self._clean_up(change.surplus)
        self.note(f"{verb}_COMPLETE")

    def _clean_up(self, surplus: list[Resource]) -> None:
        for resource in surplus:
            try:
                resource.delete()
            except Refusal as refusal:
                self.leftovers.append(resource)
                self.note_resource(resource, "DELETE_FAILED", refusal.message)
            else:
                self.note_resource(resource, "DELETE_COMPLETE")

    def delete(self) -> None:
        """Delete what the stack made, but for what its template says to keep."""
        self.note("DELETE_IN_PROGRESS", "User Initiated")
        declared = self.version.template.declarations if self.version else {}
        for name, resource in reversed(list(self.resources.items())):
            if declared[name].on_delete in KEPT:
                self.note_resource(resource, "DELETE_SKIPPED")
            else:
                try:
                    resource.delete()
                except Refusal as refusal:
                    self.note_resource(resource, "DELETE_FAILED", refusal.message)
                    self.note("DELETE_FAILED", refusal.message)
                    raise
                self.note_resource(resource, "DELETE_COMPLETE")
            del self.resources[name]
        self.note("DELETE_COMPLETE")


class _Change:
    """One creation or update of a stack on its way."""

    def __init__(self, stack: Stack, version: Version) -> None:
        self.stack = stack
        self.version = version
        self.surplus: list[Resource] = []
        """What is to be deleted once all else is done."""
        self._before = dict(stack.resources)
        self._replaced: list[Resource] = []
        self._undo: list[Callable[[], None]] = []

    def carry_out(self) -> None:
        scope = self.version.scope(self.stack.site, self.stack.look)
        made = {}
        for declaration in self.version.declarations(scope, update=self.stack.version is not None):
            made[declaration.id] = self._put(declaration, scope)
        outputs, exports = evaluate_outputs(scope)
        for name, user in self.version.users.items():
            if exports.get(name) != self.stack.exports[name]:
                verb = "updated" if name in exports else "deleted"
                raise Refusal(f"Export {name} cannot be {verb} as it is in use by {user}")
        old = self.stack.version.template.declarations if self.stack.version else {}
        # What was made last goes first, whether it is removed or replaced.
        self.surplus = [
            resource
            for name, resource in reversed(self._before.items())
            if resource in self._replaced or (name not in made and old[name].on_delete not in KEPT)
        ]
        self.stack.resources = made
        self.stack.outputs, self.stack.exports = outputs, exports
        self.stack.imports = frozenset(scope.imported)

    def undo(self) -> None:
        for step in reversed(self._undo):
            step()
        self.stack.resources = self._before

    def _put(self, declaration: Declaration, scope: Scope) -> Resource:
        """Make, change, replace or leave a resource as its properties ask."""
        registry.check(declaration.type, declaration.id, declaration.properties)
        properties = evaluate_properties(declaration, scope)
        old = self._before.get(declaration.id)
        if old is None:
            return self._create(declaration, properties)
        changed = differences(old, declaration, properties)
        if not changed:
            return old
        if replaces(old, properties, changed):
            return self._replace(old, declaration, properties)
        return self._update(old, properties, changed)

    def _create(self, declaration: Declaration, properties: Properties) -> Resource:
        make = resource_class(declaration.type)
        resource = make(self.stack.site, declaration.id, properties)
        self._attempt("CREATE", resource, resource.create)
        self.stack.resources[declaration.id] = resource
        # RetainExceptOnCreate: this is the creation that it excepts.
        if declaration.on_delete not in KEPT - {"RetainExceptOnCreate"}:
            self._undo.append(partial(self._attempt, "DELETE", resource, resource.delete))
        return resource

    def _replace(self, old: Resource, declaration: Declaration, new: Properties) -> Resource:
        name = old.named_by
        if name and name in new and new[name] == old.properties.get(name):
            raise Refusal(
                "CloudFormation cannot update a stack when a custom-named resource requires"
                f" replacing. Rename {new[name]} and update the stack again."
            )
        resource = self._create(declaration, new)
        if declaration.on_replace not in KEPT:
            self._replaced.append(old)
        return resource

    def _update(self, resource: Resource, new: Properties, changed: frozenset[str]) -> Resource:
        old, resource.properties = resource.properties, new

        def restore() -> None:
            resource.properties = old
            self._attempt("UPDATE", resource, partial(resource.update, changed))

        self._undo.append(restore)
        self._attempt("UPDATE", resource, partial(resource.update, changed))
        return resource

    def _attempt(self, verb: str, resource: Resource, step: Callable[[], None]) -> None:
        try:
            step()
        except Refusal as refusal:
            self.stack.note_resource(resource, f"{verb}_FAILED", refusal.message)
            raise
        self.stack.note_resource(resource, f"{verb}_COMPLETE")


def evaluate_properties(declaration: Declaration, scope: Scope) -> Properties:
    """Evaluate a resource's properties; what is required must still be there."""
    properties = scope.value(declaration.properties)
    if not isinstance(properties, dict):
        raise Refusal(f"Properties of {declaration.id} are not an object")
    registry.check(declaration.type, declaration.id, properties)
    registry.check_values(declaration.type, declaration.id, properties)
    return properties


def evaluate_outputs(scope: Scope) -> tuple[dict[str, str], dict[str, str]]:
    """Return the outputs, and those that are exported by export name."""
    outputs, exports = {}, {}
    for name, output in scope.template.outputs.items():
        if not scope.holds(output.get("Condition", "")):
            continue
        value = scope.value(output["Value"])
        if not isinstance(value, str):
            raise Refusal(f"Template format error: Output {name} is not a string: {value!r}")
        outputs[name] = value
        if "Export" in output:
            export = str(scope.value(output["Export"]["Name"]))
            if export in scope.exports:
                raise Refusal(f"Export with name {export} is already exported by another stack")
            exports[export] = value
    return outputs, exports


def differences(
    resource: Resource, declaration: Declaration, properties: Properties
) -> frozenset[str]:
    """Name the properties in which a resource differs from what it is to be."""
    if declaration.type != resource.type:
        raise Refusal(
            "Update of resource type is not permitted. The new template modifies resource type of"
            f" the following resources: [{declaration.id}]"
        )
    old = resource.properties
    return frozenset(key for key in {*old, *properties} if old.get(key) != properties.get(key))


def replaces(resource: Resource, new: Properties, changed: frozenset[str]) -> bool:
    """Tell whether a change makes a new resource in place of the old one."""
    old = resource.properties
    return resource.replaced(new, changed) or any(
        registry.recreation(resource.type, key, old.get(key), new.get(key)) == "Always"
        for key in changed
    )
