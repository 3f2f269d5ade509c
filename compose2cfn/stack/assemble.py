"""Run emitters and fold what they yield into one template."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from troposphere import Template

from compose2cfn.diagnostics import Diagnostic, Steps, failed, in_order, listed
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.app import App
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import references
from compose2cfn.stack import overlay, parameters, render, tasks
from compose2cfn.stack.gather import Gathered
from compose2cfn.stack.intrinsics import Plain, canonical
from compose2cfn.stack.items import Cond, Emitter, FormerId, Out, Param, Resource
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


def assemble(
    plan: Plan, emitters: Iterable[Emitter], noted: Iterable[Diagnostic] = ()
) -> tuple[Result | None, tuple[Diagnostic, ...]]:
    """Make the template; there is none where a finding, or one noted before, is an error."""
    findings = Findings(noted)
    gathered = Gathered(findings)
    for emitter in emitters:
        gathered.run(emitter, plan)
    for item in tasks.fold(plan, gathered.parts, findings):
        gathered.add(item, tasks.FOLDING)
    former_ids = _former_ids(gathered)
    findings.add(*plan.diagnostics)
    template = _template(gathered)
    known = {**plan.parameters, **_brought(gathered)}

    def finish(body: Body) -> tuple[Body, list[Diagnostic]]:
        return overlay.lay(body, plan.app.project.x_aws_cloudformation, OVERLAY, former_ids)

    laid, faults = finish(template.to_dict())
    findings.add(*faults)
    parameters.declare(template, references(laid), known)
    laid, _ = finish(template.to_dict())
    wholes = {(section, id_): whole for section, id_, whole in gathered}
    if not failed(findings.diagnostics):
        findings.add(*_dangling(plan.app, laid, gathered))
        findings.add(*_limits(plan.app, laid, _origins(plan, gathered)))
    diagnostics = in_order(_placed(plan.app, _causes(findings.diagnostics)))
    if failed(diagnostics):
        return None, diagnostics
    sources = {
        id_: (whole.origin, plan.app.place(whole.origin))
        for (section, id_), whole in wholes.items()
        if section == "Resources"
    }
    return Result(template, diagnostics, sources, lambda body: finish(body)[0]), diagnostics


def _template(gathered: Gathered) -> Template:
    """Make a template of the finished things but the parameters: those wait for a reference."""
    template = Template()
    template.set_version()
    for _, id_, whole in gathered:
        # Not added as troposphere wants it, which raises where there are too many: `_limits`
        # reports them with a place.
        match whole.item:
            case Resource(body):
                template.resources[id_] = body
            case Out(body):
                template.outputs[id_] = body
            case Cond(_, test):
                template.conditions[id_] = Plain(test)
    return template


def _brought(gathered: Gathered) -> Mapping[str, Parameter]:
    """Give the parameters that emitters brought themselves."""
    return {id_: whole.item.body for _, id_, whole in gathered if isinstance(whole.item, Param)}


def _former_ids(gathered: Gathered) -> Mapping[str, str]:
    """Give the ids of the retired plugin, each with the one of today that is meant."""
    return {id_: whole.item.now for _, id_, whole in gathered if isinstance(whole.item, FormerId)}


def _causes(faults: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what only follows from other findings."""
    alike = any(fault.code in _ALIKE for fault in faults)
    return (fault for fault in faults if not (alike and fault.code in _CONFLICTS))


def _placed(app: App, faults: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Say of each finding where its path was written."""
    for fault in faults:
        yield replace(fault, at=fault.at or app.place(fault.path) or app.start)


def _dangling(app: App, body: Body, gathered: Gathered) -> Iterator[Diagnostic]:
    """Report references to what the template does not have."""
    wholes = {(section, id_): whole for section, id_, whole in gathered}
    for name, users in sorted(_missing(body).items()):
        written = [path for path in _extensions(app) if name in references(app.written(path))]
        for path in written:
            yield Diagnostic(
                code="reference-dangling",
                message=f"the template has no {name!r}; declare it below {OVERLAY[0]}: "
                f"{{Parameters: {{{name}: {{Type: String}}}}}}",
                path=path,
            )
        # Else it is an emitter's: the overlay took its parameter away, or it never brought one.
        for section, id_ in () if written else sorted(users):
            whole = wholes.get((section, id_))
            makers = gathered.makers(whole, name) if whole else ()
            made = f", which {listed(makers, 'and')} makes," if makers else ""
            yield Diagnostic(
                code="reference-dangling",
                message=f"{id_}{made} refers to {name!r}, which the template does not have",
                path=whole.origin if whole else OVERLAY,
            )


def _missing(body: Body) -> Mapping[str, set[tuple[str, str]]]:
    """Give what is referred to and is not there, with the entries that refer to it."""
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
    return missing


def _extensions(app: App) -> Iterator[Steps]:
    """List the places of the ``x-aws-*`` keys."""
    return (path for path in app.places if str(path[-1]).startswith("x-aws-"))


def _origins(plan: Plan, gathered: Gathered) -> Mapping[tuple[str, str], Steps]:
    """Say where in the Compose file the entries of a template come from."""
    asked = {("Parameters", id_): path for id_, path in plan.asked.items()}
    return asked | {(section, id_): whole.origin for section, id_, whole in gathered}


def _limits(app: App, body: Body, origins: Mapping[tuple[str, str], Steps]) -> Iterator[Diagnostic]:
    """Report what is more than CloudFormation takes, where the largest part of it comes from."""

    def fault(message: str, weigh: Callable[[str], int], sections: Iterable[str]) -> Diagnostic:
        weights = Counter[Steps]()
        for section in sections:
            entries = body.get(section)
            for id_, entry in entries.items() if isinstance(entries, dict) else ():
                origin = origins.get((section, id_), OVERLAY)
                if app.place(origin):
                    weights[tuple(origin[:2])] += weigh(canonical(entry))
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
