"""Gather what emitters yield: finished things by section and id, and the parts of tasks."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from compose2cfn.diagnostics import ComposeError, Diagnostic, Steps, failed
from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Record
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import ref, uses
from compose2cfn.stack import typed
from compose2cfn.stack.checked import checked, origin_of
from compose2cfn.stack.intrinsics import plain
from compose2cfn.stack.items import (
    Cond,
    Emitter,
    FormerId,
    InitStep,
    Item,
    Out,
    Param,
    Part,
    PlainOut,
    PlainResource,
    Resource,
    RolePart,
    Rule,
    ServicePart,
)
from compose2cfn.stack.objects import REFUSALS, refusal
from compose2cfn.stack.parts import differ
from compose2cfn.stack.tasks import FOLDING, Added

FORMER = "former"
"""In place of a section: former ids."""

Finished: TypeAlias = Resource | PlainResource | Param | Cond | Rule | Out | PlainOut | FormerId


_SECTIONS: Mapping[type[Finished], str] = {
    Resource: "Resources",
    PlainResource: "Resources",
    Out: "Outputs",
    PlainOut: "Outputs",
    Param: "Parameters",
    Cond: "Conditions",
    Rule: "Rules",
    FormerId: FORMER,
}


class TemplateEntry(Record):
    """A finished thing of the template: its item, its plain content and its cause."""

    item: Finished
    content: object
    origin: Steps
    by: str
    """The name of the emitter."""


Wholes: TypeAlias = Mapping[tuple[str, str], TemplateEntry]
"""Finished things by section and id."""


class Gathered:
    """What all emitters yield; the order in which they run has no effect."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.parts: list[Added] = []
        self._wholes: dict[tuple[str, str], TemplateEntry] = {}

    def run(self, emitter: Emitter, plan: Plan) -> None:
        """Collect what one emitter yields; one that gives up does not stop the others."""
        try:
            self._take_all(emitter.emit(plan), emitter.name)
        except ComposeError as error:
            self._give_up(error, emitter.name)
        except Exception as error:
            error.add_note(f"while running the emitter {emitter.name!r}")
            raise

    def _take_all(self, items: object, by: str) -> None:
        if isinstance(items, Iterable):
            for item in items:
                self.add(item, by)
        else:
            about = f"returns something of the type {type(items).__name__}"
            self._report(f"{about}; it must yield items, or return a list of them", by, ())

    def _give_up(self, error: ComposeError, by: str) -> None:
        """Note why an emitter gives up; it must report an error, or nobody would know."""
        for found in error.diagnostics:
            self.add(found, by)
        if not failed(error.diagnostics):
            self._report(
                "raises a ComposeError without an error; say in it what is wrong, or yield its "
                "findings and go on",
                by,
                (),
            )

    def add(self, item: object, by: str) -> None:
        """Collect one item; anything else is a finding that names the emitter."""
        try:
            read = checked(item)
        except (TypeError, ValueError) as error:
            self._report(f"yields {error}", by, origin_of(item))
        else:
            self.take(read, by)

    def take(self, item: Item, by: str) -> None:
        """Collect one item that is checked."""
        if isinstance(item, Part):
            self.parts.append(Added(item, by))
        elif isinstance(item, Diagnostic):
            self.findings.add(item)
        else:
            self._keep(_SECTIONS[type(item)], _id(item), item, by)

    @property
    def wholes(self) -> Wholes:
        """The finished things by section and id, sorted by these."""
        return {place: self._wholes[place] for place in sorted(self._wholes)}

    def makers(self, whole: TemplateEntry, name: str) -> tuple[str, ...]:
        """Say which emitters make a finished thing that needs a name."""
        by = {added.by for added in self.parts if name in _needs(added.part)}
        found = by if whole.by == FOLDING and by else {whole.by}
        return tuple(f"the emitter {name!r}" for name in sorted(found))

    def _keep(self, section: str, id_: str, item: Finished, by: str) -> None:
        """Keep equal things of one id once, under the first of their origins; others clash."""
        try:
            new = TemplateEntry(item=item, content=_written(item), origin=item.origin, by=by)
        except REFUSALS as error:
            self.findings.add(refusal(id_, error, item.origin))
            return
        known = self._wholes.setdefault((section, id_), new)
        if known is new:
            return
        if differ(known.content, new.content):
            first, second = sorted((known.by, new.by))
            self.findings.at(*min(known.origin, new.origin, key=str)).error(
                "id-conflict",
                f"the emitters {first!r} and {second!r} want different things under the id {id_!r}",
            )
        elif str(new.origin) < str(known.origin):
            self._wholes[section, id_] = new

    def _report(self, about: str, by: str, origin: Steps) -> None:
        self.findings.at(*origin).error("emitter-item", f"the emitter {by!r} {about}")


def _id(item: Finished) -> str:
    """Return the logical id of a finished thing."""
    match item:
        case Resource(body) | Out(body):
            return str(body.title)
        case Param(body):
            return body.id
    return item.id


def _written(item: Finished) -> object:
    """Return a finished thing as a template has it."""
    match item:
        case PlainResource():
            return typed.resource_content(item)
        case Resource(body) | Out(body):
            return plain(body)
        case PlainOut():
            return typed.output_content(item)
        case Cond():
            return item.test
        case Rule(_, test, message):
            return {"Assertions": [{"Assert": test, "AssertDescription": message}]}
        case FormerId():
            return item.now
    return repr(item.body)


def _needs(part: Part) -> frozenset[str]:
    """List the names that a part needs."""
    return frozenset(name for _, name in uses(_content(part)))


def _content(part: Part) -> object:
    """Return the plain content of a part."""
    match part:
        case InitStep():
            return part.script
        case RolePart():
            return [dict(part.policies), list(part.managed)]
        case ServicePart():
            return [dict(part.fields), *map(ref, part.after)]
    return dict(part.fields)
