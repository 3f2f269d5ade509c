"""Services, jobs, and what belongs only to them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model import shortforms as form
from compose2cfn.model.aws import PortKeys, ServiceKeys
from compose2cfn.model.base import NOTHING, YAML, Closed, Entries, Model
from compose2cfn.model.build import Build
from compose2cfn.model.container import Container
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.marks import Fill, Listed, Mark, Short, Unique
from compose2cfn.model.scalars import (
    Command,
    Count,
    DistinctStrings,
    Flag,
    HookEnvironment,
    NumberText,
    ScalarText,
    StrictFlag,
    Strings,
    Truncated,
    UniqueStrings,
    Words,
    matching,
    one_of,
)
from compose2cfn.model.units import Duration


def _health_test(test: tuple[str, ...]) -> tuple[str, ...]:
    if test and test[0] not in {"NONE", "CMD", "CMD-SHELL"}:
        raise PydanticCustomError("unknown-value", "must start with CMD, CMD-SHELL or NONE")
    return test


def _several(options: object) -> object:
    """Make a list of one value."""
    return (options,) if isinstance(options, str | int | float) else options


def _address(address: str) -> str:
    if address and not form.is_address(address):
        raise PydanticCustomError("bad-address", "is not a valid IP address; write e.g. 127.0.0.1")
    return address


def port_address(port: Mapping[str, object]) -> object:
    """Tell a port by all that reaches it."""
    address = port.get("host_ip") or "0.0.0.0"  # noqa: S104
    protocol = port.get("protocol", "tcp")
    return address, str(port.get("published", "")), str(port.get("target")), protocol


class Port(PortKeys, Model):
    """One entry of ``ports``; ``published`` is a port, a range, or empty for any free port."""

    name: str = ""
    mode: Annotated[str, Fill("ingress")] = ""
    host_ip: Annotated[str, AfterValidator(_address)] = ""
    target: Count
    published: NumberText = ""
    protocol: Annotated[str, Fill("tcp")] = ""
    app_protocol: str = ""


class Dependency(Model):
    """What a service waits for before it starts."""

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    restart: Flag = False
    required: Annotated[Flag, Fill(value=True)]


class HealthCheck(Model):
    """How to check whether a container is healthy."""

    test: Annotated[
        Strings, Short(form.health_test), Mark.REPLACE, AfterValidator(_health_test)
    ] = ()
    timeout: Duration | None = None
    interval: Duration | None = None
    retries: Annotated[Truncated, Field(ge=0)] | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    disable: Flag = False


NO_HEALTHCHECK = HealthCheck.model_construct()
"""What a service says of ``healthcheck`` that does not have it."""


class Hook(Model):
    """A command that runs in a container at a point of its life."""

    command: Command
    user: str = ""
    privileged: Flag = False
    working_dir: str = ""
    environment: HookEnvironment = NOTHING

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        data: dict[str, object] = write(self)
        if info.context == YAML and self.command is None:
            del data["command"]
        return data


class Watch(Model):
    """What happens when a file changes during development."""

    path: Annotated[str, Mark.PATH]
    action: Literal["rebuild", "sync", "restart", "sync+restart", "sync+exec"]
    target: str = ""
    exec: Hook = Hook.model_construct(command=None)
    include: Annotated[Words, Mark.DISTINCT] = ()
    ignore: Annotated[Words, Mark.DISTINCT] = ()
    initial_sync: StrictFlag = False

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        return write(self) if info.context == YAML else {"exec": {"command": None}, **write(self)}


class Develop(Model):
    """What happens during development."""

    watch: tuple[Watch, ...] = ()


class Provider(Model):
    """The program that manages a service in place of Docker Compose."""

    type: str = ""
    options: Entries[str, Annotated[tuple[ScalarText, ...], BeforeValidator(_several)]] = NOTHING


class Workload:
    """What services and jobs have in common, beside what every container has."""

    build: Annotated[Build | None, Short(form.context)] = None
    depends_on: Annotated[Entries[str, Dependency], Listed(form.dependency)] = NOTHING
    expose: Annotated[tuple[NumberText, ...], Unique()] = ()
    healthcheck: HealthCheck | None = None
    ports: Annotated[
        tuple[Annotated[Port, Short(form.ports, numbers=True)], ...], Unique(mapping=port_address)
    ] = ()
    stdin_open: Flag = False
    tty: Flag = False


class PreStart(Container):
    """A container that runs to its end before a service starts."""

    unites: ClassVar[bool] = False

    per_replica: Flag = False


class Extends(Closed):
    """The service that another one is laid over."""

    service: str
    file: str = ""


class Service(ServiceKeys, Workload, Container):
    """A service."""

    attach: Flag | None = None
    container_name: Annotated[
        str,
        matching(
            r"[a-zA-Z0-9][a-zA-Z0-9_.-]+",
            code="wrong-pattern",
            message="is not a valid name; write a letter or digit, then letters, digits, _, . or -",
        ),
    ] = ""
    deploy: Annotated[Deploy | None, Mark.NULLABLE] = None
    develop: Annotated[Develop | None, Mark.NULLABLE] = None
    extends: Annotated[Extends | None, Short(form.extends)] = None
    """What is extended is merged in; this is left only where that is empty."""
    external_links: DistinctStrings = ()
    links: UniqueStrings = ()
    post_start: tuple[Hook, ...] = ()
    pre_start: tuple[PreStart, ...] = ()
    pre_stop: tuple[Hook, ...] = ()
    profiles: UniqueStrings = ()
    provider: Provider | None = None
    restart: str = ""
    scale: Count | None = None


class Schedule(Model):
    """When a job runs."""

    cron: str
    timezone: str = ""
    concurrency: Annotated[str, one_of("forbid", "queue")] = ""
    missed_fires: Annotated[str, one_of("one", "skip")] = ""


class Triggers(Model):
    """What starts a job."""

    manual: Flag = False
    schedule: tuple[Annotated[Schedule, Short(form.schedule)], ...] = ()

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.model_fields_set.isdisjoint({"manual", "schedule"}):
            raise PydanticCustomError("missing-key", "needs manual or schedule")
        return self


class Job(Workload, Container):
    """A container that runs to its end."""

    profiles: UniqueStrings = ()
    triggers: Triggers
