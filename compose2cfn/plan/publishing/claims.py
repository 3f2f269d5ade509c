"""Decide which ports share a listener, and what that listener speaks."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compose2cfn.findings import Parameter
from compose2cfn.plan.publishing.load_balancers import APPLICATION, Balancer
from compose2cfn.plan.publishing.ports import Exposure
from compose2cfn.plan.terms.arns import read
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import Value

_SECURE = frozenset({"grpc", "h2c", "http2", "https", "tls", "wss"})
"""What goes over TLS: AWS speaks HTTP/2 and gRPC to targets for listeners of HTTPS alone."""
_MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Claim:
    """A port that is published, and the load balancer that does it."""

    exposure: Exposure
    balancer: Balancer

    @property
    def key(self) -> tuple[str, int, str]:
        """What the ports of one listener have in common."""
        given = self.exposure.port.x_aws_listener
        return self.balancer.id, self.exposure.published, "" if given is None else json.dumps(given)

    @property
    def listens(self) -> bool:
        """Whether it needs a listener: a target group that is given has one."""
        return self.exposure.port.x_aws_target_group is None

    @property
    def secure(self) -> bool:
        """Whether clients speak TLS with the load balancer."""
        port = self.exposure.port
        return port.x_aws_certificate is not None or self.exposure.speech in _SECURE


def spoken(claims: list[Claim], notes: Notes) -> str:
    """Name the protocol of the listener that ports share, and report who wants another one."""
    secure = [claim for claim in claims if claim.secure]
    certified = any(claim.exposure.port.x_aws_certificate is not None for claim in secure)
    for claim in secure:
        if not certified and claim.exposure.port.x_aws_listener is None:
            notes.error(
                "certificate-missing",
                "a load balancer that speaks TLS shows a certificate: write x-aws-certificate with "
                "the ARN of one; or x-aws-protocol: tcp, if the service shows one itself",
                claim.exposure.path,
            )
    for claim in claims if secure else ():
        if claim.exposure.speech in {"http", "tcp", "udp"} or claim.exposure.protocol == "udp":
            notes.error(
                "port-speech",
                f"clients speak TLS with {secure[0].exposure.service!r} on this port of the load "
                "balancer, and nothing else; publish another port",
                claim.exposure.path,
            )
    if claims[0].balancer.kind == APPLICATION:
        return "HTTPS" if secure else "HTTP"
    transports = sorted({claim.exposure.protocol.upper() for claim in claims})
    return "TLS" if secure else "_".join(transports)


def routed(claims: list[Claim], plain: list[Claim], notes: Notes) -> Iterator[Claim]:
    """List the ports of a listener that have routes.

    Ports of one service that share a listener and want a target group each are a fault.
    """
    goals = {claim.exposure.service: claim.exposure.target for claim in plain[:1]}
    for claim in claims:
        exposure = claim.exposure
        if exposure.port.x_aws_route is None or exposure.port.x_aws_redirect:
            continue
        goal = goals.setdefault(exposure.service, exposure.target)
        if goal == exposure.target:
            yield claim
            continue
        notes.error(
            "port-shared",
            f"port {exposure.published} of {exposure.service!r} goes to {goal} and to "
            f"{exposure.target} of its container; publish another port for one of them",
            exposure.path,
        )


def report_shared(plain: list[Claim], redirects: list[Claim], protocol: str, notes: Notes) -> None:
    """Report ports that want the same listener and say nothing of who gets which requests."""
    ends = {(claim.exposure.service, claim.exposure.target) for claim in plain}
    if not plain or (len(ends) == 1 and protocol == "TCP_UDP"):
        return
    first, *others = (claim.exposure for claim in (*plain, *redirects))
    for other in others:
        bare = next((port for port in (other, first) if not port.port.published), None)
        if first.service != other.service and bare is not None:
            another = bare.target % _MOST_PORT + 1
            about = (
                f"{first.service!r} and {other.service!r} both publish port {first.published}: a "
                "port without a published one is published under its own number; write e.g. "
                f"{another}:{bare.target} in {bare.service!r}, or expose instead of ports if only "
                "other services call it"
            )
        elif first.service != other.service:
            about = (
                f"{first.service!r} and {other.service!r} both publish port {first.published}; "
                "publish another port, or share it with x-aws-route: {host: ..., path: ...}"
            )
        elif first.protocol != other.protocol:
            about = (
                f"TCP and UDP of port {first.published} are one listener; let both reach the same "
                "port of the service, or publish another one"
            )
        else:
            about = f"port {first.published} is published twice; publish another one"
        notes.error("port-shared", about, other.path)


def region(claims: Iterable[Claim]) -> str:
    """Tell the region of the stack by what stands there already; empty if no ARN says it."""
    claims = tuple(claims)
    given = [claim.balancer.arn for claim in claims]
    given += [value for claim in claims for value in claim.exposure.port.x_aws_certificate or ()]
    return next((arn.region for arn in map(read, given) if arn and arn.region), "")


def certificates(
    claims: Iterable[Claim], stem: str, region: str, notes: Notes
) -> tuple[Value, ...]:
    """List the certificates of a listener, each once; the first is the default one."""
    found: dict[str, Value] = {}
    for claim in claims:
        asked = claim.exposure.port.x_aws_certificate
        for value in () if asked is None else asked or ("",):
            certificate = _certificate(value, stem, region, claim, notes)
            found[json.dumps(certificate)] = certificate
    return tuple(found.values())


def _certificate(value: Value, stem: str, region: str, claim: Claim, notes: Notes) -> Value:
    """Use the certificate that is given, or ask for it."""
    if value == "":
        return notes.ask(
            Parameter(
                id=f"{stem}CertificateArn",
                group="Load balancing",
                description="ARN of the certificate that the load balancer shows to clients",
                allowed_pattern="arn:[^:]+:(acm|iam):[^:]*:[0-9]+:(server-)?certificate/.+",
                constraint="the ARN of a certificate",
            )
        )
    path = (*claim.exposure.path, "x-aws-certificate")
    arn = read(value)
    if isinstance(value, str) and not (arn and arn.service in {"acm", "iam"}):
        about = f"{value!r} is not the ARN of a certificate in AWS Certificate Manager or IAM"
        notes.error("certificate-unknown", about, path)
    elif arn and arn.region not in {"", region}:
        notes.error(
            "certificate-region",
            f"the certificate is in {arn.region}, and what else is given in {region}; a load "
            "balancer takes certificates of its own region",
            path,
        )
    return value
