"""Make the plan: every decision that several emitters share, once, from the typed project."""

from collections.abc import Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.model.app import App
from compose2cfn.plan import tasks as groups
from compose2cfn.plan.compute import placement
from compose2cfn.plan.files import delivery
from compose2cfn.plan.files import directories as folders
from compose2cfn.plan.network import vpc as network
from compose2cfn.plan.publishing import listeners
from compose2cfn.plan.secrets import sources as secrets
from compose2cfn.plan.storage import volumes as storage
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Parameter


@dataclass(frozen=True, slots=True)
class Plan:
    """What emitters read: the app, and what was decided about it."""

    app: App
    names: Names
    groups: groups.Groups
    needs: Mapping[str, tuple[str, ...]]
    """For each task (by owner) the owners of the tasks that must be up before it."""
    network: network.Placement
    listeners: listeners.Listeners
    placement: placement.Placement
    storage: storage.Storage
    deliveries: Mapping[str, tuple[folders.Folder, ...]]
    """For each service the folders that are brought into its container."""
    secrets: secrets.Secrets
    parameters: Mapping[str, Parameter]
    """The facts left to the stack's maker; declared if something refers to them."""


def make(app: App) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Decide; gives the plan and every fault found on the way."""
    notes = Notes()
    names = Names(app)
    notes.faults.extend(names.faults())
    if not app.project.services:
        message = "no service is active, so there is nothing to run; write one, or give a profile"
        notes.error("service-none", message, ("services",))
    tasks = groups.group(app, notes)
    needs = groups.dependencies(app, tasks)
    groups.report_cycles(app, needs, notes)
    where = network.place(app, names, tasks, notes)
    stored = storage.attach(app, names, tasks, notes)
    plan = Plan(
        app=app,
        names=names,
        groups=tasks,
        needs=needs,
        network=where,
        listeners=listeners.route(app, names, tasks, where, notes),
        placement=placement.place(app, names, tasks, notes),
        storage=stored,
        deliveries=delivery.deliver(app, tasks, stored, notes),
        secrets=secrets.secrets(app, names, notes),
        parameters=notes.parameters,
    )
    return plan, tuple(notes.faults)
