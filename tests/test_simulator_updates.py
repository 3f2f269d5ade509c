"""How the simulator updates, foretells, rolls back and deletes: CloudFormation's order of work."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.examples import FARGATE, GONE, INSTANCES, Edits, edited
from tests.simulator import Cloud, Refusal, Submission, simulated
from tests.simulator.account import Answer
from tests.simulator.changes import Change
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

pytestmark = pytest.mark.slow

RESOURCES = FARGATE["Resources"]


class Deployed:
    """A stack, and updates of it."""

    def __init__(self, cloud: Cloud, template: Properties) -> None:
        self.cloud = cloud
        self.template = template
        self.surroundings = Surroundings(cloud.account)
        self.stack = cloud.create("demo", self.submission({}))

    def submission(self, edits: Edits, **values: str) -> Submission:
        made = self.surroundings.submission(edited(self.template, edits))
        return Submission(made.text, {**made.parameters, **values})

    def plan(self, edits: Edits, **values: str) -> tuple[Change, ...]:
        return self.cloud.plan("next", "demo", self.submission(edits, **values)).changes

    def update(self, edits: Edits) -> None:
        self.cloud.update("demo", self.submission(edits))
        assert self.stack.status == "UPDATE_COMPLETE"

    def refusal(self, edits: Edits) -> str:
        """Update to what AWS refuses; all must be as before."""
        before = {name: (r.id, r.properties) for name, r in self.stack.resources.items()}
        with pytest.raises(Refusal) as refused:
            self.update(edits)
        after = {name: (r.id, r.properties) for name, r in self.stack.resources.items()}
        assert after == before
        return refused.value.message

    def id(self, name: str) -> str:
        return self.stack.resources[name].id

    def call(self, service: str, operation: str, **arguments: object) -> Answer:
        return self.cloud.account.call(service, operation, arguments)


@pytest.fixture
def fargate() -> Iterator[Deployed]:
    with simulated() as cloud:
        yield Deployed(cloud, FARGATE)


@pytest.fixture
def instances() -> Iterator[Deployed]:
    with simulated() as cloud:
        yield Deployed(cloud, INSTANCES)


def summary(changes: tuple[Change, ...]) -> dict[str, tuple[str, str | None]]:
    return {change.logical_id: (change.action, change.replacement) for change in changes}


def test_new_image_replaces_the_task_definition_and_changes_the_service(
    fargate: Deployed,
) -> None:
    task, service = fargate.plan({}, ImageTag="2")
    assert (task.logical_id, task.replacement) == ("TaskDefinition", "True")
    assert [(d.source, d.cause, d.evaluation) for d in task.details] == [
        ("ParameterReference", "ImageTag", "Static")
    ]
    assert (service.logical_id, service.replacement) == ("Service", "False")
    assert [(d.source, d.cause, d.evaluation) for d in service.details] == [
        ("ResourceReference", "TaskDefinition", "Dynamic")
    ]


def test_replacement_spreads_along_references(fargate: Deployed) -> None:
    changes = fargate.plan({"Cluster.ClusterName": "other"})
    assert summary(changes) == {
        "Cluster": ("Modify", "True"),
        "Service": ("Modify", "Conditional"),
        "ScalableTarget": ("Modify", "Conditional"),
        "ScalingPolicy": ("Modify", "Conditional"),
    }


def test_an_attribute_of_what_changes_may_change(instances: Deployed) -> None:
    changes = instances.plan({"LaunchTemplate.LaunchTemplateData.InstanceType": "g5.xlarge"})
    assert summary(changes)["LaunchTemplate"] == ("Modify", "False")
    group = next(change for change in changes if change.logical_id == "Group")
    assert [(d.source, d.cause) for d in group.details] == [
        ("ResourceAttribute", "LaunchTemplate.LatestVersionNumber")
    ]


def test_resources_come_and_go(fargate: Deployed) -> None:
    edits: Edits = {"Setting": GONE, "Extra": RESOURCES["Setting"]}
    assert summary(fargate.plan(edits)) == {"Extra": ("Add", None), "Setting": ("Remove", None)}
    old = fargate.id("Setting")
    fargate.update(edits)
    assert "Setting" not in fargate.stack.resources
    found = fargate.call("ssm", "GetParameters", Names=[old, fargate.id("Extra")])
    assert [one["Name"] for one in found["Parameters"]] == [fargate.id("Extra")]


def test_nothing_to_update_is_refused(fargate: Deployed) -> None:
    with pytest.raises(Refusal, match="No updates are to be performed"):
        fargate.update({})


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        # Creations come before deletions: what both hold is held twice for a while.
        (
            {
                "Listener": GONE,
                "ListenerRule.ListenerArn": {"Ref": "Renamed"},
                "Service/DependsOn": ["Renamed", "MountTarget1", "MountTarget2"],
                "Renamed": RESOURCES["Listener"],
            },
            "already exists on port 80",
        ),
        ({"ListenerRule": GONE, "Renamed": RESOURCES["ListenerRule"]}, "PriorityInUse"),
        (
            {
                "MountTarget1": GONE,
                "Service/DependsOn": ["Listener", "MountTarget2"],
                "Renamed": RESOURCES["MountTarget1"],
            },
            "mount target already exists in this AZ",
        ),
        (
            {
                "NetworkIngress": GONE,
                "Service/DependsOn": ["Listener", "MountTarget1", "MountTarget2"],
                "Renamed": RESOURCES["NetworkIngress"],
            },
            "InvalidPermission.Duplicate",
        ),
        (
            {
                "Entry": GONE,
                "Renamed": RESOURCES["Entry"],
                "Renamed.Name": "WEB",
                "Service.ServiceRegistries": [{"RegistryArn": {"Fn::GetAtt": ["Renamed", "Arn"]}}],
            },
            "ServiceAlreadyExists",
        ),
        ({"Entry.HealthCheckCustomConfig": {"FailureThreshold": 1}}, "ServiceAlreadyExists"),
        # The schema lets these change in place; the API does not.
        ({"Entry.DnsConfig": RESOURCES["Alias"]["Properties"]["DnsConfig"]}, "cannot be updated"),
        ({"Entry.DnsConfig.RoutingPolicy": "WEIGHTED"}, "cannot be updated"),
        (
            {"Service.CapacityProviderStrategy": GONE, "Service.LaunchType": "FARGATE"},
            "a capacity provider cannot become a launch type",
        ),
        (
            {"Service.DesiredCount": -1, "LogGroup.RetentionInDays": 7, "Listener.Port": 81},
            "must be at least 0",
        ),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_update_is_rolled_back(edits: Edits, message: str, fargate: Deployed) -> None:
    assert message in fargate.refusal(edits)
    assert fargate.stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert fargate.stack.reason
    fargate.update({"LogGroup.RetentionInDays": 90})


def test_type_of_a_resource_cannot_change(fargate: Deployed) -> None:
    message = fargate.refusal({"Setting": RESOURCES["LogGroup"]})
    assert "Update of resource type is not permitted" in message


def test_named_resource_cannot_be_replaced() -> None:
    named = json.loads(edited(FARGATE, {"TargetGroup.Name": "web"}))
    with simulated() as cloud:
        message = Deployed(cloud, named).refusal({"TargetGroup.Port": 81})
    assert "custom-named resource requires replacing" in message


def test_what_is_replaced_goes_last_and_is_kept_if_so_said(fargate: Deployed) -> None:
    group, system = fargate.id("TargetGroup"), fargate.id("FileSystem")
    fargate.update({"TargetGroup.Port": 8080, "FileSystem.Encrypted": False})
    assert fargate.id("TargetGroup") != group
    assert fargate.id("FileSystem") != system
    found = fargate.call("elbv2", "DescribeTargetGroups")["TargetGroups"]
    assert group not in [one["TargetGroupArn"] for one in found]
    systems = fargate.call("efs", "DescribeFileSystems")["FileSystems"]
    assert {system, fargate.id("FileSystem")} == {one["FileSystemId"] for one in systems}


class InPlace(NamedTuple):
    """A change, and the call whose answer shows it; ``<id>`` is the id of what is changed."""

    path: str
    value: object
    operation: str
    arguments: dict[str, object]
    shown: str
    """A part of the answer."""


IN_PLACE = [
    InPlace(*row)
    for row in (
        ("LogGroup.RetentionInDays", 7, "logs.DescribeLogGroups", {}, "'retentionInDays': 7"),
        (
            "Listener.Port",
            8080,
            "elbv2.DescribeListeners",
            {"ListenerArns": ["<id>"]},
            "'Port': 8080",
        ),
        (
            "Cluster.ClusterSettings",
            [{"Name": "containerInsights", "Value": "enabled"}],
            "ecs.DescribeClusters",
            {"Clusters": ["<id>"], "Include": ["SETTINGS"]},
            "'value': 'enabled'",
        ),
        ("TargetGroup.HealthCheckPath", "/up", "elbv2.DescribeTargetGroups", {}, "'/up'"),
        (
            "TargetGroup.TargetGroupAttributes.0.Value",
            "5",
            "elbv2.DescribeTargetGroupAttributes",
            {"TargetGroupArn": "<id>"},
            "'deregistration_delay.timeout_seconds', 'Value': '5'",
        ),
        (
            "LoadBalancer.LoadBalancerAttributes.0.Value",
            "7",
            "elbv2.DescribeLoadBalancerAttributes",
            {"LoadBalancerArn": "<id>"},
            "'idle_timeout.timeout_seconds', 'Value': '7'",
        ),
        (
            "LoadBalancer.SecurityGroups",
            ["sg-0123"],
            "elbv2.DescribeLoadBalancers",
            {"LoadBalancerArns": ["<id>"]},
            "{other}",
        ),
        (
            "LoadBalancer.Subnets",
            [{"Ref": "Subnet1Id"}, "subnet-0123"],
            "elbv2.DescribeLoadBalancers",
            {"LoadBalancerArns": ["<id>"]},
            "us-east-1c",
        ),
        ("ListenerRule.Priority", 11, "elbv2.DescribeRules", {"RuleArns": ["<id>"]}, "'11'"),
        (
            "BalancerGroup.SecurityGroupIngress.0.CidrIp",
            "10.8.0.0/16",
            "ec2.DescribeSecurityGroups",
            {"GroupIds": ["<id>"]},
            "'IpRanges': [{'CidrIp': '10.8.0.0/16'}]",
        ),
        ("Setting.Value", "green", "ssm.GetParameter", {"Name": "<id>"}, "'Value': 'green'"),
        (
            "Secret.SecretString",
            "s3",
            "secretsmanager.GetSecretValue",
            {"SecretId": "<id>"},
            "'s3'",
        ),
        (
            "ScalableTarget.MaxCapacity",
            9,
            "application-autoscaling.DescribeScalableTargets",
            {"ServiceNamespace": "ecs"},
            "'MaxCapacity': 9",
        ),
        (
            "ScalingPolicy.TargetTrackingScalingPolicyConfiguration.TargetValue",
            50,
            "application-autoscaling.DescribeScalingPolicies",
            {"ServiceNamespace": "ecs"},
            "'TargetValue': 50",
        ),
        (
            "MountTarget1.SecurityGroups",
            ["sg-0123"],
            "efs.DescribeMountTargetSecurityGroups",
            {"MountTargetId": "<id>"},
            "['{other}']",
        ),
        (
            "FileSystem.LifecyclePolicies",
            [{"TransitionToIA": "AFTER_7_DAYS"}],
            "efs.DescribeLifecycleConfiguration",
            {"FileSystemId": "<id>"},
            "AFTER_7_DAYS",
        ),
        (
            "Entry.DnsConfig.DnsRecords.0.TTL",
            60,
            "servicediscovery.GetService",
            {"Id": "<id>"},
            "'TTL': 60",
        ),
        (
            "Service.DesiredCount",
            3,
            "ecs.DescribeServices",
            {"Cluster": "demo", "Services": ["<id>"]},
            "'desiredCount': 3",
        ),
        ("Role.Policies", [], "iam.ListRolePolicies", {"RoleName": "<id>"}, "'PolicyNames': []"),
    )
]


@pytest.mark.parametrize("change", IN_PLACE, ids=[change.path for change in IN_PLACE])
def test_change_in_place_reaches_the_api(change: InPlace, fargate: Deployed) -> None:
    edits = {change.path: change.value}
    name = change.path.split(".", maxsplit=1)[0]
    before = fargate.id(name)
    changes = fargate.plan(edits)
    assert (changes[0].logical_id, changes[0].replacement) == (name, "False")
    fargate.update(edits)
    assert fargate.id(name) == before
    service, operation = change.operation.split(".")
    arguments = json.loads(json.dumps(change.arguments).replace("<id>", before))
    shown = change.shown.replace("{other}", fargate.surroundings.group("sg-0123"))
    assert shown in str(fargate.call(service, operation, **arguments))
    assert not fargate.plan(edits)


def test_what_the_simulator_cannot_change_it_says(fargate: Deployed) -> None:
    assert "cannot change" in fargate.refusal(
        {
            "FileSystem.FileSystemPolicy": GONE,
            "NetworkIngressBalancer.Description": "x",
            "LoadBalancer.IpAddressType": "dualstack",
        }
    )


@pytest.mark.parametrize(
    ("policy", "kept"), [("Delete", 0), ("RetainExceptOnCreate", 0), ("Retain", 1)]
)
def test_deletion_policy_after_a_creation_that_failed(policy: str, kept: int) -> None:
    broken: Edits = {"FileSystem/DeletionPolicy": policy, "Service.DesiredCount": -1}
    with simulated() as cloud:
        submission = Surroundings(cloud.account).submission(edited(FARGATE, broken))
        with pytest.raises(Refusal):
            cloud.create("demo", submission)
        assert cloud.find("demo").status == "ROLLBACK_COMPLETE"
        found = cloud.account.call("efs", "DescribeFileSystems", {})["FileSystems"]
    assert len(found) == kept


@pytest.mark.parametrize(
    ("policy", "kept"), [("Delete", 0), ("RetainExceptOnCreate", 1), ("Retain", 1)]
)
def test_deletion_policy_when_the_stack_goes(policy: str, kept: int) -> None:
    with simulated() as cloud:
        submission = Surroundings(cloud.account).submission(
            edited(FARGATE, {"FileSystem/DeletionPolicy": policy})
        )
        cloud.create("demo", submission)
        cloud.delete("demo")
        found = cloud.account.call("efs", "DescribeFileSystems", {})["FileSystems"]
    assert len(found) == kept


def test_deletion_that_fails_is_told(fargate: Deployed) -> None:
    group = fargate.id("Network")
    other = fargate.surroundings.group("other")
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 1,
        "ToPort": 1,
        "UserIdGroupPairs": [{"GroupId": group}],
    }
    fargate.call("ec2", "AuthorizeSecurityGroupIngress", GroupId=other, IpPermissions=[rule])
    with pytest.raises(Refusal, match="DependencyViolation"):
        fargate.cloud.delete("demo")
    assert fargate.stack.status == "DELETE_FAILED"
    fargate.call("ec2", "RevokeSecurityGroupIngress", GroupId=other, IpPermissions=[rule])
    fargate.cloud.delete("demo")
    assert fargate.stack.status == "DELETE_COMPLETE"


def test_a_task_reaches_its_file_system_until_it_has_stopped() -> None:
    waits = ["Listener", "MountTarget1", "MountTarget2"]
    with simulated() as cloud:
        text = edited(FARGATE, {"Service/DependsOn": waits})
        cloud.create("demo", Surroundings(cloud.account).submission(text))
        with pytest.raises(Refusal, match="lose the file system"):
            cloud.delete("demo")


def test_what_a_cleanup_leaves_is_told(fargate: Deployed) -> None:
    group = fargate.id("BalancerGroup")
    other = fargate.surroundings.group("other")
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 1,
        "ToPort": 1,
        "UserIdGroupPairs": [{"GroupId": group}],
    }
    fargate.call("ec2", "AuthorizeSecurityGroupIngress", GroupId=other, IpPermissions=[rule])
    fargate.update({"BalancerGroup.GroupDescription": "Another text"})
    assert [one.id for one in fargate.stack.leftovers] == [group]


def test_provider_in_use_stays_in_its_cluster(instances: Deployed) -> None:
    spared: Edits = {
        "CapacityProvider": GONE,
        "Association.CapacityProviders": [],
        "Service": GONE,
    }
    # What goes away goes last, and its provider would have gone first.
    assert "in use and cannot be removed" in instances.refusal(spared)
    instances.update({"Service": GONE})
    instances.update(spared)
    assert not instances.stack.leftovers


def test_a_group_has_one_provider(instances: Deployed) -> None:
    assert "by another capacity provider" in instances.refusal({"CapacityProvider.Name": "other"})


def test_a_provider_has_a_name_of_its_own() -> None:
    named = json.loads(edited(INSTANCES, {"CapacityProvider.Name": "cp-demo"}))
    renamed: Edits = {"CapacityProvider": GONE, "Renamed": named["Resources"]["CapacityProvider"]}
    renamed["Association.CapacityProviders"] = [{"Ref": "Renamed"}]
    renamed["Service.CapacityProviderStrategy"] = [{"CapacityProvider": {"Ref": "Renamed"}}]
    with simulated() as cloud:
        assert "already exists" in Deployed(cloud, named).refusal(renamed)


def test_launch_type_becomes_a_provider_in_place_and_its_own_again() -> None:
    plain: Edits = {"Service.CapacityProviderStrategy": GONE, "Service.LaunchType": "FARGATE"}
    with simulated() as cloud:
        deployed = Deployed(cloud, json.loads(edited(FARGATE, plain)))
        service = deployed.id("Service")
        strategy = [{"CapacityProvider": "FARGATE", "Weight": 1}]
        moved: Edits = {
            "Service.LaunchType": GONE,
            "Service.CapacityProviderStrategy": strategy,
        }
        deployed.update(moved)
        assert deployed.id("Service") == service
        deployed.update({})
        assert deployed.id("Service") == service


def test_second_stack_with_the_same_namespace_is_refused(fargate: Deployed) -> None:
    name = str(fargate.stack.resources["CloudMap"].properties["Name"])
    with pytest.raises(Refusal, match="ConflictingDomainExists"):
        fargate.cloud.create("same", fargate.submission({"CloudMap.Name": name}))
    fargate.cloud.create("other", fargate.submission({"CloudMap.Name": "other.internal"}))


def test_exports_are_unique_and_imported(fargate: Deployed) -> None:
    exported: Edits = {"Outputs/Url/Export": {"Name": "url"}}
    fargate.update({**exported, "Setting.Value": "green"})
    assert fargate.stack.exports == {"url": fargate.stack.outputs["Url"]}
    with pytest.raises(Refusal, match="already exported"):
        fargate.cloud.create("other", fargate.submission(exported))
    imported: Edits = {"Setting.Value": {"Fn::ImportValue": "url"}}
    other = fargate.cloud.create("importer", fargate.submission(imported))
    assert other.resources["Setting"].properties["Value"] == fargate.stack.outputs["Url"]
    with pytest.raises(Refusal, match="No export named"):
        fargate.cloud.create(
            "third", fargate.submission({"Setting.Value": {"Fn::ImportValue": "x"}})
        )


def test_history_tells_what_happened(fargate: Deployed) -> None:
    fargate.cloud.delete("demo")
    told = [(event.logical_id, event.status) for event in fargate.stack.events]
    assert told[0] == ("demo", "CREATE_IN_PROGRESS")
    assert told[-1] == ("demo", "DELETE_COMPLETE")
    assert ("FileSystem", "DELETE_SKIPPED") in told
    order = [name for name, status in told if status == "DELETE_COMPLETE"]
    assert order.index("Service") < order.index("Listener") < order.index("TargetGroup")
