"""The retired ECS plugin of Docker Compose had 26 known bugs; none of them is here.

Each test is named after what went wrong there, and numbered in the order in which they were found.
"""

import json
import re
from collections import Counter
from textwrap import dedent
from typing import Any

import pytest
import yaml

from compose2cfn import ComposeError, Memory, Result, Severity, convert
from tests.simulator.template import Properties, read

FILESYSTEM = "fs-0123456789abcdef0"
GROUP = "sg-0123456789abcdef0"


def made(text: str, files: dict[str, str] | None = None, **environment: str) -> Result:
    """Convert a file of a few lines."""
    there = {"compose.yaml": dedent(text), **(files or {})}
    return convert("compose.yaml", files=Memory(there), environment=environment)


def refused(text: str) -> list[str]:
    """Return the errors that a file is refused with."""
    with pytest.raises(ComposeError) as caught:
        made(text)
    return [str(one) for one in caught.value.diagnostics if one.severity is Severity.ERROR]


def body(result: Result) -> dict[str, Any]:
    """Return the template as plain data."""
    return result.to_dict()


def resources(result: Result, kind: str) -> dict[str, Properties]:
    """Return the properties of the resources of a type, by id."""
    return {
        id_: entry.get("Properties", {})
        for id_, entry in body(result)["Resources"].items()
        if entry["Type"] == f"AWS::{kind}"
    }


def the(result: Result, kind: str) -> Properties:
    """Return the properties of the only resource of a type."""
    (properties,) = resources(result, kind).values()
    return properties


def container(result: Result, name: str, task: str = "") -> Properties:
    """Return a container of the only task, or of a named one."""
    tasks = resources(result, "ECS::TaskDefinition")
    definition = tasks[task] if task else next(iter(tasks.values()))
    (found,) = [one for one in definition["ContainerDefinitions"] if one["Name"] == name]
    return dict(found)


def test_a_subnet_is_asked_for_in_each_zone_never_all_of_a_vpc() -> None:
    """1: subnets are parameters of their own, used for tasks, balancers and mount targets alike."""
    result = made("""
        services: {web: {image: a, ports: ['80:80'], volumes: ['data:/data']}}
        volumes: {data: {}}
    """)
    subnets = [{"Ref": "Subnet1Id"}, {"Ref": "Subnet2Id"}]
    network = the(result, "ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    targets = resources(result, "EFS::MountTarget").values()
    assert network["Subnets"] == subnets
    assert the(result, "ElasticLoadBalancingV2::LoadBalancer")["Subnets"] == subnets
    assert [one["SubnetId"] for one in targets] == subnets
    (error,) = refused("{x-aws-subnets: 17, services: {web: {image: a}}}")
    assert "1 to 16 subnets, each in another availability zone" in error


def test_json_says_what_yaml_says() -> None:
    """2: the JSON has what is false in the YAML too, such as that a container may stop."""
    result = made("services: {web: {image: a}, db: {image: b}}")
    data = json.loads(result.to_json())
    assert data == body(result) == read(result.to_yaml())
    for task in ("WebTaskDefinition", "DbTaskDefinition"):
        init = data["Resources"][task]["Properties"]["ContainerDefinitions"][0]
        assert (init["Name"], init["Essential"]) == ("compose-init", False)


@pytest.mark.parametrize(
    ("deploy", "key", "value"),
    [
        ("{replicas: 0}", "DesiredCount", 0),
        ("{replicas: 2, update_config: {parallelism: 2}}", "MinimumHealthyPercent", 0),
        ("{update_config: {x-aws-min_percent: 0}}", "MinimumHealthyPercent", 0),
    ],
)
def test_zeros_are_kept(deploy: str, key: str, value: int) -> None:
    """3: a zero that was written, or follows from what was written, is in the template."""
    service = the(made(f"services: {{web: {{image: a, deploy: {deploy}}}}}"), "ECS::Service")
    assert {**service, **service["DeploymentConfiguration"]}[key] == value


def test_two_services_on_one_port_share_a_listener_or_are_refused() -> None:
    """4: never two listeners of one load balancer on one port."""
    (error,) = refused("""
        services:
          api: {image: a, ports: ['80:8000']}
          web: {image: a, ports: ['80:80']}
    """)
    assert "'api' and 'web' both publish port 80" in error
    result = made("""
        services:
          api: {image: a, ports: [{target: 8000, published: 80, x-aws-route: {path: /api/*}}]}
          web: {image: a, ports: ['80:80']}
    """)
    assert [*resources(result, "ElasticLoadBalancingV2::Listener")] == ["LoadBalancerTCP80Listener"]
    assert len(resources(result, "ElasticLoadBalancingV2::ListenerRule")) == 1


def test_https_is_https_and_http_is_http() -> None:
    """5: a certificate makes a secure listener; https without one is refused, not served plain."""
    text = "services: {{web: {{image: a, ports: [{{target: 80, published: {}}}]}}}}"
    port = "443, x-aws-certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/" + "0" * 36
    listener = the(made(text.format(port + "'")), "ElasticLoadBalancingV2::Listener")
    assert (listener["Port"], listener["Protocol"]) == (443, "HTTPS")
    plain = the(made(text.format("80")), "ElasticLoadBalancingV2::Listener")
    assert (plain["Port"], plain["Protocol"]) == (80, "HTTP")
    (error,) = refused(text.format("443, x-aws-protocol: https"))
    assert "x-aws-certificate" in error


def test_names_that_leave_one_id_are_refused() -> None:
    """6: nothing overwrites another's resources."""
    (service,) = refused("services: {my-app: {image: a}, myapp: {image: a}}")
    (volume,) = refused("""
        services: {web: {image: a, volumes: ['a-b:/one', 'a_b:/two']}}
        volumes: {a-b: {}, a_b: {}}
    """)
    assert "'my-app' and 'myapp' both become 'Myapp'" in service
    assert "'a-b' and 'a_b' both become 'Ab'" in volume


def test_rules_of_two_protocols_on_one_port_stand_side_by_side() -> None:
    """6: TCP and UDP 5300 are two rules."""
    result = made("services: {dns: {image: a, ports: ['5300:5300', '5300:5300/udp']}}")
    rules = resources(result, "EC2::SecurityGroupIngress").values()
    known = [(one["IpProtocol"], one.get("FromPort")) for one in rules]
    assert {("tcp", 5300), ("udp", 5300)} <= {*known}


def test_a_file_system_that_exists_gets_no_mount_target() -> None:
    """7: it has its own."""
    result = made(f"""
        services: {{web: {{image: a, volumes: ['data:/data']}}}}
        volumes: {{data: {{external: true, name: {FILESYSTEM}}}}}
    """)
    assert resources(result, "EFS::MountTarget") == resources(result, "EFS::FileSystem") == {}
    (volume,) = the(result, "ECS::TaskDefinition")["Volumes"]
    assert volume["EFSVolumeConfiguration"]["FilesystemId"] == FILESYSTEM


def test_the_template_depends_on_the_file_alone() -> None:
    """8: a file system is always declared, no matter what exists, and survives its stack."""
    text = "{services: {web: {image: a, volumes: ['data:/data']}}, volumes: {data: {}}}"
    first, second = made(text), made(text)
    assert first.to_yaml() == second.to_yaml()
    system = body(first)["Resources"]["DataFilesystem"]
    assert system["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize(
    ("options", "owner", "permissions"),
    [("{}", "0", "0777"), ("{uid: 999, gid: 999}", "999", "0755")],
)
def test_the_directory_of_an_access_point_can_be_made_and_written(
    options: str, owner: str, permissions: str
) -> None:
    """9: with and without a user, it is said how the directory is made."""
    result = made(f"""
        services: {{web: {{image: a, volumes: ['data:/data']}}}}
        volumes: {{data: {{driver_opts: {options}}}}}
    """)
    root = the(result, "EFS::AccessPoint")["RootDirectory"]
    assert root["Path"]
    assert root["CreationInfo"]["OwnerUid"] == root["CreationInfo"]["OwnerGid"] == owner
    assert root["CreationInfo"]["Permissions"] == permissions


def test_a_volume_can_be_mounted_twice() -> None:
    """10: it is one volume with two mount points, and one policy."""
    result = made("""
        services: {web: {image: a, volumes: ['data:/one', 'data:/two']}}
        volumes: {data: {}}
    """)
    task = the(result, "ECS::TaskDefinition")
    assert len(task["Volumes"]) == 1
    assert [one["ContainerPath"] for one in container(result, "web")["MountPoints"]] == [
        "/one",
        "/two",
    ]
    policies = resources(result, "IAM::Role")["WebTaskRole"]["Policies"]
    assert max(Counter(one["PolicyName"] for one in policies).values()) == 1


def test_a_volume_without_a_source_is_scratch() -> None:
    """10: it neither crashes nor becomes a file system."""
    result = made("services: {web: {image: a, volumes: [/scratch]}}")
    (volume,) = the(result, "ECS::TaskDefinition")["Volumes"]
    assert [*volume] == ["Name"]


def test_only_load_balancers_are_open_to_the_world() -> None:
    """11: no group of a network has a rule for an address, and a given group has no rule at all."""
    result = made(f"""
        services:
          web: {{image: a, ports: ['80:80'], networks: [front]}}
          db: {{image: b, networks: [front, given]}}
        networks:
          front: {{}}
          given: {{external: true, name: {GROUP}}}
    """)
    rules = resources(result, "EC2::SecurityGroupIngress").values()
    assert rules
    opened = [rule["GroupId"] for rule in rules if "CidrIp" in rule]
    assert opened == [{"Ref": "LoadBalancerSecurityGroup"}]
    assert [rule for rule in rules if rule["GroupId"] == GROUP] == []
    groups = resources(result, "EC2::SecurityGroup").values()
    assert [group for group in groups if "SecurityGroupIngress" in group] == []


def test_no_secret_is_in_the_template() -> None:
    """12: only its ARN is, as a parameter that is not shown."""
    text = """
        services: {web: {image: a, secrets: [password]}}
        secrets: {password: {file: ./password.txt}}
    """
    result = made(text, {"password.txt": "hunter2-hunter2"})
    printed = result.to_yaml() + result.to_json() + "".join(map(str, result.diagnostics))
    assert "hunter2" not in printed
    assert body(result)["Parameters"]["PasswordSecretArn"]["NoEcho"] is True
    assert "kms:Decrypt" not in printed


def test_ids_follow_the_published_port_and_ports_stay_what_they_are() -> None:
    """13: listener and target group are of one port; the container's may be another."""
    result = made("services: {web: {image: a, ports: ['8080:80']}}")
    (listener,) = resources(result, "ElasticLoadBalancingV2::Listener").items()
    assert listener[0].endswith("TCP8080Listener")
    assert listener[1]["Port"] == 8080
    (target_group,) = resources(result, "ElasticLoadBalancingV2::TargetGroup")
    assert target_group.startswith("WebTCP8080")
    (balanced,) = the(result, "ECS::Service")["LoadBalancers"]
    assert balanced["ContainerPort"] == 80


def test_names_do_not_collide_and_logs_stay() -> None:
    """14: the log group has no given name and outlives the stack; the cluster has the stack's."""
    found = body(made("services: {web: {image: a}}"))["Resources"]
    assert "LogGroupName" not in found["LogGroup"]["Properties"]
    assert found["LogGroup"]["DeletionPolicy"] == "Retain"
    assert found["Cluster"]["Properties"]["ClusterName"] == {"Ref": "AWS::StackName"}


GPU = "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}"


def test_all_gpus_means_instances_with_gpus() -> None:
    """15: a launch template and an image by parameter, never Fargate."""
    result = made(f"services: {{train: {{image: a, x-aws-capacity: {{min: 0}}, {GPU}}}}}")
    assert the(result, "ECS::TaskDefinition")["RequiresCompatibilities"] == ["EC2"]
    assert resources(result, "EC2::LaunchTemplate")
    assert not resources(result, "AutoScaling::LaunchConfiguration")
    image = the(result, "EC2::LaunchTemplate")["LaunchTemplateData"]["ImageId"]
    parameter = body(result)["Parameters"][image["Ref"]]
    assert parameter["Type"].startswith("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>")


def test_instances_join_the_cluster_that_was_given() -> None:
    """15: by its name, not the project's."""
    service = f"{{image: a, x-aws-capacity: {{min: 1}}, {GPU}}}"
    result = made(f"{{x-aws-cluster: mine, services: {{train: {service}}}}}")
    data = the(result, "EC2::LaunchTemplate")["LaunchTemplateData"]["UserData"]
    assert "ECS_CLUSTER=mine" in json.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        "{x-aws-vpc: !ImportValue network, services: {web: {image: a}}}",
        "{x-aws-cluster: !ImportValue main, services: {web: {image: a}}}",
        "services: {web: {image: a, x-aws-pull_credentials: !ImportValue registry}}",
        "services: {web: {image: a, deploy: {x-aws-autoscaling: {max: '${MAX}', cpu: 75}}}}",
        "{x-aws-logs_retention: '${MAX}', services: {web: {image: a}}}",
    ],
)
def test_functions_and_variables_are_values(text: str) -> None:
    """16: no type of a value is a crash."""
    assert resources(made(text, MAX="7"), "ECS::Service")


def test_autoscaling_owns_the_number_of_tasks() -> None:
    """17: no count is below its minimum; without a maximum it is refused."""
    text = "services: {{web: {{image: a, deploy: {{x-aws-autoscaling: {{min: 3, {} cpu: 75}}}}}}}}"
    result = made(text.format("max: 6,"))
    assert "DesiredCount" not in the(result, "ECS::Service")
    assert the(result, "ApplicationAutoScaling::ScalableTarget")["MinCapacity"] == 3
    assert any("max" in error for error in refused(text.format("")))


def test_health_checks_fit_what_ecs_takes() -> None:
    """18: half a second becomes the least that ECS knows, with a warning; disabled means none."""
    text = "services: {{web: {{image: a, healthcheck: {}}}}}"
    result = made(text.format("{test: x, interval: 500ms, timeout: 1500ms}"))
    check = container(result, "web")["HealthCheck"]
    assert (check["Interval"], check["Timeout"]) == (5, 2)
    assert [one.code for one in result.diagnostics].count("health-range") == 2
    assert "HealthCheck" not in container(made(text.format("{disable: true}")), "web")


def test_every_variable_of_a_file_has_its_own_value() -> None:
    """19: not that of the last one."""
    result = made(
        "services: {web: {image: a, env_file: a.env}}", {"a.env": "ONE=1\nTWO=2\nTHREE=3\n"}
    )
    assert container(result, "web")["Environment"] == [
        {"Name": "ONE", "Value": "1"},
        {"Name": "THREE", "Value": "3"},
        {"Name": "TWO", "Value": "2"},
    ]


def test_order_in_the_file_leaves_no_trace() -> None:
    """20: networks, dependencies, sysctls and limits are in one order."""
    text = """
        services:
          web:
            image: a
            networks: [{0}]
            depends_on: [{1}]
            sysctls: {{{2}}}
            ulimits: {{{3}}}
          one: {{image: a}}
          two: {{image: a}}
        networks: {{b: {{}}, a: {{}}}}
    """
    limits = ("nofile: 2048", "nproc: 64")
    options = ("net.core.somaxconn: 1024", "net.ipv4.tcp_syncookies: 0")
    parts = (("a", "b"), ("one", "two"), options, limits)
    forwards = made(text.format(*(", ".join(part) for part in parts)))
    backwards = made(text.format(*(", ".join(reversed(part)) for part in parts)))
    assert forwards.to_yaml() == backwards.to_yaml()


def test_the_helper_comes_from_a_public_registry_and_can_be_replaced() -> None:
    """21: a parameter names an image of all processors."""
    result = made("services: {web: {image: a}, db: {image: b}}")
    image = container(result, "compose-init", "WebTaskDefinition")["Image"]
    parameter = body(result)["Parameters"][image["Ref"]]
    assert parameter["Default"].startswith("public.ecr.aws/docker/library/busybox:")


def test_partition_region_and_platform_version_are_left_to_aws() -> None:
    """22: a template works in every partition and region."""
    result = made("""
        services: {web: {image: a, ports: ['80:80'], volumes: ['data:/data']}, db: {image: b}}
        volumes: {data: {}}
    """)
    text = result.to_yaml()
    assert re.findall(r"arn:aws[a-z-]*:|compute\.internal|us-east-1|PlatformVersion", text) == []


def test_http_stays_http_beside_other_ports() -> None:
    """23: each port has a load balancer of its kind."""
    result = made("""
        services:
          web: {image: a, ports: ['80:80']}
          mail: {image: b, ports: ['25:25']}
    """)
    protocols = {
        id_: one["Protocol"]
        for id_, one in resources(result, "ElasticLoadBalancingV2::Listener").items()
    }
    assert protocols == {
        "LoadBalancerTCP80Listener": "HTTP",
        "NetworkLoadBalancerTCP25Listener": "TCP",
    }


def test_file_systems_have_a_group_of_their_own_and_tasks_at_most_five() -> None:
    """24: of a mount target one group; of a task as many as it has networks, within the limit."""
    result = made("""
        services: {web: {image: a, networks: [a, b], volumes: ['data:/data']}}
        networks: {a: {}, b: {}}
        volumes: {data: {}}
    """)
    for target in resources(result, "EFS::MountTarget").values():
        assert target["SecurityGroups"] == [{"Ref": "DataFilesystemSecurityGroup"}]
    names = [f"net{number}" for number in range(6)]
    (error,) = refused(
        yaml.safe_dump(
            {
                "services": {"web": {"image": "a", "networks": names}},
                "networks": {name: {} for name in names},
            }
        )
    )
    assert "services.web.networks" in error
    assert "5" in error


def test_udp_is_checked_over_a_tcp_port() -> None:
    """25: one that the service listens on; without one it is refused."""
    (error,) = refused("services: {dns: {image: a, ports: ['5300:5300/udp']}}")
    assert "x-aws-healthcheck: {port: ...}" in error
    text = "services: {dns: {image: a, ports: ['5300:5300/udp'], x-aws-healthcheck: {port: 8080}}}"
    group = the(made(text), "ElasticLoadBalancingV2::TargetGroup")
    assert (group["Protocol"], group["HealthCheckProtocol"]) == ("UDP", "TCP")
    assert group["HealthCheckPort"] == "8080"


def test_what_is_dropped_is_said_with_its_place() -> None:
    """26: also a key within one that is known."""
    result = made("""
        services:
          web:
            image: a
            mac_address: "02:42:ac:11:65:43"
            deploy: {placement: {preferences: [{spread: node.labels.zone}]}}
    """)
    told = {(str(one.at), ".".join(map(str, one.path))) for one in result.diagnostics}
    assert ("compose.yaml:5:5", "services.web.mac_address") in told
    assert any(path.startswith("services.web.deploy.placement") for _, path in told)
