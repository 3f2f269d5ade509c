"""Decide how ECS checks whether a container is healthy."""

import re
from collections.abc import Mapping
from math import ceil

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import HealthCheck, Service
from compose2cfn.model.units import Duration
from compose2cfn.plan.tasks import Tasks

# What ECS accepts: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
_INTERVAL = (5, 300)
_TIMEOUT = (2, 60)
_RETRIES = (1, 10)
_START_PERIOD = (0, 300)

LONGEST_START = _START_PERIOD[1]
"""Seconds that a container gets to start where nothing says how long that takes.

Docker marks a container whose checks fail, and lets it run; ECS ends its task, in the middle of the
first start of a database too. A container whose check succeeds earlier is healthy at once, so one
that starts well waits for nothing.
"""

# The defaults of Docker; always written out, since ECS has others.
_USUAL_SECONDS = 30
_USUAL_RETRIES = 3


class ContainerHealthCheck(Record):
    """A command that checks whether a container is healthy; times are in seconds."""

    command: tuple[str, ...]
    interval: int
    timeout: int
    retries: int
    start_period: int
    """How long failures do not count; 0 if they count from the beginning."""


def has_health_check(service: Service) -> bool:
    """Tell whether ECS checks the health of a service; it does not see the image's own check."""
    check = service.healthcheck
    return check is not None and not check.disable and check.test[:1] not in {(), ("NONE",)}


def check_health(service: Service, spot: Spot) -> ContainerHealthCheck | None:
    """Decide how the container of a service is checked; None if it is not."""
    check = service.healthcheck
    if check and not check.test and not check.disable:
        spot.warn(
            "health-image",
            "ECS does not see the health check of an image, so this has no effect; write its "
            "test here",
        )
    if not check or not has_health_check(service):
        return None
    return ContainerHealthCheck(
        command=check.test,
        interval=_seconds(check.interval, spot / "interval", _INTERVAL),
        timeout=_seconds(check.timeout, spot / "timeout", _TIMEOUT),
        retries=_retries(check, spot / "retries"),
        start_period=_start_period(check, spot / "start_period"),
    )


def report_checks(services: Mapping[str, Service], tasks: Tasks, findings: Findings) -> None:
    """Say once what ECS does with a container that is unhealthy, and Docker does not."""
    checked = [
        name
        for name, service in sorted(services.items())
        if has_health_check(service) and name not in tasks.of(name).jobs
    ]
    unsaid = [name for name in checked if _leaves_start_open(services[name].healthcheck)]
    if not checked:
        return
    grace = (
        f"; failures in the first {LONGEST_START} seconds of {listed(unsaid, 'and')} do not count, "
        "since no start_period is written"
        if unsaid
        else ""
    )
    findings.at("services").info(
        "health-replaced",
        f"where a health check fails ({listed(checked, 'and')}), ECS stops the task and starts "
        f"another one; Docker only marks the container{grace}{_needed(services, checked)}",
    )


def _needed(services: Mapping[str, Service], checked: list[str]) -> str:
    """Say which images need a program that many lack; without it, the check never succeeds."""
    found = [
        f"{program} in the image of {name}"
        for name in checked
        if (check := services[name].healthcheck)
        for program in sorted({*re.findall(_FETCHES, " ".join(check.test))})
    ]
    return f"; the checks need {listed(found, 'and')}" if found else ""


_FETCHES = r"(?<![\w./-])(?:/usr/bin/)?(curl|wget)(?=\s)"


def _leaves_start_open(check: HealthCheck | None) -> bool:
    return check is None or check.start_period is None


def _start_period(check: HealthCheck, spot: Spot) -> int:
    if check.start_period is None:
        return LONGEST_START
    return _seconds(check.start_period, spot, _START_PERIOD) if check.start_period else 0


def _seconds(written: Duration | None, spot: Spot, bounds: tuple[int, int]) -> int:
    if not written:
        return _USUAL_SECONDS
    seconds = ceil(written.seconds)
    clamped = min(max(seconds, bounds[0]), bounds[1])
    if clamped != written.seconds:
        spot.warn(
            "health-range",
            f"ECS needs whole seconds from {bounds[0]} to {bounds[1]}; {spot.shown(written)} "
            f"becomes {clamped}s",
        )
    return clamped


def _retries(check: HealthCheck, spot: Spot) -> int:
    if not check.retries:
        return _USUAL_RETRIES
    clamped = min(max(check.retries, _RETRIES[0]), _RETRIES[1])
    if clamped != check.retries:
        spot.warn(
            "health-range",
            f"ECS needs {_RETRIES[0]} to {_RETRIES[1]} retries; {spot.shown(check.retries)} "
            f"becomes {clamped}",
        )
    return clamped
