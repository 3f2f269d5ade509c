"""Run emitters and fold what they yield into one template."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from troposphere import Template

from compose2cfn.diagnostics import ComposeError, Diagnostic, Steps, failed, in_order
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import references
from compose2cfn.stack import overlay, parameters, render, tasks
from compose2cfn.stack.intrinsics import Plain, canonical
from compose2cfn.stack.items import Cond, Emitter, Item, Out, Param, Part, Resource
from compose2cfn.stack.result import Body, Result, excess

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST: Mapping[str, int] = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""Entries of a section that CloudFormation takes."""
MOST_RESOLVED = 60
"""Dynamic references of a template."""

_RESOLVED = "{{resolve:"

OVERLAY: Steps = ("x-aws-cloudformation",)

_ALIKE = frozenset({"container-name", "name-collision"})
_CONFLICTS = frozenset({"id-conflict", "task-conflict"})
"""What follows by itself where two things have one name."""


@dataclass(slots=True)
class _Whole:
    """A finished thing of the template: its section, id, plain content and cause."""

    section: str
    id: str
    content: object
    origin: Steps
    by: str
    item: Resource | Param | Cond | Out


@dataclass(slots=True)
class _Found:
    """What all emitters yielded, by what it is."""

    wholes: dict[tuple[str, str], _Whole] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)

    def add(self, item: Item, by: str) -> None:
        """Keep an item."""
        match item:
            case Diagnostic():
                self.faults.append(item)
            case Resource(body, origin):
                self._keep(_Whole("Resources", str(body.title), body, origin, by, item))
            case Out(body, origin):
                self._keep(_Whole("Outputs", str(body.title), body, origin, by, item))
            case Param(body, origin):
                self._keep(_Whole("Parameters", body.id, repr(body), origin, by, item))
            case Cond(id_, test, origin):
                self._keep(_Whole("Conditions", id_, test, origin, by, item))
            case _:
                self.parts.append(item)

    def _keep(self, new: _Whole) -> None:
        """Keep equal things of one id once, under the first of their origins; others clash."""
        known = self.wholes.setdefault((new.section, new.id), new)
        if known is not new and canonical(known.content) != canonical(new.content):
            first, second = sorted((known.by, new.by))
            self.faults.append(
                Diagnostic(
                    code="id-conflict",
                    message=f"the emitters {first!r} and {second!r} want different things under "
                    "the "
                    f"id {new.id!r}",
                    path=min(known.origin, new.origin, key=str),
                )
            )
        elif str(new.origin) < str(known.origin):
            self.wholes[new.section, new.id] = new

    def in_order(self) -> Iterator[_Whole]:
        """List the finished things by section and id: the order of emitters leaves no trace."""
        for key in sorted(self.wholes):
            yield self.wholes[key]

    def parameters(self) -> Mapping[str, Parameter]:
        """Give the parameters that emitters brought themselves."""
        return {w.id: w.item.body for w in self.in_order() if isinstance(w.item, Param)}

    def template(self) -> Template:
        """Make a template of the finished things but the parameters: those wait for a reference."""
        template = Template()
        template.set_version()
        for whole in self.in_order():
            # Not added as troposphere wants it, which raises where there are too many: `_limits`
            # reports them with a place.
            match whole.item:
                case Resource(body):
                    template.resources[whole.id] = body
                case Out(body):
                    template.outputs[whole.id] = body
                case Cond(_, test):
                    template.conditions[whole.id] = Plain(test)
        return template


def assemble(
    plan: Plan, emitters: Iterable[Emitter], noted: Iterable[Diagnostic] = ()
) -> tuple[Result | None, tuple[Diagnostic, ...]]:
    """Make the template; there is none where a finding, or one noted before, is an error."""
    found = _Found(faults=list(noted))
    for emitter in emitters:
        for item in _run(emitter, plan):
            found.add(item, emitter.name)
    for item in tasks.fold(plan, found.parts):
        found.add(item, "tasks")
    former_ids = plan.publishing.former_ids
    found.faults += plan.diagnostics
    template = found.template()
    known = {**plan.parameters, **found.parameters()}

    def finish(body: Body) -> tuple[Body, list[Diagnostic]]:
        return overlay.lay(body, plan.app.project.x_aws_cloudformation, OVERLAY, former_ids)

    laid, faults = finish(template.to_dict())
    found.faults += faults
    parameters.declare(template, references(laid), known)
    laid, _ = finish(template.to_dict())
    origins = {(w.section, w.id): w.origin for w in found.in_order()}
    if not failed(found.faults):
        found.faults += (*_dangling(plan.app, laid, origins), *_limits(plan.app, laid, origins))
    diagnostics = in_order(_placed(plan.app, _causes(found.faults)))
    if failed(diagnostics):
        return None, diagnostics
    sources = {
        id_: (path, plan.app.place(path))
        for (section, id_), path in origins.items()
        if section == "Resources"
    }
    return Result(template, diagnostics, sources, lambda body: finish(body)[0]), diagnostics


def _run(emitter: Emitter, plan: Plan) -> Iterator[Item]:
    """Run one emitter; one that gives up does not stop the others."""
    try:
        yield from emitter.emit(plan)
    except ComposeError as error:
        yield from error.diagnostics
    except Exception as error:
        error.add_note(f"while running the emitter {emitter.name!r}")
        raise


def _causes(faults: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what only follows from other findings."""
    alike = any(fault.code in _ALIKE for fault in faults)
    return (fault for fault in faults if not (alike and fault.code in _CONFLICTS))


def _placed(app: App, faults: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Say of each finding where its path was written."""
    for fault in faults:
        yield replace(fault, at=fault.at or app.place(fault.path) or app.start)


def _dangling(
    app: App, body: Body, origins: Mapping[tuple[str, str], Steps]
) -> Iterator[Diagnostic]:
    """Report references to what the template does not have."""
    sections = {name: entries for name, entries in body.items() if isinstance(entries, dict)}
    there = {
        id_ for name in ("Resources", "Parameters", "Conditions") for id_ in sections.get(name, {})
    }
    missing: dict[str, set[tuple[str, str]]] = {}
    for section in ("Resources", "Outputs"):
        for id_, entry in sections.get(section, {}).items():
            for name in references(entry) - there:
                if not name.startswith("AWS::"):
                    missing.setdefault(name, set()).add((section, id_))
    for name, users in sorted(missing.items()):
        written = [path for path in _extensions(app) if name in references(app.written(path))]
        for path in written:
            yield Diagnostic(
                code="reference-dangling",
                message=f"the template has no {name!r}; declare it below {OVERLAY[0]}: "
                f"{{Parameters: {{{name}: {{Type: String}}}}}}",
                path=path,
            )
        for user in () if written else sorted(users):
            # An emitter's, whose parameter the overlay took away, or was never brought.
            origin = origins.get(user, OVERLAY)
            yield Diagnostic(
                code="reference-dangling",
                message=f"{user[1]} refers to {name!r}, which the template does not have",
                path=origin if app.place(origin) else OVERLAY,
            )


def _extensions(app: App) -> Iterator[Steps]:
    """List the places of the ``x-aws-*`` keys."""
    return (path for path in app.places if str(path[-1]).startswith("x-aws-"))


def _limits(app: App, body: Body, origins: Mapping[tuple[str, str], Steps]) -> Iterator[Diagnostic]:
    """Report what is more than CloudFormation takes, where the largest part of it comes from."""

    def fault(message: str, weigh: Callable[[str], int], sections: Iterable[str]) -> Diagnostic:
        weights = Counter[Steps]()
        for section in sections:
            entries = body.get(section)
            for id_, entry in entries.items() if isinstance(entries, dict) else ():
                origin = origins.get((section, id_), OVERLAY)
                if app.place(origin):
                    weights[origin[:2]] += weigh(canonical(entry))
        largest = max(weights, key=weights.__getitem__, default=OVERLAY)
        if 2 * weights[largest] < weights.total():
            largest = largest[:1]  # no single one, but all together
        return Diagnostic(code="template-size", message=message, path=largest)

    split = "split the Compose file into several projects"
    for section, most in MOST.items():
        entries = body.get(section)
        if isinstance(entries, dict) and (count := len(entries)) > most:
            about = f"a template has at most {most} {section.lower()}, and this one has {count}"
            yield fault(f"{about}; {split}", lambda _: 1, [section])
    text = render.yaml(body)
    if about := excess(text, "YAML"):
        yield fault(about, len, body)
    if (count := text.count(_RESOLVED)) > MOST_RESOLVED:
        about = f"a template has at most {MOST_RESOLVED} dynamic references, and this one {count}"
        yield fault(
            f"{about}; write secrets or x-aws-secrets instead",
            lambda written: written.count(_RESOLVED),
            body,
        )
