"""The DNS server that tasks ask, where a file names that of Docker instead."""

import re

from compose2cfn.findings import Spot

VPC_DNS_SERVER = "169.254.169.253"
"""Where every task finds the DNS server of its VPC.

https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""

_OF_DOCKER = re.compile(r"(?<![\d.])127\.0\.0\.11(?![\d.]*\d)")


def report_resolver(what: str, text: str, spot: Spot) -> None:
    """Report a text that names the DNS server of Docker; ``what`` says whose text it is."""
    if _OF_DOCKER.search(text):
        spot.warn(
            "docker-resolver",
            f"{what} names 127.0.0.11, the DNS server of Docker, which tasks on ECS do not have; "
            f"write {VPC_DNS_SERVER}, and names in full (NAME.NAMESPACE, with x-aws-namespace), "
            "since what asks a DNS server by its address adds no domain",
        )
