"""Decide how long the log group of the stack keeps entries."""

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Parameter, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Project
from compose2cfn.plan.terms.values import Value

RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The numbers of days that CloudWatch Logs can keep entries."""

_USUAL_DAYS = 30
_KEY = "x-aws-logs_retention"
_RETENTION = Parameter(
    id="LogsRetention",
    group="Logs",
    type="Number",
    description="Days that log entries are kept",
    default=str(_USUAL_DAYS),
    allowed_values=tuple(map(str, RETENTIONS)),
)


class StackLogGroup(Record):
    """The log group that all services of the stack share."""

    retention: int | Value
    """Days that entries are kept."""
    origin: KeyPath
    deletion_policy: str = "Retain"
    """It outlives the stack, so that a failed creation leaves its logs."""


def choose_log_group(project: Project, findings: Findings) -> StackLogGroup:
    """Decide on the log group: one for all services, so what one of them says counts for all."""
    spot, days = _retention(project, findings)
    if days == "":
        days = spot.ask(_RETENTION)
    elif isinstance(days, int):
        days = _known(days, spot)
    return StackLogGroup(retention=days, origin=spot.path)


def _retention(project: Project, findings: Findings) -> tuple[Spot, int | Value]:
    """Find out how long entries are kept, and where that is written: at the top or in a service."""
    top = project.x_aws_logs_retention
    said = {
        name: days
        for name, service in sorted(project.services.items())
        if (days := service.x_aws_logs_retention) is not None
    }
    known = [days for days in (top, *said.values()) if days is not None]
    for name, days in said.items():
        spot = findings.at("services", name, _KEY)
        if any(days != other for other in known):
            spot.error(
                "log-retention",
                f"all services share one log group; write one {_KEY} at the top level",
            )
        elif top is None:
            spot.warn(
                "key-misplaced",
                "write this key at the top level; it applies to all services",
            )
    if top is None and said:
        first = next(iter(said))
        return findings.at("services", first, _KEY), said[first]
    return findings.at(_KEY), _USUAL_DAYS if top is None else top


def _known(days: int, spot: Spot) -> int:
    """Return the number of days, or the next larger one that CloudWatch Logs supports."""
    if days in RETENTIONS:
        return days
    larger = next((known for known in RETENTIONS if known > days), RETENTIONS[-1])
    about = f"CloudWatch Logs cannot keep entries for {spot.shown(days)} days"
    if 0 < days < larger:
        spot.warn("log-retention", f"{about}, so it keeps them for {larger}; write {larger}")
    else:
        spot.error("log-retention", f"{about}; write e.g. {larger}")
    return larger
