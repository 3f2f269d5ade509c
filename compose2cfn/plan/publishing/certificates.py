"""Decide which certificates a listener presents to clients."""

from collections.abc import Iterable

from compose2cfn.findings import Findings, Spot
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.terms.arns import read
from compose2cfn.plan.terms.given import CERTIFICATE
from compose2cfn.plan.terms.values import Value, comparable


class Certificates:
    """What reads certificates; ``region`` is that of the stack, if anything says which."""

    def __init__(self, region: str, findings: Findings) -> None:
        self.region = region
        self.findings = findings

    def of(self, ports: Iterable[PublishedPort], stem: str) -> tuple[Value, ...]:
        """List the certificates of ports that share a listener, each once; the first is default.

        ``stem`` begins the id of the parameter for one that is left open.
        """
        asked = CERTIFICATE.parameter(
            f"{stem}CertificateArn",
            "ARN of the certificate that the load balancer shows to clients",
        )
        found: dict[str, Value] = {}
        for port in ports:
            spot = port.spot(self.findings) / "x-aws-certificate"
            for said in port.settings.certificates:
                certificate = CERTIFICATE.given(said, spot, asked)
                self._report_region(said, spot)
                found[comparable(certificate)] = certificate
        return tuple(found.values())

    def _report_region(self, certificate: Value, spot: Spot) -> None:
        arn = read(certificate)
        if arn and CERTIFICATE.find(str(arn)) and arn.region not in {"", self.region}:
            spot.error(
                "certificate-region",
                f"the certificate is in {arn.region}, and everything else in {self.region}; write "
                f"the ARN of one in {self.region}",
            )


def region_of(values: Iterable[Value]) -> str:
    """Tell the region of the stack by what exists there already; empty if no ARN has one."""
    return next((arn.region for arn in map(read, values) if arn and arn.region), "")
