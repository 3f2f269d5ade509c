"""Services, jobs, and what belongs to them alone."""

from collections.abc import Mapping
from typing import Literal

from compose2cfn.model.aws import PortKeys, ServiceKeys
from compose2cfn.model.base import Model
from compose2cfn.model.build import Build
from compose2cfn.model.container import Container
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.scalars import Environment, Strings
from compose2cfn.model.units import Duration


class Port(PortKeys):
    """One entry of ``ports``; ``published`` is a port, a range, or empty for any free port."""

    name: str = ""
    mode: str = ""
    host_ip: str = ""
    target: int = 0
    published: str = ""
    protocol: str = ""
    app_protocol: str = ""


class Dependency(Model):
    """What a service waits for before it starts."""

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    restart: bool = False
    required: bool


class HealthCheck(Model):
    """How to see whether a container is well."""

    test: Strings = ()
    timeout: Duration | None = None
    interval: Duration | None = None
    retries: int | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    disable: bool = False


class Hook(Model):
    """A command that runs in a container at a point of its life."""

    command: Strings | None
    user: str = ""
    privileged: bool = False
    working_dir: str = ""
    environment: Environment = {}


class Watch(Model):
    """What happens when a file changes during development."""

    path: str
    action: Literal["rebuild", "sync", "restart", "sync+restart", "sync+exec"]
    target: str = ""
    exec: Hook = Hook.model_construct(command=None)
    include: Strings = ()
    ignore: Strings = ()
    initial_sync: bool = False


class Develop(Model):
    """What happens during development."""

    watch: tuple[Watch, ...] = ()


class Provider(Model):
    """The program that manages a service in Docker Compose's stead."""

    type: str = ""
    options: Mapping[str, Strings] = {}


class Workload(Container):
    """What services and jobs have in common."""

    build: Build | None = None
    depends_on: Mapping[str, Dependency] = {}
    expose: Strings = ()
    healthcheck: HealthCheck | None = None
    ports: tuple[Port, ...] = ()
    stdin_open: bool = False
    tty: bool = False


class PreStart(Container):
    """A container that runs to its end before a service starts."""

    per_replica: bool = False


class Service(Workload, ServiceKeys):
    """A service."""

    attach: bool | None = None
    container_name: str = ""
    deploy: Deploy | None = None
    develop: Develop | None = None
    external_links: Strings = ()
    links: Strings = ()
    post_start: tuple[Hook, ...] = ()
    pre_start: tuple[PreStart, ...] = ()
    pre_stop: tuple[Hook, ...] = ()
    profiles: Strings = ()
    provider: Provider | None = None
    restart: str = ""
    scale: int | None = None


class Schedule(Model):
    """When a job runs."""

    cron: str
    timezone: str = ""
    concurrency: Literal["forbid", "queue", ""] = ""
    missed_fires: Literal["one", "skip", ""] = ""


class Triggers(Model):
    """What starts a job."""

    manual: bool = False
    schedule: tuple[Schedule, ...] = ()


class Job(Workload):
    """A container that runs to its end."""

    profiles: Strings = ()
    triggers: Triggers
