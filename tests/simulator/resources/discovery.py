"""AWS Cloud Map."""

import re
from hashlib import sha256

from tests.simulator.resources.base import Resource


class PrivateDnsNamespace(Resource):
    type = "AWS::ServiceDiscovery::PrivateDnsNamespace"

    def create(self) -> None:
        name, vpc = self.properties["Name"], self.properties["Vpc"]
        if not all(re.fullmatch(r"[^.]{1,63}", label) for label in name.split(".")):
            self.refuse(f"InvalidInput: each label of {name!r} has 1 to 63 characters")
        # moto lets a VPC have one namespace, AWS one of each name: so a mark of the name becomes
        # part of the VPC's id, which moto only compares.
        started = self.call(
            "servicediscovery",
            "CreatePrivateDnsNamespace",
            **self.rest("Vpc"),
            Vpc=f"{vpc}/{sha256(name.encode()).hexdigest()[:32]}",
        )
        operation = self.call(
            "servicediscovery", "GetOperation", OperationId=started["OperationId"]
        )["Operation"]
        self.id = operation["Targets"]["NAMESPACE"]
        made = self.call("servicediscovery", "GetNamespace", Id=self.id)["Namespace"]
        zone = made["Properties"]["DnsProperties"]["HostedZoneId"]
        self.attributes = {"Arn": made["Arn"], "HostedZoneId": zone, "Id": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description", "Properties", "Tags"})

    def delete(self) -> None:
        for service in self.call("servicediscovery", "ListServices")["Services"]:
            if service["DnsConfig"]["NamespaceId"] == self.id:
                self.refuse(f"ResourceInUse: the namespace has the service {service['Name']}")
        self.call("servicediscovery", "DeleteNamespace", Id=self.id)


class Service(Resource):
    type = "AWS::ServiceDiscovery::Service"

    def create(self) -> None:
        dns = self.properties.get("DnsConfig", {})
        kinds = {record["Type"] for record in dns.get("DnsRecords", [])}
        routing = dns.get("RoutingPolicy", "MULTIVALUE")
        if "CNAME" in kinds and (routing == "MULTIVALUE" or kinds != {"CNAME"}):
            self.refuse("InvalidInput: CNAME records stand alone, with routing policy WEIGHTED")
        made = self.call("servicediscovery", "CreateService", **self.properties)["Service"]
        self.id = made["Id"]
        self.attributes = {"Arn": made["Arn"], "Id": self.id, "Name": made["Name"]}
        self._namespace = dns.get("NamespaceId")

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description", "DnsConfig", "Tags"})
        if dns := self.properties.get("DnsConfig"):
            if dns.get("NamespaceId") != self._namespace:
                self.refuse("InvalidInput: a service cannot move to another namespace")
            self.call(
                "servicediscovery",
                "UpdateService",
                Id=self.id,
                Service={"DnsConfig": {"DnsRecords": dns["DnsRecords"]}},
            )

    def delete(self) -> None:
        if self.call("servicediscovery", "ListInstances", ServiceId=self.id)["Instances"]:
            self.refuse("ResourceInUse: the service has registered instances")
        self.call("servicediscovery", "DeleteService", Id=self.id)


class Instance(Resource):
    type = "AWS::ServiceDiscovery::Instance"

    def create(self) -> None:
        self.id = self.properties.get("InstanceId") or self.name()[-64:]
        self.call(
            "servicediscovery",
            "RegisterInstance",
            ServiceId=self.properties["ServiceId"],
            InstanceId=self.id,
            Attributes=self.properties["InstanceAttributes"],
        )

    def update(self, changed: frozenset[str]) -> None:
        self.create()

    def delete(self) -> None:
        service = self.properties["ServiceId"]
        self.call("servicediscovery", "DeregisterInstance", ServiceId=service, InstanceId=self.id)
