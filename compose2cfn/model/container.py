"""What services, jobs and containers that run before a service have in common."""

import re
from collections.abc import Mapping
from posixpath import normpath
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, SerializationInfo, model_serializer, model_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model import shortforms as form
from compose2cfn.model.base import NOTHING, YAML, Closed, Entries, Model
from compose2cfn.model.marks import Listed, Mark, Short, Unique
from compose2cfn.model.mount import FileReference, Mount
from compose2cfn.model.scalars import (
    Command,
    Count,
    DistinctLabels,
    DistinctStrings,
    Environment,
    Flag,
    Hosts,
    Labels,
    NullableOptions,
    NumberText,
    Options,
    Share,
    StrictFlag,
    Truncated,
    UniqueStrings,
    UniqueWords,
    Unquoted,
    UnquotedTruncated,
    Whole,
    matching,
    one_of,
)
from compose2cfn.model.units import Bytes, Duration, WholeBytes

_PULL_POLICY = matching(
    r"\A(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)\Z",
    code="wrong-pattern",
    message="is not a valid pull policy; write always, missing, never, build, daily, weekly or "
    "e.g. every_12h",
)


def _count(value: object) -> object:
    """Read a number of devices, or ``all``."""
    return -1 if isinstance(value, str) and value.lower() == "all" else _limit(value)


def _text_or_empty(value: object) -> object:
    return "" if value is None else value


def _written(words: object) -> object:
    """Leave out what is empty."""
    return tuple(word for word in words if word != "") if isinstance(words, tuple) else words


def _limit(value: object) -> object:
    """Read a whole number that is not written with a point."""
    match value:
        case bool():
            pass
        case int():
            return value
        case str() if re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            return int(value)
    raise PydanticCustomError("wrong-type", "must be a whole number")


class _BlockDevice(Closed):
    """What is said of one block device."""

    path: str = ""

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        """Write keys in JSON with a capital: Docker Compose forgot to name them there."""
        said: dict[str, object] = write(self)
        return said if info.context == YAML else {key.capitalize(): said[key] for key in said}


class Weight(_BlockDevice):
    """The share of a block device."""

    weight: Annotated[Unquoted, Field(ge=0, le=65535)] = 0


class Throttle(_BlockDevice):
    """The limit of a block device, in bytes or operations a second."""

    rate: WholeBytes = WholeBytes(0)


class BlockIo(Closed):
    """How a container shares block devices."""

    weight: Annotated[Unquoted, Field(ge=0, le=65535)] = 0
    weight_device: tuple[Weight, ...] = ()
    device_read_bps: tuple[Throttle, ...] = ()
    device_read_iops: tuple[Throttle, ...] = ()
    device_write_bps: tuple[Throttle, ...] = ()
    device_write_iops: tuple[Throttle, ...] = ()


class CredentialSpec(Model):
    """The managed account of a Windows container."""

    config: str = ""
    file: str = ""
    registry: str = ""


class DeviceMapping(Model):
    """A device of the host in a container."""

    source: str
    target: str
    permissions: str = ""


class DeviceRequest(Model):
    """Devices, such as GPUs, that any of the host's may serve; a count of -1 means all."""

    prints_extensions: ClassVar[bool] = False

    capabilities: DistinctStrings = ()
    driver: str = ""
    count: Annotated[int, BeforeValidator(_count)] = 0
    device_ids: DistinctStrings = ()
    options: DistinctLabels = NOTHING

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        if {"count", "device_ids"} <= self.model_fields_set:
            raise PydanticCustomError("contradiction", "count and device_ids exclude each other")
        return self


class EnvFile(Closed):
    """A file with environment variables."""

    path: Annotated[str, Mark.PATH]
    required: Flag = True
    format: str = ""


class Logging(Model):
    """Where the output of a container goes."""

    driver: str = ""
    options: NullableOptions = NOTHING


NO_LOGGING = Logging.model_construct()
"""What a service says of ``logging`` that does not have it."""


class ModelUse(Model):
    """The variables that tell a container of a language model."""

    endpoint_var: str = ""
    model_var: str = ""


class ServiceNetwork(Model):
    """How a container takes part in a network."""

    aliases: UniqueStrings = ()
    driver_opts: Options = NOTHING
    gw_priority: UnquotedTruncated = 0
    interface_name: str = ""
    ipv4_address: str = ""
    ipv6_address: str = ""
    link_local_ips: UniqueStrings = ()
    mac_address: str = ""
    priority: UnquotedTruncated = 0


class Ulimit(Model):
    """A resource limit: one number for both, or two."""

    prints_extensions: ClassVar[bool] = False

    single: Annotated[int, BeforeValidator(_limit)] = 0
    soft: Annotated[int, BeforeValidator(_limit)] = 0
    hard: Annotated[int, BeforeValidator(_limit)] = 0

    @model_validator(mode="after")
    def _both(self) -> Self:
        if "single" not in self.model_fields_set and not {"soft", "hard"} <= self.model_fields_set:
            raise PydanticCustomError("missing-key", "needs both soft and hard")
        return self

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object] | int:
        both = {"soft": self.soft, "hard": self.hard} if info.context == YAML else write(self)
        return self.single or both


def device_target(device: Mapping[str, object]) -> object:
    """Tell a device by where it is in the container."""
    return device.get("target")


def secret_target(secret: Mapping[str, object]) -> object:
    """Tell a secret by where it is in the container."""
    return secret.get("target") or f"/run/secrets/{secret.get('source')}"


def config_target(config: Mapping[str, object]) -> object:
    """Tell a config by where it is in the container."""
    return config.get("target") or f"/{config.get('source')}"


def mount_target(mount: Mapping[str, object]) -> object:
    """Tell a mount by where it is in the container."""
    return normpath(str(mount.get("target")))


def env_path(file: Mapping[str, object]) -> object:
    """Tell a file with variables by its path."""
    return file.get("path")


class Container(Model):
    """What every container may say of itself."""

    annotations: Labels = NOTHING
    blkio_config: BlockIo | None = None
    cap_add: UniqueStrings = ()
    cap_drop: UniqueStrings = ()
    cgroup: Annotated[str, one_of("host", "private")] = ""
    cgroup_parent: str = ""
    command: Annotated[Command, Mark.REPLACE] = None
    configs: Annotated[
        tuple[Annotated[FileReference, Short(form.reference)], ...],
        Unique(mapping=config_target, apart=False),
    ] = ()
    cpu_count: Count = 0
    cpu_percent: Annotated[Count, Field(le=100)] = 0
    cpu_period: Truncated = 0
    cpu_quota: Truncated = 0
    cpu_rt_period: Truncated = 0
    cpu_rt_runtime: Truncated = 0
    cpu_shares: Truncated = 0
    cpus: Share = 0
    cpuset: str = ""
    credential_spec: CredentialSpec | None = None
    device_cgroup_rules: DistinctStrings = ()
    devices: Annotated[
        tuple[Annotated[DeviceMapping, Short(form.device)], ...],
        Unique(mapping=device_target, apart=False),
    ] = ()
    dns: Annotated[UniqueWords, BeforeValidator(_written)] = ()
    dns_opt: UniqueStrings = ()
    dns_search: UniqueWords = ()
    domainname: str = ""
    entrypoint: Annotated[Command, Mark.REPLACE] = None
    env_file: Annotated[
        tuple[Annotated[EnvFile, Short(form.env_file)], ...],
        Short(form.one),
        Unique(mapping=env_path, apart=False),
    ] = ()
    environment: Environment = NOTHING
    extra_hosts: Hosts = NOTHING
    gpus: Annotated[tuple[DeviceRequest, ...], Short(form.gpus, over=False)] = ()
    group_add: Annotated[tuple[NumberText, ...], Mark.DISTINCT] = ()
    hostname: str = ""
    image: str = ""
    init: Flag | None = None
    ipc: str = ""
    isolation: str = ""
    label_file: Annotated[tuple[Annotated[str, Mark.PATH], ...], Short(form.one)] = ()
    labels: Labels = NOTHING
    logging: Annotated[Logging | None, Mark.SAME_DRIVER] = None
    mac_address: str = ""
    mem_limit: Bytes = Bytes(0)
    mem_reservation: WholeBytes = WholeBytes(0)
    mem_swappiness: WholeBytes = WholeBytes(0)
    memswap_limit: Bytes = Bytes(0)
    models: Annotated[
        Entries[str, Annotated[ModelUse | None, Mark.NULLABLE]],
        Listed(form.network_entry),
    ] = NOTHING
    network_mode: str = ""
    networks: Annotated[
        Entries[str, Annotated[ServiceNetwork | None, Mark.NULLABLE]], Listed(form.network_entry)
    ] = NOTHING
    oom_kill_disable: Flag = False
    oom_score_adj: Annotated[Whole, Field(ge=-1000, le=1000)] = 0
    pid: Annotated[str, Mark.NULLABLE, BeforeValidator(_text_or_empty)] = ""
    pids_limit: Truncated = 0
    platform: str = ""
    privileged: Flag = False
    pull_policy: Annotated[str, _PULL_POLICY] = ""
    pull_refresh_after: str = ""
    read_only: Flag = False
    runtime: str = ""
    secrets: Annotated[
        tuple[Annotated[FileReference, Short(form.reference)], ...],
        Unique(mapping=secret_target, apart=False),
    ] = ()
    security_opt: DistinctStrings = ()
    shm_size: Bytes = Bytes(0)
    stop_grace_period: Duration | None = None
    stop_signal: str = ""
    storage_opt: Entries[str, NumberText] = NOTHING
    sysctls: Labels = NOTHING
    tmpfs: UniqueWords = ()
    ulimits: Entries[str, Annotated[Ulimit, Short(form.ulimit, numbers=True), Mark.REPLACE]] = (
        NOTHING
    )
    use_api_socket: StrictFlag = False
    user: str = ""
    userns_mode: str = ""
    uts: str = ""
    volumes: Annotated[
        tuple[Annotated[Mount, Short(form.mount)], ...], Unique(mapping=mount_target)
    ] = ()
    volumes_from: DistinctStrings = ()
    working_dir: str = ""

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        return (
            write(self)
            if info.context == YAML
            else {"command": None, "entrypoint": None, **write(self)}
        )
