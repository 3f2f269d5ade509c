"""Decide how a load balancer checks whether a target is healthy."""

import re
from collections.abc import Container, Mapping

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.aws import NO_AWS_HEALTHCHECK, AwsHealthCheck
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.terms.port_numbers import PORT_NUMBERS, port_number
from compose2cfn.plan.terms.values import Value

_HTTP = frozenset({"HTTP", "HTTPS"})
_USUAL_INTERVAL = 30
_USUAL_TIMEOUT = {"HTTP": 6, "HTTPS": 10, "TCP": 10}
"""Seconds; the longest default of Elastic Load Balancing."""
_ANSWERED = "200-499"
"""What is healthy if a file does not say which page to request: any answer but a server error.

Elastic Load Balancing would request ``/`` and accept only 200; a service that redirects there, asks
for a login or has no such page runs well under Docker Compose, and would be stopped again and again
here.
"""
_CODES = r"(?a)\d{1,3}(?:-\d{1,3})?(?:,\d{1,3}(?:-\d{1,3})?)*"


class TargetHealthCheck(Record):
    """How a load balancer checks whether a target is healthy; what is empty is left to it."""

    protocol: str
    path: Value = ""
    port: Value = ""
    codes: Value = ""
    interval: int | Value | None = None
    """Seconds, as is the timeout."""
    timeout: int | Value | None = None
    healthy: int | Value | None = None
    """How many checks in a row must succeed (or fail, for ``unhealthy``)."""
    unhealthy: int | Value | None = None


def health_check(
    port: PublishedPort, service: Service, findings: Findings, *, protocol: str, version: str
) -> TargetHealthCheck:
    """Decide how the targets of a port are checked.

    Requests reach them over ``protocol``, and ``version`` of it if that is not the usual one.
    """
    asked = service.x_aws_healthcheck or NO_AWS_HEALTHCHECK
    spot = findings.at("services", port.service, "x-aws-healthcheck")
    http = protocol in _HTTP
    kind = _protocol(asked, protocol, spot)
    _report_path(asked, kind, spot)
    interval, timeout = _times(asked, kind, spot)
    least, most = _valid_codes(version, http=http)
    _report_codes(asked.codes, least, most, spot / "codes")
    checked_port = _port(asked.port, spot / "port")
    if not asked.port and protocol == "UDP":
        checked_port = _tcp_port(port, service, findings)
    usual_codes = _ANSWERED if http and not asked.path and version != "GRPC" else ""
    return TargetHealthCheck(
        protocol=kind,
        path=asked.path or "",
        port=checked_port,
        codes=asked.codes or usual_codes,
        interval=interval,
        timeout=timeout,
        healthy=_number(asked.healthy, 2, 10, spot / "healthy"),
        unhealthy=_number(asked.unhealthy, 2, 10, spot / "unhealthy"),
    )


def report_unused_checks(
    services: Mapping[str, Service], checked: Container[str], findings: Findings
) -> None:
    """Report settings for checks of services that no load balancer checks."""
    for name, service in services.items():
        if service.x_aws_healthcheck is not None and name not in checked:
            findings.at("services", name, "x-aws-healthcheck").warn(
                "check-unused",
                "no target group of this stack checks this service, so this has no effect; "
                "write healthcheck for ECS's own check",
            )


def _protocol(asked: AwsHealthCheck, protocol: str, spot: Spot) -> str:
    """Find the protocol of the check: that of the requests where it can be."""
    http = protocol in _HTTP
    usual = "HTTP" if asked.path or asked.codes else "TCP"
    if http:
        usual = protocol
    kind = str(asked.protocol or usual).upper()
    if kind not in _HTTP and (http or kind != "TCP"):
        kinds = "HTTP or HTTPS" if http else "TCP, HTTP or HTTPS"
        about = f"must be {kinds}, since the port is {protocol}"
        (spot / "protocol").error("check-protocol", about)
    return kind


def _report_path(asked: AwsHealthCheck, kind: str, spot: Spot) -> None:
    if kind == "TCP" and (asked.path or asked.codes):
        about = "a check over TCP has no path and no codes; write protocol: HTTP"
        spot.error("check-path", about)
    if isinstance(asked.path, str) and not re.fullmatch(r"(?:/[!-~]{0,1023})?", asked.path):
        about = "the path must start with /, and have at most 1024 characters and no blanks"
        (spot / "path").error("check-path", about)


def _times(
    asked: AwsHealthCheck, kind: str, spot: Spot
) -> tuple[int | Value | None, int | Value | None]:
    """Find interval and timeout; the timeout is the shorter one."""
    interval = _number(asked.interval, 5, 300, spot / "interval")
    timeout = _number(asked.timeout, 2, 120, spot / "timeout")
    if isinstance(interval, int) and timeout is None and interval <= _USUAL_TIMEOUT.get(kind, 10):
        timeout = interval - 1
    span = _USUAL_INTERVAL if interval is None else interval
    if isinstance(timeout, int) and isinstance(span, int) and timeout >= span:
        about = f"the timeout must be shorter than the interval ({span} seconds)"
        (spot / "timeout").error("check-times", about)
    return interval, timeout


def _port(asked: Value | None, spot: Spot) -> Value:
    """Read the port that is checked; empty for that of the requests."""
    match asked:
        case None | "":
            pass
        case "traffic-port":
            return asked
        case str() if port_number(asked):
            return asked
        case str():
            spot.error("check-port", "must be traffic-port, or a number from 1 to 65535")
        case _:
            about = "must be a number, not a function: a security group opens this port"
            spot.error("check-port", about)
    return ""


def _tcp_port(port: PublishedPort, service: Service, findings: Findings) -> str:
    """Find a TCP port of a service, which is checked where requests come over UDP."""
    found = [other.target for other in service.ports if other.protocol.lower() == "tcp"]
    if not found:
        port.spot(findings).error(
            "check-udp",
            "a load balancer checks the health of a service over TCP, and this one listens only on "
            "UDP; name a TCP port that it listens on: x-aws-healthcheck: {port: ...}",
        )
    return next((str(number) for number in found if number in PORT_NUMBERS), "")


def _number(value: int | Value | None, least: int, most: int, spot: Spot) -> int | Value | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) or (isinstance(value, int) and not least <= value <= most):
        spot.error("check-range", f"must be a whole number from {least} to {most}")
        return None
    return value


def _report_codes(codes: Value | None, least: int, most: int, spot: Spot) -> None:
    if not codes or not isinstance(codes, str):
        return
    spans = codes.split(",") if re.fullmatch(_CODES, codes) else [""]
    if not all(_is_span(span, least, most) for span in spans):
        about = f"write codes from {least} to {most}, such as {least} or {least},{least + 2}-{most}"
        spot.error("check-codes", about)


def _valid_codes(version: str, *, http: bool) -> tuple[int, int]:
    """Return the first and the last code that can be a sign of health."""
    if version == "GRPC":
        return 0, 99
    return 200, 499 if http else 599


def _is_span(text: str, least: int, most: int) -> bool:
    """Tell whether a text is one code, or a range with a hyphen, within the limits."""
    first, _, last = text.partition("-")
    return first != "" and least <= int(first) <= int(last or first) <= most
