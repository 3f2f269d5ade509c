"""What becomes of restart policies: ECS starts the tasks of a service again, always."""

from compose2cfn.findings import Spot
from compose2cfn.model.deploy import Deploy
from compose2cfn.model.service import Service


def ends(service: Service) -> bool:
    """Tell whether a service is said to end and stay so, whatever the others do."""
    policy = (service.deploy or Deploy()).restart_policy
    return policy.condition == "none" if policy else service.restart == "no"


def report_restarts(service: Service, spot: Spot) -> None:
    """Tell what of a restart policy ECS does not do."""
    policy = (service.deploy or Deploy()).restart_policy
    condition = policy.condition if policy else service.restart.partition(":")[0]
    where = spot / "deploy" / "restart_policy" if policy else spot / "restart"
    if condition in {"no", "none"}:
        where.warn(
            "restart-always",
            "ECS starts a service again whenever it ends; if this is a job, let another service "
            "wait for it with depends_on: {condition: service_completed_successfully}",
        )
    elif condition == "on-failure":
        where.warn(
            "restart-always", "ECS starts a service again even when it ends without a failure"
        )
    if ":" in service.restart:
        where.warn("restart-timing", "ECS tries again as often as it takes; the number is left out")
