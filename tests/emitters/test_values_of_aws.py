"""The tables of what AWS knows, held against those that others keep."""

import gzip
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from compose2cfn.plan.compute.fargate import (
    FARGATE_SIZES,
    WINDOWS_ROWS,
    FargateSize,
    fargate_sizes,
    nearest_sizes,
    smallest_size,
)
from compose2cfn.plan.compute.instance_types import (
    INSTANCE_TYPES,
    RARE_FAMILIES,
    fitting,
)
from compose2cfn.plan.compute.own_instances import is_arm
from compose2cfn.plan.containers.capabilities import CAPABILITIES
from compose2cfn.plan.containers.kernel import ULIMITS
from compose2cfn.plan.containers.log_group import RETENTIONS

SCHEMAS = files("cfnlint") / "data" / "schemas"


def schema(kind: str) -> str:
    providers = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    return (SCHEMAS / "resources" / f"{providers[kind]}.json").read_text()


def rows() -> dict[int, set[int]]:
    """Read the sizes of Fargate as cfn-lint knows them."""
    file = SCHEMAS / "extensions" / "aws_ecs_taskdefinition" / "fargate_cpu_memory.json"
    found = {}
    for row in json.loads(file.read_text())["then"]["anyOf"]:
        cpu, memory = (row["properties"][name]["then"] for name in ("Cpu", "Memory"))
        span = range(memory.get("minimum", 0), memory.get("maximum", -1) + 1)
        steps = {size for size in span if size % memory["multipleOf"] == 0} if span else set()
        found[int(cpu["enum"][0])] = steps | set(memory.get("enum", ()))
    return found


def instances() -> dict[str, dict[str, object]]:
    """Read the instance types that moto knows."""
    packed = (files("moto") / "ec2" / "resources" / "instance_types.json.gz").read_bytes()
    found: dict[str, dict[str, object]] = json.loads(gzip.decompress(packed))
    return found


def test_sizes_of_fargate() -> None:
    assert {cpu: set(memory) for cpu, memory in FARGATE_SIZES.items()} == rows()


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        (0, 0, FargateSize(256, 512)),
        (256, 513, FargateSize(256, 1024)),
        (257, 0, FargateSize(512, 1024)),
        (0, 5 * 1024, FargateSize(1024, 5 * 1024)),
        (4096, 31 * 1024, FargateSize(8192, 32 * 1024)),
        (16385, 0, FargateSize(32768, 61440)),
        (0, 122881, FargateSize(32768, 249856)),
        (32768, 249856, FargateSize(32768, 249856)),
    ],
)
def test_smallest_size(cpu: int, memory: int, size: FargateSize) -> None:
    assert smallest_size(cpu, memory) == size


@pytest.mark.parametrize("wanted", [(32769, 0), (0, 249857)])
def test_no_size_is_large_enough(wanted: tuple[int, int]) -> None:
    assert smallest_size(*wanted) is None
    assert max(fargate_sizes()) in nearest_sizes(*wanted)


def test_windows_has_the_middle_of_the_table() -> None:
    assert {size.cpu for size in fargate_sizes(windows=True)} == set(WINDOWS_ROWS)
    assert smallest_size(0, 0, windows=True) == FargateSize(1024, 2048)
    assert smallest_size(4097, 0, windows=True) is None
    assert nearest_sizes(8192, 0, windows=True) == (
        FargateSize(4096, 8192),
        FargateSize(4096, 30720),
    )


def test_instances_are_as_moto_knows_them() -> None:
    known = instances()
    for name, instance in INSTANCE_TYPES.items():
        kind = known[name]
        memory, cpus = kind["MemoryInfo"], kind["VCpuInfo"]
        assert isinstance(memory, dict)
        assert isinstance(cpus, dict)
        assert instance.memory == memory["SizeInMiB"], name
        assert instance.cpu == cpus["DefaultVCpus"] * 1024, name
        gpus = kind.get("GpuInfo", {})
        assert isinstance(gpus, dict)
        assert instance.gpus == sum(gpu["Count"] for gpu in gpus.get("Gpus", ())), name


def test_processors_are_told_from_names() -> None:
    for name, kind in instances().items():
        processor = kind["ProcessorInfo"]
        assert isinstance(processor, dict)
        assert is_arm(name) == ("arm64" in processor["SupportedArchitectures"]), name


def test_rare_families_are_offered_in_less_than_half_of_the_regions() -> None:
    folder = Path(str(files("moto") / "ec2" / "resources" / "instance_type_offerings" / "region"))
    regions = [json.loads(gzip.decompress(file.read_bytes())) for file in folder.glob("*.gz")]
    offered = Counter(
        family
        for region in regions
        for family in {one["InstanceType"].partition(".")[0] for one in region}
    )
    families = {name.partition(".")[0] for name in INSTANCE_TYPES}
    assert {one for one in families if offered[one] < len(regions) / 2} == RARE_FAMILIES


def test_the_smallest_instance_that_is_offered_widely_comes_first() -> None:
    assert fitting(0, 0, 1, arm=False)[0].name == "g4dn.xlarge"
    assert fitting(0, 20 * 1024, 1, arm=False)[0].name == "g4dn.2xlarge"
    assert fitting(0, 0, 2, arm=False)[0].name == "g4dn.12xlarge"
    assert fitting(0, 0, 3, arm=False)[0].gpus == 4
    assert fitting(0, 0, 0, arm=True)[0].arm
    assert not any(instance.gpus for instance in fitting(0, 0, 0, arm=False))
    assert fitting(0, 0, 9, arm=False) == ()


def test_retentions() -> None:
    known = json.loads(schema("AWS::Logs::LogGroup"))["properties"]["RetentionInDays"]["enum"]
    assert list(RETENTIONS) == known


def test_capabilities() -> None:
    text = schema("AWS::ECS::TaskDefinition")
    _, _, listed = text.partition('Valid values: ``\\"ALL\\"')
    words = listed.partition("``")[0].replace("\\", "").replace('"', " ").replace("|", " ")
    assert {"ALL", *words.split()} == CAPABILITIES


def test_ulimits() -> None:
    definitions = json.loads(schema("AWS::ECS::TaskDefinition"))["definitions"]
    assert set(definitions["Ulimit"]["properties"]["Name"]["enum"]) == ULIMITS
