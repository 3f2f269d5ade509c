"""The container of each service, and what its task says about all of them."""

from collections.abc import Iterator, Mapping, Sequence

from compose2cfn.plan.compute import ALL_GPUS, ContainerRestart
from compose2cfn.plan.containers import ContainerDefinition, ContainerHealthCheck, KernelSettings
from compose2cfn.plan.make import Plan
from compose2cfn.stack.items import ContainerPart, Item, TaskPart, emitter
from compose2cfn.stack.tags import tags


@emitter(
    "models.*.model",
    "services.*.build",
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.command",
    "services.*.cpu_period",
    "services.*.cpu_quota",
    "services.*.cpu_shares",
    "services.*.cpus",
    "services.*.depends_on.*.condition",
    "services.*.deploy.resources.limits.cpus",
    "services.*.deploy.resources.limits.memory",
    "services.*.deploy.resources.reservations.cpus",
    "services.*.deploy.resources.reservations.devices[].capabilities",
    "services.*.deploy.resources.reservations.devices[].count",
    "services.*.deploy.resources.reservations.devices[].device_ids",
    "services.*.deploy.resources.reservations.devices[].driver",
    "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.kind",
    "services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec.value",
    "services.*.deploy.resources.reservations.memory",
    "services.*.devices[].permissions",
    "services.*.devices[].source",
    "services.*.devices[].target",
    "services.*.entrypoint",
    "services.*.environment",
    "services.*.deploy.restart_policy.condition",
    "services.*.deploy.restart_policy.window",
    "services.*.expose",
    "services.*.gpus[].capabilities",
    "services.*.gpus[].count",
    "services.*.gpus[].device_ids",
    "services.*.gpus[].driver",
    "services.*.healthcheck.disable",
    "services.*.healthcheck.interval",
    "services.*.healthcheck.retries",
    "services.*.healthcheck.start_period",
    "services.*.healthcheck.test",
    "services.*.healthcheck.timeout",
    "services.*.image",
    "services.*.init",
    "services.*.ipc",
    "services.*.labels",
    "services.*.mem_limit",
    "services.*.mem_reservation",
    "services.*.models.*.endpoint_var",
    "services.*.models.*.model_var",
    "services.*.pid",
    "services.*.platform",
    "services.*.ports[].protocol",
    "services.*.ports[].target",
    "services.*.privileged",
    "services.*.read_only",
    "services.*.restart",
    "services.*.runtime",
    "services.*.security_opt",
    "services.*.shm_size",
    "services.*.stdin_open",
    "services.*.stop_grace_period",
    "services.*.sysctls",
    "services.*.tty",
    "services.*.ulimits.*.hard",
    "services.*.ulimits.*.soft",
    "services.*.user",
    "services.*.working_dir",
    "services.*.x-aws-ephemeral_storage",
)
def containers(plan: Plan) -> Iterator[Item]:
    """Run each service's image as a container of its task."""
    for owner in plan.tasks:
        yield _task(plan, owner)
    for service, definition in plan.containers.definitions.items():
        listens = tuple(
            (str(mapping.port), protocol)
            for mapping in definition.port_mappings
            for protocol in mapping.protocols
        )
        yield ContainerPart(
            service, definition.name, _fields(definition), definition.origin, listens
        )


def _task(plan: Plan, owner: str) -> TaskPart:
    """Say what all containers of a task share."""
    settings, launch = plan.containers.tasks[owner], plan.compute.tasks[owner]
    fields: dict[str, object] = {
        "Family": settings.family,
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": [launch.compatibility],
        "Tags": tags(service=owner),
    }
    if settings.ipc_mode:
        fields["IpcMode"] = settings.ipc_mode
    if settings.pid_mode:
        fields["PidMode"] = settings.pid_mode
    if launch.platform.system:
        fields["RuntimePlatform"] = {
            "OperatingSystemFamily": launch.platform.system,
            "CpuArchitecture": launch.platform.processor,
        }
    if disk := plan.compute.disks.get(owner):
        fields["EphemeralStorage"] = {"SizeInGiB": disk}
    return TaskPart(owner, fields, ("services", owner))


def _fields(definition: ContainerDefinition) -> Mapping[str, object]:
    """Write a container definition, without what is not set."""
    resources, check = definition.resources, definition.health_check
    said: dict[str, object] = {
        "Command": list(definition.command),
        "Cpu": resources.cpu,
        "DependsOn": [
            {"ContainerName": dependency.container, "Condition": dependency.condition}
            for dependency in definition.depends_on
        ],
        "DockerLabels": definition.docker_labels,
        "EntryPoint": list(definition.entry_point),
        "Environment": [
            {"Name": name, "Value": value} for name, value in definition.environment.items()
        ],
        "HealthCheck": _health_check(check) if check else {},
        "Image": definition.image,
        "Interactive": definition.interactive,
        "Memory": resources.memory,
        "MemoryReservation": resources.reservation,
        "PortMappings": [
            {"ContainerPort": mapping.port, "Protocol": mapping.protocol}
            for mapping in definition.port_mappings
        ],
        "PseudoTerminal": definition.pseudo_terminal,
        "ReadonlyRootFilesystem": definition.readonly_root_filesystem,
        "ResourceRequirements": _gpus(resources.gpus),
        "RestartPolicy": _restart_policy(definition.restart),
        "StopTimeout": definition.stop_timeout,
        "User": definition.user,
        "WorkingDirectory": definition.working_directory,
        **_kernel(definition.kernel),
    }
    return {"Essential": definition.essential, **_written(said)}


def _gpus(number: int) -> Sequence[object]:
    """Write a number of GPUs as ECS expects it."""
    value = "ALL" if number == ALL_GPUS else str(number)
    return [{"Type": "GPU", "Value": value}] if number else []


def _restart_policy(restart: ContainerRestart | None) -> Mapping[str, object]:
    if restart is None:
        return {}
    codes = list(restart.ignored_exit_codes)
    fields = {"Enabled": True, "RestartAttemptPeriod": restart.attempt_period}
    return {**fields, "IgnoredExitCodes": codes} if codes else fields


def _health_check(check: ContainerHealthCheck) -> Mapping[str, object]:
    fields: dict[str, object] = {
        "Command": list(check.command),
        "Interval": check.interval,
        "Timeout": check.timeout,
        "Retries": check.retries,
    }
    if check.start_period:
        fields["StartPeriod"] = check.start_period
    return fields


def _kernel(settings: KernelSettings) -> Mapping[str, object]:
    """Write what a container gets of the Linux kernel."""
    capabilities = settings.capabilities
    linux: dict[str, object] = {
        "Capabilities": _written({"Add": list(capabilities.add), "Drop": list(capabilities.drop)}),
        "Devices": [
            {
                "HostPath": device.host_path,
                "ContainerPath": device.container_path,
                "Permissions": list(device.permissions),
            }
            for device in settings.devices
        ],
        "InitProcessEnabled": settings.init_process,
        "SharedMemorySize": settings.shared_memory,
    }
    return {
        "DockerSecurityOptions": list(settings.security_options),
        "LinuxParameters": _written(linux),
        "Privileged": settings.privileged,
        "SystemControls": [
            {"Namespace": name, "Value": value} for name, value in settings.sysctls.items()
        ],
        "Ulimits": [
            {"Name": limit.name, "SoftLimit": limit.soft, "HardLimit": limit.hard}
            for limit in settings.ulimits
        ],
    }


def _written(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Leave out what is not set."""
    return {name: value for name, value in fields.items() if value}
