"""What an emitter is, and what it may yield."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, IntEnum
from typing import NamedTuple, TypeAlias

from troposphere import AWSObject, Output

from compose2cfn.diagnostics import Diagnostic, Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.frozen import Frozen
from compose2cfn.plan.make import Plan

Fields: TypeAlias = Mapping[str, object]
"""Properties by their CloudFormation names; values are plain, intrinsics included."""


class Resource(NamedTuple):
    """A finished resource; its title is its logical id."""

    body: AWSObject
    origin: Steps = ()


class PlainResource(NamedTuple):
    """A finished resource by its properties, as troposphere's class of it has them.

    ``attributes`` are those of the resource itself, such as ``DeletionPolicy``. What troposphere
    refuses is the error ``property-refused``.
    """

    kind: type[AWSObject]
    id: str
    properties: Fields
    attributes: Fields = Frozen()
    origin: Steps = ()


class Param(NamedTuple):
    """A template parameter that an emitter adds itself.

    Like those of `Plan.parameters`, it is declared if something refers to it. One of the same id
    but another meaning, in the plan or from another emitter, is the error ``id-conflict``.
    """

    body: Parameter
    """What is asked for: not an object of troposphere, unlike the body of a resource."""
    origin: Steps = ()


class Cond(NamedTuple):
    """A template condition."""

    id: str
    test: Fields
    origin: Steps = ()


class Rule(NamedTuple):
    """A check of parameter values before a stack is created or updated.

    ``test`` is a function of rules, such as ``Fn::Equals``; if it does not hold, CloudFormation
    refuses the operation with the message.
    """

    id: str
    test: Fields
    message: str
    origin: Steps = ()


class Out(NamedTuple):
    """A stack output."""

    body: Output
    origin: Steps = ()


class PlainOut(NamedTuple):
    """A stack output by its value, a text or a function, and its description.

    One that has more, such as an ``Export``, is an `Out`.
    """

    id: str
    value: object
    description: str
    origin: Steps = ()


class FormerId(NamedTuple):
    """An id that the retired plugin gave to what has the id ``now``; overlays may still use it."""

    id: str
    now: str
    origin: Steps = ()


class TaskPart(NamedTuple):
    """What one emitter adds to the task definition of a task."""

    task: str
    fields: Fields
    origin: Steps = ()


class ContainerPart(NamedTuple):
    """What one emitter adds to one container of a task.

    Lists of several parts are joined, mappings merged; a single value set by two parts is the
    error ``task-conflict``. ``listens`` has the ports and protocols that the container listens on
    beyond its ``PortMappings``, where ECS accepts a port once, with one protocol.
    """

    task: str
    container: str
    fields: Fields
    origin: Steps = ()
    listens: tuple[tuple[str, str], ...] = ()


class Stage(IntEnum):
    """When a step runs among those that prepare a task."""

    NAMES = 0
    """First, so that what follows finds other services by their names."""
    SECRETS = 1
    FUNCTIONS = 2
    """What the steps of `FILES` call."""
    FILES = 3
    LOCKS = 4
    """Last: what the other steps do is done by the time that a lock is free."""


class InitStep(NamedTuple):
    """A piece of shell that runs before the services of a task start.

    Steps of one task run in one container, by ``order`` (a `Stage`) and then ``name``; what a step
    needs in its environment or mounted comes in a `ContainerPart` of the container `INIT`.
    """

    task: str
    order: int
    name: str
    script: str
    origin: Steps = ()


class RoleKind(Enum):
    """Whose permissions a role has.

    ``suffix`` ends its logical id, ``field`` is the property of a task definition that names it.
    """

    EXECUTION = ("execution", "TaskExecutionRole", "ExecutionRoleArn")
    """Those of ECS while it starts the task: images, secrets, logs."""
    TASK = ("task", "TaskRole", "TaskRoleArn")
    """Those of the code in the containers."""

    def __init__(self, label: str, suffix: str, field: str) -> None:
        self.label = label
        self.suffix = suffix
        self.field = field


class RolePart(NamedTuple):
    """What one emitter needs a role of a task to allow; names are policy names."""

    task: str
    role: RoleKind
    policies: Mapping[str, Fields] = Frozen()
    managed: tuple[object, ...] = ()
    origin: Steps = ()


class ServicePart(NamedTuple):
    """What one emitter adds to the ECS service of a task; it waits for the ids ``after``."""

    task: str
    fields: Fields = Frozen()
    after: tuple[str, ...] = ()
    origin: Steps = ()


Part: TypeAlias = TaskPart | ContainerPart | InitStep | RolePart | ServicePart
Item: TypeAlias = (
    Resource | PlainResource | Param | Cond | Rule | Out | PlainOut | FormerId | Part | Diagnostic
)
Emit: TypeAlias = Callable[[Plan], Iterable[Item]]


class Emitter(NamedTuple):
    """A named pure function from a plan to items, and the Compose keys it reads."""

    name: str
    reads: tuple[str, ...]
    emit: Emit

    def __repr__(self) -> str:
        # The keys that it reads are many, and help(compose2cfn) shows all emitters.
        return f"<emitter {self.name}>"


def emitter(*reads: str) -> Callable[[Emit], Emitter]:
    """Make an emitter of a function that reads these keys; it registers nothing."""
    for key in reads:
        if not isinstance(key, str):
            raise TypeError(
                f"{key!r} is not the pattern of a key; write @emitter() if there is none"
            )

    def make(emit: Emit) -> Emitter:
        return Emitter(emit.__name__, reads, emit)

    return make
