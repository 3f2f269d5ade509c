"""Decide which ports are not published, and why."""

from ipaddress import ip_address

from compose2cfn.diagnostics import Severity
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Port
from compose2cfn.plan.known_images import KnownImage
from compose2cfn.plan.publishing.ingress_sources import says_ingress
from compose2cfn.plan.publishing.known_ports import KNOWN_SERVERS
from compose2cfn.plan.publishing.port_settings import PortDefaults, PortSettings
from compose2cfn.plan.terms.port_numbers import PORT_NUMBERS

UNPUBLISHED = "none"
"""In place of the ARN of a load balancer: the port is not published."""


class Withheld(Record):
    """Why a port is not published; without a code, the file itself says so."""

    code: str = ""
    message: str = ""
    severity: Severity = Severity.WARNING
    subject: str = ""
    """The part of the message in which those of other ports may differ."""

    @property
    def decided_here(self) -> bool:
        """Whether the port would be valid, but is not published."""
        return self.code != "" and self.severity is not Severity.ERROR

    def report(self, spot: Spot) -> None:
        """Report it at the port."""
        if self.code:
            spot.say(self.code, self.message, self.severity, subject=self.subject)


UNNUMBERED = Withheld(
    code="port-unnumbered",
    message="there is no published port, and another service has the same number, so it is not "
    "published; other services reach it by name; to publish it, write the number for the load "
    "balancer in front of it, such as 8081:80",
)
"""For a port that has no published one, where the container's own number would be shared."""


class Withholding:
    """What decides which ports of a service are published."""

    def __init__(self, defaults: PortDefaults, image: KnownImage | None, *, secluded: bool) -> None:
        self.defaults = defaults
        self.image = image
        self.secluded = secluded
        """Whether its task joins internal networks only."""

    def of(self, port: Port, settings: PortSettings) -> Withheld | None:
        """Tell why a port is not published; None if it is."""
        load_balancer = settings.load_balancer or self.defaults.load_balancer
        if settings.transport not in {"tcp", "udp"}:
            return Withheld(
                code="port-protocol",
                message="load balancers do not support this protocol; write tcp or udp",
                severity=Severity.ERROR,
            )
        if port.target not in PORT_NUMBERS:
            return Withheld(
                code="port-number",
                message="the ports of a container are numbers from 1 to 65535",
                severity=Severity.ERROR,
            )
        if load_balancer and load_balancer.arn == UNPUBLISHED:
            return Withheld()
        if port.host_ip and ip_address(port.host_ip).is_loopback:
            return Withheld(
                code="port-loopback",
                message=(
                    "the port is bound to an address of the host itself, so it is not published"
                ),
                severity=Severity.INFO,
            )
        if says_ingress(settings, self.defaults):
            return None
        return self._unasked(port.target, settings)

    def _unasked(self, target: int, settings: PortSettings) -> Withheld | None:
        """Tell why a port is not published if the file does not say who may reach it."""
        if self.secluded:
            return Withheld(
                code="port-internal",
                message="the service joins only internal networks, so the port is not published; "
                "join another network too, or write in x-aws-ingress which addresses may reach it",
            )
        server = self._private_server(target)
        if not server or settings.published_on_purpose:
            return None
        port = f"port {target} ({server})"
        return Withheld(
            code="port-withheld",
            message=f"{port} is not for everybody, so it is not published to the internet; other "
            "services reach it by name; to publish it, write in x-aws-ingress which addresses may "
            "reach it",
            subject=port,
        )

    def _private_server(self, target: int) -> str:
        """Name what listens on a port if that is not for the internet: its image counts first."""
        if self.image and self.image.keeps_private(target):
            return self.image.title
        return KNOWN_SERVERS.get(target, "")
