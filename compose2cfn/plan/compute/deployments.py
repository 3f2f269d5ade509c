"""Decide how a new version of a task takes the place of the old one."""

from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.model.aws import Value as Given
from compose2cfn.model.deploy import Deploy, UpdateConfig
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.launches import Launch
from compose2cfn.plan.terms.findings import Notes

MOST_FAILURES = 10
"""Tasks that may fail before a deployment counts as failed.

Enough for a service that waits for its database by crashing until it is there.
"""


@dataclass(frozen=True, slots=True)
class Deployment:
    """How tasks are replaced: the percents of the wanted number that run meanwhile."""

    least: int | Given
    most: int | Given
    breaker: bool
    """Whether a deployment fails after so many failed tasks."""
    rollback: bool

    @property
    def overlaps(self) -> bool:
        """Tell whether more tasks than wanted may run for a while."""
        return not isinstance(self.most, int) or self.most > 100


def decide(name: str, service: Service, host: Launch, notes: Notes, *, writes: bool) -> Deployment:
    """Decide how one task is replaced; ``writes`` tells that it writes a named volume."""
    path: Steps = ("services", name, "deploy", "update_config")
    deploy = service.deploy or Deploy()
    config = deploy.update_config or UpdateConfig()
    percents = _percents(name, service, config, notes)
    if host.count.daemon:
        least, most = 0, 100
    elif config.order == "start-first":
        least, most = 100, _above(config.parallelism or 0, host.count.minimum)
    elif config.order == "stop-first":
        least, most = _below(_at_once(config), host.count.minimum), 100
    elif writes and percents == (None, None):
        least, most = 0, 100
    elif config.parallelism is not None:
        least = _below(config.parallelism, host.count.minimum)
        most = _above(config.parallelism, host.count.minimum)
    elif host.constraint:
        least, most = _below(1, host.count.minimum), 100
    else:
        least, most = 100, 200
    if percents[1] == 100:
        least = min(least, _below(1, host.count.minimum))
    found = Deployment(
        least=percents[0] if percents[0] is not None else least,
        most=percents[1] if percents[1] is not None else most,
        breaker=config.failure_action != "continue",
        rollback=config.failure_action in {"", "rollback"},
    )
    _check(found, host, path, notes)
    if writes:
        _protect(found, host, path, notes)
    return found


def _percents(
    name: str, service: Service, config: UpdateConfig, notes: Notes
) -> tuple[int | Given | None, int | Given | None]:
    """Read the percents that are written, where they belong or where many write them."""
    path: Steps = ("services", name)
    found: list[int | Given | None] = []
    for key, right, wrong in (
        ("x-aws-min_percent", config.x_aws_min_percent, service.x_aws_min_percent),
        ("x-aws-max_percent", config.x_aws_max_percent, service.x_aws_max_percent),
    ):
        if right is None and wrong is not None:
            notes.warn(
                "key-misplaced",
                "this key belongs below deploy.update_config; it is honoured here",
                (*path, key),
            )
        said = right if right is not None else wrong
        found.append(None if said == "" else said)
    return found[0], found[1]


def _at_once(config: UpdateConfig) -> int:
    """Say how many tasks are replaced at once, 0 for all: one unless it is written."""
    return 1 if config.parallelism is None else config.parallelism


def _below(at_once: int, tasks: int) -> int:
    """Percent of tasks that stay while so many are replaced; ECS rounds tasks up."""
    tasks = max(tasks, 1)
    return 0 if at_once == 0 else max(tasks - at_once, 0) * 100 // tasks


def _above(at_once: int, tasks: int) -> int:
    """Percent of tasks that there are while so many are replaced; ECS rounds tasks down."""
    tasks = max(tasks, 1)
    return 200 if at_once == 0 else 100 + -(-min(at_once, tasks) * 100 // tasks)


def _check(found: Deployment, host: Launch, path: Steps, notes: Notes) -> None:
    """Check what ECS refuses."""
    least, most = found.least, found.most
    if isinstance(least, int) and not 0 <= least <= 100:
        notes.error(
            "deployment-percent",
            f"{least} is too much: write 0 to 100",
            (*path, "x-aws-min_percent"),
        )
    elif isinstance(most, int) and most < 100:
        notes.error(
            "deployment-percent",
            f"{most} is too little: write 100 or more",
            (*path, "x-aws-max_percent"),
        )
    elif isinstance(least, int) and isinstance(most, int) and least >= most:
        notes.error(
            "deployment-percent",
            f"no task could ever be replaced with at least {least} and at most {most} percent; "
            "write a larger x-aws-max_percent or a smaller x-aws-min_percent",
            path,
        )
    elif host.count.daemon and isinstance(most, int) and most != 100:
        notes.error(
            "deployment-percent",
            "a global service has one task on each machine: its x-aws-max_percent is 100",
            (*path, "x-aws-max_percent"),
        )


def _protect(found: Deployment, host: Launch, path: Steps, notes: Notes) -> None:
    """Warn of two tasks that write one volume."""
    if found.overlaps:
        notes.warn(
            "volume-writers",
            "the new task starts before the old one stops, and both write the same volume; a "
            "database breaks there: leave this out to stop first",
            path,
        )
    if host.count.maximum != 1 and not host.count.daemon:
        notes.warn(
            "volume-writers",
            "several tasks write the same volume; only software that is made for that bears it",
            path[:-2],
        )


def ends(service: Service) -> bool:
    """Tell whether a service is said to end and stay so, whatever the others do."""
    policy = (service.deploy or Deploy()).restart_policy
    return policy.condition == "none" if policy else service.restart == "no"


def restarts(name: str, service: Service, notes: Notes, *, job: bool) -> None:
    """Tell what becomes of restart policies: ECS starts the tasks of a service again, always."""
    deploy = service.deploy or Deploy()
    policy = deploy.restart_policy
    path: Steps = ("services", name)
    if job:
        return
    condition = policy.condition if policy else service.restart.partition(":")[0]
    where = (*path, "deploy", "restart_policy") if policy else (*path, "restart")
    if condition in {"no", "none"}:
        notes.warn(
            "restart-always",
            "ECS starts a service again whenever it ends; if this is a job, let another service "
            "wait for it with depends_on: {condition: service_completed_successfully}",
            where,
        )
    elif condition == "on-failure":
        notes.warn(
            "restart-always",
            "ECS starts a service again even when it ends without a failure",
            where,
        )
    if ":" in service.restart:
        notes.warn(
            "restart-timing", "ECS tries again as often as it takes; the number is left out", where
        )
