"""Fold the parts of each task into its task definition, its roles and its service."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from troposphere.ecs import Service, TaskDefinition
from troposphere.iam import Role

from compose2cfn.diagnostics import did_you_mean, listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.plan.compute import Launch, SizePlaces
from compose2cfn.plan.containers import INIT_CONTAINER
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import INIT
from compose2cfn.plan.terms.values import attribute, ref
from compose2cfn.stack import parts, policies, sizes, task_checks
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.items import (
    ContainerPart,
    Fields,
    InitStep,
    Item,
    Param,
    Part,
    RoleKind,
    RolePart,
    ServicePart,
    TaskPart,
)
from compose2cfn.stack.log_configurations import log_configuration
from compose2cfn.stack.objects import resource
from compose2cfn.stack.tags import tags

FOLDING = "tasks"
"""In place of the name of an emitter: what folding adds or makes itself."""


_LOGS = "LogConfiguration"


class Added(NamedTuple):
    """A part, and the name of the emitter that adds it."""

    part: Part
    by: str


class Piece(NamedTuple):
    """Fields of one thing, and the name of the emitter that adds them."""

    fields: Fields
    by: str


class _Pile:
    """The parts of one task, by what they go into."""

    def __init__(self) -> None:
        self.task: list[Piece] = []
        self.service: list[Piece] = []
        self.after: set[str] = set()
        self.containers: dict[str, list[Piece]] = {}
        self.listens: dict[str, set[task_checks.Listened]] = {}
        self.steps: list[InitStep] = []
        self.roles: dict[RoleKind, list[RolePart]] = {}
        self.policies: dict[RoleKind, list[Piece]] = {}

    def add(self, part: Part, by: str) -> None:
        match part:
            case TaskPart():
                self.task.append(Piece(part.fields, by))
            case ContainerPart():
                self.containers.setdefault(part.container, []).append(Piece(part.fields, by))
                self.listens.setdefault(part.container, set()).update(part.listens)
            case InitStep():
                self.steps.append(part)
            case RolePart():
                self.roles.setdefault(part.role, []).append(part)
                self.policies.setdefault(part.role, []).append(Piece(part.policies, by))
            case ServicePart():
                self.service.append(Piece(part.fields, by))
                self.after.update(part.after)


class Folded(NamedTuple):
    """What the parts of tasks became."""

    items: tuple[Item, ...]
    default_size: str
    """In words, the size of a task that does not say; empty for others."""


def fold_tasks(
    plan: Plan, found: Iterable[Added], findings: Findings
) -> Iterator[tuple[str, Folded]]:
    """Make the resources of every task, each under its owner."""
    piles: dict[str, _Pile] = {}
    services = plan.app.project.services
    for part, by in found:
        if part.task in services:
            piles.setdefault(plan.tasks.owner(part.task), _Pile()).add(part, by)
        else:
            findings.at(*part.origin).error(
                "part-task",
                f"the emitter {by!r} adds to the task of {part.task!r}, but there is no such "
                f"service{did_you_mean(str(part.task), services)}",
            )
    for owner, pile in sorted(piles.items()):
        spot = findings.at("services", owner)
        yield owner, _Folding(plan=plan, owner=owner, pile=pile, spot=spot).folded()


class _Folding(Record):
    """What folds one task."""

    plan: Plan
    owner: str
    pile: _Pile
    spot: Spot

    @property
    def _launch(self) -> Launch:
        return self.plan.compute.tasks[self.owner]

    def folded(self) -> Folded:
        fields = self._merged(self.pile.task, "task")
        items = [*self._prepare()] if self.pile.steps else []
        self._log_helpers()
        containers = list(self._containers())
        fields["ContainerDefinitions"] = containers
        for kind in RoleKind:
            if kind in self.pile.roles:
                items.extend(self._role(kind, fields))
        task_checks.check_definition(fields, containers, self.pile.listens, self.spot)
        if self._launch.platform.windows:
            task_checks.check_steps(self.pile.steps, self.spot.findings)
        size = self._set_size(fields)
        task_checks.check_tmpfs(fields, containers, self.spot)
        items.append(self._made(TaskDefinition, "TaskDefinition", fields))
        if self.pile.service:
            service = self._merged(self.pile.service, "service")
            after = {"DependsOn": sorted(self.pile.after)} if self.pile.after else {}
            items.append(self._made(Service, "Service", service, **after))
        return Folded(tuple(items), size)

    def _set_size(self, fields: dict[str, object]) -> str:
        """Size the task; returns its size in words if it does not say."""
        needs, names = self.plan.compute.needs, self.plan.tasks[self.owner].services
        by_container = {self.plan.names.container(name): needs[name] for name in names}
        findings, services = self.spot.findings, self.plan.app.project.services
        said = ((services[name], findings.at("services", name)) for name in names)
        places = SizePlaces.of_task(said, self.spot)
        return sizes.set_size(fields, self._launch, by_container, places)

    def _merged(self, pieces: list[Piece], what: str) -> dict[str, object]:
        """Fold the fields of one thing; report those for which emitters want different values."""
        folded, conflicts = parts.fold(piece.fields for piece in pieces)
        for conflict in conflicts:
            by = {piece.by for piece in pieces if conflict.field in piece.fields}
            who = _emitters(sorted(by - {FOLDING}), "wants", "want")
            self.spot.error(
                "task-conflict",
                f"{who} another value for {conflict} of the {what} than compose2cfn itself sets"
                if FOLDING in by
                else f"{who} different values for {conflict} of the {what}",
            )
        return folded

    def _containers(self) -> Iterator[dict[str, object]]:
        """Fold the containers of the task, sorted by name."""
        for name, pieces in sorted(self.pile.containers.items()):
            container = self._merged(pieces, f"container {name!r}")
            if "Image" in container:
                yield {"Name": name, **container}
            else:
                self._report_imageless(name, pieces)

    def _report_imageless(self, name: str, pieces: list[Piece]) -> None:
        """Say that emitters add to a container without an image."""
        by = sorted({piece.by for piece in pieces} - {FOLDING})
        who = _emitters(by, "adds", "add")
        known = sorted(
            other
            for other, found in self.pile.containers.items()
            if any("Image" in piece.fields for piece in found)
        )
        match known:
            case []:
                instead = "no container of this task has one"
            case [only]:
                instead = f"the only container of this task is {only!r}"
            case _:
                instead = f"the containers of this task are {_quoted(known)}"
        self.spot.error(
            "part-container",
            f"{who} to the container {name!r}, which has no image; "
            f"{instead}{did_you_mean(name, known)}",
        )

    def _prepare(self) -> Iterator[Item]:
        """Let one container run the steps before the services of the task start."""
        steps = sorted(self.pile.steps, key=lambda step: (step.order, step.name, step.script))
        scripts = dict.fromkeys(step.script.strip("\n") for step in steps)
        after = {"DependsOn": [{"ContainerName": INIT, "Condition": "SUCCESS"}]}
        for name, found in self.pile.containers.items():
            if name in self._services:
                found.append(Piece(after, FOLDING))
        fields = {
            "Image": ref(INIT_CONTAINER.image.id),
            "EntryPoint": list(INIT_CONTAINER.entry_point),
            "Command": ["\n".join(["set -eu", *scripts]) + "\n"],
            "Essential": INIT_CONTAINER.essential,
            "User": INIT_CONTAINER.user,
        }
        self.pile.containers.setdefault(INIT, []).append(Piece(fields, FOLDING))
        yield Param(INIT_CONTAINER.image, self.spot.path)

    def _log_helpers(self) -> None:
        """Send the output of helper containers where that of the services goes."""
        logged = {
            name
            for name, pieces in self.pile.containers.items()
            if any(_LOGS in piece.fields for piece in pieces)
        }
        if not logged:
            return
        task = self.plan.tasks[self.owner]
        for name in self.pile.containers.keys() - logged - self._services:
            if log := self.plan.logs.of_helper(name, task):
                fields = {_LOGS: log_configuration(log)}
                self.pile.containers[name].append(Piece(fields, FOLDING))

    @property
    def _services(self) -> frozenset[str]:
        """The containers that are services of the file."""
        return frozenset(map(self.plan.names.container, self.plan.tasks[self.owner].services))

    def _role(self, kind: RoleKind, fields: dict[str, object]) -> Iterator[Item]:
        """Make a role of the task, unless one is given: that one is not changed."""
        arn = attribute(self.plan.names.service(self.owner, kind.suffix), "Arn")
        if fields.setdefault(kind.field, arn) != arn:
            self._report_given(self.pile.roles[kind])
            return
        documents = self._merged(self.pile.policies[kind], f"{kind.label} role")
        task_checks.check_extent(kind, documents, self.plan.tasks[self.owner].services, self.spot)
        role: dict[str, object] = {
            "AssumeRolePolicyDocument": policies.trust_tasks(),
            "Tags": tags(service=self.owner),
        }
        if documents:
            role["Policies"] = [
                {"PolicyName": name, "PolicyDocument": documents[name]}
                for name in sorted(documents)
            ]
        managed = {canonical(arn): arn for part in self.pile.roles[kind] for arn in part.managed}
        if managed:
            role["ManagedPolicyArns"] = [managed[text] for text in sorted(managed)]
        yield self._made(Role, kind.suffix, role)

    def _report_given(self, asked: Iterable[RolePart]) -> None:
        names = sorted({name for part in asked for name in part.policies})
        (self.spot / "x-aws-role").error(
            "role-incomplete",
            "an existing role is not changed, but this service needs more permissions "
            f"({', '.join(names)}); write a policy document in x-aws-role instead, so that the "
            "stack creates a role",
        )

    def _made(
        self,
        kind: type[TaskDefinition | Service | Role],
        suffix: str,
        fields: Fields,
        **attributes: object,
    ) -> Item:
        id_ = self.plan.names.service(self.owner, suffix)
        return resource(kind, id_, fields, self.spot.path, **attributes)


def _emitters(by: Sequence[str], one: str, many: str) -> str:
    """Name emitters, with a verb in the singular or the plural."""
    if len(by) > 1:
        return f"the emitters {_quoted(by)} {many}"
    return f"the emitter {_quoted(by)} {one}"


def _quoted(names: Iterable[str]) -> str:
    return listed(map(repr, names), "and")
