"""Decide which requests of a shared listener go where: the rules of listeners."""

import re
from collections.abc import Iterable
from hashlib import sha256

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.aws import AwsRoute
from compose2cfn.model.frozen import Record
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.publishing.target_groups import TargetGroup
from compose2cfn.plan.terms.names import label
from compose2cfn.plan.terms.values import Value, comparable, distinct

MOST_VALUES = 5
"""Hosts and paths of one rule."""
MOST_WILDCARDS = 6
"""Wildcards of one rule, those of its hosts and of its paths together."""
MOST_PRIORITY = 50_000
_LONGEST = 128
_HOST = r"(?:[A-Za-z0-9*?-]{1,63}\.)+[A-Za-z][A-Za-z0-9*?-]*"
_PATH = r"[/*][A-Za-z0-9_.$/~\"'@:+*?&-]*"

# Priorities follow from how specific a route is: the more, the earlier. A host counts before a
# path, and a host with a wildcard counts less than one without.
_SPREAD = 138
_MOST_SAID = 119


class ListenerRule(Record):
    """Which requests of a listener go to a target group."""

    id: str
    target_group: TargetGroup
    hosts: tuple[Value, ...]
    paths: tuple[Value, ...]
    priority: int | Value
    derived: bool
    """Whether the priority follows from the hosts and paths."""

    @property
    def requests(self) -> str:
        """Which requests it is for, as a text: the order of hosts and of paths does not matter."""
        return comparable([sorted(map(comparable, values)) for values in (self.hosts, self.paths)])


def listener_rule(
    route: AwsRoute, listener: str, target_group: TargetGroup, findings: Findings
) -> ListenerRule:
    """Make the rule of a listener that sends a target group its requests.

    A listener has one rule of each priority, and CloudFormation creates before it deletes: so the
    id follows from the priority alone, whichever service gets the requests.
    """
    spot = findings.at(*target_group.origin) / "x-aws-route"
    hosts, paths = distinct(route.host or ()), distinct(route.path or ())
    if target_group.load_balancer.type is not LoadBalancerType.APPLICATION:
        about = "only an Application Load Balancer routes requests; write x-aws-protocol: http"
        spot.error("route-kind", about)
    if not hosts and not paths:
        spot.error("route-empty", "say which requests this service gets; write host, path or both")
    _report_values(route, spot)
    said = None if route.priority == "" else route.priority
    if isinstance(said, int) and not 1 <= said <= MOST_PRIORITY:
        (spot / "priority").error("route-priority", f"must be a number from 1 to {MOST_PRIORITY}")
    priority = _priority(hosts, paths) if said is None else said
    return ListenerRule(
        id=f"{listener}Rule{priority if isinstance(priority, int) else label(priority)}",
        target_group=target_group,
        hosts=hosts,
        paths=paths,
        priority=priority,
        derived=said is None,
    )


def _report_values(route: AwsRoute, spot: Spot) -> None:
    """Report hosts and paths that a rule cannot have."""
    hosts, paths = distinct(route.host or ()), distinct(route.path or ())
    # A route that is written as a text is its path.
    path = spot if route.model_fields_set == {"path"} else spot / "path"
    if len(hosts) + len(paths) > MOST_VALUES:
        about = f"a rule has at most {MOST_VALUES} hosts and paths together; remove some"
        spot.error("route-values", about)
    if sum(_wildcards(value) for value in (*hosts, *paths)) > MOST_WILDCARDS:
        about = f"a rule has at most {MOST_WILDCARDS} wildcards (* and ?); remove some"
        spot.error("route-values", about)
    for host in hosts:
        if isinstance(host, str) and not (re.fullmatch(_HOST, host) and len(host) <= _LONGEST):
            here = spot / "host"
            here.error(
                "route-host",
                f"{here.shown(host)!r} is not a valid host; write one with a dot, such as "
                "shop.example.com, "
                f"and at most {_LONGEST} characters",
            )
    for pattern in paths:
        if isinstance(pattern, str) and not (
            re.fullmatch(_PATH, pattern) and len(pattern) <= _LONGEST
        ):
            path.error(
                "route-path",
                f"{path.shown(pattern)!r} is not a valid path; write one that starts with /, such "
                "as /shop/*, "
                f"and has at most {_LONGEST} characters",
            )


def without_clashes(rules: Iterable[ListenerRule], findings: Findings) -> tuple[ListenerRule, ...]:
    """Keep the first rule of each priority of one listener.

    Rules that are for the same requests, or have the same priority, are reported.
    """
    with_requests: dict[str, list[ListenerRule]] = {}
    with_priority: dict[str, list[ListenerRule]] = {}
    for rule in rules:
        spot = findings.at(*rule.target_group.origin) / "x-aws-route"
        requests, priority = rule.requests, comparable(rule.priority)
        for other in with_requests.setdefault(requests, []):
            about = "want the same requests of one listener; write another route"
            spot.error("route-same", f"{_pair(other, rule)} {about}")
        for other in with_priority.setdefault(priority, []):
            if other.requests != requests:
                spot.error(
                    "route-priority",
                    f"{_pair(other, rule)} have the priority {other.priority} on one listener; "
                    "write another one in x-aws-route",
                )
        with_requests[requests].append(rule)
        with_priority[priority].append(rule)
    return tuple(same[0] for same in with_priority.values())


def _pair(first: ListenerRule, second: ListenerRule) -> str:
    return f"{first.target_group.service!r} and {second.target_group.service!r}"


def _priority(hosts: tuple[Value, ...], paths: tuple[Value, ...]) -> int:
    """Derive a priority only from the route: the more specific one comes first."""
    wild = [host for host in hosts if _literal(host) != host]
    said = min(map(_length, paths), default=0) + min(map(_length, wild), default=0)
    host = 0
    if hosts:
        host = 1 if wild else 2
    weight = host * (_MOST_SAID + 1) + min(said, _MOST_SAID)
    mark = sha256(comparable([hosts, paths]).encode()).hexdigest()
    return (3 * (_MOST_SAID + 1) - 1 - weight) * _SPREAD + int(mark, 16) % _SPREAD + 1


def _wildcards(pattern: Value) -> int:
    return pattern.count("*") + pattern.count("?") if isinstance(pattern, str) else 0


def _literal(pattern: Value) -> Value:
    """Remove the wildcards from a pattern."""
    return pattern.replace("*", "").replace("?", "") if isinstance(pattern, str) else pattern


def _length(pattern: Value) -> int:
    """Measure how specific a pattern is: its letters, and one more if it has no wildcard."""
    literal = _literal(pattern)
    if not isinstance(literal, str):
        return 1
    return len(literal) + 1 if literal == pattern else len(literal)
