"""Fold the parts of each task into its task definition, its roles and its service."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from troposphere import AWSObject
from troposphere.ecs import Service, TaskDefinition
from troposphere.iam import Role

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.findings import Parameter
from compose2cfn.plan.containers.logs import AWSLOGS, plain
from compose2cfn.plan.make import Plan
from compose2cfn.plan.permissions.documents import LARGEST as LARGEST_POLICIES
from compose2cfn.plan.permissions.documents import extent
from compose2cfn.plan.tasks import MOST_CONTAINERS
from compose2cfn.plan.terms.names import INIT, LOG_GROUP
from compose2cfn.plan.terms.values import attribute, ref, references
from compose2cfn.stack import parts, sizes
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.items import (
    ContainerPart,
    Fields,
    InitStep,
    Item,
    Param,
    Part,
    Resource,
    RoleKind,
    RolePart,
    ServicePart,
    TaskPart,
)
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs

LARGEST = 64 * 1024
"""Bytes of a task definition that ECS takes."""

INIT_IMAGE = Parameter(
    id="InitImage",
    group="Images",
    description="Image of the container that prepares a task: a POSIX shell and the usual small "
    "tools",
    default="public.ecr.aws/docker/library/busybox:1.37",
    min_length=1,
)

_SUFFIX = {RoleKind.EXECUTION: "TaskExecutionRole", RoleKind.TASK: "TaskRole"}
_PROPERTY = {RoleKind.EXECUTION: "ExecutionRoleArn", RoleKind.TASK: "TaskRoleArn"}


@dataclass(slots=True)
class _Pile:
    """The parts of one task, by what they go into."""

    task: list[Fields] = field(default_factory=list)
    service: list[Fields] = field(default_factory=list)
    after: set[str] = field(default_factory=set)
    containers: dict[str, list[Fields]] = field(default_factory=dict)
    steps: list[InitStep] = field(default_factory=list)
    roles: dict[RoleKind, list[RolePart]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        match part:
            case TaskPart():
                self.task.append(part.fields)
            case ContainerPart():
                self.containers.setdefault(part.container, []).append(part.fields)
            case InitStep():
                self.steps.append(part)
            case RolePart():
                self.roles.setdefault(part.role, []).append(part)
            case ServicePart():
                self.service.append(part.fields)
                self.after.update(part.after)


def fold(plan: Plan, found: Iterable[Part]) -> Iterator[Item]:
    """Make the resources of every task; faults come out among them."""
    piles: dict[str, _Pile] = {}
    for part in found:
        piles.setdefault(part.task, _Pile()).add(part)
    for owner, pile in sorted(piles.items()):
        yield from _Folding(plan, owner, pile).items()


@dataclass(frozen=True, slots=True)
class _Folding:
    """The folding of one task."""

    plan: Plan
    owner: str
    pile: _Pile

    @property
    def origin(self) -> Steps:
        return ("services", self.owner)

    def items(self) -> Iterator[Item]:
        fields, clashes = parts.fold(self.pile.task)
        yield from self._conflicts("task", clashes)
        if self.pile.steps:
            yield from self._prepare()
        self._log_helpers()
        containers = []
        for name, found in self.pile.containers.items():
            container, clashes = parts.fold([{"Name": name}, *found])
            yield from self._conflicts(f"container {name!r}", clashes)
            containers.append(container)
        fields["ContainerDefinitions"] = sorted(containers, key=lambda c: str(c["Name"]))
        for kind, asked in sorted(self.pile.roles.items()):
            given = fields.setdefault(_PROPERTY[kind], attribute(self._role_id(kind), "Arn"))
            if given == attribute(self._role_id(kind), "Arn"):
                yield from self._role(kind, asked)
            else:
                yield self._permissions(asked)
        yield from self._checked(fields)
        yield from sizes.sized(fields, self.origin)
        yield from self._made(TaskDefinition, "TaskDefinition", fields)
        if self.pile.service:
            service, clashes = parts.fold(self.pile.service)
            yield from self._conflicts("service", clashes)
            yield from self._made(Service, "Service", service, sorted(self.pile.after))

    def _prepare(self) -> Iterator[Item]:
        """Let one container run the steps before the services of the task start."""
        steps = sorted(self.pile.steps, key=lambda step: (step.order, step.name, step.script))
        script = (
            "\n".join(["set -eu", *dict.fromkeys(step.script.strip("\n") for step in steps)]) + "\n"
        )
        for name, found in self.pile.containers.items():
            if name in self._services:
                found.append({"DependsOn": [{"ContainerName": INIT, "Condition": "SUCCESS"}]})
        self.pile.containers.setdefault(INIT, []).append(
            {
                "Image": ref(INIT_IMAGE.id),
                "EntryPoint": ["sh", "-c"],
                "Command": [script],
                "Essential": False,
            }
        )
        yield Param(INIT_IMAGE, self.origin)

    def _log_helpers(self) -> None:
        """Send the output of containers that are no services where the services' goes."""
        containers = self.pile.containers
        if LOG_GROUP not in references(
            [dict(found) for fields in containers.values() for found in fields]
        ):
            return
        for name, found in containers.items():
            if (
                not any("LogConfiguration" in fields for fields in found)
                and name not in self._services
            ):
                options = plain(name).options
                found.append({"LogConfiguration": {"LogDriver": AWSLOGS, "Options": options}})

    @property
    def _services(self) -> frozenset[str]:
        """The containers that are services of the file."""
        return frozenset(map(self.plan.names.container, self.plan.tasks[self.owner].services))

    def _role_id(self, kind: RoleKind) -> str:
        return self.plan.names.service(self.owner, _SUFFIX[kind])

    def _role(self, kind: RoleKind, asked: Iterable[RolePart]) -> Iterator[Item]:
        policies, clashes = parts.fold(part.policies for part in asked)
        yield from self._conflicts(f"{kind} role", clashes)
        size = sum(extent(document) for document in policies.values())
        # A document of a service that is too large alone is told where it is written.
        added = policies.keys() - self.plan.tasks[self.owner].services
        if added and size > LARGEST_POLICIES:
            yield self._fault(
                "policy-size",
                f"all policies of a role have at most {LARGEST_POLICIES} characters, and those of "
                f"the {kind} role have about {size}; mount fewer volumes (one can have several "
                "subpaths), use fewer secrets, or write less into x-aws-role",
            )
        managed = {canonical(arn): arn for part in asked for arn in part.managed}
        fields: dict[str, object] = {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            },
            "Tags": [{"Key": k, "Value": v} for k, v in pairs(service=self.owner).items()],
        }
        if policies:
            fields["Policies"] = [
                {"PolicyName": name, "PolicyDocument": policies[name]} for name in sorted(policies)
            ]
        if managed:
            fields["ManagedPolicyArns"] = [managed[text] for text in sorted(managed)]
        yield from self._made(Role, _SUFFIX[kind], fields)

    def _permissions(self, asked: Iterable[RolePart]) -> Diagnostic:
        names = sorted({name for part in asked for name in part.policies})
        return Diagnostic(
            code="role-incomplete",
            message="a role given by ARN is not changed here, and this service needs more of it "
            f"({', '.join(names)}); "
            "write the permissions as a policy document in x-aws-role instead, so that a role is "
            "made",
            path=(*self.origin, "x-aws-role"),
        )

    def _checked(self, fields: Mapping[str, object]) -> Iterator[Item]:
        """Check what ECS refuses of a task definition whatever emitter wrote it."""
        containers = fields["ContainerDefinitions"]
        if not isinstance(containers, list):
            return
        if len(containers) > MOST_CONTAINERS:
            yield self._fault(
                "task-containers",
                f"a task has at most {MOST_CONTAINERS} containers, and this one has "
                f"{len(containers)}; "
                "let fewer services share it (network_mode, completed jobs)",
            )
        if (size := len(canonical(fields).encode())) > LARGEST:
            yield self._fault(
                "task-size",
                f"a task definition has at most {LARGEST} bytes, and this one has {size}; "
                "put large configs and variables elsewhere",
            )
        yield from self._ports(containers)
        if self.pile.steps and sizes.windows(fields):
            yield self._fault(
                "init-windows",
                "what prepares a task before its services start needs Linux; run secrets, configs "
                "and delivered files on linux/amd64",
            )
        for container in containers:
            both = _names(container.get("Environment")) & _names(container.get("Secrets"))
            for name in sorted(both):
                yield self._fault(
                    "variable-twice",
                    f"the variable {name!r} is both a plain value and a secret; keep one of them",
                )

    def _ports(self, containers: Iterable[Fields]) -> Iterator[Item]:
        """Report containers that listen on one port: those of a task share its network."""
        taken: dict[str, str] = {}
        for container in containers:
            mappings = container.get("PortMappings")
            for mapping in mappings if isinstance(mappings, list) else ():
                other = taken.setdefault(canonical(mapping), str(container["Name"]))
                if other != container["Name"]:
                    yield self._fault(
                        "port-taken",
                        f"{other!r} and {container['Name']!r} share a task and both listen on port "
                        f"{mapping['ContainerPort']}; let one of them listen on another",
                    )

    def _fault(self, code: str, message: str) -> Diagnostic:
        return Diagnostic(code=code, message=message, path=self.origin)

    def _conflicts(self, what: str, clashes: Iterable[parts.Conflict]) -> Iterator[Diagnostic]:
        for clash in clashes:
            yield self._fault(
                "task-conflict",
                f"two emitters want different values for {clash.name} of the {what}",
            )

    def _made(
        self, kind: type[AWSObject], suffix: str, fields: Fields, after: list[str] | None = None
    ) -> Iterator[Item]:
        """Make a troposphere object; what it will not take is a fault of the service."""
        try:
            body = build(kind, self.plan.names.service(self.owner, suffix), fields)
            if after:
                body.DependsOn = after
            body.to_dict()
        except (ValueError, TypeError, AttributeError) as error:
            yield self._fault("property-refused", f"{suffix}: {error}")
        else:
            yield Resource(body, self.origin)


def _names(entries: object) -> set[str]:
    return {str(entry["Name"]) for entry in entries} if isinstance(entries, list) else set()
