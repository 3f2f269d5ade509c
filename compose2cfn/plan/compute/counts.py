"""How many tasks of a service run: a fixed number, or between two as its load asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.model.aws import AwsAutoscaling
from compose2cfn.model.aws import Value as Given
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.findings import Notes

TARGETS = ("cpu", "memory", "requests")
"""What a service can scale by: percent of its CPU, of its memory, requests a minute and task."""

MOST_TASKS = 1000
"""Tasks of one service that service discovery knows, and that a target group takes.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
"""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Between how many tasks a service scales, and the targets it keeps."""

    least: int | Given
    most: int | Given
    targets: Mapping[str, int | Given]
    path: Steps


@dataclass(frozen=True, slots=True)
class Count:
    """How many tasks run: ``replicas`` unless ``scaling`` decides, or one on each machine."""

    replicas: int = 1
    scaling: Scaling | None = None
    daemon: bool = False

    @property
    def least(self) -> int:
        """The number of tasks that updates are counted on, where it is known."""
        known = self.scaling.least if self.scaling else self.replicas
        return known if isinstance(known, int) else 1

    @property
    def most(self) -> int | Given:
        """The number of tasks that there may be."""
        return self.scaling.most if self.scaling else self.replicas


def count(name: str, service: Service, notes: Notes) -> Count:
    """Read how many tasks a service has; ``mode: global`` is left to the placement."""
    path: Steps = ("services", name)
    deploy = service.deploy or Deploy()
    written = service.scale if service.scale is not None else deploy.replicas
    if deploy.mode in {"replicated-job", "global-job"}:
        notes.error(
            "mode-job",
            "an ECS service starts its tasks again when they end; let another service wait for "
            "this one with depends_on: {condition: service_completed_successfully}, or run it as "
            "an ECS task",
            (*path, "deploy", "mode"),
        )
    daemon = deploy.mode == "global"
    found = _scaling(service, path, notes)
    if found and daemon:
        notes.error(
            "scaling-global",
            "a global service has one task on each machine and cannot scale; write mode: "
            "replicated",
            found.path,
        )
    if found and written is not None:
        notes.warn(
            "scaling-replicas",
            f"this number is left out: between {found.least} and {found.most} tasks, autoscaling "
            "decides",
            _replicas(deploy, path),
        )
    made = Count(1 if written is None else written, found, daemon)
    if isinstance(made.most, int) and made.most > MOST_TASKS:
        about = f"a service has at most {MOST_TASKS} tasks; spread them over several services"
        where = (*found.path, "max") if found else _replicas(deploy, path)
        notes.error("task-count", about, where)
    return made


def _replicas(deploy: Deploy, path: Steps) -> Steps:
    """Tell where the number of tasks is written."""
    return (*path, "deploy", "replicas") if deploy.replicas is not None else (*path, "scale")


def _scaling(service: Service, path: Steps, notes: Notes) -> Scaling | None:
    keys, here = _keys(service, path, notes)
    if keys is None:
        return None
    least = _bound(keys.min, "min", 1, here, notes)
    if keys.max is None or keys.max == "":
        notes.error("scaling-max", "say how many tasks there may be at most: max", here)
    most = _bound(keys.max, "max", least, here, notes)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        notes.error(
            "scaling-range", f"min is {least} and max only {most}; min is at most max", here
        )
    given = {"cpu": keys.cpu, "memory": keys.memory, "requests": keys.requests}
    targets = {name: value for name, value in given.items() if value is not None and value != ""}
    if not targets:
        notes.error("scaling-target", "say what to scale by: cpu, memory or requests", here)
    for name, value in targets.items():
        if isinstance(value, int) and not 1 <= value <= (100 if name != "requests" else 2**31):
            unit = "requests a minute and task" if name == "requests" else "percent from 1 to 100"
            notes.error("scaling-target", f"{value} is no target; write {unit}", (*here, name))
    return Scaling(least, most, targets, here)


def _keys(service: Service, path: Steps, notes: Notes) -> tuple[AwsAutoscaling | None, Steps]:
    """Find the key, where it belongs or where many write it."""
    if service.deploy and service.deploy.x_aws_autoscaling:
        return service.deploy.x_aws_autoscaling, (*path, "deploy", "x-aws-autoscaling")
    if service.x_aws_autoscaling:
        notes.warn(
            "key-misplaced",
            "this key belongs below deploy; it is honoured here",
            (*path, "x-aws-autoscaling"),
        )
    return service.x_aws_autoscaling, (*path, "x-aws-autoscaling")


def _bound(
    value: int | Given | None, name: str, default: int | Given, path: Steps, notes: Notes
) -> int | Given:
    if value is None or value == "":
        return default
    if isinstance(value, int) and value < 0:
        notes.error(
            "scaling-range", f"{value} is no number of tasks; write 0 or more", (*path, name)
        )
    return value
