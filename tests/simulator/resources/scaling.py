"""Application Auto Scaling and EC2 Auto Scaling."""

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource
from tests.simulator.template import Properties

TARGET = ("ResourceId", "ScalableDimension", "ServiceNamespace")


class ScalableTarget(Resource):
    type = "AWS::ApplicationAutoScaling::ScalableTarget"

    def create(self) -> None:
        low, high = int(self.properties["MinCapacity"]), int(self.properties["MaxCapacity"])
        if low > high:
            self.refuse("Maximum capacity cannot be less than minimum capacity")
        self._check_service()
        self.call(
            "application-autoscaling", "RegisterScalableTarget", **self.rest("ScheduledActions")
        )
        self.id = "|".join(self.properties[key] for key in TARGET)
        self.attributes = {"Id": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.create()

    def delete(self) -> None:
        self.call("application-autoscaling", "DeregisterScalableTarget", **self.some(*TARGET))

    def _check_service(self) -> None:
        """Refuse an id that is not that of a service which exists."""
        match self.properties["ResourceId"].split("/"):
            case ["service", cluster, service]:
                found = self.call("ecs", "DescribeServices", Cluster=cluster, Services=[service])
                if found["services"]:
                    return
        self.refuse(f"ECS service doesn't exist: {self.properties['ResourceId']}")


class ScalingPolicy(Resource):
    type = "AWS::ApplicationAutoScaling::ScalingPolicy"

    def create(self) -> None:
        self.id = self._put()["PolicyARN"]
        self.attributes = {"Arn": self.id, "PolicyName": self.properties["PolicyName"]}

    def update(self, changed: frozenset[str]) -> None:
        self._put()

    def delete(self) -> None:
        name = self.properties["PolicyName"]
        self.call(
            "application-autoscaling", "DeleteScalingPolicy", PolicyName=name, **self._target()
        )

    def _put(self) -> Answer:
        return self.call(
            "application-autoscaling",
            "PutScalingPolicy",
            **self.rest("ScalingTargetId", *TARGET),
            **self._target(),
        )

    def _target(self) -> Properties:
        if "ScalingTargetId" not in self.properties:
            return self.some(*TARGET)
        return dict(zip(TARGET, self.properties["ScalingTargetId"].split("|"), strict=True))


class AutoScalingGroup(Resource):
    type = "AWS::AutoScaling::AutoScalingGroup"
    named_by = "AutoScalingGroupName"

    def create(self) -> None:
        name = self.name()
        self.call("autoscaling", "CreateAutoScalingGroup", **self._arguments(name))
        self.id = name
        found = self.call("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=[name])[
            "AutoScalingGroups"
        ]
        self.attributes = {
            "AutoScalingGroupARN": found[0]["AutoScalingGroupARN"],
            "AutoScalingGroupName": name,
        }

    def update(self, changed: frozenset[str]) -> None:
        arguments = self._arguments(self.id)
        arguments.pop("Tags", None)
        self.call("autoscaling", "UpdateAutoScalingGroup", **arguments)

    def delete(self) -> None:
        self.call(
            "autoscaling",
            "DeleteAutoScalingGroup",
            AutoScalingGroupName=self.id,
            ForceDelete=True,
        )

    def _arguments(self, name: str) -> Properties:
        arguments = self.rest("AutoScalingGroupName", "VPCZoneIdentifier")
        arguments["AutoScalingGroupName"] = name
        if subnets := self.properties.get("VPCZoneIdentifier"):
            arguments["VPCZoneIdentifier"] = ",".join(subnets)
        return arguments
