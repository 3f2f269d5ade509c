"""Amazon ECS."""

import re
from collections.abc import Iterator

from tests.simulator.account import Answer
from tests.simulator.resources.base import Resource
from tests.simulator.resources.instances import placement_faults
from tests.simulator.resources.load_balancing import balancers_of
from tests.simulator.resources.reach import mounted, unreached
from tests.simulator.resources.tasks import faults, on_fargate
from tests.simulator.resources.waiting import locks, unhealthy_by_locks
from tests.simulator.template import Properties

MANAGED = "managed-instances-of:"
"""Where moto keeps the group of a provider, one of Managed Instances has this and its cluster."""

ROLLING = {"MaximumPercent": 200, "MinimumHealthyPercent": 100}
CREATE_ONLY_IN_API = (
    "Cluster",
    "DeploymentController",
    "LaunchType",
    "Role",
    "SchedulingStrategy",
    "ServiceName",
    "Tags",
)


class Cluster(Resource):
    type = "AWS::ECS::Cluster"
    named_by = "ClusterName"

    def create(self) -> None:
        made = self._put("CreateCluster", "ClusterName", self.name())["cluster"]
        self.id = made["clusterName"]
        self.attributes = {"Arn": made["clusterArn"]}

    def update(self, changed: frozenset[str]) -> None:
        self._put("UpdateCluster", "Cluster", self.id)

    def delete(self) -> None:
        if any(services(self, self.id)):
            self.refuse("The Cluster cannot be deleted while Services are active.")
        self.call("ecs", "DeleteCluster", Cluster=self.id)

    def _put(self, operation: str, by: str, name: str) -> Answer:
        arguments = self.rest("ClusterName", "ClusterSettings")
        if "ClusterSettings" in self.properties:
            arguments["Settings"] = self.properties["ClusterSettings"]
        if operation == "UpdateCluster":
            for key in ("Tags", "CapacityProviders", "DefaultCapacityProviderStrategy"):
                arguments.pop(key, None)
        return self.call("ecs", operation, **arguments, **{by: name})


class CapacityProvider(Resource):
    type = "AWS::ECS::CapacityProvider"
    named_by = "Name"

    def create(self) -> None:
        name = self.name()
        if re.match("aws|ecs|fargate", name, re.IGNORECASE):
            self.refuse(f"The name {name} begins with aws, ecs or fargate")
        if provider_cluster(self, name) is not None:
            self.refuse("The specified capacity provider already exists.")
        group = self._managed(name) or self._scaled()
        arguments = self.rest("Name", "ClusterName", "ManagedInstancesProvider")
        arguments["AutoScalingGroupProvider"] = group
        made = self.call("ecs", "CreateCapacityProvider", **arguments, Name=name)
        self.id = made["capacityProvider"]["name"]
        self.attributes = {"Arn": made["capacityProvider"]["capacityProviderArn"]}

    def _scaled(self) -> Properties:
        group: Properties = self.properties.get("AutoScalingGroupProvider", {})
        if group.get("AutoScalingGroupArn") in served_groups(self):
            # https://github.com/aws/containers-roadmap/issues/632
            self.refuse(
                "The specified Auto Scaling group ARN is already being used by another capacity"
                " provider."
            )
        scaled = group.get("ManagedScaling", {}).get("Status") == "ENABLED"
        if group.get("ManagedTerminationProtection") == "ENABLED" and not scaled:
            self.refuse("managed termination protection needs managed scaling")
        return group

    def _managed(self, name: str) -> Properties | None:
        """Check a provider of Managed Instances; moto keeps only its cluster."""
        provider = self.properties.get("ManagedInstancesProvider")
        if provider is None:
            return None
        cluster = self.properties.get("ClusterName")
        if cluster is None:
            self.refuse("a provider of Managed Instances belongs to a cluster")
        self.spell(
            "ecs",
            "CreateCapacityProvider",
            Name=name,
            Cluster=cluster,
            ManagedInstancesProvider=provider,
            Tags=self.properties.get("Tags", []),
        )
        if not self.call("ecs", "DescribeClusters", Clusters=[cluster])["clusters"]:
            self.refuse(f"ClusterNotFoundException: {cluster}")
        role = provider["InfrastructureRoleArn"].rsplit("/", 1)[1]
        self.call("iam", "GetRole", RoleName=role)
        network = provider["InstanceLaunchTemplate"]["NetworkConfiguration"]
        self.call("ec2", "DescribeSubnets", SubnetIds=network["Subnets"])
        self.call("ec2", "DescribeSecurityGroups", GroupIds=network["SecurityGroups"])
        return {"AutoScalingGroupArn": f"{MANAGED}{cluster}"}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"AutoScalingGroupProvider", "ManagedInstancesProvider", "Tags"})
        if "AutoScalingGroupProvider" in changed:
            group = dict(self.properties["AutoScalingGroupProvider"])
            group.pop("AutoScalingGroupArn")
            self.call("ecs", "UpdateCapacityProvider", Name=self.id, AutoScalingGroupProvider=group)
        self._managed(self.id)

    def delete(self) -> None:
        for cluster in self.call("ecs", "ListClusters")["clusterArns"]:
            if any(self.id in _providers(service) for service in services(self, cluster)):
                self.refuse("The specified capacity provider is in use and cannot be removed.")
        self.call("ecs", "DeleteCapacityProvider", CapacityProvider=self.id)


class ClusterCapacityProviderAssociations(Resource):
    type = "AWS::ECS::ClusterCapacityProviderAssociations"
    losing = True

    def create(self) -> None:
        known = {"FARGATE", "FARGATE_SPOT"}
        for name in set(self.properties["CapacityProviders"]) - known:
            cluster = provider_cluster(self, name)
            if cluster is None:
                self.refuse(f"The specified capacity provider {name} was not found.")
            if cluster:
                self.refuse(f"{name} is of Managed Instances, and is not associated")
        self.call("ecs", "PutClusterCapacityProviders", **self.properties)
        self.id = self.properties["Cluster"]

    def update(self, changed: frozenset[str]) -> None:
        found = self.call("ecs", "DescribeClusters", Clusters=[self.id])["clusters"]
        known = {name for one in found for name in one.get("capacityProviders", [])}
        lost = known - {*self.properties["CapacityProviders"]}
        for service in services(self, self.id):
            if _in_use(service) & lost:
                self.refuse("The specified capacity provider is in use and cannot be removed.")
        self.create()

    def delete(self) -> None:
        known = {*self.properties["CapacityProviders"]}
        if any(_in_use(service) & known for service in services(self, self.id)):
            self.refuse("The specified capacity provider is in use and cannot be removed.")
        self.call(
            "ecs",
            "PutClusterCapacityProviders",
            Cluster=self.id,
            CapacityProviders=[],
            DefaultCapacityProviderStrategy=[],
        )


class TaskDefinition(Resource):
    type = "AWS::ECS::TaskDefinition"

    def create(self) -> None:
        family = self.properties.get("Family", f"{self.site.stack_name}{self.logical_id}")
        arguments = self.spell(
            "ecs", "RegisterTaskDefinition", **self.rest("Family"), Family=family
        )
        for fault in faults(self.properties):
            self.refuse(f"ClientException: {fault}")
        for key in ("ExecutionRoleArn", "TaskRoleArn"):
            if key in self.properties and ":role/" not in self.properties[key]:
                self.refuse(f"{key} is not the ARN of a role")
        if not on_fargate(self.properties):
            # moto takes EC2 to mean that each container has a hard limit; to AWS, and to `faults`,
            # a reservation will do.
            arguments.pop("requiresCompatibilities", None)
        made = self.call("ecs", "RegisterTaskDefinition", **arguments)["taskDefinition"]
        self.id = made["taskDefinitionArn"]
        self.attributes = {"TaskDefinitionArn": self.id}

    def update(self, changed: frozenset[str]) -> None:
        self.only(changed, {"Tags"})

    def delete(self) -> None:
        self.call("ecs", "DeregisterTaskDefinition", TaskDefinition=self.id)


class Service(Resource):
    type = "AWS::ECS::Service"
    named_by = "ServiceName"
    eager = True

    def replaced(self, new: Properties, changed: frozenset[str]) -> bool:
        """Another launch type makes another service; a provider in its place does not."""
        return "LaunchType" in changed and {"LaunchType"} <= self.properties.keys() & new.keys()

    def create(self) -> None:
        self._check()
        made = self.call(
            "ecs",
            "CreateService",
            **self._arguments("Role", "ServiceName"),
            ServiceName=self.name(),
        )["service"]
        self.id = made["serviceArn"]
        self.attributes = {"Name": made["serviceName"], "ServiceArn": self.id}
        self._launch_type = self.properties.get("LaunchType")
        if self._launch_type is None:
            self._put()  # moto notes the strategy of a service that is updated alone

    def update(self, changed: frozenset[str]) -> None:
        # A service goes back to the launch type that it was made with, and to no other one.
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        asked = self.properties.get("LaunchType", self._launch_type)
        if asked != self._launch_type:
            self.refuse(
                "InvalidParameterException: a capacity provider cannot become a launch type"
            )
        self._check()
        self._put()

    def _put(self) -> None:
        self.call(
            "ecs",
            "UpdateService",
            **{"CapacityProviderStrategy": [], **self._arguments(*CREATE_ONLY_IN_API)},
            Service=self.id,
            Cluster=self.properties["Cluster"],
        )

    def delete(self) -> None:
        for system in unreached(self, self._task()):
            self.refuse(f"its tasks, which have not stopped yet, lose the file system {system}")
        self.call(
            "ecs",
            "DeleteService",
            Cluster=self.properties["Cluster"],
            Service=self.id,
            Force=True,
        )

    def _arguments(self, *without: str) -> Properties:
        """Spell the properties as the API does where the two differ."""
        arguments = self.rest(*without, "PlacementStrategies", "ServiceConnectConfiguration")
        if "PlacementStrategies" in self.properties:
            arguments["PlacementStrategy"] = self.properties["PlacementStrategies"]
        return arguments

    def _task(self) -> Answer:
        name = self.properties["TaskDefinition"]
        found = self.call("ecs", "DescribeTaskDefinition", TaskDefinition=name)
        task: Answer = found["taskDefinition"]
        return task

    def _check(self) -> None:
        task = self._task()
        faults = [
            *self._deployment_faults(),
            *self._placement_faults(task),
            *self._role_faults(task),
            *placement_faults(self, task),
            *self._target_faults(task),
            *self._volume_faults(task),
            *self._waiting_faults(task),
        ]
        if faults:
            self.refuse(f"InvalidParameterException: {faults[0]}")
        for registry in self.properties.get("ServiceRegistries", []):
            self.call("servicediscovery", "GetService", Id=registry["RegistryArn"].split("/")[-1])

    def _deployment_faults(self) -> Iterator[str]:
        if int(self.properties.get("DesiredCount", 1)) < 0:
            yield "The desired count must be at least 0"
        percents = ROLLING | self.properties.get("DeploymentConfiguration", {})
        low, high = int(percents["MinimumHealthyPercent"]), int(percents["MaximumPercent"])
        if not 0 <= low <= 100 or high < 100 or (low, high) == (100, 100):
            yield f"minimum {low} and maximum {high} percent would block deployments"
        if self.properties.get("AvailabilityZoneRebalancing") == "ENABLED" and high <= 100:
            yield "maximumPercent must be greater than 100 for availability zone rebalancing"

    def _placement_faults(self, task: Answer) -> Iterator[str]:
        props = self.properties
        strategy = [item["CapacityProvider"] for item in props.get("CapacityProviderStrategy", [])]
        fargate = props.get("LaunchType") == "FARGATE" or bool(
            {"FARGATE", "FARGATE_SPOT"} & {*strategy}
        )
        if props.get("LaunchType") and strategy:
            yield "Specifying both a launch type and capacity provider strategy is not supported."
        clusters = self.call("ecs", "DescribeClusters", Clusters=[props["Cluster"]])["clusters"]
        if not clusters:
            yield f"ClusterNotFoundException: {props['Cluster']}"
        elif missing := self._unknown(strategy, clusters[0]):
            yield f"The capacity providers {missing} are not associated with the cluster"
        if fargate and "FARGATE" not in task.get("requiresCompatibilities", []):
            yield "Task definition does not support launch_type FARGATE."
        if fargate and props.get("SchedulingStrategy") == "DAEMON":
            yield "The daemon scheduling strategy is not supported on Fargate"
        if not fargate and "PlatformVersion" in props:
            yield "The platform version must be null when specifying an EC2 launch type."
        network = props.get("NetworkConfiguration", {}).get("AwsvpcConfiguration")
        if task.get("networkMode") == "awsvpc" and network is None:
            yield "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        if network and not fargate and network.get("AssignPublicIp") == "ENABLED":
            yield "Assign public IP is not supported for this launch type."
        if network and len(network.get("SecurityGroups", [])) > 5:
            yield "SecurityGroups can have at most 5 items"

    def _role_faults(self, task: Answer) -> Iterator[str]:
        if self.properties.get("EnableExecuteCommand") and not task.get("taskRoleArn"):
            yield (
                "The service couldn't be created because a valid taskRoleArn is not being used."
                " Specify a valid task role in your task definition and try again."
            )

    def _unknown(self, strategy: list[str], cluster: Answer) -> list[str]:
        """List the providers of a strategy that a cluster does not have."""
        others = sorted(set(strategy) - set(cluster.get("capacityProviders", [])))
        own = {cluster["clusterName"], cluster["clusterArn"]}
        return [name for name in others if provider_cluster(self, name) not in own]

    def _target_faults(self, task: Answer) -> Iterator[str]:
        containers = {c["name"]: c for c in task["containerDefinitions"]}
        targets = self.properties.get("LoadBalancers", [])
        if len(targets) > 5:
            yield "load balancers can have at most 5 items"
        for target in targets:
            name, port = target["ContainerName"], int(target["ContainerPort"])
            mappings = containers.get(name, {}).get("portMappings", [])
            if port not in [mapping.get("containerPort") for mapping in mappings]:
                yield f"The container {name} did not have a container port {port} defined."
            group = self.call(
                "elbv2", "DescribeTargetGroups", TargetGroupArns=[target["TargetGroupArn"]]
            )["TargetGroups"][0]
            if not any(balancers_of(self, target["TargetGroupArn"])):
                yield (
                    f"The target group with targetGroupArn {target['TargetGroupArn']}"
                    " does not have an associated load balancer."
                )
            if task.get("networkMode") == "awsvpc" and group.get("TargetType") != "ip":
                yield "The target group's type is incompatible with the awsvpc network mode"

    def _waiting_faults(self, task: Answer) -> Iterator[str]:
        """Find what tasks would wait for for ever; the service would not become stable."""
        if unhealthy_by_locks(task):
            yield (
                f"service {self.logical_id} did not stabilize: its tasks stay UNKNOWN, since what"
                " holds a lock has no health check and everything else has one"
            )
        mine = [*locks(self, task)]
        percents = ROLLING | self.properties.get("DeploymentConfiguration", {})
        several = int(self.properties.get("DesiredCount", 1)) > 1
        if mine and (several or (self.id and int(percents["MaximumPercent"]) > 100)):
            yield (
                f"service {self.logical_id} did not stabilize: a task waits for a lock that"
                " another one of its tasks holds"
            )
        for other in services(self, self.properties["Cluster"]) if mine else ():
            if other["serviceArn"] != self.id:
                arn = other["taskDefinition"]
                theirs = self.call("ecs", "DescribeTaskDefinition", TaskDefinition=arn)
                if {*mine} & {*locks(self, theirs["taskDefinition"])}:
                    yield (
                        f"service {self.logical_id} did not stabilize: its task waits for a lock"
                        f" that {other['serviceName']} holds"
                    )

    def _volume_faults(self, task: Answer) -> Iterator[str]:
        """Find the zones in which a task could not mount its file system."""
        network = self.properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
        subnets = self.call("ec2", "DescribeSubnets", SubnetIds=network.get("Subnets", []))
        zones = {subnet["AvailabilityZone"] for subnet in subnets["Subnets"]}
        for system in mounted(task):
            found = self.call("efs", "DescribeMountTargets", FileSystemId=system)["MountTargets"]
            if missing := zones - {target["AvailabilityZoneName"] for target in found}:
                yield (
                    "ResourceInitializationError: failed to invoke EFS utils commands:"
                    f" {system} has no mount target in {sorted(missing)}"
                )


def provider_cluster(resource: Resource, provider: str) -> str | None:
    """Name the cluster of Managed Instances; empty for others, None if there is no provider."""
    names = [provider]
    found = resource.call("ecs", "DescribeCapacityProviders", CapacityProviders=names)
    for one in found["capacityProviders"]:
        arn: str = one["autoScalingGroupProvider"]["autoScalingGroupArn"]
        return arn.removeprefix(MANAGED) if arn.startswith(MANAGED) else ""
    return None


def served_groups(resource: Resource) -> set[str]:
    """Name the Auto Scaling groups that have a capacity provider, of whatever cluster."""
    arns = resource.call("ecs", "ListClusters")["clusterArns"]
    clusters = resource.call("ecs", "DescribeClusters", Clusters=arns)["clusters"]
    names = sorted({name for one in clusters for name in one.get("capacityProviders", ())})
    found = resource.call("ecs", "DescribeCapacityProviders", CapacityProviders=names)
    groups = (one.get("autoScalingGroupProvider", {}) for one in found["capacityProviders"])
    return {group["autoScalingGroupArn"] for group in groups if "autoScalingGroupArn" in group}


def _providers(service: Answer) -> set[str]:
    """Name the capacity providers that an active service uses."""
    return {item["capacityProvider"] for item in service.get("capacityProviderStrategy") or ()}


def _in_use(service: Answer) -> set[str]:
    """Name the capacity providers that tasks of a service use; those cannot leave their cluster.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
    """
    return _providers(service) if service["desiredCount"] else set()


def services(resource: Resource, cluster: str) -> Iterator[Answer]:
    """Find the active services of a cluster."""
    for arn in resource.call("ecs", "ListServices", Cluster=cluster)["serviceArns"]:
        found = resource.call("ecs", "DescribeServices", Cluster=cluster, Services=[arn])
        yield from (one for one in found["services"] if one["status"] == "ACTIVE")
