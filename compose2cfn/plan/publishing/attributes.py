"""The attributes of load balancers: which there are, for which kind, and what they may be.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import Steps, did_you_mean, listed
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import Value

APPLICATION = "application"
NETWORK = "network"
MOST = 20
"""Attributes of one load balancer."""

_FLAG = "true or false"
_TEXT = "a text"
_BOTH: Mapping[str, str | range | tuple[str, ...]] = {
    "access_logs.s3.bucket": _TEXT,
    "access_logs.s3.enabled": _FLAG,
    "access_logs.s3.prefix": _TEXT,
    "deletion_protection.enabled": _FLAG,
    "ipv6.deny_all_igw_traffic": _FLAG,
    "zonal_shift.config.enabled": _FLAG,
}
KNOWN: Mapping[str, Mapping[str, str | range | tuple[str, ...]]] = {
    APPLICATION: {
        **_BOTH,
        "client_keep_alive.seconds": range(60, 604_801),
        "connection_logs.s3.bucket": _TEXT,
        "connection_logs.s3.enabled": _FLAG,
        "connection_logs.s3.prefix": _TEXT,
        "health_check_logs.s3.bucket": _TEXT,
        "health_check_logs.s3.enabled": _FLAG,
        "health_check_logs.s3.prefix": _TEXT,
        "idle_timeout.timeout_seconds": range(1, 4001),
        "load_balancing.cross_zone.enabled": ("true",),
        "routing.http.desync_mitigation_mode": ("defensive", "monitor", "strictest"),
        "routing.http.drop_invalid_header_fields.enabled": _FLAG,
        "routing.http.preserve_host_header.enabled": _FLAG,
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _FLAG,
        "routing.http.xff_client_port.enabled": _FLAG,
        "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
        "routing.http2.enabled": _FLAG,
        "waf.fail_open.enabled": _FLAG,
    },
    NETWORK: {
        **_BOTH,
        "dns_record.client_routing_policy": (
            "any_availability_zone",
            "availability_zone_affinity",
            "partial_availability_zone_affinity",
        ),
        "load_balancing.cross_zone.enabled": _FLAG,
        "secondary_ips.auto_assigned.per_subnet": range(8),
    },
}
"""By kind of load balancer: a range of numbers, the words to choose from, or in words what else."""
ANY = frozenset().union(*(KNOWN[kind].keys() for kind in KNOWN))
"""The attributes that some kind of load balancer has."""


def attributes(
    given: Mapping[str, Value], kind: str, path: Steps, notes: Notes, *, shared: bool
) -> tuple[tuple[str, Value], ...]:
    """Take the attributes that a load balancer of this kind has, sorted; others are faults.

    What was written for load balancers of both kinds (``shared``) goes to those that have it.
    """
    known = KNOWN[kind]
    for name in sorted(given.keys() - (ANY if shared else known.keys())):
        which = "load balancers" if shared else f"{kind} load balancers"
        hint = did_you_mean(name, ANY if shared else known)
        notes.error(
            "balancer-attribute", f"{which} have no attribute {name!r}{hint}", (*path, name)
        )
    found = tuple((name, given[name]) for name in sorted(given.keys() & known.keys()))
    for name, value in found:
        if isinstance(value, str) and (wanted := _wanted(known[name], value)):
            notes.error("balancer-attribute", f"write {wanted}", (*path, name))
        bucket = name.removesuffix("enabled") + "bucket"
        if bucket in known and name != bucket and value == "true" and not given.get(bucket):
            about = f"logs need a bucket that they go to; write {bucket} too"
            notes.error("balancer-attribute", about, (*path, name))
    if len(found) > MOST:
        about = f"a load balancer has at most {MOST} attributes"
        notes.error("balancer-attribute", about, path)
    return found


def _wanted(form: str | range | tuple[str, ...], value: str) -> str:
    """Say what to write instead of a value that AWS would not take."""
    match form:
        case range():
            fits = re.fullmatch(r"\d{1,9}", value) and int(value) in form
            return "" if fits else f"a number from {form[0]} to {form[-1]}"
        case tuple():
            return "" if value in form else listed(form)
        case _:
            return "" if form == _TEXT or value in {"true", "false"} else form
