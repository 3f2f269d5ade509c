"""Gather what emitters yield: finished things by section and id, and the parts of tasks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from troposphere import AWSObject, Output

from compose2cfn.diagnostics import ComposeError, Diagnostic, Steps
from compose2cfn.findings import Findings, Parameter
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import references
from compose2cfn.stack.intrinsics import plain
from compose2cfn.stack.items import (
    Cond,
    ContainerPart,
    Emitter,
    FormerId,
    InitStep,
    Out,
    Param,
    Part,
    Resource,
    RolePart,
    ServicePart,
    TaskPart,
)
from compose2cfn.stack.objects import REFUSALS, refusal
from compose2cfn.stack.tasks import FOLDING, Added

FORMER = "former"
"""In place of a section: ids of another time."""

Finished: TypeAlias = Resource | Param | Cond | Out | FormerId


class TemplateEntry(NamedTuple):
    """A finished thing of the template: what brings it, its plain content and its cause."""

    item: Finished
    content: object
    origin: Steps
    by: str
    """The name of the emitter."""


@dataclass(slots=True)
class Gathered:
    """What all emitters yield; the order in which they run leaves no trace."""

    findings: Findings
    parts: list[Added] = field(default_factory=list)
    _wholes: dict[tuple[str, str], TemplateEntry] = field(default_factory=dict)

    def run(self, emitter: Emitter, plan: Plan) -> None:
        """Take what one emitter yields; one that gives up does not stop the others."""
        try:
            for item in emitter.emit(plan):
                self.add(item, emitter.name)
        except ComposeError as error:
            self.findings.add(*error.diagnostics)
        except Exception as error:
            error.add_note(f"while running the emitter {emitter.name!r}")
            raise

    def add(self, item: object, by: str) -> None:
        """Take one item; whatever is not one is a finding that names the emitter."""
        match item:
            case Diagnostic():
                self.findings.add(item)
            case Resource(AWSObject() as body):
                self._keep("Resources", str(body.title), TemplateEntry(item, body, item.origin, by))
            case Out(Output() as body):
                self._keep("Outputs", str(body.title), TemplateEntry(item, body, item.origin, by))
            case Param(Parameter() as body):
                self._keep("Parameters", body.id, TemplateEntry(item, repr(body), item.origin, by))
            case Cond(str(id_), Mapping() as test):
                self._keep("Conditions", id_, TemplateEntry(item, test, item.origin, by))
            case FormerId(str(id_), str(now)):
                self._keep(FORMER, id_, TemplateEntry(item, now, item.origin, by))
            case TaskPart() | ContainerPart() | InitStep() | RolePart() | ServicePart():
                self._take(item, by)
            case _:
                self._report(item, by)

    def __iter__(self) -> Iterator[tuple[str, str, TemplateEntry]]:
        """List the finished things with their sections and ids, sorted by these."""
        for section, id_ in sorted(self._wholes):
            yield section, id_, self._wholes[section, id_]

    def makers(self, whole: TemplateEntry, name: str) -> tuple[str, ...]:
        """Say which emitters make a finished thing that refers to a name."""
        by = {added.by for added in self.parts if name in references(_content(added.part))}
        found = by if whole.by == FOLDING and by else {whole.by}
        return tuple(f"the emitter {name!r}" for name in sorted(found))

    def _keep(self, section: str, id_: str, whole: TemplateEntry) -> None:
        """Keep equal things of one id once, under the first of their origins; others clash."""
        try:
            new = whole._replace(content=plain(whole.content))
        except REFUSALS as error:
            self.findings.add(refusal(id_, error, whole.origin))
            return
        known = self._wholes.setdefault((section, id_), new)
        if known.content != new.content:
            first, second = sorted((known.by, new.by))
            self.findings.at(*min(known.origin, new.origin, key=str)).error(
                "id-conflict",
                f"the emitters {first!r} and {second!r} want different things under the id {id_!r}",
            )
        elif str(new.origin) < str(known.origin):
            self._wholes[section, id_] = new

    def _take(self, part: Part, by: str) -> None:
        """Take a part whose fields are a mapping."""
        match part:
            case InitStep(script=str()):
                self.parts.append(Added(part, by))
            case RolePart(policies=Mapping()):
                self.parts.append(Added(part, by))
            case ContainerPart() if not _listens(part.listens):
                self._report(part, by)
            case TaskPart() | ContainerPart() | ServicePart() if isinstance(part.fields, Mapping):
                self.parts.append(Added(part, by))
            case _:
                self._report(part, by)

    def _report(self, item: object, by: str) -> None:
        origin = item.origin if isinstance(item, Finished | Part) else ()
        self.findings.at(*origin).error(
            "emitter-item",
            f"the emitter {by!r} yields something of the type {type(item).__name__} that is not "
            "an item; it may yield what compose2cfn.stack.items has, with a body, fields or a "
            "script of the types that stand there",
        )


def _listens(ports: object) -> bool:
    """Say whether these are ports with their protocols."""
    return isinstance(ports, tuple) and all(map(_listen, ports))


def _listen(port: object) -> bool:
    match port:
        case (str(), str()) as pair:
            return isinstance(pair, tuple)
    return False


def _content(part: Part) -> object:
    """Give the plain content of a part."""
    match part:
        case InitStep():
            return part.script
        case RolePart():
            return [dict(part.policies), list(part.managed)]
    return dict(part.fields)
