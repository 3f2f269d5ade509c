"""Decide how ECS sees whether a container is well."""

from math import ceil

from compose2cfn.diagnostics import Steps
from compose2cfn.model.service import HealthCheck, Service
from compose2cfn.model.units import Duration
from compose2cfn.plan.terms.findings import Notes

# What ECS takes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
_INTERVAL = (5, 300)
_TIMEOUT = (2, 60)
_RETRIES = (1, 10)
_START_PERIOD = (0, 300)

# What Docker does where the file says nothing; always written out, since ECS would do otherwise.
_USUAL_SECONDS = 30
_USUAL_RETRIES = 3


def checked(service: Service) -> bool:
    """Tell whether ECS checks the health of a service; it does not see the image's own check."""
    check = service.healthcheck
    return check is not None and not check.disable and check.test[:1] not in {(), ("NONE",)}


def health(name: str, service: Service, notes: Notes) -> dict[str, object] | None:
    """Write the health check of a container; None where there is none."""
    check = service.healthcheck
    path: Steps = ("services", name, "healthcheck")
    if check and not check.test and not check.disable:
        notes.warn(
            "health-image",
            "ECS does not see the health check of an image, and this changes nothing; write its "
            "test here",
            path,
        )
    if not check or not checked(service):
        return None
    found: dict[str, object] = {
        "Command": list(check.test),
        "Interval": _seconds(check.interval, "interval", _INTERVAL, path, notes),
        "Timeout": _seconds(check.timeout, "timeout", _TIMEOUT, path, notes),
        "Retries": _retries(check, path, notes),
    }
    if check.start_period:
        found["StartPeriod"] = _seconds(
            check.start_period, "start_period", _START_PERIOD, path, notes
        )
    return found


def _seconds(
    written: Duration | None, key: str, bounds: tuple[int, int], path: Steps, notes: Notes
) -> int:
    if not written:
        return _USUAL_SECONDS
    seconds = ceil(written.seconds)
    clamped = min(max(seconds, bounds[0]), bounds[1])
    if clamped != written.seconds:
        notes.warn(
            "health-range",
            f"ECS takes whole seconds from {bounds[0]} to {bounds[1]}; {written} becomes "
            f"{clamped}s",
            (*path, key),
        )
    return clamped


def _retries(check: HealthCheck, path: Steps, notes: Notes) -> int:
    if not check.retries:
        return _USUAL_RETRIES
    clamped = min(max(check.retries, _RETRIES[0]), _RETRIES[1])
    if clamped != check.retries:
        notes.warn(
            "health-range",
            f"ECS takes {_RETRIES[0]} to {_RETRIES[1]} retries; {check.retries} becomes {clamped}",
            (*path, "retries"),
        )
    return clamped
