"""How many tasks of a service run: a fixed number, or between two, depending on its load."""

from collections.abc import Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.aws import AwsAutoscaling
from compose2cfn.model.deploy import NO_DEPLOY
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.plan.tasks import Task
from compose2cfn.plan.terms.values import Value

MOST_TASKS = 1000
"""Tasks of one service that service discovery and a target group can have.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
"""

REQUESTS = "requests"
"""The target that a load balancer counts: requests per minute and task."""

_PERCENT = (100, "a percentage from 1 to 100")
_TARGETS: Mapping[str, tuple[int, str]] = {
    "cpu": _PERCENT,
    "memory": _PERCENT,
    REQUESTS: (2**31, "a number of requests per minute and task"),
}
"""What a service can scale by: its largest value, and its unit."""


class Scaling(Record):
    """Between how many tasks a service scales, and at what values its metrics are kept."""

    minimum: int | Value
    maximum: int | Value
    targets: Mapping[str, int | Value]
    path: KeyPath


class TaskCount(Record):
    """How many tasks run: ``replicas`` unless ``scaling`` decides, or one on each EC2 instance."""

    replicas: int = 1
    scaling: Scaling | None = None
    daemon: bool = False

    @property
    def desired(self) -> int | None:
        """The number of tasks in the ECS service; None if it decides by itself."""
        return None if self.scaling or self.daemon else self.replicas

    @property
    def single(self) -> bool:
        """Tell whether it is always one task."""
        return not self.daemon and isinstance(self.maximum, int) and self.maximum <= 1

    @property
    def minimum(self) -> int:
        """The number of tasks that percentages of updates refer to, if it is known."""
        known = self.scaling.minimum if self.scaling else self.replicas
        return known if isinstance(known, int) else 1

    @property
    def known_maximum(self) -> int | None:
        """The largest number of tasks, 1 at least; None if only a value says it."""
        return max(self.maximum, 1) if isinstance(self.maximum, int) else None

    @property
    def maximum(self) -> int | Value:
        """The largest number of tasks."""
        return self.scaling.maximum if self.scaling else self.replicas


def task_count(task: Task, services: Mapping[str, Service], findings: Findings) -> TaskCount:
    """Count the copies of a task: its owner says how many, and the other services follow."""
    counts = {name: _count(services[name], findings.at("services", name)) for name in task.services}
    own = counts[task.owner]
    for name in task.services:
        spot = findings.at("services", name)
        differs = counts[name].replicas != own.replicas
        if name not in task.jobs and differs and _replicas(services[name]) is not None:
            _written(services[name], spot).warn(
                "replicas-shared",
                f"this service runs in the task of {task.owner!r}, so it runs {own.replicas} "
                "times too",
            )
        if counts[name].scaling and name != task.owner:
            (spot / "deploy" / "x-aws-autoscaling").error(
                "scaling-shared",
                f"this service runs in the task of {task.owner!r}; write the autoscaling there",
            )
    return own


def _replicas(service: Service) -> int | None:
    """Return the number of containers that is written."""
    deploy = service.deploy or NO_DEPLOY
    return service.scale if service.scale is not None else deploy.replicas


def _written(service: Service, spot: Spot) -> Spot:
    """Find where the number of containers is written."""
    return spot / "scale" if service.scale is not None else spot / "deploy" / "replicas"


def _count(service: Service, spot: Spot) -> TaskCount:
    """Read how many tasks a service asks for."""
    deploy = service.deploy or NO_DEPLOY
    if deploy.mode in {"replicated-job", "global-job"}:
        (spot / "deploy" / "mode").error(
            "mode-job",
            "an ECS service restarts its tasks when they end; let another service wait for "
            "this one with depends_on: {NAME: {condition: service_completed_successfully}}, or run "
            "it as an ECS task",
        )
    replicas = _replicas(service)
    where = _written(service, spot)
    daemon = deploy.mode == "global"
    keys, here = _keys(service, spot)
    if keys is None:
        found = TaskCount(replicas=1 if replicas is None else replicas, daemon=daemon)
        _check_maximum(found, where)
        return found
    scaling = _scaling(keys, here)
    found = TaskCount(replicas=1 if replicas is None else replicas, scaling=scaling, daemon=daemon)
    _check_maximum(found, here / "max")
    if daemon:
        here.error(
            "scaling-global",
            "a global service has one task on each EC2 instance and cannot scale; write mode: "
            "replicated",
        )
    if replicas is not None:
        where.warn(
            "scaling-replicas",
            "this number is left out, since autoscaling decides between "
            f"{here.shown(scaling.minimum, of='min')} and {here.shown(scaling.maximum, of='max')} "
            "tasks",
        )
    return found


def _check_maximum(count: TaskCount, spot: Spot) -> None:
    if isinstance(count.maximum, int) and count.maximum > MOST_TASKS:
        spot.error(
            "task-count",
            f"a service has at most {MOST_TASKS} tasks; spread them over several services",
        )


def _keys(service: Service, spot: Spot) -> tuple[AwsAutoscaling | None, Spot]:
    """Find ``x-aws-autoscaling``, where it belongs or where many write it."""
    if service.deploy and service.deploy.x_aws_autoscaling:
        return service.deploy.x_aws_autoscaling, spot / "deploy" / "x-aws-autoscaling"
    here = spot / "x-aws-autoscaling"
    if service.x_aws_autoscaling:
        here.warn(
            "key-misplaced", "this key belongs below deploy, but is used here too; move it there"
        )
    return service.x_aws_autoscaling, here


def _scaling(keys: AwsAutoscaling, spot: Spot) -> Scaling:
    """Read between how many tasks a service scales, and by what."""
    minimum = _bound(keys.min, 1, spot / "min")
    if keys.max is None or keys.max == "":
        spot.error("scaling-max", "the largest number of tasks is missing; write max")
    maximum = _bound(keys.max, minimum, spot / "max")
    if isinstance(minimum, int) and isinstance(maximum, int) and minimum > maximum:
        least, most = spot.shown(minimum, of="min"), spot.shown(maximum, of="max")
        about = f"min is {least}, but max is only {most}; write a larger max"
        spot.error("scaling-range", about)
    given = {"cpu": keys.cpu, "memory": keys.memory, REQUESTS: keys.requests}
    targets = {name: value for name, value in given.items() if value is not None and value != ""}
    if not targets:
        spot.error("scaling-target", "say what to scale by; write cpu, memory or requests")
    for name, value in targets.items():
        largest, unit = _TARGETS[name]
        if isinstance(value, int) and not 1 <= value <= largest:
            here = spot / name
            here.error("scaling-target", f"{here.shown(value)} is not a valid target; write {unit}")
    return Scaling(minimum=minimum, maximum=maximum, targets=Frozen(targets), path=spot.path)


def _bound(value: int | Value | None, default: int | Value, spot: Spot) -> int | Value:
    """Read a number of tasks."""
    if value is None or value == "":
        return default
    if isinstance(value, int) and value < 0:
        spot.error(
            "scaling-range", f"{spot.shown(value)} is not a valid number of tasks; write 0 or more"
        )
    return value
