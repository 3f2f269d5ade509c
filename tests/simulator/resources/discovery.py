"""AWS Cloud Map."""

import re
from hashlib import sha256

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource
from tests.simulator.template import Properties


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
            found = self.call("servicediscovery", "GetService", Id=service["Id"])
            if _namespace(found["Service"]) == self.id:
                self.refuse(f"ResourceInUse: the namespace has the service {service['Name']}")
        self.call("servicediscovery", "DeleteNamespace", Id=self.id)


class Service(Resource):
    type = "AWS::ServiceDiscovery::Service"

    def create(self) -> None:
        dns = self.properties.get("DnsConfig", {})
        kinds, routing = _answer(dns)
        if "CNAME" in kinds and (routing == "MULTIVALUE" or kinds != {"CNAME"}):
            self.refuse("InvalidInput: CNAME records stand alone, with routing policy WEIGHTED")
        self._refuse_taken(self.properties["Name"], self._namespace)
        made = self.call("servicediscovery", "CreateService", **self.properties)["Service"]
        self.id = made["Id"]
        self.attributes = {"Arn": made["Arn"], "Id": self.id, "Name": made["Name"]}
        self._dns = dns

    @property
    def _namespace(self) -> str:
        """Return its namespace, which may be named in either of two places."""
        dns = self.properties.get("DnsConfig", {})
        return str(self.properties.get("NamespaceId", dns.get("NamespaceId")))

    def _refuse_taken(self, name: str, namespace: str) -> None:
        """Refuse a name that another service of the namespace has, in whatever case.

        https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html
        """
        for other in self.call("servicediscovery", "ListServices")["Services"]:
            there = self.call("servicediscovery", "GetService", Id=other["Id"])["Service"]
            if (_namespace(there), there["Name"].lower()) == (namespace, name.lower()):
                self.refuse(f"ServiceAlreadyExists: Service with name {name} already exists")

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Description", "DnsConfig", "Tags"})
        if dns := self.properties.get("DnsConfig"):
            if dns.get("NamespaceId") != self._dns.get("NamespaceId"):
                self.refuse("InvalidInput: a service cannot move to another namespace")
            # UpdateService takes another TTL, and nothing else of its records.
            if _answer(dns) != _answer(self._dns):
                self.refuse("InvalidInput: record types and routing policy cannot be updated")
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


def _namespace(service: Answer) -> str:
    return str(service.get("NamespaceId") or service["DnsConfig"]["NamespaceId"])


def _answer(dns: Properties) -> tuple[set[str], str]:
    """Return what a service answers with for all of its life: record types and routing policy."""
    records = {record["Type"] for record in dns.get("DnsRecords", [])}
    return records, dns.get("RoutingPolicy", "MULTIVALUE")


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
        self.delete()  # moto would keep both; to AWS an id that is there already is changed
        self.create()

    def delete(self) -> None:
        service = self.properties["ServiceId"]
        self.call("servicediscovery", "DeregisterInstance", ServiceId=service, InstanceId=self.id)
