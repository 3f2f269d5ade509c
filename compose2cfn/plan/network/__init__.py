"""Where tasks are in a network, and by which names they find each other."""

from compose2cfn.plan.network.aliases import Alias
from compose2cfn.plan.network.discovery import Discovery, discover
from compose2cfn.plan.network.resolvers import VPC_DNS_SERVER, report_resolver
from compose2cfn.plan.network.security_groups import SecurityGroup
from compose2cfn.plan.network.subnets import subnets
from compose2cfn.plan.network.vpc import (
    Networking,
    NetworkInterface,
    is_secluded,
    networking,
)

__all__ = [
    "VPC_DNS_SERVER",
    "Alias",
    "Discovery",
    "NetworkInterface",
    "Networking",
    "SecurityGroup",
    "discover",
    "is_secluded",
    "networking",
    "report_resolver",
    "subnets",
]
