"""How many containers of a service run, and how they are replaced."""

from typing import Annotated

from pydantic import SerializationInfo, model_serializer
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model.aws import DeployKeys, UpdateKeys
from compose2cfn.model.base import NOTHING, YAML, Model
from compose2cfn.model.container import DeviceRequest
from compose2cfn.model.scalars import (
    Count,
    DistinctStrings,
    Labels,
    Share,
    Strings,
    Truncated,
    Whole,
    one_of,
)
from compose2cfn.model.units import Duration, WrittenBytes


class UpdateConfig(UpdateKeys, Model):
    """How containers are replaced, or put back."""

    parallelism: Count | None = None
    delay: Duration = Duration(0)
    failure_action: str = ""
    monitor: Duration = Duration(0)
    max_failure_ratio: Share = 0
    order: Annotated[str, one_of("start-first", "stop-first")] = ""


NO_UPDATE_CONFIG = UpdateConfig.model_construct()
"""What a service says of ``deploy.update_config`` that does not have it."""


class Limits(Model):
    """What a container may use at most."""

    cpus: Share = 0
    memory: WrittenBytes = WrittenBytes(0)
    pids: Whole = 0


NO_LIMITS = Limits.model_construct()
"""What a service says of ``deploy.resources.limits`` that does not have it."""


class DiscreteResource(Model):
    """A number of a resource that the operator named."""

    kind: str = ""
    value: Truncated = 0


class GenericResource(Model):
    """A resource that the operator named."""

    discrete_resource_spec: DiscreteResource | None = None


class DeviceReservation(DeviceRequest):
    """Devices that a container has for certain."""

    capabilities: DistinctStrings


class Reservations(Model):
    """What a container has for certain."""

    cpus: Share = 0
    memory: WrittenBytes = WrittenBytes(0)
    generic_resources: tuple[GenericResource, ...] = ()
    devices: tuple[DeviceReservation, ...] = ()


NO_RESERVATIONS = Reservations.model_construct()
"""What a service says of ``deploy.resources.reservations`` that does not have it."""


class Resources(Model):
    """What a container may use, and has for certain."""

    limits: Limits | None = None
    reservations: Reservations | None = None


class RestartPolicy(Model):
    """When a container is started again."""

    condition: str = ""
    delay: Duration | None = None
    max_attempts: Count | None = None
    window: Duration | None = None


class Preference(Model):
    """Over what containers are spread."""

    spread: str = ""


class Placement(Model):
    """On which nodes containers run."""

    constraints: Strings = ()
    preferences: tuple[Preference, ...] = ()
    max_replicas_per_node: Count = 0


class Deploy(DeployKeys, Model):
    """The ``deploy`` of a service."""

    mode: str = ""
    endpoint_mode: str = ""
    replicas: Count | None = None
    labels: Labels = NOTHING
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    resources: Resources = Resources.model_construct()
    restart_policy: RestartPolicy | None = None
    placement: Placement = Placement.model_construct()

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        return (
            write(self)
            if info.context == YAML
            else {"resources": {}, "placement": {}, **write(self)}
        )


NO_DEPLOY = Deploy.model_construct()
"""What a service says of ``deploy`` that does not have it."""
