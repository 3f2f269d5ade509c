"""Write out what a Compose file leaves unsaid: names, the default network, implied dependencies."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from compose2cfn.model.base import EXTENSIONS, PRINTED
from compose2cfn.source.paths import absolute, clean

Data: TypeAlias = dict[str, object]

_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def complete(data: Data, project: str, directory: str, environment: Mapping[str, str]) -> None:
    """Complete the plain data of an application in place; ``project`` is its name."""
    for section in ("services", "jobs"):
        for service in _tables(data.get(section)):
            _workload(service, environment)
    data.setdefault("networks", {})
    for section in ("networks", "volumes", "secrets", "configs"):
        entries = data.get(section)
        if not isinstance(entries, dict):
            continue
        if section == "networks":
            entries.setdefault("default", {})
        for key, entry in entries.items():
            if isinstance(entry, dict) and "name" not in entry:
                entry["name"] = key if _true(entry.get("external")) else f"{project}_{key}"
    for volume in _tables(data.get("volumes")):
        _device(volume, directory)


def _workload(service: Data, environment: Mapping[str, str]) -> None:
    if service.get("pull_policy") == "if_not_present":
        service["pull_policy"] = "missing"
    build = service.get("build")
    if isinstance(build, dict):
        _build(build, environment)
    _targets(service)
    for hook in _items(service.get("pre_start")):
        _binds(hook)
    for request in _requests(service):
        if "count" not in request and "device_ids" not in request:
            request["count"] = -1
    match service:
        case {"scale": scale, "deploy": dict() as deploy}:
            deploy.setdefault("replicas", scale)
    _watch(service.get("develop"))
    _attach(service)
    _depend(service)


def _build(build: Data, environment: Mapping[str, str]) -> None:
    """Name the Dockerfile, and take the values of arguments without one from variables."""
    if "dockerfile" not in build and "dockerfile_inline" not in build:
        build["dockerfile"] = "Dockerfile"
    arguments = build.get("args")
    if isinstance(arguments, dict):
        found = {
            key: environment.get(key) if value is None else value
            for key, value in arguments.items()
        }
        build["args"] = {key: value for key, value in found.items() if value is not None}


def _targets(service: Data) -> None:
    """Write where mounts and secrets are in the container."""
    for mount in _items(service.get("volumes")):
        target = mount.get("target")
        if isinstance(target, str) and target:
            mount["target"] = clean(target)
    for secret in _items(service.get("secrets")):
        if not secret.get("target"):
            secret["target"] = f"/run/secrets/{secret.get('source')}"


def _binds(hook: Data) -> None:
    """Create no folders on the host unless the file says so, unlike for a service."""
    for mount in _items(hook.get("volumes")):
        options = mount.get("bind")
        if isinstance(options, dict):
            options.setdefault("create_host_path", False)


def _watch(develop: object) -> None:
    """Read an old extension that has become a key."""
    for watch in _items(develop.get("watch")) if isinstance(develop, dict) else ():
        for hidden in (EXTENSIONS, PRINTED):
            match watch.get(hidden):
                case {"x-initialSync": initial, **rest}:
                    watch.setdefault("initial_sync", initial)
                    watch[hidden] = rest


def _attach(service: Data) -> None:
    """Join the default network, if nothing else is said; what runs before the service joins too."""
    if (
        not service.get("networks")
        and not service.get("network_mode")
        and "provider" not in service
    ):
        service["networks"] = {"default": None}
        for hook in _items(service.get("pre_start")):
            own = hook.get("networks")
            hook["networks"] = {"default": None, **(own if isinstance(own, dict) else {})}


def _depend(service: Data) -> None:
    """Depend on the services that other keys name."""
    implied = dict(_implied(service))
    if implied:
        written = service.get("depends_on")
        entries = written if isinstance(written, dict) else {}
        started: Data = {"condition": "service_started", "required": True}
        for name, restart in implied.items():
            entries.setdefault(name, started | ({"restart": True} if restart else {}))
        service["depends_on"] = entries


def _implied(service: Data) -> Iterator[tuple[str, bool]]:
    """Name the services that a service needs, and whether it restarts with them."""
    for source in _texts(service.get("volumes_from")):
        if not source.startswith("container:"):
            yield source.partition(":")[0], False
    for link in _texts(service.get("links")):
        yield link.partition(":")[0], True
    for key in _NAMESPACES:
        kind, _, name = str(service.get(key, "")).partition(":")
        if kind == "service" and name:
            yield name, True


def _requests(service: Data) -> Iterator[Data]:
    """List the requests for devices."""
    yield from _items(service.get("gpus"))
    match service.get("deploy"):
        case {"resources": {"reservations": {"devices": devices}}}:
            yield from _items(devices)


def _true(flag: object) -> bool:
    return flag is True or str(flag).lower() in {"true", "yes", "y", "on"}


def _device(volume: Data, directory: str) -> None:
    """Make the path of the folder behind a local volume absolute."""
    options = volume.get("driver_opts")
    if isinstance(options, dict) and volume.get("driver") == "local" and options.get("o") == "bind":
        device = options.get("device")
        if isinstance(device, str):
            options["device"] = absolute(device, directory)


def _tables(section: object) -> Iterator[Data]:
    if isinstance(section, dict):
        yield from (entry for entry in section.values() if isinstance(entry, dict))


def _items(entries: object) -> Iterator[Data]:
    if isinstance(entries, tuple):
        yield from (entry for entry in entries if isinstance(entry, dict))


def _texts(entries: object) -> Iterator[str]:
    if isinstance(entries, tuple):
        yield from (entry for entry in entries if isinstance(entry, str))
