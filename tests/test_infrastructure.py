"""fixtures/delivery/infrastructure.yaml deploys, changes and goes, and the demo runs in it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from compose2cfn import Memory, convert
from compose2cfn.values import choose_values, read_values
from tests.examples import GONE, Edits, edited
from tests.places import DEMO, ROOT
from tests.processes import command_line
from tests.simulator import Cloud, Refusal, Submission, simulated
from tests.simulator.responses import describe
from tests.simulator.template import Properties, parse, read
from tests.validators.policies import findings, of_roles

FILE = ROOT / "fixtures" / "delivery" / "infrastructure.yaml"
TEXT = FILE.read_text(encoding="utf-8")
TEMPLATE = read(TEXT)
WAYS = ("none", "one", "each")
NETWORK = {
    "none": ("PublicSubnet1Id", "PublicSubnet2Id", "ENABLED"),
    "one": ("PrivateSubnet1Id", "PrivateSubnet2Id", "DISABLED"),
    "each": ("PrivateSubnet1Id", "PrivateSubnet2Id", "DISABLED"),
}
"""Where tasks run, and whether they have public addresses."""
GATEWAYS = {"none": 0, "one": 1, "each": 2}
every_way = pytest.mark.parametrize(
    "way", [pytest.param(way, marks=[pytest.mark.slow] if way != "one" else []) for way in WAYS]
)
"""Each value of NatGateways; one of them is fast."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with simulated() as cloud:
        yield cloud


def attachment(gateway: str) -> Properties:
    where = {"InternetGatewayId": {"Ref": gateway}, "VpcId": {"Ref": "Vpc"}}
    return {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": where}


def infrastructure(way: str, text: str = TEXT) -> Submission:
    return Submission(text, {"NatGateways": way})


def gateways(cloud: Cloud) -> int:
    available = [{"Name": "state", "Values": ["available"]}]
    found = cloud.account.call("ec2", "DescribeNatGateways", {"Filter": available})
    return len(found["NatGateways"])


def left(cloud: Cloud) -> dict[str, int]:
    """Count what an account has of the things that the infrastructure is made of."""
    kinds = {
        "DescribeAddresses": "ec2",
        "DescribeFlowLogs": "ec2",
        "DescribeInternetGateways": "ec2",
        "DescribeLoadBalancers": "elbv2",
        "DescribeLogGroups": "logs",
        "DescribeRouteTables": "ec2",
        "DescribeSecurityGroups": "ec2",
        "DescribeSubnets": "ec2",
        "DescribeVpcEndpoints": "ec2",
        "DescribeVpcs": "ec2",
        "ListRoles": "iam",
    }
    counts = {"DescribeNatGateways": gateways(cloud)}
    for operation, service in kinds.items():
        answer = cloud.account.call(service, operation, {})
        (found,) = [value for value in answer.values() if isinstance(value, list)]
        counts[operation] = len([one for one in found if "deleted" not in str(one)])
    return counts


@every_way
def test_it_comes_and_goes_without_a_trace(way: str, cloud: Cloud) -> None:
    before = left(cloud)
    stack = cloud.create("shared", infrastructure(way))
    assert gateways(cloud) == GATEWAYS[way]
    assert stack.outputs["NatGateways"] == way
    assert stack.exports == {f"shared-{name}": text for name, text in stack.outputs.items()}
    cloud.delete("shared")
    assert stack.status == "DELETE_COMPLETE"
    assert left(cloud) == before
    (cluster,) = cloud.account.call("ecs", "DescribeClusters", {"Clusters": ["shared"]})["clusters"]
    assert cluster["status"] == "INACTIVE"


@pytest.mark.slow
def test_gateways_come_and_go_in_place(cloud: Cloud) -> None:
    stack = cloud.create("shared", infrastructure("none"))
    outputs = stack.outputs
    for way in ("one", "each", "one", "none", "each"):
        cloud.update("shared", infrastructure(way))
        assert stack.status == "UPDATE_COMPLETE"
        assert stack.leftovers == []
        assert gateways(cloud) == GATEWAYS[way]
        assert stack.outputs == {**outputs, "NatGateways": way}


def test_a_second_gateway_moves_one_route(cloud: Cloud) -> None:
    cloud.create("shared", infrastructure("one"))
    changes = cloud.plan("second", "shared", infrastructure("each")).changes
    assert {(one.action, one.logical_id, one.replacement) for one in changes} == {
        ("Add", "NatAddress2", None),
        ("Add", "NatGateway2", None),
        ("Modify", "PrivateRoute2", "False"),
    }


def test_there_may_be_several_in_an_account(cloud: Cloud) -> None:
    for name in ("test", "production"):
        assert cloud.create(name, infrastructure("one")).status == "CREATE_COMPLETE"


def test_subnets_lie_in_the_vpc_and_in_two_zones(cloud: Cloud) -> None:
    cloud.create("shared", Submission(TEXT, {"VpcCidr": "172.20.0.0/16"}))
    found = cloud.account.call("ec2", "DescribeSubnets", {})["Subnets"]
    ours = [one for one in found if one["CidrBlock"].startswith("172.20.")]
    assert sorted(one["CidrBlock"] for one in ours) == [
        f"172.20.{number}.0/20" for number in (0, 16, 32, 48)
    ]
    assert len({one["AvailabilityZone"] for one in ours}) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("NatGateways", "two"), ("VpcCidr", "10.0.0.0/24"), ("ContainerInsights", "on")],
)
def test_wrong_values_are_refused(name: str, value: str, cloud: Cloud) -> None:
    with pytest.raises(Refusal, match=f"Parameter '{name}' must"):
        cloud.create("shared", Submission(TEXT, {name: value}))


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", ["PublicRoute", "NatGateway1 NatAddress1", "NatGateway2 NatAddress2", "LoadBalancer"]
)
def test_what_needs_the_internet_gateway_waits_for_it(names: str, cloud: Cloud) -> None:
    those = names.split()
    text = edited(TEMPLATE, {f"{name}/DependsOn": GONE for name in those})
    assert all(parse(TEXT).declarations[name].depends_on for name in those)
    with pytest.raises(Refusal, match=r"no [Ii]nternet gateway|different networks"):
        cloud.create("shared", infrastructure("each", text))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edits", "refusal"),
    [
        (
            {"NatGateway2.AllocationId": {"Fn::GetAtt": "NatAddress1.AllocationId"}},
            "Elastic IP address is already associated",
        ),
        (
            {"Second": {"Type": "AWS::EC2::InternetGateway"}}
            | {"Attachment": attachment("Second") | {"DependsOn": "InternetGatewayAttachment"}},
            "already has an internet gateway",
        ),
        ({"FlowLog.LogGroupName": "nowhere"}, "cannot be delivered"),
        ({"PrivateSubnet2.CidrBlock": "10.0.0.0/20"}, "conflict"),
        ({"LoadBalancer.Subnets.1": {"Ref": "PublicSubnet1"}}, "two subnets in two different"),
    ],
)
def test_the_simulator_refuses_what_ec2_refuses(edits: Edits, refusal: str, cloud: Cloud) -> None:
    with pytest.raises(Refusal, match=refusal):
        cloud.create("shared", infrastructure("each", edited(TEMPLATE, edits)))


def own_nat_gateway(cloud: Cloud, outputs: Mapping[str, str]) -> None:
    address = cloud.account.call("ec2", "AllocateAddress", {})["AllocationId"]
    where = {"SubnetId": outputs["PublicSubnet1Id"], "AllocationId": address}
    cloud.account.call("ec2", "CreateNatGateway", where)


def own_group(cloud: Cloud, outputs: Mapping[str, str]) -> None:
    group = {"GroupName": "own", "Description": "own", "VpcId": outputs["VpcId"]}
    cloud.account.call("ec2", "CreateSecurityGroup", group)


def own_mount_target(cloud: Cloud, outputs: Mapping[str, str]) -> None:
    system = cloud.account.call("efs", "CreateFileSystem", {"CreationToken": "own"})["FileSystemId"]
    target = {"FileSystemId": system, "SubnetId": outputs["PrivateSubnet1Id"]}
    cloud.account.call("efs", "CreateMountTarget", target)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (own_nat_gateway, "mapped public address|has dependencies"),
        (own_group, "The vpc .* has dependencies"),
        (own_mount_target, "The subnet .* has dependencies"),
    ],
)
def test_it_stays_as_long_as_something_else_is_in_it(
    make: Callable[[Cloud, Mapping[str, str]], None], refusal: str, cloud: Cloud
) -> None:
    stack = cloud.create("shared", infrastructure("none"))
    make(cloud, stack.outputs)
    with pytest.raises(Refusal, match=refusal):
        cloud.delete("shared")
    assert stack.status == "DELETE_FAILED"


@pytest.mark.slow
def test_parliament_finds_nothing(cloud: Cloud) -> None:
    policies = of_roles(cloud.create("shared", infrastructure("none")))
    assert [*policies] == ["FlowLogRole WriteFlowLogs"]
    assert findings(policies) == []


IMPORTING = """
Resources:
  Setting:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !ImportValue shared-NatGateways}
"""


@pytest.mark.slow
def test_what_is_imported_neither_changes_nor_goes(cloud: Cloud) -> None:
    stack = cloud.create("shared", infrastructure("none"))
    cloud.create("other", Submission(IMPORTING))
    with pytest.raises(Refusal, match=r"Export shared-NatGateways cannot be updated .* by other"):
        cloud.update("shared", infrastructure("one"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    with pytest.raises(Refusal, match=r"Export shared-NatGateways cannot be deleted .* by other"):
        cloud.delete("shared")
    cloud.delete("other")
    cloud.delete("shared")
    assert stack.status == "DELETE_COMPLETE"


APPLICATIONS = {
    "without-volumes": 'services: {web: {image: nginx, ports: ["80:80"]}}',
    "with-volumes": "services: {web: {image: redis, volumes: [data:/data]}}\nvolumes: {data: {}}",
}
SHARED = "x-aws-vpc:\nx-aws-cluster:\nx-aws-loadbalancer:\n"


@pytest.mark.slow
@pytest.mark.parametrize("application", APPLICATIONS)
def test_only_applications_without_volumes_move(application: str, cloud: Cloud) -> None:
    text = SHARED + APPLICATIONS[application]
    result = convert(files=Memory({"compose.yaml": text}))

    def deployed() -> Submission:
        described = json.dumps({"Stacks": [describe(shared)]}, default=str)
        given = read_values({"infrastructure.json": described.encode()}, ())
        return Submission(result.to_yaml(), choose_values(result.to_dict(), given).values)

    shared = cloud.create("shared", infrastructure("none"))
    stack = cloud.create("demo", deployed())
    cloud.update("shared", infrastructure("one"))
    if application == "with-volumes":
        with pytest.raises(Refusal, match="MountTargetConflict"):
            cloud.update("demo", deployed())
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    else:
        changes = cloud.plan("move", "demo", deployed()).changes
        assert [(c.logical_id, c.replacement) for c in changes] == [("WebService", "False")]
        assert cloud.update("demo", deployed()).status == "UPDATE_COMPLETE"


@every_way
def test_the_demo_runs_in_it(way: str, cloud: Cloud, tmp_path: Path) -> None:
    stack = cloud.create("shared", infrastructure(way))
    described = json.dumps({"Stacks": [describe(stack)]}, default=str)
    (tmp_path / "infrastructure.json").write_text(described, encoding="utf-8")
    done = command_line(
        tmp_path,
        *("-f", str(DEMO), "-o", "template.yaml", "--parameters-out", "values.json"),
        *("--values", "infrastructure.json"),
        IMAGE_TAG="1",
    )
    assert "parameter-missing" not in done.stderr
    values = json.loads((tmp_path / "values.json").read_text(encoding="utf-8"))["Parameters"]
    first, second, addresses = NETWORK[way]
    assert values == {
        "AssignPublicIp": addresses,
        "Subnet1Id": stack.outputs[first],
        "Subnet2Id": stack.outputs[second],
        **{
            name: stack.outputs[name]
            for name in ("ClusterName", "LoadBalancerArn", "LoadBalancerSecurityGroupId", "VpcId")
        },
    }
    template = (tmp_path / "template.yaml").read_text(encoding="utf-8")
    demo = cloud.create("demo", Submission(template, values))
    with pytest.raises(Refusal, match=r"active|dependen|in use|mapped"):
        cloud.delete("shared")
    cloud.delete("demo")
    cloud.delete("shared")
    assert (demo.status, stack.status) == ("DELETE_COMPLETE", "DELETE_COMPLETE")
