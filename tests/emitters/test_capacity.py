"""Where tasks run, and what is said where they cannot."""

import pytest

from compose2cfn import ComposeError, Memory, Result, Severity, convert
from compose2cfn.diagnostics import dotted
from tests.simulator.template import read


def made(text: str) -> Result:
    """Convert one file."""
    return convert("compose.yaml", files=Memory({"compose.yaml": text}))


def refused(text: str) -> list[str]:
    """Return the codes and paths of what a file is refused with."""
    with pytest.raises(ComposeError) as caught:
        made(text)
    return [
        f"{one.code} {dotted(one.path)}"
        for one in caught.value.diagnostics
        if one.severity is Severity.ERROR
    ]


def instance_types(result: Result, id_: str) -> object:
    """Return the instance types that AWS may choose for a capacity provider."""
    provider = read(result.to_yaml())["Resources"][id_]["Properties"]["ManagedInstancesProvider"]
    return provider["InstanceLaunchTemplate"]["InstanceRequirements"]["AllowedInstanceTypes"]


def test_constraints_hold_for_instances_that_are_named_after_the_service_itself() -> None:
    result = made("""
        x-aws-capacity: web
        services:
          web:
            image: example/web
            deploy: {placement: {constraints: [node.machine == m6i.large]}}
          api: {image: example/api}
    """)
    assert instance_types(result, "WebCapacityProvider") == ["m6i.large"]


def test_the_disk_of_instances_is_not_that_of_fargate_whatever_gives_its_size() -> None:
    (found,) = refused("""
        services:
          web:
            image: example/web
            x-aws-capacity: EC2
            x-aws-ephemeral_storage: !Ref Size
        x-aws-cloudformation: {Parameters: {Size: {Type: Number}}}
    """)
    assert found == "machine-disk services.web.x-aws-ephemeral_storage"


def test_every_provider_that_is_unknown_is_told() -> None:
    assert refused("""
        services:
          web: {image: example/web, x-aws-capacity: {aws-a: 1, ecs-b: 1, mine: 1}}
    """) == [
        "capacity-unknown services.web.x-aws-capacity.aws-a",
        "capacity-unknown services.web.x-aws-capacity.ecs-b",
    ]


def least_memory(logging: str) -> int:
    """Return the MiB that the instances of a task of two services must have."""
    result = made(f"""
        services:
          web: {{image: web, mem_limit: 700m, x-aws-capacity: EC2, {logging}}}
          side: {{image: side, mem_limit: 70m, network_mode: "service:web", {logging}}}
    """)
    provider = read(result.to_yaml())["Resources"]["WebCapacityProvider"]["Properties"]
    template = provider["ManagedInstancesProvider"]["InstanceLaunchTemplate"]
    return int(template["InstanceRequirements"]["MemoryMiB"]["Min"])


def test_instances_have_room_for_what_routes_the_logs_of_a_task() -> None:
    """A task has one such container, which reserves 50 MiB, however many services use it."""
    routed = least_memory("logging: {driver: awsfirelens}")
    assert 50 <= routed - least_memory("logging: {driver: awslogs}") < 2 * 50


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("cpus: 300", "cpus"),
        (
            "deploy: {resources: {limits: {cpus: '300', memory: 1g}}}",
            "deploy.resources.limits.cpus",
        ),
        ("cpus: 1\n    mem_limit: 900000g", "mem_limit"),
        ("cpus: 300\n    gpus: all", "cpus"),
        ("mem_limit: 900000g\n    gpus: all", "mem_limit"),
        ("cpus: 300\n    shm_size: 1g", "cpus"),
    ],
)
def test_what_no_instance_type_has_is_told_where_it_is_written(asked: str, place: str) -> None:
    text = f"services:\n  big:\n    image: big\n    x-aws-capacity: EC2\n    {asked}\n"
    assert refused(text) == [f"machine-none services.big.{place}"]


def processors(text: str) -> dict[str, object]:
    """Return the processor that each task definition names."""
    resources = read(made(text).to_yaml())["Resources"]
    return {
        id_.removesuffix("TaskDefinition"): one["Properties"]
        .get("RuntimePlatform", {})
        .get("CpuArchitecture")
        for id_, one in resources.items()
        if one["Type"] == "AWS::ECS::TaskDefinition"
    }


def test_tasks_are_placed_on_arm_instances_that_are_named_or_shared() -> None:
    found = processors("""
services:
  named: {image: a, x-aws-capacity: {machine: m7g.large}}
  constrained: {image: a, deploy: {placement: {constraints: [node.machine == t4g.small]}}}
  shares: {image: a, x-aws-capacity: named}
  says: {image: a, x-aws-capacity: EC2, platform: linux/arm64}
  follows: {image: a, x-aws-capacity: says}
  usual: {image: a, x-aws-capacity: {machine: m7i.large}}
  fargate: {image: a}
""")
    arm = {"Named", "Constrained", "Shares", "Says", "Follows"}
    assert {id_ for id_, processor in found.items() if processor == "ARM64"} == arm
    assert {found["Usual"], found["Fargate"]} == {None}


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        ("platform: linux/arm64", "linux/amd64"),
        ("platform: linux/amd64", "linux/arm64"),
        ("deploy: {}", "linux/arm64"),
        ("deploy: {placement: {constraints: [node.machine == m7g.large]}}", "linux/amd64"),
        ("deploy: {placement: {constraints: [node.ami == ami-0123456789abcdef0]}}", "linux/arm64"),
    ],
)
def test_a_task_for_another_processor_shares_no_instances(owner: str, other: str) -> None:
    text = f"""
services:
  first: {{image: a, x-aws-capacity: EC2, {owner}}}
  second: {{image: b, x-aws-capacity: first, platform: {other}}}
"""
    assert refused(text) == ["machine-processor services.second.platform"]


def test_a_task_on_windows_shares_no_instances() -> None:
    text = """
services:
  first: {image: a, x-aws-capacity: EC2}
  second: {image: b, x-aws-capacity: first, platform: windows}
"""
    assert refused(text) == ["machine-windows services.second.x-aws-capacity"]
