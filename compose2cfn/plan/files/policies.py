"""Read what a file says about its bind mounts: ``x-aws-bind_mounts``."""

from enum import StrEnum

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App


class BindPolicy(StrEnum):
    """A word that says what becomes of bind mounts."""

    DELIVER = "deliver"
    DROP = "drop"
    HOST = "host"
    REFUSE = "refuse"
    VOLUME = "volume"


def bind_policy(app: App, service: str) -> str:
    """Return what the file says to do with a service's bind mounts; empty if it says nothing."""
    said = app.project.services[service].x_aws_bind_mounts
    return said or app.project.x_aws_bind_mounts or ""


def report_policies(app: App, findings: Findings) -> None:
    """Report unknown words for what to do with bind mounts."""
    _check_policy(app.project.x_aws_bind_mounts, findings.at("x-aws-bind_mounts"))
    for name, service in app.project.services.items():
        spot = findings.at("services", name, "x-aws-bind_mounts")
        _check_policy(service.x_aws_bind_mounts, spot)


def _check_policy(said: str | None, spot: Spot) -> None:
    if said and said not in list(BindPolicy):
        spot.error("bind-policy", f"must be {listed(BindPolicy)}")
