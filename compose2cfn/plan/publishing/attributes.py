"""The attributes of load balancers: their names, the types that have them, and valid values.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import did_you_mean, listed
from compose2cfn.findings import Spot
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType
from compose2cfn.plan.terms.values import Value

MOST_ATTRIBUTES = 20
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
KNOWN_ATTRIBUTES: Mapping[LoadBalancerType, Mapping[str, str | range | tuple[str, ...]]] = {
    LoadBalancerType.APPLICATION: {
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
    LoadBalancerType.NETWORK: {
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
"""By type of load balancer: a range of numbers, a choice of words, or what the value must be."""
_OWN: Mapping[LoadBalancerType, Mapping[str, str]] = {
    LoadBalancerType.APPLICATION: {"routing.http.drop_invalid_header_fields.enabled": "true"},
    LoadBalancerType.NETWORK: {},
}
"""What those of the stack have if the file does not say otherwise.

Headers with characters other than letters, digits and hyphens are a way to smuggle requests past a
load balancer. https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4
"""
ALL_ATTRIBUTES = frozenset().union(*(known.keys() for known in KNOWN_ATTRIBUTES.values()))
"""The attributes that some type of load balancer has."""


def attributes_of(
    given: Mapping[str, Value], type_: LoadBalancerType, spot: Spot, *, shared: bool
) -> tuple[tuple[str, Value], ...]:
    """Take the attributes that load balancers of this type have, sorted; others are findings.

    What is written for load balancers of both types (``shared``) goes to those that have it.
    """
    known = KNOWN_ATTRIBUTES[type_]
    for name in sorted(given.keys() - (ALL_ATTRIBUTES if shared else known.keys())):
        which = "load balancers" if shared else f"{type_} load balancers"
        hint = did_you_mean(name, ALL_ATTRIBUTES if shared else known)
        about = f"{which} have no attribute {name!r}{hint}"
        (spot / name).error("balancer-attribute", about)
    said = {**_OWN[type_], **{name: given[name] for name in given.keys() & known.keys()}}
    found = tuple(sorted(said.items()))
    for name, value in found:
        if isinstance(value, str) and (instead := _instead(known[name], value)):
            (spot / name).error("balancer-attribute", f"must be {instead}")
        bucket = name.removesuffix("enabled") + "bucket"
        if bucket in known and name != bucket and value == "true" and not given.get(bucket):
            about = f"logs need a bucket; write {bucket} too"
            (spot / name).error("balancer-attribute", about)
    if len(found) > MOST_ATTRIBUTES:
        about = f"a load balancer has at most {MOST_ATTRIBUTES} attributes; remove some"
        spot.error("balancer-attribute", about)
    return found


def _instead(form: str | range | tuple[str, ...], value: str) -> str:
    """Say what to write instead of a value that AWS would refuse."""
    match form:
        case range():
            fits = re.fullmatch("[0-9]{1,9}", value) and int(value) in form
            return "" if fits else f"a number from {form[0]} to {form[-1]}"
        case tuple():
            return "" if value in form else listed(form)
        case _:
            return "" if form == _TEXT or value in {"true", "false"} else form
