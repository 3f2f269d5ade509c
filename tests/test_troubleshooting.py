"""What docs/troubleshooting.md quotes of CloudFormation is what the simulator says."""

import re
from collections.abc import Iterator

import pytest

from compose2cfn import Memory, convert
from tests.places import ROOT
from tests.simulator import Cloud, Refusal, Submission, simulated
from tests.surroundings import Surroundings

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTED: list[str] = re.findall(r"(?m)^> (.+)$", PAGE)
WEB = "services: {web: {image: a, ports: ['80:80'], volumes: ['data:/data']}}\nvolumes: {data: {}}"


def submission(text: str, **parameters: str) -> Submission:
    """Convert a Compose file."""
    template = convert(files=Memory({"compose.yaml": text})).to_yaml()
    return Submission(template, parameters)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with simulated() as cloud:
        yield cloud


def said(cloud: Cloud, submitted: Submission) -> str:
    """Return the message that the page quotes of what a stack is refused with."""
    with pytest.raises(Refusal) as refused:
        cloud.create("demo", submitted)
    [quote] = [each for each in QUOTED if each.removesuffix(".") in str(refused.value)]
    return quote


def zones(given: Surroundings, *names: str) -> dict[str, str]:
    """Make a VPC with subnets; return the parameters that ask for them."""
    subnets = {f"Subnet{number}Id": given.subnet(name) for number, name in enumerate(names, 1)}
    return {"VpcId": given.vpc(), **subnets}


def test_what_is_said_before_anything_is_made(cloud: Cloud) -> None:
    given = zones(Surroundings(cloud.account), "one", "two")
    plain = submission(WEB, **given)
    unasked = Submission(plain.text, given, capabilities=())
    assert said(cloud, unasked).startswith("Requires capabilities")
    assert said(cloud, submission(WEB)).startswith("Parameters: [")
    private = submission(WEB, **given, AssignPublicIp="DISABLED")
    assert said(cloud, private).startswith("Template error: validation of Rules failed")


def test_what_is_said_of_imports(cloud: Cloud) -> None:
    given = zones(Surroundings(cloud.account), "one", "two")
    del given["VpcId"]
    importing = "{x-aws-vpc: !ImportValue platform-VpcId, services: {web: {image: a}}}"
    assert said(cloud, submission(importing, **given)).startswith("No export named")


def test_what_is_said_of_zones(cloud: Cloud) -> None:
    given = Surroundings(cloud.account)
    first, *_, fourth = map(given.subnet, ("one", "two", "three", "in the zone of one"))
    alike = {"VpcId": given.vpc(), "Subnet1Id": first, "Subnet2Id": fourth}
    stored = "services: {web: {image: a, volumes: ['data:/data']}}\nvolumes: {data: {}}"
    assert said(cloud, submission(stored, **alike)) == "mount target already exists in this AZ"


def test_every_code_that_is_named_is_one() -> None:
    codes = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    named = {
        word
        for word in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE)
        if word not in {"compose-init", "web-files"} and not word.startswith("x-aws-")
    }
    assert [word for word in sorted(named) if f"\n### {word}\n" not in codes] == []
