"""Decide which requests of a shared listener go where: the rules of listeners."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

from compose2cfn.diagnostics import Steps
from compose2cfn.model.aws import AwsRoute
from compose2cfn.plan.publishing.load_balancers import APPLICATION
from compose2cfn.plan.publishing.target_groups import Target
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import Value, distinct

MOST_VALUES = 5
"""Hosts and paths of one rule."""
MOST_WILDCARDS = 6
"""Wildcards of one rule, those of its hosts and of its paths together."""
MOST_PRIORITY = 50_000
_LONGEST = 128
_HOST = re.compile(r"(?:[A-Za-z0-9*?-]{1,63}\.)+[A-Za-z][A-Za-z0-9*?-]*")
_PATH = re.compile(r"[/*][A-Za-z0-9_.$/~\"'@:+*?&-]*")

# Priorities are made of how much a route says: the more, the earlier. A host counts before a path,
# and a host with a wildcard less than one without.
_SPREAD = 138
_MOST_SAID = 119


@dataclass(frozen=True, slots=True)
class Rule:
    """Which requests of a listener go to a target."""

    id: str
    target: Target
    hosts: tuple[Value, ...]
    paths: tuple[Value, ...]
    priority: int | Value

    @property
    def requests(self) -> tuple[list[str], list[str]]:
        """Which requests it is for: the order of hosts and of paths means nothing."""
        hosts, paths = (sorted(map(json.dumps, values)) for values in (self.hosts, self.paths))
        return hosts, paths


def rule(asked: AwsRoute, target: Target, notes: Notes) -> Rule:
    """Make the rule that gives a service its requests."""
    path: Steps = (*target.origin, "x-aws-route")
    hosts, paths = distinct(asked.host or ()), distinct(asked.path or ())
    if target.balancer.kind != APPLICATION:
        about = "only an Application Load Balancer routes requests; write x-aws-protocol: http"
        notes.error("route-kind", about, path)
    if not hosts and not paths:
        notes.error("route-empty", "say which requests: host, path or both", path)
    _report_values(hosts, paths, path, notes)
    priority = asked.priority
    if priority is None or priority == "":
        priority = _priority(hosts, paths)
    elif not isinstance(priority, int | dict) or (
        isinstance(priority, int) and not 1 <= priority <= MOST_PRIORITY
    ):
        about = f"write a priority from 1 to {MOST_PRIORITY}"
        notes.error("route-priority", about, (*path, "priority"))
    id_ = target.id.removesuffix("TargetGroup") + "ListenerRule"
    return Rule(id_, target, hosts, paths, priority)


def _report_values(
    hosts: tuple[Value, ...], paths: tuple[Value, ...], path: Steps, notes: Notes
) -> None:
    if len(hosts) + len(paths) > MOST_VALUES:
        about = f"a rule has at most {MOST_VALUES} hosts and paths together"
        notes.error("route-values", about, path)
    if sum(_wildcards(value) for value in (*hosts, *paths)) > MOST_WILDCARDS:
        about = f"a rule has at most {MOST_WILDCARDS} wildcards (* and ?)"
        notes.error("route-values", about, path)
    for host in hosts:
        if isinstance(host, str) and not (_HOST.fullmatch(host) and len(host) <= _LONGEST):
            about = (
                f"{host!r} is no host: write one with a dot, such as shop.example.com, and at most "
                f"{_LONGEST} characters"
            )
            notes.error("route-host", about, (*path, "host"))
    for pattern in paths:
        if isinstance(pattern, str) and not (_PATH.fullmatch(pattern) and len(pattern) <= _LONGEST):
            about = (
                f"{pattern!r} is no path: write one that starts with /, such as /shop/*, and at "
                f"most {_LONGEST} characters"
            )
            notes.error("route-path", about, (*path, "path"))


def report_clashes(rules: tuple[Rule, ...], notes: Notes) -> None:
    """Report rules of one listener that want the same requests, or the same priority."""
    for first, second in combinations(rules, 2):
        path = (*second.target.origin, "x-aws-route")
        pair = f"{first.target.service!r} and {second.target.service!r}"
        if first.requests == second.requests:
            about = f"{pair} want the same requests of one listener; write another route"
            notes.error("route-same", about, path)
        elif first.priority == second.priority:
            notes.error(
                "route-priority",
                f"{pair} have the priority {first.priority} on one listener; write another one in "
                "x-aws-route",
                path,
            )


def _priority(hosts: tuple[Value, ...], paths: tuple[Value, ...]) -> int:
    """Derive a priority from the route alone: what says more comes first."""
    wild = [host for host in hosts if _literal(host) != host]
    said = min(map(_length, paths), default=0) + min(map(_length, wild), default=0)
    host = 0 if not hosts else 1 if wild else 2
    weight = host * (_MOST_SAID + 1) + min(said, _MOST_SAID)
    mark = sha256(json.dumps([hosts, paths], sort_keys=True).encode()).hexdigest()
    return (3 * (_MOST_SAID + 1) - 1 - weight) * _SPREAD + int(mark, 16) % _SPREAD + 1


def _wildcards(pattern: Value) -> int:
    return pattern.count("*") + pattern.count("?") if isinstance(pattern, str) else 0


def _literal(pattern: Value) -> Value:
    """Take the wildcards out of a pattern."""
    return pattern.replace("*", "").replace("?", "") if isinstance(pattern, str) else pattern


def _length(pattern: Value) -> int:
    """Tell how much a pattern says: its letters, and one more if it has no wildcard."""
    literal = _literal(pattern)
    return len(literal) + (literal == pattern) if isinstance(literal, str) else 1
