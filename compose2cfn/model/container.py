"""What services, jobs and containers that run before a service have in common."""

from collections.abc import Mapping
from typing import Literal

from pydantic import model_serializer
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model.base import Model
from compose2cfn.model.mount import FileReference, Mount
from compose2cfn.model.scalars import Environment, Hosts, Labels, Share, Strings
from compose2cfn.model.units import Bytes, Duration


class Weight(Model):
    """The share of a block device."""

    path: str = ""
    weight: int = 0


class Throttle(Model):
    """The limit of a block device, in bytes or operations a second."""

    path: str = ""
    rate: Bytes = Bytes(0)


class BlockIo(Model):
    """How a container shares block devices."""

    weight: int = 0
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

    source: str = ""
    target: str = ""
    permissions: str = ""


class DeviceRequest(Model):
    """Devices, such as GPUs, that any of the host's may serve; a count of -1 means all."""

    capabilities: Strings = ()
    driver: str = ""
    count: int = 0
    device_ids: Strings = ()
    options: Mapping[str, str] = {}


class EnvFile(Model):
    """A file with environment variables."""

    path: str
    required: bool = True
    format: str = ""


class Logging(Model):
    """Where the output of a container goes."""

    driver: str = ""
    options: Mapping[str, str] = {}


class ModelUse(Model):
    """The variables that tell a container of a language model."""

    endpoint_var: str = ""
    model_var: str = ""


class ServiceNetwork(Model):
    """How a container takes part in a network."""

    aliases: Strings = ()
    driver_opts: Mapping[str, str] = {}
    gw_priority: int = 0
    interface_name: str = ""
    ipv4_address: str = ""
    ipv6_address: str = ""
    link_local_ips: Strings = ()
    mac_address: str = ""
    priority: int = 0


class Ulimit(Model):
    """A resource limit: one number for both, or two."""

    single: int = 0
    soft: int = 0
    hard: int = 0


class Container(Model):
    """What every container may say of itself."""

    annotations: Mapping[str, str] = {}
    blkio_config: BlockIo | None = None
    cap_add: Strings = ()
    cap_drop: Strings = ()
    cgroup: Literal["host", "private", ""] = ""
    cgroup_parent: str = ""
    command: Strings | None = None
    configs: tuple[FileReference, ...] = ()
    cpu_count: int = 0
    cpu_percent: Share = 0
    cpu_period: int = 0
    cpu_quota: int = 0
    cpu_rt_period: int = 0
    cpu_rt_runtime: int = 0
    cpu_shares: int = 0
    cpus: Share = 0
    cpuset: str = ""
    credential_spec: CredentialSpec | None = None
    device_cgroup_rules: Strings = ()
    devices: tuple[DeviceMapping, ...] = ()
    dns: Strings = ()
    dns_opt: Strings = ()
    dns_search: Strings = ()
    domainname: str = ""
    entrypoint: Strings | None = None
    env_file: tuple[EnvFile, ...] = ()
    environment: Environment = {}
    extra_hosts: Hosts = {}
    gpus: tuple[DeviceRequest, ...] = ()
    group_add: Strings = ()
    hostname: str = ""
    image: str = ""
    init: bool | None = None
    ipc: str = ""
    isolation: str = ""
    label_file: Strings = ()
    labels: Labels = {}
    logging: Logging | None = None
    mac_address: str = ""
    mem_limit: Bytes = Bytes(0)
    mem_reservation: Bytes = Bytes(0)
    mem_swappiness: Bytes = Bytes(0)
    memswap_limit: Bytes = Bytes(0)
    models: Mapping[str, ModelUse | None] = {}
    network_mode: str = ""
    networks: Mapping[str, ServiceNetwork | None] = {}
    oom_kill_disable: bool = False
    oom_score_adj: int = 0
    pid: str = ""
    pids_limit: int = 0
    platform: str = ""
    privileged: bool = False
    pull_policy: str = ""
    pull_refresh_after: str = ""
    read_only: bool = False
    runtime: str = ""
    secrets: tuple[FileReference, ...] = ()
    security_opt: Strings = ()
    shm_size: Bytes = Bytes(0)
    stop_grace_period: Duration | None = None
    stop_signal: str = ""
    storage_opt: Mapping[str, str] = {}
    sysctls: Mapping[str, str] = {}
    tmpfs: Strings = ()
    ulimits: Mapping[str, Ulimit] = {}
    use_api_socket: bool = False
    user: str = ""
    userns_mode: str = ""
    uts: str = ""
    volumes: tuple[Mount, ...] = ()
    volumes_from: Strings = ()
    working_dir: str = ""

    @model_serializer(mode="wrap")
    def _print(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {"command": None, "entrypoint": None} | write(self)
