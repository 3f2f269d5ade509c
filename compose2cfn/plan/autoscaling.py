"""Decide how services scale: between how many tasks, and by what."""

from collections.abc import Callable, Iterator, Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.compute import REQUESTS, Launch, Scaling
from compose2cfn.plan.publishing import LoadBalancerType, Publishing, TargetGroup
from compose2cfn.plan.terms.values import Value


class TargetTracking(Record):
    """A metric of a service, and the value that adding and removing tasks keeps it at."""

    metric: str
    """``cpu``, ``memory`` or ``requests``."""
    value: int | Value
    target_group: TargetGroup | None
    """Whose requests are counted, if requests are."""
    path: KeyPath


class ServiceScaling(Record):
    """Between how many tasks a service scales, and by what."""

    minimum: int | Value
    maximum: int | Value
    tracking: tuple[TargetTracking, ...]
    path: KeyPath


def autoscaling(
    launches: Mapping[str, Launch], publishing: Callable[[], Publishing], findings: Findings
) -> Mapping[str, ServiceScaling]:
    """Decide how services scale, by owner; ``publishing`` is called if one scales by requests."""
    found: dict[str, ServiceScaling] = {}
    for owner, launch in launches.items():
        if scaling := launch.task_count.scaling:
            tracking = tuple(_tracking(owner, scaling, publishing, findings))
            found[owner] = ServiceScaling(
                minimum=scaling.minimum,
                maximum=scaling.maximum,
                tracking=tracking,
                path=scaling.path,
            )
    return Frozen(found)


def _tracking(
    owner: str, scaling: Scaling, publishing: Callable[[], Publishing], findings: Findings
) -> Iterator[TargetTracking]:
    """List what a service scales by; requests that nothing counts are a fault."""
    for metric, value in scaling.targets.items():
        path = scaling.path / metric
        counted = _counted(owner, publishing()) if metric == REQUESTS else None
        if metric == REQUESTS and counted is None:
            findings.at(*path).error(
                "scaling-requests",
                "only an Application Load Balancer counts requests, and this service has no port "
                "on one; publish an HTTP port, or scale by cpu or memory",
            )
        else:
            yield TargetTracking(metric=metric, value=value, target_group=counted, path=path)


def _counted(owner: str, publishing: Publishing) -> TargetGroup | None:
    """Find the target group whose requests are counted for a service."""
    for group in publishing.target_groups.get(owner, ()):
        if group.load_balancer.type is LoadBalancerType.APPLICATION:
            return group
    return None
