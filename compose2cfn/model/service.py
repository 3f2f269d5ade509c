"""Services, jobs, and what belongs to them alone."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from compose2cfn.model import shortforms as form
from compose2cfn.model.aws import PortKeys, ServiceKeys
from compose2cfn.model.base import Closed, Model
from compose2cfn.model.build import Build
from compose2cfn.model.container import Container
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.marks import Fill, Listed, Mark, Short, Unique
from compose2cfn.model.scalars import (
    Count,
    DistinctStrings,
    Flag,
    HookEnvironment,
    Name,
    NumberText,
    ScalarText,
    StrictFlag,
    Strings,
    Truncated,
    UniqueStrings,
    Words,
)
from compose2cfn.model.units import Duration


def port_address(port: Mapping[str, object]) -> object:
    """Tell a port by all that reaches it."""
    address = port.get("host_ip") or "0.0.0.0"  # noqa: S104
    protocol = port.get("protocol", "tcp")
    return address, str(port.get("published", "")), str(port.get("target")), protocol


class Port(PortKeys):
    """One entry of ``ports``; ``published`` is a port, a range, or empty for any free port."""

    name: str = ""
    mode: Annotated[str, Fill("ingress")] = ""
    host_ip: str = ""
    target: Count
    published: NumberText = ""
    protocol: Annotated[str, Fill("tcp")] = ""
    app_protocol: str = ""


class Dependency(Model):
    """What a service waits for before it starts."""

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    restart: Flag = False
    required: Annotated[Flag, Fill(True)]


class HealthCheck(Model):
    """How to see whether a container is well."""

    test: Annotated[Strings, Short(form.health_test), Mark.REPLACE] = ()
    timeout: Duration | None = None
    interval: Duration | None = None
    retries: Annotated[Truncated, Field(ge=0)] | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    disable: Flag = False


class Hook(Model):
    """A command that runs in a container at a point of its life."""

    command: Annotated[Strings | None, Short(form.command), Mark.NULLABLE]
    user: str = ""
    privileged: Flag = False
    working_dir: str = ""
    environment: HookEnvironment = {}


class Watch(Model):
    """What happens when a file changes during development."""

    path: Annotated[str, Mark.PATH]
    action: Literal["rebuild", "sync", "restart", "sync+restart", "sync+exec"]
    target: str = ""
    exec: Hook = Hook.model_construct(command=None)
    include: Annotated[Words, Mark.DISTINCT] = ()
    ignore: Annotated[Words, Mark.DISTINCT] = ()
    initial_sync: StrictFlag = False


class Develop(Model):
    """What happens during development."""

    watch: tuple[Watch, ...] = ()


class Provider(Model):
    """The program that manages a service in Docker Compose's stead."""

    type: str = ""
    options: Mapping[str, Annotated[tuple[ScalarText, ...], Short(form.one)]] = {}


class Workload(Container):
    """What services and jobs have in common."""

    build: Annotated[Build | None, Short(form.build)] = None
    depends_on: Annotated[Mapping[Name, Dependency], Listed(form.dependency)] = {}
    expose: Annotated[tuple[NumberText, ...], Unique()] = ()
    healthcheck: HealthCheck | None = None
    ports: Annotated[
        tuple[Annotated[Port, Short(form.ports, numbers=True)], ...], Unique(port_address)
    ] = ()
    stdin_open: Flag = False
    tty: Flag = False


class PreStart(Container):
    """A container that runs to its end before a service starts."""

    per_replica: Flag = False


class Extends(Closed):
    """The service that another one is laid over."""

    service: str
    file: str = ""


class Service(Workload, ServiceKeys):
    """A service."""

    attach: Flag | None = None
    container_name: str = ""
    deploy: Annotated[Deploy | None, Mark.NULLABLE] = None
    develop: Annotated[Develop | None, Mark.NULLABLE] = None
    extends: Annotated[Extends | None, Short(form.extends)] = None
    """Always ``None`` in a loaded application: what is extended is merged in."""
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
    concurrency: Literal["forbid", "queue", ""] = ""
    missed_fires: Literal["one", "skip", ""] = ""


class Triggers(Model):
    """What starts a job."""

    manual: Flag = False
    schedule: tuple[Annotated[Schedule, Short(form.schedule)], ...] = ()


class Job(Workload):
    """A container that runs to its end."""

    profiles: UniqueStrings = ()
    triggers: Triggers
