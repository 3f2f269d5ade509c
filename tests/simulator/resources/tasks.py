"""What RegisterTaskDefinition refuses and neither the API's description nor moto knows.

Sources: the API reference of Amazon ECS and its developer guide, "Task definition parameters for
Fargate" (sizes, health check ranges, what Fargate and the network mode ``awsvpc`` exclude).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.simulator.template import Properties

# Task CPU units → memory in MiB.
FARGATE_SIZES: dict[int, Sequence[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
    32768: (61440, 122880, 249856),
}
WINDOWS_CPUS = (1024, 2048, 4096)
HEALTH_CHECK_RANGES = {
    "Interval": (5, 300),
    "Timeout": (2, 60),
    "Retries": (1, 10),
    "StartPeriod": (0, 300),
}
FARGATE_LOG_DRIVERS = {"awslogs", "splunk", "awsfirelens"}
NOT_IN_AWSVPC = ("DnsServers", "ExtraHosts", "Hostname", "Links", "DisableNetworking")
NOT_ON_FARGATE = ("Privileged", "DockerSecurityOptions", "ResourceRequirements")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-tasks-services.html
NOT_ON_MANAGED = ("DockerLabels", "DockerSecurityOptions")
NOT_ON_MANAGED_LINUX = ("SharedMemorySize", "MaxSwap", "Swappiness")
NOT_ON_FARGATE_LINUX = ("Devices", "SharedMemorySize", "MaxSwap", "Swappiness")
MAX_CONTAINERS = 10
MAX_BYTES = 65536


def faults(task: Properties) -> Iterator[str]:
    """Say what AWS refuses in the properties of a task definition."""
    containers = task["ContainerDefinitions"]
    names = [container["Name"] for container in containers]
    if len(containers) > MAX_CONTAINERS:
        yield f"a task definition has at most {MAX_CONTAINERS} containers"
    if len(set(names)) < len(names):
        yield "container names must be unique"
    if not any(map(_essential, containers)):
        yield "at least one container must be essential"
    if len(str(task).encode()) > MAX_BYTES:
        yield "Actual length exceeds the limit of 64 KB for a task definition"
    yield from _sizes(task)
    if _on_managed(task) and ("IpcMode" in task or _windows(task)):
        yield "Managed Instances run Linux tasks without ipcMode"
    yield from _port_faults(task)
    yield from _volume_faults(task)
    yield from _cycles({c["Name"]: _waits(c) for c in containers})
    for container in containers:
        for fault in _container_faults(container, task):
            yield f"container {container['Name']}: {fault}"


def _essential(container: Properties) -> bool:
    return str(container.get("Essential", True)).lower() == "true"


def on_fargate(task: Properties) -> bool:
    """Tell whether a task definition is meant for Fargate."""
    return "FARGATE" in task.get("RequiresCompatibilities", [])


def _windows(task: Properties) -> bool:
    return str(task.get("RuntimePlatform", {}).get("OperatingSystemFamily")).startswith("WIN")


def _on_managed(task: Properties) -> bool:
    return "MANAGED_INSTANCES" in task.get("RequiresCompatibilities", [])


def _awsvpc(task: Properties) -> bool:
    return task.get("NetworkMode") == "awsvpc"


def _sizes(task: Properties) -> Iterator[str]:
    yield from _fargate_sizes(task) if on_fargate(task) else _instance_sizes(task)
    containers = task["ContainerDefinitions"]
    cpu, memory = int(task.get("Cpu", 0)), int(task.get("Memory", 0))
    if cpu and sum(int(c.get("Cpu", 0)) for c in containers) > cpu:
        yield "The sum of the containers' cpu is more than the task's"
    for container in containers:
        hard = int(container.get("Memory", memory))
        if memory and hard > memory:
            yield f"container {container['Name']} has more memory than the task"
        if hard and int(container.get("MemoryReservation", 0)) > hard:
            yield f"container {container['Name']}: memoryReservation is above memory"


def _fargate_sizes(task: Properties) -> Iterator[str]:
    if not _awsvpc(task):
        yield "Fargate only supports network mode 'awsvpc'"
    cpu, memory = int(task.get("Cpu", 0)), int(task.get("Memory", 0))
    rows = WINDOWS_CPUS if _windows(task) else FARGATE_SIZES
    if cpu not in rows or memory not in FARGATE_SIZES[cpu]:
        yield f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory"
    if not 21 <= int(task.get("EphemeralStorage", {}).get("SizeInGiB", 21)) <= 200:
        yield "ephemeral storage size should be between 21 and 200"


def _instance_sizes(task: Properties) -> Iterator[str]:
    if "EphemeralStorage" in task:
        yield "Tasks using the EC2 launch type do not support EphemeralStorage"
    for container in task["ContainerDefinitions"]:
        if "Memory" not in task and not {"Memory", "MemoryReservation"} & container.keys():
            yield f"Invalid setting for container {container['Name']}: memory must be given"


def _port_faults(task: Properties) -> Iterator[str]:
    mappings = [m for c in task["ContainerDefinitions"] for m in c.get("PortMappings", [])]
    for mapping in mappings:
        port = int(mapping.get("ContainerPort", 0))
        if _awsvpc(task) and int(mapping.get("HostPort", port)) not in {0, port}:
            yield "When networkMode=awsvpc, the host and container ports must match"
    ports = [(int(m.get("ContainerPort", 0)), m.get("Protocol", "tcp")) for m in mappings]
    for (port, protocol), times in Counter(ports).items():
        if port and times > 1:
            yield f"container port {port}/{protocol} is used multiple times in task"
    for container in task["ContainerDefinitions"]:
        own = Counter(int(m.get("ContainerPort", 0)) for m in container.get("PortMappings", []))
        for port in (port for port, times in own.items() if port and times > 1):
            yield f"Container port {port} is used in more than one port mapping"
    named = [m["Name"] for m in mappings if "Name" in m]
    for name in named:
        if not re.fullmatch(r"[a-z0-9_][a-z0-9_-]{0,63}", name):
            yield f"port mapping name {name!r} has other than lower-case letters, digits, _ and -"
    if len(set(named)) < len(named):
        yield "port mapping names must be unique in a task"


def _volume_faults(task: Properties) -> Iterator[str]:
    names = [volume["Name"] for volume in task.get("Volumes", [])]
    if len(set(names)) < len(names):
        yield "volume names must be unique"
    for volume in task.get("Volumes", []):
        if on_fargate(task) and (
            volume.get("Host", {}).get("SourcePath") or "DockerVolumeConfiguration" in volume
        ):
            yield f"volume {volume['Name']}: Fargate does not support host or Docker volumes"
        shared = volume.get("EFSVolumeConfiguration", {})
        access = shared.get("AuthorizationConfig", {})
        if access and shared.get("TransitEncryption") != "ENABLED":
            yield "EFS transit encryption must be enabled when authorization is used"
        if access.get("AccessPointId") and shared.get("RootDirectory", "/") != "/":
            yield "RootDirectory must be omitted or / when an access point is used"
    for container in task["ContainerDefinitions"]:
        for mount in container.get("MountPoints", []):
            if mount.get("SourceVolume") not in names:
                yield f"Unknown volume '{mount.get('SourceVolume')}'"


def _waits(container: Properties) -> list[str]:
    return [dependency["ContainerName"] for dependency in container.get("DependsOn", [])]


def _cycles(waits: dict[str, list[str]]) -> Iterator[str]:
    left = dict(waits)
    while ready := [name for name, needs in left.items() if not set(needs) & left.keys()]:
        for name in ready:
            del left[name]
    if left:
        yield f"containers depend on each other in a circle: {sorted(left)}"


def _container_faults(container: Properties, task: Properties) -> Iterator[str]:
    yield from _dependency_faults(container, task)
    yield from _variable_faults(container)
    for key, (low, high) in HEALTH_CHECK_RANGES.items():
        value = container.get("HealthCheck", {}).get(key)
        if value is not None and not low <= int(value) <= high:
            yield f"health check {key} {value} is not in {low}..{high}"
    for limit in container.get("Ulimits", []):
        yield from _limit_faults(limit)
    yield from _restart_faults(container.get("RestartPolicy", {}), task)
    for key in NOT_IN_AWSVPC if _awsvpc(task) else ():
        if container.get(key):
            yield f"{key} is not supported on container when networkMode=awsvpc"
    if on_fargate(task):
        yield from _fargate_faults(container, task)
    if _on_managed(task):
        yield from _managed_faults(container)


def _limit_faults(limit: Properties) -> Iterator[str]:
    """Say what Linux refuses; -1 means that there is no limit."""
    soft, hard = int(limit["SoftLimit"]), int(limit["HardLimit"])
    if min(soft, hard) < -1:
        yield f"ulimit {limit['Name']}: a limit is at least 0, or -1"
    elif hard != -1 and not 0 <= soft <= hard:
        yield f"ulimit {limit['Name']}: the soft limit is above the hard one"


def _managed_faults(container: Properties) -> Iterator[str]:
    linux = container.get("LinuxParameters", {})
    for key in (*NOT_ON_MANAGED, *NOT_ON_MANAGED_LINUX):
        if key in container or key in linux:
            yield f"Tasks on Managed Instances do not support {key}"


def _restart_faults(policy: Properties, task: Properties) -> Iterator[str]:
    if policy and _windows(task):
        yield "restartPolicy is not supported for Windows containers"
    if not 60 <= int(policy.get("RestartAttemptPeriod", 300)) <= 1800:
        yield "restartAttemptPeriod should be between 60 and 1800"


def _dependency_faults(container: Properties, task: Properties) -> Iterator[str]:
    others = {other["Name"]: other for other in task["ContainerDefinitions"]}
    for dependency in container.get("DependsOn", []):
        name, condition = dependency["ContainerName"], dependency["Condition"]
        if name not in others:
            yield f"depends on {name}, which is not in the task"
            continue
        if condition in {"SUCCESS", "COMPLETE"} and _essential(others[name]):
            yield f"a dependency with condition {condition} must be non-essential: {name}"
        if condition == "HEALTHY" and "HealthCheck" not in others[name]:
            yield f"a dependency with condition HEALTHY needs a health check: {name}"


def _variable_faults(container: Properties) -> Iterator[str]:
    names = [v["Name"] for k in ("Environment", "Secrets") for v in container.get(k, [])]
    if len(set(names)) < len(names):
        yield "The secret name must be unique and not shared with any environment variable"


def _fargate_faults(container: Properties, task: Properties) -> Iterator[str]:
    linux = container.get("LinuxParameters", {})
    used = [key for key in NOT_ON_FARGATE if str(container.get(key) or False).lower() != "false"]
    for key in (*used, *(key for key in NOT_ON_FARGATE_LINUX if key in linux)):
        yield f"Tasks using the Fargate launch type do not support {key}"
    for capability in linux.get("Capabilities", {}).get("Add", []):
        if capability != "SYS_PTRACE":
            yield f"{capability} is not allowed on Fargate"
    if not 2 <= int(container.get("StopTimeout", 30)) <= 120:
        yield "stopTimeout should be between 2 and 120 seconds"
    log = container.get("LogConfiguration", {})
    yield from _log_faults(log)
    if (log.get("LogDriver") == "awslogs" or container.get("Secrets")) and (
        "ExecutionRoleArn" not in task
    ):
        yield "Fargate requires task definition to have execution role ARN"


def _log_faults(log: Properties) -> Iterator[str]:
    driver = log.get("LogDriver")
    if driver and driver not in FARGATE_LOG_DRIVERS:
        yield f"Log driver {driver} is not supported on Fargate"
    if driver == "awslogs":
        for option in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix"):
            if option not in log.get("Options", {}):
                yield f"Log driver awslogs requires option {option}"
