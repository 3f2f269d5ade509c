"""Every x-aws key of tasks takes an intrinsic function, and templates take over what files say."""

import json
from typing import Any

import pytest

from compose2cfn import ComposeError, Memory, convert
from compose2cfn.diagnostics import Severity
from tests.simulator.template import read


def template(text: str, **environment: str) -> dict[str, Any]:
    """Convert a Compose file given as text."""
    files = Memory({"/compose.yaml": text})
    return convert("/compose.yaml", files=files, environment=environment).to_dict()


def faults(text: str) -> set[str]:
    """Return the codes of the errors of a Compose file."""
    with pytest.raises(ComposeError) as found:
        template(text)
    return {d.code for d in found.value.diagnostics if d.severity is Severity.ERROR}


def web(*lines: str) -> str:
    """Write a file of one service."""
    return "services:\n  web:\n    image: nginx\n" + "".join(f"    {line}\n" for line in lines)


IMPORTED = {"Fn::ImportValue": "shared"}


INSTANCES = ("ManagedInstancesProvider", "InstanceLaunchTemplate")


@pytest.mark.parametrize(
    ("text", "resource", "path"),
    [
        ("x-aws-cluster: !ImportValue shared\n" + web(), "WebService", ("Cluster",)),
        (
            "x-aws-logs_retention: !ImportValue shared\n" + web(),
            "LogGroup",
            ("RetentionInDays",),
        ),
        (web("x-aws-role: !ImportValue shared"), "WebTaskDefinition", ("TaskRoleArn",)),
        (web("x-aws-policies: !ImportValue shared"), "WebTaskRole", ("ManagedPolicyArns", 0)),
        (
            web("x-aws-policies: [!ImportValue shared]"),
            "WebTaskRole",
            ("ManagedPolicyArns", 0),
        ),
        (
            web("x-aws-pull_credentials: !ImportValue shared"),
            "WebTaskDefinition",
            ("ContainerDefinitions", 1, "RepositoryCredentials", "CredentialsParameter"),
        ),
        (
            web("x-aws-ephemeral_storage: !ImportValue shared"),
            "WebTaskDefinition",
            ("EphemeralStorage", "SizeInGiB"),
        ),
        (
            web("deploy: {x-aws-autoscaling: {min: !ImportValue shared, max: 4, cpu: 50}}"),
            "WebScalableTarget",
            ("MinCapacity",),
        ),
        (
            web("deploy: {x-aws-autoscaling: {max: !ImportValue shared, cpu: 50}}"),
            "WebScalableTarget",
            ("MaxCapacity",),
        ),
        (
            web("deploy: {x-aws-autoscaling: {max: 4, cpu: !ImportValue shared}}"),
            "WebScalingPolicy",
            ("TargetTrackingScalingPolicyConfiguration", "TargetValue"),
        ),
        (
            web("deploy: {update_config: {x-aws-min_percent: !ImportValue shared}}"),
            "WebService",
            ("DeploymentConfiguration", "MinimumHealthyPercent"),
        ),
        (
            web("deploy: {update_config: {x-aws-max_percent: !ImportValue shared}}"),
            "WebService",
            ("DeploymentConfiguration", "MaximumPercent"),
        ),
        (
            "x-aws-cluster: shop\n" + web("x-aws-capacity: !ImportValue shared"),
            "WebService",
            ("CapacityProviderStrategy", 0, "CapacityProvider"),
        ),
        (
            web("x-aws-capacity: {machine: !ImportValue shared}"),
            "WebCapacityProvider",
            (*INSTANCES, "InstanceRequirements", "AllowedInstanceTypes", 0),
        ),
        (
            web("x-aws-capacity: {machine: !ImportValue shared, min: 1}"),
            "WebLaunchTemplate",
            ("LaunchTemplateData", "InstanceType"),
        ),
        (
            web("x-aws-capacity: {ami: !ImportValue shared}"),
            "WebLaunchTemplate",
            ("LaunchTemplateData", "ImageId"),
        ),
        (
            web("x-aws-capacity: {max: !ImportValue shared}"),
            "WebAutoscalingGroup",
            ("MaxSize",),
        ),
    ],
)
def test_an_intrinsic_function_is_passed_on(
    text: str, resource: str, path: tuple[str | int, ...]
) -> None:
    value = template(text)["Resources"][resource]["Properties"]
    for step in path:
        value = value[step]
    assert value == IMPORTED


def test_an_imported_cluster_is_not_exported_again() -> None:
    assert "ClusterName" not in template("x-aws-cluster: !ImportValue shared\n" + web())["Outputs"]


def test_instances_join_the_cluster_that_an_arn_names() -> None:
    arn = "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shop"
    found = template(f"x-aws-cluster: {arn}\n" + web("x-aws-capacity: {min: 1}"))["Resources"]
    data = found["WebLaunchTemplate"]["Properties"]["LaunchTemplateData"]
    assert "ECS_CLUSTER=shop\n" in data["UserData"]["Fn::Base64"]["Fn::Sub"][0]
    assert found["WebService"]["Properties"]["Cluster"] == arn
    assert "ClusterCapacityProviders" not in found


def test_managed_instances_join_the_cluster_that_an_arn_names() -> None:
    arn = "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shop"
    found = template(f"x-aws-cluster: {arn}\n" + web("x-aws-capacity: EC2"))["Resources"]
    assert found["WebCapacityProvider"]["Properties"]["ClusterName"] == "shop"
    assert found["WebService"]["Properties"]["Cluster"] == arn


def test_numbers_may_come_from_variables() -> None:
    text = web("deploy: {x-aws-autoscaling: {min: $LEAST, max: $MOST, cpu: $CPU}}")
    found = template(text, LEAST="2", MOST="4", CPU="60")["Resources"]
    assert found["WebScalableTarget"]["Properties"]["MinCapacity"] == 2


def test_zeros_are_kept() -> None:
    text = web("scale: 0", "deploy: {update_config: {x-aws-min_percent: 0}}")
    service = template(text)["Resources"]["WebService"]["Properties"]
    assert service["DesiredCount"] == 0
    assert service["DeploymentConfiguration"]["MinimumHealthyPercent"] == 0


def test_jobs_are_not_essential_in_either_format() -> None:
    text = web("depends_on: {job: {condition: service_completed_successfully}}") + (
        "  job:\n    image: job\n"
    )
    result = convert("/compose.yaml", files=Memory({"/compose.yaml": text}))
    for written in (read(result.to_yaml()), json.loads(result.to_json())):
        containers = written["Resources"]["WebTaskDefinition"]["Properties"]["ContainerDefinitions"]
        essential = {container["Name"]: container["Essential"] for container in containers}
        assert essential["job"] is False
        assert essential["web"] is True


def test_every_variable_is_a_text() -> None:
    text = web("environment: {A: 1, B: true, C: 1.5, D: 0x10, E: 2024-01-01}")
    task = template(text)["Resources"]["WebTaskDefinition"]["Properties"]
    _, container = task["ContainerDefinitions"]
    values = [entry["Value"] for entry in container["Environment"]]
    assert len(values) == 5
    assert all(isinstance(value, str) for value in values)


def test_no_partition_is_written() -> None:
    text = web("build: .", "x-aws-capacity: EC2", "x-aws-exec: true")
    assert "arn:aws" not in json.dumps(template(text))


def test_scaling_leaves_the_count_alone() -> None:
    text = web("deploy: {replicas: 1, x-aws-autoscaling: {min: 3, max: 5, cpu: 50}}")
    service = template(text)["Resources"]["WebService"]["Properties"]
    assert "DesiredCount" not in service


def test_all_gpus_need_instances() -> None:
    text = web(
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}"
    )
    found = template(text)["Resources"]
    task = found["WebTaskDefinition"]["Properties"]
    assert task["RequiresCompatibilities"] == ["MANAGED_INSTANCES"]
    _, container = task["ContainerDefinitions"]
    assert container["ResourceRequirements"] == [{"Type": "GPU", "Value": "ALL"}]
    provider = found["WebCapacityProvider"]["Properties"]["ManagedInstancesProvider"]
    needed = provider["InstanceLaunchTemplate"]["InstanceRequirements"]
    assert needed["AcceleratorCount"] == {"Min": 1}


@pytest.mark.parametrize(
    "date", ['"2012-10-17"', "2012-10-17", "'2012-10-17'"], ids=["double", "plain", "single"]
)
def test_the_version_of_a_policy_may_be_a_date(date: str) -> None:
    statement = "{Effect: Allow, Action: 's3:*', Resource: '*'}"
    text = web(f"x-aws-role: {{Version: {date}, Statement: [{statement}]}}")
    (policy,) = template(text)["Resources"]["WebTaskRole"]["Properties"]["Policies"]
    assert policy["PolicyDocument"]["Version"] == "2012-10-17"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x-aws-ephemeral_storage: 201", "fargate-disk"),
        ("x-aws-capacity: []", "wrong-type"),
        ("x-aws-capacity: {machine: {a: b}}", "wrong-type"),
        ("x-aws-capacity: {min: many}", "wrong-type"),
        (f"x-aws-capacity: {{min: '{'9' * 5000}'}}", "wrong-type"),
        ("x-aws-capacity: {max: 0}", "scaling-range"),
        ("x-aws-capacity: {FARGATE: {share: 1}}", "unknown-key"),
        ("x-aws-capacity: {FARGATE: {base: 100001}}", "capacity-weight"),
        ("x-aws-capacity: {fargate_spot: 1}", "capacity-unknown"),
    ],
)
def test_a_wrong_value_is_refused(line: str, code: str) -> None:
    assert code in faults(web(line))


def test_more_capacity_providers_than_a_service_has() -> None:
    shares = ", ".join(f"p{number}: 1" for number in range(21))
    assert "capacity-weight" in faults("x-aws-cluster: a\n" + web(f"x-aws-capacity: {{{shares}}}"))
