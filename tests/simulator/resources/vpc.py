"""Amazon VPC: networks, subnets, gateways, routes, endpoints and flow logs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html says
what needs the attachment of an internet gateway, and must say so with ``DependsOn``.
"""

from typing import ClassVar

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource
from tests.simulator.resources.connections import (
    attached,
    interfaces,
    nat_gateways,
    public_addresses,
)


class _Tagged(Resource):
    """What EC2 tags by its id."""

    def tag(self) -> None:
        if tags := self.properties.get("Tags"):
            self.call("ec2", "CreateTags", Resources=[self.id], Tags=tags)

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Tags"})
        self.tag()


class Vpc(_Tagged):
    type = "AWS::EC2::VPC"
    SWITCHES: ClassVar = ("EnableDnsHostnames", "EnableDnsSupport")

    def create(self) -> None:
        made = self.call("ec2", "CreateVpc", **self.rest("Tags", *self.SWITCHES))["Vpc"]
        self.id = made["VpcId"]
        groups = self._found("SecurityGroups", "vpc-id")
        self.attributes = {"DefaultSecurityGroup": groups[0]["GroupId"], "VpcId": self.id}
        self._switch()
        self.tag()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Tags", *self.SWITCHES})
        self._switch()
        self.tag()

    def delete(self) -> None:
        """Delete it; moto looks for subnets and route tables."""
        groups = self._found("SecurityGroups", "vpc-id")
        others = [one["GroupId"] for one in groups if one["GroupName"] != "default"]
        gateways = self._found("InternetGateways", "attachment.vpc-id")
        users = [*others, *(one["InternetGatewayId"] for one in gateways)]
        if users:
            self.refuse(
                f"DependencyViolation: The vpc {self.id} has dependencies and cannot be deleted:"
                f" {users}"
            )
        self.call("ec2", "DeleteVpc", VpcId=self.id)

    def _switch(self) -> None:
        for name in self.SWITCHES:
            if name in self.properties:
                value = {name: {"Value": self.properties[name]}}
                self.call("ec2", "ModifyVpcAttribute", VpcId=self.id, **value)

    def _found(self, kind: str, by: str) -> list[Answer]:
        found: list[Answer] = self.call(
            "ec2", f"Describe{kind}", Filters=[{"Name": by, "Values": [self.id]}]
        )[kind]
        return found


class InternetGateway(_Tagged):
    type = "AWS::EC2::InternetGateway"

    def create(self) -> None:
        self.id = self.call("ec2", "CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
        self.attributes = {"InternetGatewayId": self.id}
        self.tag()

    def delete(self) -> None:
        self.call("ec2", "DeleteInternetGateway", InternetGatewayId=self.id)


class VpcGatewayAttachment(Resource):
    type = "AWS::EC2::VPCGatewayAttachment"

    def create(self) -> None:
        if attached(self, self.properties["VpcId"]):
            self.refuse(
                f"InvalidParameterValue: Network {self.properties['VpcId']} already has an"
                " internet gateway attached"
            )
        self.call("ec2", "AttachInternetGateway", **self.properties)
        self.id = f"IGW|{self.properties['VpcId']}"
        self.attributes = {"AttachmentType": "IGW"}

    def delete(self) -> None:
        vpc = self.properties["VpcId"]
        if users := [*public_addresses(self, vpc)]:
            self.refuse(
                f"DependencyViolation: Network {vpc} has some mapped public address(es). Please"
                f" unmap those public address(es) before detaching the gateway: {users}"
            )
        self.call("ec2", "DetachInternetGateway", **self.properties)


class Subnet(_Tagged):
    type = "AWS::EC2::Subnet"

    def create(self) -> None:
        made = self.call("ec2", "CreateSubnet", **self.rest("MapPublicIpOnLaunch", "Tags"))
        self.id = made["Subnet"]["SubnetId"]
        self.attributes = {
            "AvailabilityZone": made["Subnet"]["AvailabilityZone"],
            "SubnetId": self.id,
        }
        self._switch()
        self.tag()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"MapPublicIpOnLaunch", "Tags"})
        self._switch()
        self.tag()

    def delete(self) -> None:
        if user := next(interfaces(self, self.id), None):
            self.refuse(
                f"DependencyViolation: The subnet '{self.id}' has dependencies and cannot be"
                f" deleted: {user}"
            )
        self.call("ec2", "DeleteSubnet", SubnetId=self.id)

    def _switch(self) -> None:
        if "MapPublicIpOnLaunch" in self.properties:
            value = {"Value": self.properties["MapPublicIpOnLaunch"]}
            self.call("ec2", "ModifySubnetAttribute", SubnetId=self.id, MapPublicIpOnLaunch=value)


class RouteTable(_Tagged):
    type = "AWS::EC2::RouteTable"

    def create(self) -> None:
        made = self.call("ec2", "CreateRouteTable", **self.some("VpcId"))
        self.id = made["RouteTable"]["RouteTableId"]
        self.attributes = {"RouteTableId": self.id}
        self.tag()

    def delete(self) -> None:
        self.call("ec2", "DeleteRouteTable", RouteTableId=self.id)


class SubnetRouteTableAssociation(Resource):
    type = "AWS::EC2::SubnetRouteTableAssociation"

    def create(self) -> None:
        self.id = self.call("ec2", "AssociateRouteTable", **self.properties)["AssociationId"]
        self.attributes = {"Id": self.id}

    def delete(self) -> None:
        self.call("ec2", "DisassociateRouteTable", AssociationId=self.id)


class Route(Resource):
    type = "AWS::EC2::Route"
    eager = True

    def create(self) -> None:
        self._check()
        self.call("ec2", "CreateRoute", **self.properties)
        self.id = f"{self.properties['RouteTableId']}|{self.properties['DestinationCidrBlock']}"

    def update(self, changed: frozenset[str]) -> None:
        self._check()
        self.call("ec2", "ReplaceRoute", **self.properties)

    def delete(self) -> None:
        self.call("ec2", "DeleteRoute", **self.some("RouteTableId", "DestinationCidrBlock"))

    def _check(self) -> None:
        """Refuse a gateway that does not belong to the network, or a NAT gateway that is gone."""
        table = self.properties["RouteTableId"]
        found = self.call("ec2", "DescribeRouteTables", RouteTableIds=[table])["RouteTables"][0]
        gateway = self.properties.get("GatewayId", "")
        if gateway.startswith("igw-") and gateway not in attached(self, found["VpcId"]):
            self.refuse(
                f"InvalidParameterValue: route table {table} and network gateway {gateway} belong"
                " to different networks"
            )
        nat = self.properties.get("NatGatewayId")
        if nat and nat not in [one["NatGatewayId"] for one in nat_gateways(self, found["VpcId"])]:
            self.refuse(f"InvalidNatGatewayID.NotFound: The gateway ID '{nat}' does not exist")


class Address(_Tagged):
    type = "AWS::EC2::EIP"

    def create(self) -> None:
        made = self.call("ec2", "AllocateAddress", **self.rest("Tags"))
        self.id = made["PublicIp"]
        self.attributes = {"AllocationId": made["AllocationId"], "PublicIp": self.id}
        self._tag_allocation()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Tags"})
        self._tag_allocation()

    def delete(self) -> None:
        allocation = str(self.attributes["AllocationId"])
        if user := _nat_of(self, allocation):
            self.refuse(f"InvalidIPAddress.InUse: Address {self.id} is in use: {user}")
        self.call("ec2", "ReleaseAddress", AllocationId=allocation)

    def _tag_allocation(self) -> None:
        if tags := self.properties.get("Tags"):
            self.call("ec2", "CreateTags", Resources=[self.attributes["AllocationId"]], Tags=tags)


class NatGateway(_Tagged):
    type = "AWS::EC2::NatGateway"
    eager = True

    def create(self) -> None:
        subnet = self.properties["SubnetId"]
        found = self.call("ec2", "DescribeSubnets", SubnetIds=[subnet])["Subnets"][0]
        if not attached(self, found["VpcId"]):
            self.refuse(f"Network {found['VpcId']} has no Internet gateway attached")
        if user := _nat_of(self, self.properties["AllocationId"]):
            self.refuse(f"Elastic IP address is already associated: {user}")
        made = self.call("ec2", "CreateNatGateway", **self.rest("Tags"))["NatGateway"]
        self.id = made["NatGatewayId"]
        self.attributes = {"NatGatewayId": self.id}
        self.tag()

    def delete(self) -> None:
        self.call("ec2", "DeleteNatGateway", NatGatewayId=self.id)


class VpcEndpoint(_Tagged):
    type = "AWS::EC2::VPCEndpoint"

    def create(self) -> None:
        made = self.call("ec2", "CreateVpcEndpoint", **self.rest("Tags"))["VpcEndpoint"]
        self.id = made["VpcEndpointId"]
        self.attributes = {"Id": self.id}
        self.tag()

    def delete(self) -> None:
        self.call("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[self.id])


class FlowLog(_Tagged):
    type = "AWS::EC2::FlowLog"

    def create(self) -> None:
        arguments = self.rest("ResourceId", "Tags")
        resources = [self.properties["ResourceId"]]
        made = self.call("ec2", "CreateFlowLogs", **arguments, ResourceIds=resources)
        (self.id,) = made["FlowLogIds"]
        found = self.call("ec2", "DescribeFlowLogs", FlowLogIds=[self.id])["FlowLogs"][0]
        if found["DeliverLogsStatus"] == "FAILED":
            self.refuse(f"the flow log cannot be delivered: {found['DeliverLogsErrorMessage']}")
        self.attributes = {"Id": self.id}
        self.tag()

    def delete(self) -> None:
        self.call("ec2", "DeleteFlowLogs", FlowLogIds=[self.id])


def _nat_of(resource: Resource, allocation: str) -> str:
    """Name the NAT gateway that has an address."""
    where = [{"Name": "state", "Values": ["available"]}]
    for gateway in resource.call("ec2", "DescribeNatGateways", Filter=where)["NatGateways"]:
        if allocation in [one["AllocationId"] for one in gateway["NatGatewayAddresses"]]:
            return str(gateway["NatGatewayId"])
    return ""
