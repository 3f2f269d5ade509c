"""Choose the machines that a stack starts for tasks that Fargate cannot run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.plan.compute.capacity import Own, Wish
from compose2cfn.plan.compute.counts import Count
from compose2cfn.plan.compute.fargate import written
from compose2cfn.plan.compute.instance_types import MACHINES, fitting, is_arm
from compose2cfn.plan.compute.platforms import Platform
from compose2cfn.plan.compute.requests import ALL, Request
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value

PROVIDER = "CapacityProvider"
"""The suffix of the logical id of a capacity provider."""

ATTRIBUTE = "compose.capacity"
"""The attribute by which a task finds the machines of its service in a cluster of others."""

UNSAID_MEMORY = 512
"""MiB to make room for where a container on a machine says nothing of its memory."""
INIT_MEMORY = 64
"""MiB to make room for where a task is prepared by a container."""

_DISK = 30
_GPU_DISK = 100
"""GiB: images with GPU libraries are large."""

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
_IMAGES = "/aws/service/ecs/optimized-ami/amazon-linux-2023{}/recommended/image_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one task wants of the place where it runs."""

    owner: str
    wish: Wish | None
    load: Request
    count: Count
    platform: Platform


@dataclass(frozen=True, slots=True)
class Machines:
    """A group of equal machines; a ``managed`` one grows and shrinks with the tasks."""

    type: Value
    image: Value
    least: int | Value
    most: int | Value
    disk: int
    gpus: bool
    managed: bool


def load(requests: Sequence[Request]) -> Request:
    """Sum up what the containers of one task ask of a machine."""
    gpus = [asked.gpus for asked in requests]
    return Request(
        cpu=sum(asked.cpu for asked in requests),
        reservation=sum(asked.holds or UNSAID_MEMORY for asked in requests) + INIT_MEMORY,
        gpus=ALL if ALL in gpus else sum(gpus),
    )


def machines(tasks: Sequence[Wanted], names: Names, notes: Notes, *, managed: bool) -> Machines:
    """Choose the machines for tasks; the first of these is the one that they belong to."""
    keeper = tasks[0]
    path: Steps = ("services", keeper.owner)
    said = keeper.wish if isinstance(keeper.wish, Own) else Own()
    need = Request(
        cpu=max(task.load.cpu for task in tasks),
        reservation=max(task.load.reservation for task in tasks),
        gpus=max(abs(task.load.gpus) for task in tasks),
    )
    kind, name = _type(said, keeper, need, names, notes)
    least, most = _bounds(said, tasks, managed=managed)
    if name:
        notes.info(
            "capacity-machines",
            f"runs on machines that this stack starts: {_range(least, most)}, {name}; its tasks "
            "have no public address, so their subnets need a NAT gateway or endpoints to pull "
            "images",
            path,
        )
    return Machines(
        type=kind,
        image=_image(said, need, path, notes, arm=is_arm(name) or keeper.platform.arm),
        least=least,
        most=most,
        disk=said.disk or (_GPU_DISK if need.gpus else _DISK),
        gpus=bool(need.gpus),
        managed=managed,
    )


def _type(
    said: Own, keeper: Wanted, need: Request, names: Names, notes: Notes
) -> tuple[Value, str]:
    """Choose the type of machine: the one that is written, else a parameter with the smallest.

    Its name comes with it, as far as it is known.
    """
    path: Steps = ("services", keeper.owner)
    match said.machine:
        case str() as name:
            _check(name, keeper, need, notes)
            return name, name
        case None:
            pass
        case given:
            return given, "of the type that is given"
    found = fitting(need.cpu, need.reservation, need.gpus, arm=keeper.platform.arm)
    if not found:
        notes.error(
            "machine-none",
            f"no machine that is known here holds {_text(need)}; ask for less, or name one with "
            "x-aws-capacity: {machine: TYPE}",
            path,
        )
        return "", ""
    asked = Parameter(
        id=names.service(keeper.owner, "InstanceType"),
        group="Machines",
        description="Type of the machines that the tasks run on; the default is the smallest "
        "that fits",
        default=found[0].name,
        allowed_values=tuple(machine.name for machine in found),
    )
    return notes.ask(asked), found[0].name


def _check(name: str, keeper: Wanted, need: Request, notes: Notes) -> None:
    """Check that a type of machine that is written suits the tasks."""
    path: Steps = ("services", keeper.owner)
    known = MACHINES.get(name)
    if known and not known.fits(need.cpu, need.reservation, need.gpus):
        notes.error(
            "machine-small",
            f"a {name} has {known.cpu // 1024} vCPU, {known.usable} MiB for tasks and "
            f"{known.gpus} GPU; the task needs {_text(need)}",
            path,
        )
    if keeper.platform.processor and is_arm(name) != keeper.platform.arm:
        notes.error(
            "machine-processor",
            f"a {name} has another processor than the platform of the service; change one of them",
            path,
        )


def _text(need: Request) -> str:
    gpus = f" and {need.gpus} GPU" if need.gpus else ""
    return f"{written(need.cpu, need.reservation)}{gpus}"


def _image(said: Own, need: Request, path: Steps, notes: Notes, *, arm: bool) -> Value:
    """Choose the image of the machines: the one that is given, else the newest of Amazon ECS."""
    if said.ami is not None:
        return said.ami
    if need.gpus and arm:
        notes.error(
            "ami-unknown",
            "there is no image of Amazon ECS for ARM machines with GPUs; give one with node.ami "
            "or x-aws-capacity: {ami: ID}",
            path,
        )
    kind = "Gpu" if need.gpus else "Arm64" if arm else ""
    return notes.ask(
        Parameter(
            id=f"Ecs{kind}Image",
            group="Machines",
            type="AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
            description="Public parameter that names the image of the machines",
            default=_IMAGES.format(f"/{kind.lower()}" if kind else ""),
        )
    )


def _bounds(
    said: Own, tasks: Iterable[Wanted], *, managed: bool
) -> tuple[int | Value, int | Value]:
    """Say how many machines there are at least and at most.

    Managed machines start from none, with room for an update that starts new tasks first. Others
    are as many as the tasks, since nothing would start them later.
    """
    numbers = [1 if task.count.daemon else task.count.most for task in tasks]
    known = [number for number in numbers if isinstance(number, int)]
    other = next((number for number in numbers if not isinstance(number, int)), None)
    total = max(sum(known), 1)
    daemons = all(task.count.daemon for task in tasks)
    if not managed or daemons:
        least = said.least if said.least is not None else other if other is not None else total
        return least, said.most if said.most is not None else least
    least = said.least if said.least is not None else 0
    most = said.most if said.most is not None else other if other is not None else 2 * total
    return least, max(least, most) if isinstance(least, int) and isinstance(most, int) else most


def _range(least: int | Value, most: int | Value) -> str:
    if least == most:
        return f"{least} of them" if isinstance(least, int) else "as many as a value says"
    if isinstance(least, int) and isinstance(most, int):
        return f"{least} to {most} of them"
    return "as many as values say"
