"""Decide on target groups: where the requests of a port go, and how targets are checked."""

import re
from dataclasses import dataclass

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.aws import AwsHealthCheck
from compose2cfn.plan.publishing.load_balancers import APPLICATION, Balancer
from compose2cfn.plan.publishing.ports import Exposure
from compose2cfn.plan.terms.arns import read
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, ref

MOST_TARGETS = 5
"""Target groups of one ECS service."""

_USUAL_INTERVAL = 30
_USUAL_TIMEOUT = {"HTTP": 6, "HTTPS": 10, "TCP": 10}
"""Seconds; the longest of what Elastic Load Balancing takes where nothing is said."""
_ANSWERED = "200-499"
"""What is well where a file names no page to ask for: any answer but that of a broken server.

Elastic Load Balancing would ask for ``/`` and take 200 alone; a service that redirects there, wants
a login or has no such page runs well under Docker Compose, and would be stopped without end here.
"""
_CODES = re.compile(r"\d{1,3}(?:-\d{1,3})?(?:,\d{1,3}(?:-\d{1,3})?)*")
_VERSIONS = {"grpc": "GRPC", "h2c": "HTTP2", "http2": "HTTP2"}


@dataclass(frozen=True, slots=True)
class Check:
    """How a load balancer asks whether a target is well; times in seconds."""

    protocol: str
    path: Value = ""
    port: Value = ""
    codes: Value = ""
    interval: int | Value | None = None
    timeout: int | Value | None = None
    healthy: int | Value | None = None
    unhealthy: int | Value | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target group: where requests of a listener go."""

    id: str
    arn: Value
    own: bool
    owner: str
    service: str
    port: int
    published: int
    protocol: str
    version: str
    """How HTTP is spoken to the targets, if it is."""
    check: Check
    balancer: Balancer
    origin: Steps


def family(protocol: str) -> str:
    """Name the transport of a listener, as ids carry it."""
    return "UDP" if protocol == "UDP" else "TCP"


def target(
    app: App, names: Names, exposure: Exposure, balancer: Balancer, listener: str, notes: Notes
) -> Target:
    """Make the target group of a port; ``listener`` is the protocol of its listener."""
    given = exposure.port.x_aws_target_group
    stem = f"{family(listener)}{exposure.published}{balancer.stem}"
    id_ = names.service(exposure.service, f"{stem}TargetGroup")
    hint = exposure.port.app_protocol.lower()
    if balancer.kind == APPLICATION:
        protocol = "HTTPS" if hint in {"https", "wss"} else "HTTP"
    elif listener == "TLS":
        protocol = "TLS" if hint == "tls" else "TCP"
    else:
        protocol = listener
    return Target(
        id=id_,
        arn=ref(id_) if given is None else _given(given, id_, exposure, notes),
        own=given is None,
        owner=exposure.owner,
        service=exposure.service,
        port=exposure.target,
        published=exposure.published,
        protocol=protocol,
        version=_VERSIONS.get(hint, "HTTP1") if balancer.kind == APPLICATION else "",
        check=_check(app, exposure, protocol, _VERSIONS.get(hint, ""), notes)
        if given is None
        else Check(""),
        balancer=balancer,
        origin=exposure.path,
    )


def _given(given: Value, id_: str, exposure: Exposure, notes: Notes) -> Value:
    """Use the target group that is given, or ask for it."""
    if given == "":
        return notes.ask(
            Parameter(
                id=f"{id_}Arn",
                group="Load balancing",
                description=f"ARN of the target group for port {exposure.target} of "
                f"{exposure.service}; its targets are addresses",
                allowed_pattern="arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]+:targetgroup/.+",
                constraint="the ARN of a target group",
            )
        )
    found = read(given)
    if isinstance(given, str) and not (found and found.resource.startswith("targetgroup/")):
        path = (*exposure.path, "x-aws-target_group")
        notes.error("target-unknown", f"{given!r} is not the ARN of a target group", path)
    return given


def _check(app: App, exposure: Exposure, protocol: str, version: str, notes: Notes) -> Check:
    """Decide how the load balancer asks whether a target is well."""
    service = app.project.services[exposure.service]
    asked = service.x_aws_healthcheck or AwsHealthCheck()
    path: Steps = ("services", exposure.service, "x-aws-healthcheck")
    web = protocol in {"HTTP", "HTTPS"}
    usual = protocol if web else "HTTP" if asked.path or asked.codes else "TCP"
    kind = str(asked.protocol or usual).upper()
    if kind not in {"HTTP", "HTTPS"} | (set() if web else {"TCP"}):
        about = f"write {'HTTP or HTTPS' if web else 'TCP, HTTP or HTTPS'}: the port is {protocol}"
        notes.error("check-protocol", about, (*path, "protocol"))
    if kind == "TCP" and (asked.path or asked.codes):
        about = "a check over TCP knows no path and no codes; write protocol: HTTP"
        notes.error("check-path", about, path)
    if isinstance(asked.path, str) and not re.fullmatch(r"(?:/[!-~]{0,1023})?", asked.path):
        about = "the path starts with / and has at most 1024 characters, none blank"
        notes.error("check-path", about, (*path, "path"))
    interval = _number(asked.interval, (*path, "interval"), (5, 300), notes)
    timeout = _number(asked.timeout, (*path, "timeout"), (2, 120), notes)
    if isinstance(interval, int) and timeout is None and interval <= _USUAL_TIMEOUT.get(kind, 10):
        timeout = interval - 1
    span = _USUAL_INTERVAL if interval is None else interval
    if isinstance(timeout, int) and isinstance(span, int) and timeout >= span:
        about = f"the timeout must be shorter than the interval ({span} seconds)"
        notes.error("check-times", about, (*path, "timeout"))
    _report_codes(
        asked.codes, (0, 99) if version == "GRPC" else (200, 499 if web else 599), path, notes
    )
    return Check(
        protocol=kind,
        path=asked.path or "",
        port=_port(app, exposure, protocol, asked.port or "", notes),
        codes=asked.codes or (_ANSWERED if web and not asked.path and version != "GRPC" else ""),
        interval=interval,
        timeout=timeout,
        healthy=_number(asked.healthy, (*path, "healthy"), (2, 10), notes),
        unhealthy=_number(asked.unhealthy, (*path, "unhealthy"), (2, 10), notes),
    )


def _port(app: App, exposure: Exposure, protocol: str, asked: Value, notes: Notes) -> Value:
    """Find the port that is asked: another than that of the requests where those come over UDP."""
    if isinstance(asked, str) and asked not in {"", "traffic-port"}:
        if not (asked.isdecimal() and 1 <= int(asked) <= 65_535):
            path = ("services", exposure.service, "x-aws-healthcheck", "port")
            notes.error("check-port", "write traffic-port, or a number from 1 to 65535", path)
            return ""
        return asked
    if isinstance(asked, dict):
        path = ("services", exposure.service, "x-aws-healthcheck", "port")
        about = "the security group of the tasks opens this port, so it must be known: a number"
        notes.error("check-port", about, path)
        return ""
    if asked or protocol != "UDP":
        return asked
    ports = app.project.services[exposure.service].ports
    streams = [port.target for port in ports if port.protocol.lower() == "tcp"]
    if streams:
        return str(streams[0])
    notes.error(
        "check-udp",
        "a load balancer asks over TCP whether a service is well, and this one listens on UDP "
        "alone; name a TCP port that it listens on: x-aws-healthcheck: {port: ...}",
        exposure.path,
    )
    return ""


def _number(
    value: int | Value | None, path: Steps, bounds: tuple[int, int], notes: Notes
) -> int | Value | None:
    if value is None or value == "":
        return None
    least, most = bounds
    if isinstance(value, str) or (isinstance(value, int) and not least <= value <= most):
        notes.error("check-range", f"write a whole number from {least} to {most}", path)
        return None
    return value


def _report_codes(codes: Value | None, bounds: tuple[int, int], path: Steps, notes: Notes) -> None:
    if not codes or not isinstance(codes, str):
        return
    least, most = bounds
    known = _CODES.fullmatch(codes)
    spans = [[int(code) for code in span.split("-")] for span in codes.split(",")] if known else []
    if not spans or any(sorted([least, *span, most]) != [least, *span, most] for span in spans):
        about = f"write codes from {least} to {most}, such as {least} or {least},{least + 2}-{most}"
        notes.error("check-codes", about, (*path, "codes"))
