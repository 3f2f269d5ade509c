"""How many tasks run while new ones replace old ones."""

from math import ceil

from compose2cfn.findings import Spot
from compose2cfn.model.deploy import NO_DEPLOY, NO_UPDATE_CONFIG, UpdateConfig
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.counts import TaskCount
from compose2cfn.plan.compute.launches import Launch
from compose2cfn.plan.terms.values import Value


class UpdatePercents(Record):
    """The least and most tasks that run meanwhile, in percent of the wanted number."""

    minimum: int | Value
    maximum: int | Value

    @property
    def overlaps(self) -> bool:
        """Tell whether more tasks than wanted may run for a while."""
        return not isinstance(self.maximum, int) or self.maximum > 100


def update_percents(
    service: Service, launch: Launch, spot: Spot, *, stop_first: bool
) -> UpdatePercents:
    """Decide how many tasks run during an update.

    ``stop_first`` tells that new tasks must not run beside old ones, unless the file says so.
    """
    config = (service.deploy or NO_DEPLOY).update_config or NO_UPDATE_CONFIG
    minimum = _said(config.x_aws_min_percent, service.x_aws_min_percent, spot / "x-aws-min_percent")
    maximum = _said(config.x_aws_max_percent, service.x_aws_max_percent, spot / "x-aws-max_percent")
    unsaid = minimum is None and maximum is None
    least, most = _usual(config, launch, stop_first=stop_first and unsaid)
    if maximum == 100:
        least = min(least, _below(1, launch.task_count, waits=True))
    if unsaid:
        _report_stopped(config, (least, most), launch, spot, stop_first=stop_first)
    found = UpdatePercents(
        minimum=least if minimum is None else minimum,
        maximum=most if maximum is None else maximum,
    )
    _check(found, spot / "deploy" / "update_config", daemon=launch.task_count.daemon)
    return found


def _said(
    right: int | Value | None, wrong: int | Value | None, misplaced: Spot
) -> int | Value | None:
    """Read a percent that is written, where it belongs or where many write it."""
    if right is None and wrong is not None:
        misplaced.warn(
            "key-misplaced",
            "this key belongs below deploy.update_config, but is used here too; move it there",
        )
    said = wrong if right is None else right
    return None if said == "" else said


def _usual(config: UpdateConfig, launch: Launch, *, stop_first: bool) -> tuple[int, int]:
    """Say how many percent run at least and at most where none are written."""
    count, at_once = launch.task_count, config.parallelism
    if count.daemon:
        return 0, 100
    if config.order == "start-first":
        return 100, _above(at_once or 0, count)
    if config.order == "stop-first" or stop_first:
        return _below(1 if at_once is None else at_once, count, waits=True), 100
    if at_once is not None:
        return _below(at_once, count, waits=False), _above(at_once, count)
    if launch.constraint:
        # A fixed number of EC2 instances may have no room for one more.
        return _below(1, count, waits=True), 100
    return 100, 200


def _below(at_once: int, count: TaskCount, *, waits: bool) -> int:
    """Percent of the running tasks that stay while so many are replaced, 0 for all.

    ECS rounds tasks up. Of the numbers between which a service scales, the largest lets most of
    them stay. If new tasks wait for old ones to stop (``waits``), one must be able to stop even at
    the least number.
    """
    if at_once == 0:
        return 0
    most = count.known_maximum
    stay = 100 if most is None else _rest(at_once, most)
    return min(stay, _rest(1, max(count.minimum, 1))) if waits else stay


def _rest(at_once: int, tasks: int) -> int:
    """Percent of a number of tasks that is left without some of them, rounded down."""
    return max(tasks - at_once, 0) * 100 // tasks


def _above(at_once: int, count: TaskCount) -> int:
    """Percent of tasks that there are while so many are replaced.

    ECS rounds tasks down, so one more must be allowed even at the least number.
    """
    if at_once == 0:
        return 200
    least = max(count.minimum, 1)
    most = count.known_maximum or least
    return 100 + max(ceil(100 * min(at_once, most) / most), ceil(100 / least))


def _report_stopped(
    config: UpdateConfig, usual: tuple[int, int], launch: Launch, spot: Spot, *, stop_first: bool
) -> None:
    """Report updates that stop more tasks at once than the file says, or the only one unasked."""
    count, (least, most) = launch.task_count, usual
    at_once = 1 if config.parallelism is None else config.parallelism
    if count.daemon or most > 100 or at_once == 0 or count.maximum == 0:
        return
    if launch.constraint and not (config.order or stop_first) and least == 0:
        spot.info(
            "update-stops",
            "while it is updated, no task runs, since a fixed number of EC2 instances may have no "
            "room for one more; if they have, write deploy.update_config.order: start-first",
        )
    elif count.scaling and (stopped := _stopped(least, at_once, count)):
        (spot / "deploy" / "update_config").warn(
            "update-stops",
            f"an update may stop {stopped} at once: ECS counts in percent, and must be able to "
            f"stop one task when only {max(count.minimum, 1)} run; write a larger min for "
            "x-aws-autoscaling, or deploy.update_config.order: start-first",
        )


def _stopped(least: int, at_once: int, count: TaskCount) -> str:
    """Say how many tasks may stop at once, if that is more than so many."""
    running = count.known_maximum
    if running is None:
        return f"{100 - least} percent of the tasks"
    stopped = running - ceil(running * least / 100)
    return f"{stopped} of {running} tasks" if stopped > at_once else ""


def _check(found: UpdatePercents, spot: Spot, *, daemon: bool) -> None:
    """Check what ECS refuses."""
    minimum, maximum = found.minimum, found.maximum
    if isinstance(minimum, int) and not 0 <= minimum <= 100:
        here = spot / "x-aws-min_percent"
        here.error("deployment-percent", f"{here.shown(minimum)} is too much; write 0 to 100")
    elif isinstance(maximum, int) and maximum < 100:
        here = spot / "x-aws-max_percent"
        here.error("deployment-percent", f"{here.shown(maximum)} is too little; write 100 or more")
    elif isinstance(minimum, int) and isinstance(maximum, int) and minimum >= maximum:
        spot.error(
            "deployment-percent",
            f"no task can be replaced with at least {spot.shown(minimum, of='x-aws-min_percent')} "
            f"and at most {spot.shown(maximum, of='x-aws-max_percent')} percent; write a larger "
            "x-aws-max_percent or a smaller x-aws-min_percent",
        )
    elif daemon and isinstance(maximum, int) and maximum != 100:
        (spot / "x-aws-max_percent").error(
            "deployment-percent",
            "a global service has one task on each EC2 instance; write x-aws-max_percent: 100",
        )


def report_writers(found: UpdatePercents, count: TaskCount, spot: Spot) -> None:
    """Warn about two tasks that write to one volume."""
    if found.overlaps:
        (spot / "deploy" / "update_config").warn(
            "volume-writers",
            "the new task starts before the old one stops, so both write to the same volume, "
            "which breaks a database; leave this out to stop the old one first",
        )
    if not (count.single or count.daemon):
        spot.warn(
            "volume-writers",
            "several tasks write to the same volume; make sure that the software supports that",
        )


def report_exclusive(volume: str, found: UpdatePercents, count: TaskCount, spot: Spot) -> None:
    """Report tasks of a service that would wait for ever for the lock of a volume."""
    if found.overlaps:
        (spot / "deploy" / "update_config").error(
            "volume-exclusive",
            f"the new task would wait for the lock of the volume {volume!r}, and the old one keeps "
            "it until the new one runs; leave this out to stop the old one first",
        )
    if not count.single:
        spot.error(
            "volume-exclusive",
            f"only one task at a time holds the lock of the volume {volume!r}, and the others "
            "would wait for ever; run one task, or leave exclusive out of driver_opts",
        )
