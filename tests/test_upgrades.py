"""Stacks of an early version become stacks of this one, if need be by what the changelog says.

``upgrades.tar.xz`` has inputs, and the templates that the commit "Refuse an application without an
active service" made of them. Each is deployed, and updated to what is made of the same input now.
"""

import re
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from compose2cfn import emit
from tests.cases import FolderCase
from tests.places import ROOT
from tests.simulator import Refusal, Stack, Submission, simulated
from tests.simulator.template import Properties, parse
from tests.surroundings import Surroundings

ARCHIVE = Path(__file__).parent / "upgrades.tar.xz"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


class Measure(NamedTuple):
    """What must be written by hand in the same update."""

    said: str
    """How the changelog says it."""
    written: Mapping[str, object]
    """A Compose file that says it, and is merged into the others."""
    refusal: str
    """Why AWS refuses the update without it."""


NAMESPACE = Measure(
    "`x-aws-namespace`", {"x-aws-namespace": "after.internal"}, "ServiceAlreadyExists"
)


def group(owner: str) -> Measure:
    """Keep the Auto Scaling group of a service."""
    written = {"services": {owner: {"x-aws-capacity": {"min": 0}}}}
    return Measure("`x-aws-capacity: {min: 0}`", written, "in use and cannot be removed")


def provider(id_: str) -> Measure:
    """Keep a capacity provider, which CloudFormation named."""
    properties = {"Name": {"Ref": "AWS::NoValue"}}
    written = {"x-aws-cloudformation": {"Resources": {id_: {"Properties": properties}}}}
    return Measure("`Name: !Ref AWS::NoValue`", written, "used by another capacity provider")


def priorities(**ports: Properties) -> Measure:
    """Give the routes of services other priorities."""
    written = {"services": {name: {"ports": [port]} for name, port in ports.items()}}
    return Measure("`priority` in `x-aws-route`", written, "priority is in use")


def routed(published: int, priority: int, **said: object) -> Properties:
    """Write a port with a route of another priority."""
    route = {**said, "priority": priority}
    return {"target": 3000, "published": str(published), "x-aws-route": route}


class Upgrade(NamedTuple):
    """What an update to the template of today takes, and what the stack loses by it."""

    by_hand: tuple[Measure, ...] = (NAMESPACE,)
    lost: tuple[str, ...] = ()
    """The ids of what is deleted or replaced, other than entries of names and task definitions."""


CERTIFICATE = (
    "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
)
MONOREPO = priorities(
    orders=routed(8443, 101, path="/orders/*") | {"x-aws-certificate": CERTIFICATE},
    billing=routed(8443, 105, path=["/billing/*", "/billing"], host="api.example.com")
    | {"x-aws-certificate": CERTIFICATE},
)
SHOP = "shop.example.com"
ROUTES = priorities(
    alone=routed(8080, 101, path="/alone/*", host={"Fn::ImportValue": "shared-host"}),
    api=routed(80, 105, path="/api/*"),
    checkout=routed(80, 102, path=["/checkout", "/checkout/*"], host=SHOP),
    shop=routed(80, 103, host=SHOP),
    tenants=routed(80, 104, host="*.example.com"),
)
UPGRADES = {
    "applications/kafka": Upgrade(
        # The port of a console is no longer published.
        lost=(
            "DefaultNetworkFromNetworkLoadBalancerSecurityGroupOnTCP8080",
            "NetworkLoadBalancer",
            "NetworkLoadBalancerSecurityGroup",
            "NetworkLoadBalancerSecurityGroupFrom0x0x0x0m0OnTCP8080",
            "NetworkLoadBalancerTCP8080Listener",
            "UiTCP8080NetworkTargetGroup",
        )
    ),
    "applications/monorepo": Upgrade(by_hand=(NAMESPACE, MONOREPO)),
    "applications/spring-mysql": Upgrade(),
    "applications/wordpress": Upgrade(),
    "demo-app/given": Upgrade(),
    "deploy/scaling": Upgrade(),
    "discovery/aliases": Upgrade(),
    "discovery/namespace-asked": Upgrade(),
    # The launch type EC2 becomes a capacity provider in place.
    "ec2/existing-cluster": Upgrade(lost=("TrainAutoscalingGroup", "TrainLaunchTemplate")),
    "ec2/global-own": Upgrade(by_hand=(NAMESPACE, provider("AgentCapacityProvider"))),
    "ec2/gpu": Upgrade(by_hand=(NAMESPACE, group("train"), provider("TrainCapacityProvider"))),
    "loadbalancer/routes": Upgrade(by_hand=(NAMESPACE, ROUTES)),
    "network/external": Upgrade(),
    "overlay/former-ids": Upgrade(),
    "ports/mixed": Upgrade(),
    "volumes/options": Upgrade(),
}
PASSING = {
    "AWS::ECS::TaskDefinition",
    "AWS::EFS::AccessPoint",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ServiceDiscovery::Instance",
    "AWS::ServiceDiscovery::PrivateDnsNamespace",
    "AWS::ServiceDiscovery::Service",
}
"""What may be replaced: it has no data, and nobody outside of the stack knows it."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upgrades")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder


def now(folder: Path, measures: Iterable[Measure]) -> str:
    """Convert the input of a case, with what is written by hand as further files."""
    case = FolderCase(folder)
    files = list(case.settings.files)
    for number, measure in enumerate(measures):
        files.append(f"by-hand-{number}.yaml")
        (folder / files[-1]).write_text(yaml.safe_dump(measure.written), encoding="utf-8")
    with chdir(folder):
        return emit(replace(case.settings, files=tuple(files)).load(None)).to_yaml()


def lost(folder: Path, measures: Iterable[Measure]) -> tuple[str, ...]:
    """Deploy what was made then, update it to what is made now; list what is replaced or gone.

    Raises `Refusal` if AWS refuses the update.
    """
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        then = (folder / "template.yaml").read_text(encoding="utf-8")
        stack = cloud.create("demo", surroundings.submission(then))
        before, paths = dict(stack.resources), data_paths(stack)
        cloud.update("demo", with_values_of(stack, surroundings.submission(now(folder, measures))))
        assert stack.status == "UPDATE_COMPLETE"
        assert stack.leftovers == []
        assert data_paths(stack).items() >= paths.items()
        kept = {(id_, one.id) for id_, one in stack.resources.items()}
    return tuple(
        sorted(
            id_
            for id_, one in before.items()
            if (id_, one.id) not in kept and one.type not in PASSING
        )
    )


def with_values_of(stack: Stack, submission: Submission) -> Submission:
    """Let parameters keep the values that a stack has."""
    assert stack.version
    declared = parse(submission.text).parameters
    known = stack.version.parameters.texts
    kept = {name: text for name, text in known.items() if name in declared}
    return replace(submission, parameters={**submission.parameters, **kept})


def data_paths(stack: Stack) -> dict[str, tuple[str, str]]:
    """Tell in which file system, and where in it, the data of volumes is."""
    return {
        id_: (
            one.properties["FileSystemId"],
            one.properties.get("RootDirectory", {}).get("Path", "/"),
        )
        for id_, one in stack.resources.items()
        if one.type == "AWS::EFS::AccessPoint"
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", UPGRADES)
def test_stack_of_then_becomes_one_of_now(name: str, archive: Path) -> None:
    upgrade = UPGRADES[name]
    assert lost(archive / name, upgrade.by_hand) == upgrade.lost


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        pytest.param(name, measure, id=f"{name}-{measure.said}")
        for name, upgrade in UPGRADES.items()
        for measure in upgrade.by_hand
    ],
)
def test_aws_refuses_it_without_a_measure(name: str, left_out: Measure, archive: Path) -> None:
    others = [measure for measure in UPGRADES[name].by_hand if measure != left_out]
    with pytest.raises(Refusal, match=left_out.refusal):
        lost(archive / name, others)


def test_the_changelog_says_each_measure() -> None:
    said = re.search(r"^### Templates\n(.*?)(?=^##|\Z)", CHANGELOG, re.DOTALL | re.MULTILINE)
    assert said
    measures = {measure.said for upgrade in UPGRADES.values() for measure in upgrade.by_hand}
    assert [measure for measure in sorted(measures) if measure not in said[1]] == []


def test_the_archive_has_no_other_cases(archive: Path) -> None:
    cases = [file.parent.relative_to(archive) for file in archive.rglob("template.yaml")]
    assert sorted(map(str, cases)) == sorted(UPGRADES)
