"""What is connected to a VPC: gateways, public addresses, network interfaces."""

from collections.abc import Iterator

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource


def attached(resource: Resource, vpc: str) -> list[str]:
    """Name the internet gateways of a VPC: one, or none."""
    where = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    found = resource.call("ec2", "DescribeInternetGateways", Filters=where)["InternetGateways"]
    return [gateway["InternetGatewayId"] for gateway in found]


def nat_gateways(resource: Resource, vpc: str) -> list[Answer]:
    """Find the NAT gateways of a VPC that work; EC2 still shows deleted ones for a while."""
    where = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "state", "Values": ["available"]}]
    found: list[Answer] = resource.call("ec2", "DescribeNatGateways", Filter=where)["NatGateways"]
    return found


def public_addresses(resource: Resource, vpc: str) -> Iterator[str]:
    """Find what has a public address in a VPC."""
    for gateway in nat_gateways(resource, vpc):
        yield gateway["NatGatewayId"]
    for balancer in resource.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        if balancer["VpcId"] == vpc and balancer["Scheme"] == "internet-facing":
            yield balancer["LoadBalancerArn"]
    where = [{"Name": "vpc-id", "Values": [vpc]}]
    found = resource.call("ec2", "DescribeSubnets", Filters=where)["Subnets"]
    subnets = {subnet["SubnetId"] for subnet in found}
    for service in _services(resource):
        network = _network(service)
        if network.get("assignPublicIp") == "ENABLED" and subnets & {*network["subnets"]}:
            yield service["serviceArn"]


def interfaces(resource: Resource, subnet: str) -> Iterator[str]:
    """Find what has a network interface in a subnet."""
    for balancer in resource.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        if subnet in [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]:
            yield balancer["LoadBalancerArn"]
    where = [{"Name": "subnet-id", "Values": [subnet]}, {"Name": "state", "Values": ["available"]}]
    for gateway in resource.call("ec2", "DescribeNatGateways", Filter=where)["NatGateways"]:
        yield gateway["NatGatewayId"]
    for system in resource.call("efs", "DescribeFileSystems")["FileSystems"]:
        file_system = system["FileSystemId"]
        targets = resource.call("efs", "DescribeMountTargets", FileSystemId=file_system)
        for target in targets["MountTargets"]:
            if target["SubnetId"] == subnet:
                yield target["MountTargetId"]
    for service in _services(resource):
        if subnet in _network(service)["subnets"]:
            yield service["serviceArn"]


def _services(resource: Resource) -> Iterator[Answer]:
    """Find the services that have, or are to have, tasks."""
    for cluster in resource.call("ecs", "ListClusters")["clusterArns"]:
        for arn in resource.call("ecs", "ListServices", Cluster=cluster)["serviceArns"]:
            found = resource.call("ecs", "DescribeServices", Cluster=cluster, Services=[arn])
            for service in found["services"]:
                if service["status"] == "ACTIVE" and service["desiredCount"]:
                    yield service


def _network(service: Answer) -> Answer:
    network: Answer = service["networkConfiguration"]["awsvpcConfiguration"]
    return network
