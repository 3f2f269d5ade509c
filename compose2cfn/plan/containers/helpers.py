"""Containers that run next to the services of a task and work for them."""

from compose2cfn.findings import Parameter
from compose2cfn.model.frozen import Record
from compose2cfn.plan.terms.names import INIT


class HelperContainer(Record):
    """A container of a task that is not a service of the file."""

    name: str
    image: Parameter
    """A parameter with a default: another image can be chosen."""
    essential: bool
    """Whether the task ends with it."""
    entry_point: tuple[str, ...] = ()
    """Empty leaves it to the image."""
    user: str = ""
    """Empty leaves it to the image."""
    memory_reservation: int = 0
    """MiB; 0 leaves it to the size of the task."""


INIT_CONTAINER = HelperContainer(
    name=INIT,
    image=Parameter(
        id="InitImage",
        group="Images",
        description="Image of the container that prepares a task: a POSIX shell and the usual "
        "small tools",
        default="public.ecr.aws/docker/library/busybox:1.37",
        min_length=1,
    ),
    essential=False,
    entry_point=("sh", "-c"),
    user="0",
)
"""Prepares a task before its services start; its command says what to run."""

LOCK_CONTAINER = INIT_CONTAINER.but(name="compose-lock", essential=True)
"""Holds the lock of a volume as long as its task runs; each has a name of its own."""

LOG_ROUTER = HelperContainer(
    name="log-router",
    image=Parameter(
        id="LogRouterImage",
        group="Images",
        description="Image of the container that routes logs: Fluent Bit",
        default="public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
        min_length=1,
    ),
    essential=True,
    memory_reservation=50,
)
"""Forwards the output of a task that uses FireLens."""
