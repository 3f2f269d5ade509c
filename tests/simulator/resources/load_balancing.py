"""Elastic Load Balancing."""

from collections.abc import Iterator

from tests.simulator.resources.base import Resource
from tests.simulator.resources.connections import attached
from tests.simulator.template import Properties

DELAY = "deregistration_delay.timeout_seconds"


class LoadBalancer(Resource):
    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    named_by = "Name"
    name_limit = 32
    eager = True

    def create(self) -> None:
        self._check_subnets()
        made = self.call(
            "elbv2",
            "CreateLoadBalancer",
            **self.rest("Name", "LoadBalancerAttributes"),
            Name=self.name(),
        )["LoadBalancers"][0]
        self.id = made["LoadBalancerArn"]
        self.attributes = {
            "CanonicalHostedZoneID": made["CanonicalHostedZoneId"],
            "DNSName": made["DNSName"],
            "LoadBalancerArn": self.id,
            "LoadBalancerFullName": self.id.split(":loadbalancer/")[1],
            "LoadBalancerName": made["LoadBalancerName"],
            "SecurityGroups": made.get("SecurityGroups", []),
        }
        self._set_attributes()

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"LoadBalancerAttributes", "SecurityGroups", "Subnets", "Tags"})
        if "Subnets" in changed:
            self._check_subnets()
            subnets = self.properties["Subnets"]
            self.call("elbv2", "SetSubnets", LoadBalancerArn=self.id, Subnets=subnets)
        if "SecurityGroups" in changed:
            groups = self.properties["SecurityGroups"]
            self.call("elbv2", "SetSecurityGroups", LoadBalancerArn=self.id, SecurityGroups=groups)
            self.attributes["SecurityGroups"] = groups
        self._set_attributes()

    def delete(self) -> None:
        self.call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=self.id)

    def _set_attributes(self) -> None:
        if attributes := self.properties.get("LoadBalancerAttributes"):
            self.call(
                "elbv2",
                "ModifyLoadBalancerAttributes",
                LoadBalancerArn=self.id,
                Attributes=attributes,
            )

    def _check_subnets(self) -> None:
        subnets = self.properties.get("Subnets", [])
        application = self.properties.get("Type", "application") == "application"
        if application and len(self._zones(subnets)) < 2:
            self.refuse(
                "At least two subnets in two different Availability Zones must be specified"
            )
        if len(self._zones(subnets)) < len(subnets):
            self.refuse("A load balancer cannot be attached to multiple subnets in the same zone")
        if self.properties.get("Scheme", "internet-facing") == "internet-facing":
            self._check_gateway(subnets)

    def _check_gateway(self, subnets: list[str]) -> None:
        subnet = self.call("ec2", "DescribeSubnets", SubnetIds=subnets[:1])["Subnets"][0]
        vpc = self.call("ec2", "DescribeVpcs", VpcIds=[subnet["VpcId"]])["Vpcs"][0]
        # AWS's default VPC has one, and moto's has not.
        if not vpc["IsDefault"] and not attached(self, vpc["VpcId"]):
            self.refuse(f"InvalidSubnet: VPC {vpc['VpcId']} has no internet gateway")

    def _zones(self, subnets: list[str]) -> set[str]:
        found = self.call("ec2", "DescribeSubnets", SubnetIds=sorted(set(subnets)))["Subnets"]
        return {subnet["AvailabilityZone"] for subnet in found}


class TargetGroup(Resource):
    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    named_by = "Name"
    name_limit = 32

    def create(self) -> None:
        made = self.call(
            "elbv2",
            "CreateTargetGroup",
            **self.rest("Name", "TargetGroupAttributes", "Targets"),
            Name=self.name(),
        )["TargetGroups"][0]
        self.id = made["TargetGroupArn"]
        self.attributes = {
            "LoadBalancerArns": [],
            "TargetGroupArn": self.id,
            "TargetGroupFullName": self.id.split(":")[-1],
            "TargetGroupName": made["TargetGroupName"],
        }
        self._set_attributes()

    def update(self, changed: frozenset[str]) -> None:
        check = {key for key in self.properties if key.startswith("HealthCheck")}
        check |= {"HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher"}
        self.only(changed, check | {"TargetGroupAttributes", "Tags"})
        self.call("elbv2", "ModifyTargetGroup", TargetGroupArn=self.id, **self.some(*check))
        self._set_attributes()

    def delete(self) -> None:
        self.call("elbv2", "DeleteTargetGroup", TargetGroupArn=self.id)

    def _set_attributes(self) -> None:
        if attributes := self.properties.get("TargetGroupAttributes"):
            delays = [one["Value"] for one in attributes if one["Key"] == DELAY]
            if not all(0 <= int(delay) <= 3600 for delay in delays):
                self.refuse(f"ValidationError: {DELAY} must be between 0 and 3600")
            self.call(
                "elbv2",
                "ModifyTargetGroupAttributes",
                TargetGroupArn=self.id,
                Attributes=attributes,
            )


class Listener(Resource):
    type = "AWS::ElasticLoadBalancingV2::Listener"

    def create(self) -> None:
        self._check()
        made = self.call("elbv2", "CreateListener", **self.rest("ListenerAttributes"))
        self.id = made["Listeners"][0]["ListenerArn"]
        self.attributes = {"ListenerArn": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self._check()
        arguments = self.rest("ListenerAttributes", "LoadBalancerArn", "Tags")
        self.spell("elbv2", "ModifyListener", **arguments, ListenerArn=self.id)
        if self.properties["Protocol"] in {"TCP_UDP", "TLS", "UDP"}:
            del arguments["Protocol"]  # moto creates such listeners, but refuses to modify them
        self.call("elbv2", "ModifyListener", **arguments, ListenerArn=self.id)

    def delete(self) -> None:
        self.call("elbv2", "DeleteListener", ListenerArn=self.id)

    def _check(self) -> None:
        """Refuse a port that another listener holds, and a target group of another balancer."""
        balancer, port = self.properties["LoadBalancerArn"], int(self.properties["Port"])
        for other in self.call("elbv2", "DescribeListeners", LoadBalancerArn=balancer)["Listeners"]:
            if other["Port"] == port and other["ListenerArn"] != self.id:
                self.refuse(f"DuplicateListener: A listener already exists on port {port}")
        secure = self.properties["Protocol"] in {"HTTPS", "TLS"}
        if secure and len(self.properties.get("Certificates", [])) != 1:
            self.refuse("A certificate must be specified for HTTPS and TLS listeners")
        if not secure and self.properties.get("Certificates"):
            self.refuse(f"Certificates cannot be specified for {self.properties['Protocol']}")
        refuse_foreign_groups(self, balancer, self.properties["DefaultActions"])


class ListenerRule(Resource):
    type = "AWS::ElasticLoadBalancingV2::ListenerRule"

    def create(self) -> None:
        self._check()
        made = self.call("elbv2", "CreateRule", **self.properties)
        self.id = made["Rules"][0]["RuleArn"]
        self.attributes = {"RuleArn": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Actions", "Conditions", "Priority"})
        if "Priority" in changed:
            place = {"RuleArn": self.id, "Priority": self.properties["Priority"]}
            self.call("elbv2", "SetRulePriorities", RulePriorities=[place])
        self.call("elbv2", "ModifyRule", RuleArn=self.id, **self.some("Actions", "Conditions"))

    def delete(self) -> None:
        self.call("elbv2", "DeleteRule", RuleArn=self.id)

    def _check(self) -> None:
        listener = self.properties["ListenerArn"]
        found = self.call("elbv2", "DescribeListeners", ListenerArns=[listener])["Listeners"]
        refuse_foreign_groups(self, found[0]["LoadBalancerArn"], self.properties["Actions"])


class ListenerCertificate(Resource):
    type = "AWS::ElasticLoadBalancingV2::ListenerCertificate"

    def create(self) -> None:
        self.call("elbv2", "AddListenerCertificates", **self.properties)
        self.id = self.logical_id

    def delete(self) -> None:
        self.call("elbv2", "RemoveListenerCertificates", **self.properties)


def refuse_foreign_groups(resource: Resource, balancer: str, actions: list[Properties]) -> None:
    """Refuse target groups that another load balancer serves, or that do not exist."""
    for group in groups_of(actions):
        resource.call("elbv2", "DescribeTargetGroups", TargetGroupArns=[group])
        if set(balancers_of(resource, group)) - {balancer}:
            resource.refuse(
                "TargetGroupAssociationLimit: The following target groups cannot be associated"
                f" with more than one load balancer: {group}"
            )


def groups_of(actions: list[Properties]) -> Iterator[str]:
    """Name the target groups that actions forward to."""
    for action in actions:
        several = action.get("ForwardConfig", {}).get("TargetGroups", [])
        yield from (one["TargetGroupArn"] for one in (action, *several) if "TargetGroupArn" in one)


def balancers_of(resource: Resource, group: str) -> Iterator[str]:
    """Find the load balancers whose listeners or rules forward to a target group.

    (moto notes this on the group when a listener is made, but not when one is changed.)
    """
    for balancer in resource.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        listeners = resource.call("elbv2", "DescribeListeners", LoadBalancerArn=arn)["Listeners"]
        for listener in listeners:
            place = listener["ListenerArn"]
            rules = resource.call("elbv2", "DescribeRules", ListenerArn=place)["Rules"]
            if any(group in groups_of(rule["Actions"]) for rule in rules):
                yield arn
