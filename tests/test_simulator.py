"""The simulator refuses what AWS refuses: each check is held against a defect made for it."""

import json
from collections.abc import Iterator

import pytest

from tests.examples import FARGATE, GONE, INSTANCES, Edits, edited
from tests.simulator import Cloud, Refusal, Stack, Submission, simulated
from tests.simulator.resources import RESOURCES
from tests.simulator.template import Properties, parse, read
from tests.surroundings import Surroundings
from tests.validators.written import TEMPLATES

pytestmark = pytest.mark.slow

TASK = "TaskDefinition."
INIT = "TaskDefinition.ContainerDefinitions.0."
WEB = "TaskDefinition.ContainerDefinitions.1."
ROLLOUT = "Service.DeploymentConfiguration."


@pytest.fixture(scope="module")
def around() -> Iterator[tuple[Cloud, Surroundings]]:
    """Return one account for many stacks, all of them deleted or rolled back."""
    with simulated() as cloud:
        yield cloud, Surroundings(cloud.account)


def create(around: tuple[Cloud, Surroundings], text: str) -> Stack:
    cloud, surroundings = around
    return cloud.create("demo", surroundings.submission(text))


def refusal(around: tuple[Cloud, Surroundings], text: str) -> str:
    """Create a stack that AWS refuses; return the reason, and leave nothing behind."""
    cloud, _ = around
    try:
        create(around, text)
    except Refusal as refused:
        assert {stack.status for stack in cloud.stacks} <= {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"}
        return refused.message
    finally:
        cloud.delete("demo")
        cloud.stacks.clear()
    pytest.fail("AWS would refuse this")


@pytest.mark.parametrize("template", [FARGATE, INSTANCES], ids=["fargate", "instances"])
def test_sound_stacks_come_and_go(template: Properties, around: tuple[Cloud, Surroundings]) -> None:
    cloud, surroundings = around
    stack = create(around, json.dumps(template))
    assert stack.status == "CREATE_COMPLETE"
    assert set(stack.resources) == set(template["Resources"])
    assert cloud.plan("again", "demo", surroundings.submission(json.dumps(template))).empty
    cloud.delete("demo")
    assert stack.status == "DELETE_COMPLETE"
    assert not stack.resources


def test_examples_have_every_type_but_certificates() -> None:
    written = [read(file.read_text(encoding="utf-8")) for file in TEMPLATES]
    used = {r["Type"] for t in (FARGATE, INSTANCES, *written) for r in t["Resources"].values()}
    known = {resource.type for resource in RESOURCES}
    assert known - used == {"AWS::ElasticLoadBalancingV2::ListenerCertificate"}


def test_certificates_are_added_to_a_secure_listener(
    around: tuple[Cloud, Surroundings],
) -> None:
    cloud, surroundings = around
    first, second = surroundings.certificate("first"), surroundings.certificate("second")
    more = {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        "Properties": {
            "ListenerArn": {"Ref": "Listener"},
            "Certificates": [{"CertificateArn": second}],
        },
    }
    secure: Edits = {
        "Listener.Protocol": "HTTPS",
        "Listener.Certificates": [{"CertificateArn": first}],
        "ListenerCertificate": more,
    }
    assert create(around, edited(FARGATE, secure)).status == "CREATE_COMPLETE"
    cloud.delete("demo")


def test_file_systems_are_backed_up(around: tuple[Cloud, Surroundings]) -> None:
    cloud, _ = around
    backup: Edits = {"FileSystem.BackupPolicy": {"Status": "ENABLED"}}
    stack = create(around, edited(FARGATE, backup))
    request = {"FileSystemId": stack.resources["FileSystem"].id}
    found = cloud.account.call("efs", "DescribeBackupPolicy", request)
    assert found["BackupPolicy"] == {"Status": "ENABLED"}
    cloud.delete("demo")


def test_types_of_others_are_made_by_moto(around: tuple[Cloud, Surroundings]) -> None:
    cloud, _ = around
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}
    output: Edits = {"Queue": queue, "Outputs/Queue": {"Value": {"Fn::GetAtt": "Queue.Arn"}}}
    stack = create(around, edited(FARGATE, output))
    assert stack.outputs["Queue"].startswith("arn:aws:sqs:")
    found = cloud.account.call("sqs", "ListQueues", {})["QueueUrls"]
    assert found == [stack.resources["Queue"].id]
    cloud.delete("demo")
    assert "QueueUrls" not in cloud.account.call("sqs", "ListQueues", {})


def test_types_that_nothing_makes_are_said(around: tuple[Cloud, Surroundings]) -> None:
    chat: Edits = {
        "Chat": {
            "Type": "AWS::Chatbot::CustomAction",
            "Properties": {"ActionName": "a", "Definition": {"CommandText": "b"}},
        }
    }
    assert "the simulator has no AWS::Chatbot" in refusal(around, edited(FARGATE, chat))


# What is wrong, and a part of what AWS says to it.
DEFECTS: list[tuple[Edits, str]] = [
    # The template
    ({"Listener": GONE, "ListenerRule": GONE}, "Unresolved resource dependencies ['Listener']"),
    ({"Outputs/Url/Value": {"Ref": "Nowhere"}}, "in the Outputs block"),
    ({"Outputs/Url/Value": ["a", "b"]}, "is not a string"),
    ({"Role/DependsOn": "Service"}, "Circular dependency"),
    ({"Role.Colour": "red"}, "unsupported property Colour"),
    ({"LoadBalancer.DNSName": "mine"}, "unsupported property DNSName"),
    ({"Cluster/Type": "AWS::ECS::Claster"}, "Unrecognized resource types"),
    ({"Cluster/Colour": "red"}, "Invalid template resource property"),
    ({"FileSystem/DeletionPolicy": "Keep"}, "unrecognized policy"),
    ({"Cluster/Condition": "IsBlue"}, "Unresolved condition dependency"),
    ({"Web-Service": FARGATE["Resources"]["Cluster"]}, "non alphanumeric"),
    ({"TargetGroup.VpcId": {"Ref": "AWS::NoValue"}}, "CreateTargetGroup"),
    ({"AccessPoint.FileSystemId": {"Ref": "AWS::NoValue"}}, "required key [FileSystemId]"),
    ({"Service.Cluster": {"Fn::GetAtt": ["Cluster", "Colour"]}}, "attribute Colour"),
    ({"LogGroup.RetentionInDays": {"Fn::Select": [3, ["1"]]}}, "Fn::Select cannot take"),
    # The shapes of the API
    ({"TargetGroup.TargetType": "pod"}, "pod is not a valid enum value"),
    ({"Listener.Port": 80000}, "not from 1 to 65535"),
    ({WEB + "Environment": [{"Name": "A", "Value": True}]}, "expected a string, got True"),
    ({WEB + "Environment": [{"Name": "A", "Value": {"b": "c"}}]}, "expected a string"),
    ({WEB + "Environment": {"A": "b"}}, "expected a list"),
    ({WEB + "PortMappings": [{"ContainerPort": "http"}]}, "expected a number"),
    ({WEB + "Essential": "yes"}, "expected a boolean"),
    ({WEB + "Imago": "web"}, "unknown member Imago"),
    ({WEB + "DependsOn": [{"ContainerName": "init"}]}, "member condition missing"),
    ({"Secret.SecretString": "x" * 65537}, "SecretString: the length"),
    ({"ScalingPolicy.TargetTrackingScalingPolicyConfiguration.TargetValue": "warm"}, "a number"),
    ({WEB + "LogConfiguration.LogDriver": "files"}, "is not one of"),
    ({"AccessPoint.RootDirectory": {"Path": "data"}}, "does not match"),
    # Task definitions
    ({TASK + "Cpu": "300"}, "No Fargate configuration exists"),
    ({TASK + "Memory": "4096"}, "No Fargate configuration exists"),
    ({TASK + "Cpu": "32768", TASK + "Memory": "131072"}, "No Fargate configuration exists"),
    (
        {
            TASK + "Cpu": "512",
            TASK + "Memory": "1024",
            TASK + "RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
        },
        "No Fargate configuration exists",
    ),
    ({TASK + "NetworkMode": "bridge"}, "network mode 'awsvpc'"),
    ({TASK + "EphemeralStorage": {"SizeInGiB": 20}}, "between 21 and 200"),
    ({TASK + "ExecutionRoleArn": GONE}, "execution role ARN"),
    ({TASK + "ExecutionRoleArn": {"Ref": "Role"}}, "not the ARN of a role"),
    ({WEB + "Cpu": 512}, "sum of the containers' cpu"),
    ({WEB + "Memory": 1024}, "more memory than the task"),
    ({WEB + "Memory": 256, WEB + "MemoryReservation": 300}, "memoryReservation"),
    ({INIT + "Name": "web"}, "names must be unique"),
    ({WEB + "Essential": False}, "at least one container must be essential"),
    ({INIT + "Essential": True}, "must be non-essential"),
    ({WEB + "DependsOn": [{"ContainerName": "x", "Condition": "START"}]}, "not in the task"),
    ({WEB + "DependsOn": [{"ContainerName": "init", "Condition": "HEALTHY"}]}, "health check"),
    ({INIT + "DependsOn": [{"ContainerName": "web", "Condition": "START"}]}, "in a circle"),
    ({WEB + "HealthCheck.Interval": 3}, "Interval 3 is not in 5..300"),
    ({WEB + "HealthCheck.Timeout": 90}, "Timeout 90 is not in 2..60"),
    ({WEB + "MountPoints.0.SourceVolume": "nothing"}, "Unknown volume 'nothing'"),
    ({WEB + "PortMappings.0.HostPort": 8080}, "host and container ports must match"),
    ({INIT + "PortMappings": [{"ContainerPort": 80}]}, "used multiple times in task"),
    (
        {WEB + "PortMappings.1": {"ContainerPort": 80, "Protocol": "udp"}},
        "port 80 is used in more than one port mapping",
    ),
    ({WEB + "Environment.0.Name": "PASSWORD"}, "must be unique and not shared"),
    ({WEB + "LogConfiguration.LogDriver": "syslog"}, "syslog is not supported"),
    ({WEB + "LogConfiguration.Options.awslogs-stream-prefix": GONE}, "awslogs-stream-prefix"),
    ({WEB + "Privileged": True}, "do not support Privileged"),
    ({WEB + "DnsServers": ["10.0.0.2"]}, "DnsServers is not supported"),
    ({WEB + "ExtraHosts": [{"Hostname": "a", "IpAddress": "10.0.0.2"}]}, "ExtraHosts is not"),
    ({WEB + "LinuxParameters": {"SharedMemorySize": 64}}, "support SharedMemorySize"),
    ({WEB + "LinuxParameters": {"Capabilities": {"Add": ["NET_ADMIN"]}}}, "NET_ADMIN is not"),
    ({WEB + "ResourceRequirements": [{"Type": "GPU", "Value": "1"}]}, "ResourceRequirements"),
    ({WEB + "StopTimeout": 600}, "stopTimeout"),
    ({WEB + "RestartPolicy": {"Enabled": True, "RestartAttemptPeriod": 5}}, "restartAttempt"),
    (
        {
            TASK + "Cpu": "1024",
            TASK + "Memory": "2048",
            TASK + "RuntimePlatform": {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
            WEB + "RestartPolicy": {"Enabled": True},
        },
        "not supported for Windows",
    ),
    (
        {WEB + "Ulimits": [{"Name": "nofile", "SoftLimit": 9, "HardLimit": 8}]},
        "the soft limit is above",
    ),
    (
        {WEB + "Ulimits": [{"Name": "core", "SoftLimit": -2, "HardLimit": -1}]},
        "a limit is at least 0, or -1",
    ),
    ({TASK + "Volumes.1": {"Name": "host", "Host": {"SourcePath": "/etc"}}}, "host or Docker"),
    ({TASK + "Volumes.1": {"Name": "data"}}, "volume names must be unique"),
    (
        {TASK + "Volumes.0.EFSVolumeConfiguration.TransitEncryption": "DISABLED"},
        "transit encryption must be enabled",
    ),
    (
        {TASK + "Volumes.0.EFSVolumeConfiguration.RootDirectory": "/x"},
        "RootDirectory must be omitted",
    ),
    (
        {WEB + "PortMappings.1": {"ContainerPort": 81, "Name": "Web"}},
        "other than lower-case letters",
    ),
    (
        {
            WEB + "PortMappings.0.Name": "web",
            WEB + "PortMappings.1": {"ContainerPort": 81, "Name": "web"},
        },
        "port mapping names must be unique",
    ),
    (
        {TASK + f"ContainerDefinitions.{n}": {"Name": f"c{n}", "Image": "x"} for n in range(2, 11)},
        "at most 10 containers",
    ),
    ({WEB + "Environment.1": {"Name": "BIG", "Value": "x" * 70000}}, "64 KB"),
    # Services
    ({"Service/DependsOn": ["MountTarget1", "MountTarget2"]}, "have an associated load balancer"),
    ({"Service/DependsOn": ["Listener", "MountTarget1"]}, "has no mount target in"),
    ({"Service/DependsOn": GONE}, "does not have an associated load balancer"),
    ({"Service.LaunchType": "FARGATE"}, "both a launch type and capacity provider strategy"),
    ({"Service.NetworkConfiguration": GONE}, "Network Configuration must be provided"),
    (
        {"Service.Cluster": {"Fn::Sub": "arn:${AWS::Partition}:ecs:us-east-1:1:cluster/elsewhere"}},
        "ClusterNotFoundException",
    ),
    ({"Service.LoadBalancers.0.ContainerPort": 81}, "did not have a container port 81"),
    ({"Service.LoadBalancers.0.ContainerName": "www"}, "The container www"),
    ({"TargetGroup.TargetType": "instance"}, "incompatible with the awsvpc network mode"),
    ({"Cluster.CapacityProviders": GONE}, "not associated with the cluster"),
    ({ROLLOUT + "MinimumHealthyPercent": 100}, "would block deployments"),
    ({"Service.AvailabilityZoneRebalancing": "ENABLED"}, "zone rebalancing"),
    ({"Service.SchedulingStrategy": "DAEMON"}, "daemon scheduling strategy"),
    ({"Service.DesiredCount": -1}, "must be at least 0"),
    ({"ScalableTarget.MinCapacity": 5}, "Maximum capacity cannot be less"),
    ({"ScalableTarget.ResourceId": "service/demo/other"}, "ECS service doesn't exist"),
    # Load balancing
    ({"Listener.Certificates": [{"CertificateArn": "arn:x"}]}, "cannot be specified for HTTP"),
    ({"Listener.Protocol": "HTTPS"}, "certificate must be specified"),
    ({"Listener.Protocol": "TCP"}, "Listener"),
    ({"LoadBalancer.Subnets": [{"Ref": "Subnet1Id"}]}, "two different Availability Zones"),
    (
        {"LoadBalancer.Subnets": [{"Ref": "Subnet1Id"}] * 2 + [{"Ref": "Subnet2Id"}]},
        "multiple subnets in the same zone",
    ),
    ({"LoadBalancer.Name": "x" * 33}, "longer than 32"),
    ({"TargetGroup.Name": "x" * 33}, "longer than 32"),
    ({"ListenerRule.Priority": 50001}, "not from 1 to 50000"),
    ({"Second": FARGATE["Resources"]["Listener"]}, "A listener already exists on port 80"),
    (
        {
            "Other": FARGATE["Resources"]["LoadBalancer"],
            "Second": FARGATE["Resources"]["Listener"],
            "Second.LoadBalancerArn": {"Ref": "Other"},
        },
        "cannot be associated with more than one load balancer",
    ),
    # Storage, network, names
    ({"Third": FARGATE["Resources"]["MountTarget1"]}, "mount target already exists in this AZ"),
    ({"MountTarget1.SecurityGroups": ["sg-nope"]}, "sg-nope"),
    ({"Twin": FARGATE["Resources"]["NetworkIngress"]}, "InvalidPermission.Duplicate"),
    ({"Twin": FARGATE["Resources"]["NetworkIngressBalancer"]}, "InvalidPermission.Duplicate"),
    ({"NetworkIngressBalancer.Description": "web's port"}, "Invalid description"),
    ({"NetworkIngressBalancer.FromPort": 90}, "Invalid TCP/UDP port range"),
    ({"NetworkIngress.CidrIp": "10.0.0.0/8"}, "exactly one source"),
    ({"Network.GroupDescription": "x" * 256}, "GroupDescription: the length"),
    ({"Network.GroupDescription": "web's network"}, "Invalid description"),
    ({"CloudMap.Name": f"c-{'x' * 62}.internal"}, "1 to 63 characters"),
    ({"Twin": FARGATE["Resources"]["CloudMap"]}, "ConflictingDomainExists"),
    ({"Alias.DnsConfig.RoutingPolicy": "MULTIVALUE"}, "CNAME records stand alone"),
    ({"Alias.Name": "Web"}, "ServiceAlreadyExists"),
    ({"Role.ManagedPolicyArns": ["arn:aws:iam::aws:policy/Nothing"]}, "Nothing"),
    ({"Role.Policies.0.PolicyDocument.Statement.0.Effect": "Maybe"}, "MalformedPolicyDocument"),
    ({"LogGroup.RetentionInDays": 31}, "31 is not a valid enum value"),
]


@pytest.mark.parametrize(
    ("edits", "message"), DEFECTS, ids=lambda it: it if isinstance(it, str) else ""
)
def test_defect_is_refused(edits: Edits, message: str, around: tuple[Cloud, Surroundings]) -> None:
    assert message in refusal(around, edited(FARGATE, edits))


INSTANCE_DEFECTS: list[tuple[Edits, str]] = [
    ({"Service/DependsOn": GONE}, "not associated with the cluster"),
    ({"Association.CapacityProviders": ["other"]}, "provider other was not found"),
    (
        {
            "CapacityProvider.AutoScalingGroupProvider.ManagedScaling": GONE,
            "CapacityProvider.AutoScalingGroupProvider.ManagedTerminationProtection": "ENABLED",
        },
        "needs managed scaling",
    ),
    ({TASK + "EphemeralStorage": {"SizeInGiB": 30}}, "do not support EphemeralStorage"),
    ({TASK + "ContainerDefinitions.0.Memory": GONE}, "memory must be given"),
    ({"Service.PlatformVersion": "LATEST"}, "platform version must be null"),
    (
        {"Service.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": "ENABLED"},
        "Assign public IP is not supported",
    ),
    ({"LaunchTemplate.LaunchTemplateData.MetadataOptions.HttpTokens": "yes"}, "is not one of"),
    ({"InstanceProfile.Roles": ["nobody"]}, "nobody"),
    ({"Parameters/MachineImage/Default": "/nowhere"}, "Unable to fetch parameters"),
    ({"Group.MaxSize": GONE}, "required key [MaxSize]"),
    ({"Service.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups": ["sg-1"] * 6}, "most 5"),
    ({"RolePolicy.Roles": GONE}, "at least one of Roles"),
    ({"Service.EnableExecuteCommand": True}, "a valid taskRoleArn is not being used"),
    (
        {TASK + "ContainerDefinitions.0.DockerSecurityOptions": ["apparmor:web"]},
        "none has ['ECS_APPARMOR_CAPABLE=true']",
    ),
    ({"Group.MaxSize": "0"}, "none may be started"),
    (
        {
            "Service.CapacityProviderStrategy": GONE,
            "Service.LaunchType": "EC2",
            "Service.PlacementConstraints": [
                {"Type": "memberOf", "Expression": "attribute:compose.capacity == demo"}
            ],
        },
        "none has the attribute",
    ),
    (
        {
            "Service.CapacityProviderStrategy": GONE,
            "Service.LaunchType": "EC2",
            "Service.PlacementConstraints": [
                {"Type": "memberOf", "Expression": "attribute:compose.capacity == demo"}
            ],
            "LaunchTemplate.LaunchTemplateData.UserData": {
                "Fn::Base64": 'ECS_INSTANCE_ATTRIBUTES={"compose.capacity": "demo"}'
            },
        },
        "nothing starts one",
    ),
]


@pytest.mark.parametrize(
    ("edits", "message"), INSTANCE_DEFECTS, ids=lambda it: it if isinstance(it, str) else ""
)
def test_defect_of_an_instance_stack_is_refused(
    edits: Edits, message: str, around: tuple[Cloud, Surroundings]
) -> None:
    assert message in refusal(around, edited(INSTANCES, edits))


@pytest.mark.parametrize("memory", ["61440", "122880", "249856"])
def test_largest_fargate_size_is_known(memory: str, around: tuple[Cloud, Surroundings]) -> None:
    create(around, edited(FARGATE, {TASK + "Cpu": "32768", TASK + "Memory": memory}))
    around[0].delete("demo")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"Nothing": "1"}, "do not exist in the template"),
        ({"VpcId": "vpc-0"}, "does not exist"),
        ({"AssignPublicIp": "PERHAPS"}, "must be one of AllowedValues"),
        ({"ImageTag": "Latest"}, "must match pattern"),
        ({"ImageTag": "1" * 11}, "at most 10 characters"),
        ({"Replicas": "many"}, "must be a number"),
        ({"Replicas": "5"}, "from -inf to 4"),
    ],
)
def test_parameter_is_refused(
    values: dict[str, str], message: str, around: tuple[Cloud, Surroundings]
) -> None:
    cloud, surroundings = around
    given = surroundings.submission(json.dumps(FARGATE))
    with pytest.raises(Refusal, match=message):
        cloud.create("demo", Submission(given.text, {**given.parameters, **values}))


def test_parameter_without_value_is_refused(around: tuple[Cloud, Surroundings]) -> None:
    with pytest.raises(Refusal, match="must have values"):
        around[0].create("demo", Submission(json.dumps(FARGATE)))


def test_roles_need_to_be_acknowledged(around: tuple[Cloud, Surroundings]) -> None:
    cloud, surroundings = around
    given = surroundings.submission(edited(FARGATE, {"Role.RoleName": "mine"}))
    for acknowledged in ((), ("CAPABILITY_IAM",)):
        with pytest.raises(Refusal, match="CAPABILITY_NAMED_IAM"):
            cloud.create("demo", Submission(given.text, given.parameters, acknowledged))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Resources: [", "YAML not well-formed"),
        ("- a", "unsupported structure"),
        ("Resources: {}", "At least one Resources member"),
        ("Resources: {A: &a {Type: x}, B: *a}", "aliases are not allowed"),
        ("Resources: {A: {Type: x}, A: {Type: y}}", "duplicate key A"),
        ("Resorces: {A: {Type: x}}", "Invalid template property"),
        ("Resources: {A: {}}", "must contain a Type"),
        ("AWSTemplateFormatVersion: 2011-11-11\nResources: {A: {Type: x}}", "unsupported value"),
        (f"Description: {'x' * 1025}\nResources: {{A: {{Type: x}}}}", "'Description' length"),
        (json.dumps({"Resources": {f"A{n}": {"Type": "x"} for n in range(501)}}), "maximum 500"),
        (json.dumps({"Resources": {"A": {"Type": "x" * 1_000_000}}}), "1000000 bytes"),
    ],
    ids=lambda it: str(it)[:30],
)
def test_template_of_wrong_form_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        parse(text)
