"""What becomes of restart policies: ECS always restarts the tasks of a service.

A container that ran for a while before it ended is restarted within its task, which keeps its
address; in any other case its task ends too, and another task takes its place.
"""

from collections.abc import Mapping
from math import ceil

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.deploy import NO_DEPLOY, RestartPolicy
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.tasks import Tasks

# Seconds that a container must have run to be restarted within its task.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html
_LEAST_WINDOW = 60
_LONGEST_WINDOW = 1800

_FOR_A_JOB = (
    "let another service wait for one that is a job with "
    "depends_on: {NAME: {condition: service_completed_successfully}}"
)


class ContainerRestart(Record):
    """How a container is restarted within its task."""

    attempt_period: int
    """Seconds that it must have run before it ended."""
    ignored_exit_codes: tuple[int, ...] = ()
    """Those after which it is not restarted."""


def container_restart(service: Service, spot: Spot, *, unable: str) -> ContainerRestart | None:
    """Decide how the container of a service is restarted; None if the file does not say.

    Jobs, and containers on Windows, are ``unable``, in these words: they are never restarted
    within their task.
    """
    policy = (service.deploy or NO_DEPLOY).restart_policy
    said = bool(policy or service.restart) and not ends(service)
    if unable and said:
        (spot / "deploy" / "restart_policy" if policy else spot / "restart").info(
            "restart-task",
            f"{unable} is not restarted within its task: if it fails, the task ends, and another "
            "task takes its place, with another address",
        )
    if unable or not said:
        if policy and policy.window:
            (spot / "deploy" / "restart_policy" / "window").warn(
                "restart-window",
                "this container is not restarted within its task, so the window is left out",
            )
        return None
    condition = policy.condition if policy else service.restart.partition(":")[0]
    return ContainerRestart(
        attempt_period=_attempt_period(policy, spot),
        ignored_exit_codes=(0,) if condition == "on-failure" else (),
    )


def _attempt_period(policy: RestartPolicy | None, spot: Spot) -> int:
    window = policy.window if policy else None
    if not window:
        return _LEAST_WINDOW
    seconds = min(max(ceil(window.seconds), _LEAST_WINDOW), _LONGEST_WINDOW)
    if seconds != window.seconds:
        here = spot / "deploy" / "restart_policy" / "window"
        here.warn(
            "restart-window",
            f"ECS needs whole seconds from {_LEAST_WINDOW} to {_LONGEST_WINDOW}; "
            f"{here.shown(window)} becomes {seconds}s",
        )
    return seconds


def ends(service: Service) -> bool:
    """Tell whether a service may end for good, no matter what the others do."""
    policy = (service.deploy or NO_DEPLOY).restart_policy
    return policy.condition == "none" if policy else service.restart == "no"


def report_restarts(tasks: Tasks, services: Mapping[str, Service], findings: Findings) -> None:
    """Say once of each kind what of restart policies ECS does not do."""
    conditions = {
        owner: _condition(services[owner])
        for owner, task in sorted(tasks.items())
        if owner not in task.jobs
    }
    spot = findings.at("services")
    if ended := [name for name, condition in conditions.items() if condition in {"no", "none"}]:
        spot.warn(
            "restart-always",
            f"ECS starts a service again whenever it ends ({listed(ended, 'and')}); {_FOR_A_JOB}",
        )
    if failed := [name for name, condition in conditions.items() if condition == "on-failure"]:
        spot.warn(
            "restart-always",
            "ECS starts a service again even when it ends without a failure "
            f"({listed(failed, 'and')}); {_FOR_A_JOB}",
        )
    if counted := [name for name in conditions if ":" in services[name].restart]:
        spot.warn(
            "restart-timing",
            "ECS tries again as often as it takes; the number behind on-failure is left out "
            f"({listed(counted, 'and')})",
        )


def _condition(service: Service) -> str:
    """Say when a service is to be started again, in the words of both keys that say it."""
    policy = (service.deploy or NO_DEPLOY).restart_policy
    return policy.condition if policy else service.restart.partition(":")[0]
