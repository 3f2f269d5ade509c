"""Report what exceeds the quotas of one load balancer, or of one service.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
"""

from collections.abc import Iterable, Mapping, Sequence

from compose2cfn.findings import Findings
from compose2cfn.plan.publishing.listeners import Listener
from compose2cfn.plan.publishing.target_groups import TargetGroup

MOST_TARGET_GROUPS = 5
"""Target groups of one ECS service."""


def report_quotas(
    listeners: Iterable[Listener],
    target_groups: Mapping[str, Sequence[TargetGroup]],
    findings: Findings,
) -> None:
    """Report load balancers and services that have too many of something."""
    for owner, groups in target_groups.items():
        if len(groups) > MOST_TARGET_GROUPS:
            findings.at("services", owner, "ports").error(
                "target-count",
                f"a service has at most {MOST_TARGET_GROUPS} published ports; remove some, or "
                "write x-aws-loadbalancer: none on them",
            )
    of_load_balancers: dict[str, list[Listener]] = {}
    for listener in listeners:
        of_load_balancers.setdefault(listener.load_balancer.id, []).append(listener)
    for some in of_load_balancers.values():
        _report_full(some, findings)


def _report_full(listeners: list[Listener], findings: Findings) -> None:
    """Report what one load balancer has too many of."""
    rules = [rule.target_group for listener in listeners for rule in listener.rules]
    groups = {group.id: group for group in rules}
    groups |= {group.id: group for listener in listeners for group in listener.target_groups}
    for code, most, what, origins in (
        ("listener-count", 50, "listeners", [one.origin for one in listeners]),
        ("route-count", 100, "routes", [group.origin for group in rules]),
        ("target-count", 100, "target groups", [group.origin for group in groups.values()]),
        (
            "certificate-count",
            25,
            "certificates besides the first of each port",
            [one.origin for one in listeners for _ in one.more_certificates],
        ),
    ):
        if len(origins) > most:
            about = f"a load balancer has at most {most} {what}; move some to another one"
            findings.at(*origins[most]).error(code, f"{about} with x-aws-loadbalancer")
