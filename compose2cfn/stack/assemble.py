"""Run emitters and fold what they yield into one template."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import NamedTuple

from troposphere import Parameter as Declaration
from troposphere import Template

from compose2cfn.diagnostics import Diagnostic, Location, Steps, failed
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.app import App
from compose2cfn.model.functions import Function
from compose2cfn.plan.compute import report_default_sizes
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.values import referred
from compose2cfn.stack import parameters, render, tasks, typed
from compose2cfn.stack.characters import nulls, resolved
from compose2cfn.stack.checks import (
    Needs,
    Origin,
    dangling,
    detour,
    empty,
    excesses,
    requirements,
    roleless,
    shared_names,
)
from compose2cfn.stack.gather import Gathered, Wholes
from compose2cfn.stack.intrinsics import Plain
from compose2cfn.stack.items import (
    Cond,
    Emitter,
    FormerId,
    Out,
    Param,
    PlainOut,
    PlainResource,
    Resource,
    Rule,
)
from compose2cfn.stack.result import OVERLAY_PATH, Body, Made, Result

FORMAT_VERSION = "2010-09-09"
"""The only version of the template format."""

_OF_OTHERS = {
    "emitter-item": "an emitter yields what is not valid",
    "property-refused": "AWS would refuse the value of a property",
}
"""Findings in whose messages others may have quoted a value, and what they are about."""
_ALIKE = frozenset({"container-name", "name-collision"})
_CONFLICTS = frozenset({"id-conflict", "task-conflict"})
"""What only follows if two things have the same name."""


def assemble(
    plan: Plan,
    emitters: Iterable[Emitter],
    noted: Iterable[Diagnostic],
    *,
    others: Collection[str] = (),
) -> tuple[Result | None, tuple[Diagnostic, ...]]:
    """Make the template; there is none if a finding, or an earlier one, is an error.

    ``others`` names the emitters whose resources are not known to be sound.
    """
    findings = Findings(noted, plan.app.masks)
    gathered = Gathered(findings)
    for emitter in emitters:
        gathered.run(emitter, plan)
    sizes = _fold(plan, gathered, findings)
    findings.add(*plan.diagnostics)
    wholes = gathered.wholes
    lay = _overlaying(plan, wholes)
    body = _body(wholes)
    known = {**plan.parameters, **_added(wholes, plan, findings)}
    needs = requirements(lay(body, findings))
    asked = referred(frozenset().union(*needs.values()))
    used = [known[id_] for id_ in sorted(known.keys() & asked)]
    body = render.arrange(lay({**body, **_declared(used)}, Findings()))
    if others:
        from compose2cfn.stack.foreign import refused_properties  # noqa: PLC0415 - few use any

        findings.add(*refused_properties(body, wholes, others, findings.diagnostics))
    text = render.yaml(body)
    _look_over(_Finished(plan, gathered, wholes, body, text), needs, known, findings)
    if gathered.parts and not failed(findings.diagnostics):
        report_default_sizes(sizes, plan.compute.reserved, findings)
    diagnostics = tuple(_placed(plan.app, _causes(findings.diagnostics)))
    if failed(diagnostics):
        return None, diagnostics
    made = Made(
        body, text, lambda: _template(wholes, used), lambda extended: lay(extended, Findings())
    )
    return Result(made, diagnostics, _sources(plan.app, wholes)), diagnostics


def _overlaying(plan: Plan, wholes: Wholes) -> Callable[[Body, Findings], Body]:
    """Return what lays the overlay of the file over a body, if the file has one."""
    over = plan.app.project.x_aws_cloudformation
    if not over:
        return lambda body, _: body
    from compose2cfn.stack.overlay import lay  # noqa: PLC0415 - few files have one

    former_ids = _former_ids(wholes)
    return lambda body, found: lay(body, over, found.at(*OVERLAY_PATH), former_ids)


def _fold(plan: Plan, gathered: Gathered, findings: Findings) -> Mapping[str, str]:
    """Add what the parts of tasks become; returns in words the sizes of those that do not say."""
    sizes: dict[str, str] = {}
    for owner, folded in tasks.fold_tasks(plan, gathered.parts, findings):
        for item in folded.items:
            gathered.take(item, tasks.FOLDING)
        if folded.default_size:
            sizes[owner] = folded.default_size
    return sizes


def _sources(app: App, wholes: Wholes) -> Mapping[str, tuple[Steps, Location | None]]:
    """Say where in the Compose file each resource comes from."""
    return {
        id_: (whole.origin, app.place(whole.origin))
        for (section, id_), whole in wholes.items()
        if section == "Resources"
    }


class _Finished(NamedTuple):
    """What was planned and gathered, and the template that it became, also as YAML."""

    plan: Plan
    gathered: Gathered
    wholes: Wholes
    body: Body
    text: str


def _look_over(done: _Finished, needs: Needs, known: Collection[str], findings: Findings) -> None:
    """Report what AWS refuses of a template; of the whole only if nothing else is wrong."""
    plan, gathered, wholes, body, text = done
    origins = _origins(plan, wholes)
    whole = not failed(findings.diagnostics)
    findings.add(*nulls(plan.app, body, text, origins))
    findings.add(*resolved(plan.app, body, text))
    if whole:
        findings.add(*roleless(body))
        findings.add(*empty(body, wholes))
        findings.add(*shared_names(body, wholes))
        findings.add(*dangling(plan.app, body, needs, Origin(gathered, wholes, known)))
        findings.add(*excesses(plan.app, body, text, origins))
        findings.add(*detour(text, "YAML"))


def _body(wholes: Wholes) -> Body:
    """Put the content of the finished things together; of parameters, only those in use."""
    body: dict[str, dict[str, object]] = {
        section: {} for section in ("Resources", "Outputs", "Conditions", "Rules")
    }
    for (section, id_), whole in wholes.items():
        if section in body:
            body[section][id_] = whole.content
    filled = {section: entries for section, entries in body.items() if entries}
    return {"AWSTemplateFormatVersion": FORMAT_VERSION, "Resources": {}, **filled}


def _declared(used: Sequence[Parameter]) -> Body:
    """Write the sections that declare parameters."""
    if not used:
        return {}
    declarations = {parameter.id: parameters.declaration(parameter) for parameter in used}
    return {"Metadata": parameters.interface(used), "Parameters": declarations}


def _template(wholes: Wholes, used: Sequence[Parameter]) -> Template:
    """Build the same from copies of the troposphere objects, as an emitter may keep its own."""
    template = Template()
    template.set_version(FORMAT_VERSION)
    for parameter in used:
        declared = parameters.declaration(parameter)
        template.parameters[parameter.id] = Declaration(parameter.id, **declared)
    if used:
        template.set_metadata(parameters.interface(used))
    for (_, id_), whole in wholes.items():
        # Not added the way troposphere does it, which raises if there are too many:
        # `checks.excesses` reports them with a place.
        match whole.item:
            case PlainResource() as plain:
                template.resources[id_] = typed.resource_object(plain)
            case Resource(body):
                template.resources[id_] = deepcopy(body)
            case Out(body):
                template.outputs[id_] = deepcopy(body)
            case PlainOut() as plain:
                template.outputs[id_] = typed.output_object(plain)
            case Cond(_, test):
                template.conditions[id_] = Plain(Function(test))
            case Rule(_, test, message):
                asserted = {"Assert": Plain(Function(test)), "AssertDescription": message}
                template.rules[id_] = {"Assertions": [asserted]}
    return template


def _added(wholes: Wholes, plan: Plan, findings: Findings) -> Mapping[str, Parameter]:
    """Return the parameters that emitters add themselves; none may differ from the plan's."""
    added: dict[str, Parameter] = {}
    for (_, id_), whole in wholes.items():
        if isinstance(whole.item, Param):
            added[id_] = whole.item.body
            if plan.parameters.get(id_, whole.item.body) != whole.item.body:
                findings.at(*whole.origin).error(
                    "id-conflict",
                    f"the emitter {whole.by!r} adds a parameter {id_!r} that the plan has with "
                    "another meaning; give it another id",
                )
    return added


def _former_ids(wholes: Wholes) -> Mapping[str, str]:
    """Return the ids of the retired plugin, each with today's id of the same thing."""
    return {
        id_: whole.item.now
        for (_, id_), whole in wholes.items()
        if isinstance(whole.item, FormerId)
    }


def _causes(faults: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what only follows from other findings."""
    alike = any(fault.code in _ALIKE for fault in faults)
    return (fault for fault in faults if not (alike and fault.code in _CONFLICTS))


def _placed(app: App, faults: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Say where the path of each finding was written."""
    for fault in faults:
        at = fault.at or app.place(fault.path) or app.start
        path, message = app.masks.way(fault.path), _message(app, fault)
        yield replace(fault, at=at, path=path, message=message)


def _message(app: App, fault: Diagnostic) -> str:
    """Leave out of a message what others wrote about values that variables give.

    That is what troposphere says of a value, and anything about an overlay that is one text.
    """
    written = app.masks.written(OVERLAY_PATH)
    if written is not None and fault.path[:1] == OVERLAY_PATH:
        return f"there is a fault in the text of {written}; the code says which"
    if fault.code in _OF_OTHERS and app.masks.hides(fault.path):
        return f"{_OF_OTHERS[fault.code]}; it is not shown, since variables give values here"
    return fault.message


def _origins(plan: Plan, wholes: Wholes) -> Mapping[tuple[str, str], Steps]:
    """Say where in the Compose file the entries of a template come from."""
    asked = {("Parameters", id_): path for id_, path in plan.asked.items()}
    return asked | {place: whole.origin for place, whole in wholes.items()}
