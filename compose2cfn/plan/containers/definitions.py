"""Decide how the container of each service is configured when it starts."""

from collections.abc import Container, Iterator, Mapping
from math import ceil

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import (
    Compute,
    ContainerRestart,
    Launch,
    ResourceRequest,
    container_restart,
    ends,
)
from compose2cfn.plan.containers.dependencies import ContainerDependency, find_dependencies
from compose2cfn.plan.containers.health import ContainerHealthCheck, check_health
from compose2cfn.plan.containers.helpers import LOG_ROUTER
from compose2cfn.plan.containers.images import choose_image
from compose2cfn.plan.containers.kernel import KernelSettings, set_kernel
from compose2cfn.plan.containers.language_models import model_variables
from compose2cfn.plan.containers.port_mappings import PortMapping, map_ports
from compose2cfn.plan.network import report_resolver
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.paths import with_paths
from compose2cfn.plan.terms.values import Value, check_plain

_STOP_SECONDS = (2, 120)
"""Seconds that Fargate can give a container to stop."""
_RUNTIMES = frozenset({"", "nvidia", "runc"})
"""What ECS runs containers with anyway."""


class ContainerDefinition(Record):
    """The settings of the container of a service for ECS; empty ones are left to the image."""

    name: str
    origin: KeyPath
    image: Value
    essential: bool
    """Whether the task ends with it."""
    command: tuple[str, ...]
    entry_point: tuple[str, ...]
    depends_on: tuple[ContainerDependency, ...]
    docker_labels: Mapping[str, str]
    environment: Mapping[str, Value]
    health_check: ContainerHealthCheck | None
    interactive: bool
    kernel: KernelSettings
    port_mappings: tuple[PortMapping, ...]
    pseudo_terminal: bool
    readonly_root_filesystem: bool
    resources: ResourceRequest
    restart: ContainerRestart | None
    stop_timeout: int | None
    """Seconds; None leaves it to ECS, which gives 30."""
    user: str
    working_directory: str


def report_unchecked(
    definitions: Mapping[str, ContainerDefinition],
    tasks: Tasks,
    routed: Container[str],
    findings: Findings,
) -> None:
    """Say once which containers keep ECS from knowing the health of their tasks.

    ECS documents that it is UNKNOWN if an essential container has no check, and that deployments
    wait for tasks of which one has. Reports of tasks that run say that only those with one count.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    https://github.com/aws/amazon-ecs-agent/issues/4094
    """
    found = []
    for owner, task in sorted(tasks.items()):
        essential = [one for one in map(definitions.__getitem__, task.services) if one.essential]
        unchecked = [one.name for one in essential if not one.health_check]
        if len(unchecked) < len(essential):
            routers = [LOG_ROUTER.name] if owner in routed else []
            found += [f"{name} in the task of {owner}" for name in (*unchecked, *routers)]
    if found:
        verb = "have" if len(found) > 1 else "has"
        findings.at("services").info(
            "health-unknown",
            f"{listed(found, 'and')} {verb} no health check, but others of the task have one; ECS "
            "documents that the health of such a task is UNKNOWN, so if a deployment waits for it, "
            "write a healthcheck there too",
        )


class Definitions(Record):
    """What makes container definitions from the decisions about their tasks."""

    app: App
    names: Names
    tasks: Tasks
    compute: Compute
    findings: Findings
    moved: Mapping[str, Mapping[str, str]]
    """Where the files of each service are that it names elsewhere, by the names."""

    def of_service(self, name: str) -> ContainerDefinition:
        """Decide how the container of a service is configured."""
        services, spot = self.app.project.services, self.findings.at("services", name)
        service, task = _named_anew(services[name], self.moved[name]), self.tasks.of(name)
        launch = self.compute.tasks[task.owner]
        _report_runtime(service, spot / "runtime")
        check_plain(service.labels, spot / "labels")
        return ContainerDefinition(
            name=self.names.container(name),
            origin=spot.path,
            image=choose_image(name, service, self.names, spot),
            essential=_is_essential(name, service, task),
            command=_words(service.command, "command", spot),
            entry_point=_words(service.entrypoint, "entrypoint", spot),
            depends_on=tuple(find_dependencies(name, services, self.tasks, spot / "depends_on")),
            docker_labels=_labels(service, launch, spot / "labels"),
            environment=Frozen(
                sorted(
                    {
                        **dict(_variables(service, spot / "environment")),
                        **dict(model_variables(self.app, name, self.findings)),
                    }.items()
                )
            ),
            health_check=check_health(service, spot / "healthcheck"),
            interactive=service.stdin_open,
            kernel=set_kernel(service, launch, spot, execs=name in self.compute.exec_services),
            port_mappings=() if name in task.jobs else map_ports(service, spot),
            pseudo_terminal=service.tty,
            readonly_root_filesystem=service.read_only,
            resources=self.compute.requests[name],
            restart=container_restart(
                service, spot, unable=_never_restarted(job=name in task.jobs, launch=launch)
            ),
            stop_timeout=_stop_timeout(service, launch, spot / "stop_grace_period"),
            user=service.user,
            working_directory=service.working_dir,
        )


def _named_anew(service: Service, moved: Mapping[str, str]) -> Service:
    """Let what a service runs name its files where they are."""
    if not moved:
        return service
    words = {
        "command": _all_anew(service.command, moved),
        "entrypoint": _all_anew(service.entrypoint, moved),
        "environment": Frozen(
            {
                name: value and with_paths(value, moved)
                for name, value in service.environment.items()
            }
        ),
    }
    if check := service.healthcheck:
        test = _all_anew(check.test, moved)
        return service.model_copy(
            update={**words, "healthcheck": check.model_copy(update={"test": test})}
        )
    return service.model_copy(update=words)


def _all_anew(words: tuple[str, ...] | None, moved: Mapping[str, str]) -> tuple[str, ...] | None:
    return words and tuple(with_paths(word, moved) for word in words)


def _never_restarted(*, job: bool, launch: Launch) -> str:
    """Say what is never restarted within its task; empty for all else."""
    if job:
        return "a job"
    return "a container on Windows" if launch.platform.windows else ""


def _report_runtime(service: Service, spot: Spot) -> None:
    if service.runtime not in _RUNTIMES:
        spot.warn("runtime-unknown", "ECS has only one runtime, so this is left out")


def _labels(service: Service, launch: Launch, spot: Spot) -> Mapping[str, str]:
    """Keep the labels of a container, where it can have some."""
    if service.labels and launch.managed:
        spot.warn(
            "labels-managed",
            "containers on ECS Managed Instances have no labels, and these are left out; "
            "deploy.labels become tags",
        )
        return Frozen({})
    return Frozen(sorted(service.labels.items()))


def _is_essential(name: str, service: Service, task: Task) -> bool:
    """Tell whether a task ends with a container: not with a job, or one that may end."""
    return name not in task.jobs and (name == task.owner or not ends(service))


def _words(words: tuple[str, ...] | None, key: str, spot: Spot) -> tuple[str, ...]:
    if words == ():
        (spot / key).warn(
            "command-empty",
            f"ECS cannot remove the {key} of an image, so the image's own runs; write another one",
        )
    report_resolver("this", " ".join(words or ()), spot / key)
    return words or ()


def _variables(service: Service, spot: Spot) -> Iterator[tuple[str, str]]:
    for name, value in sorted(service.environment.items()):
        if not name:
            spot.error("variable-name", "a variable needs a name; write NAME=value")
        elif value is None:
            (spot / name).warn(
                "variable-unset",
                "this is passed through but not set here, so it is left out; set it",
            )
        else:
            report_resolver(name, value, spot / name)
            yield name, value


def _stop_timeout(service: Service, launch: Launch, spot: Spot) -> int | None:
    """Return the seconds that a container has to stop; EC2 allows more than Fargate."""
    period = service.stop_grace_period
    if period is None:
        return None
    seconds = max(ceil(period.seconds), _STOP_SECONDS[0])
    clamped = min(seconds, _STOP_SECONDS[1]) if launch.fargate else seconds
    if clamped != period.seconds:
        spot.warn(
            "stop-range",
            f"ECS needs whole seconds from {_STOP_SECONDS[0]} to {_STOP_SECONDS[1]}; "
            f"{spot.shown(period)} becomes {clamped}s",
        )
    return clamped
