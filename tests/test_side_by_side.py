"""The stacks of docs/side-by-side.md share what the page says, in one account."""

from collections.abc import Iterator

import pytest

from compose2cfn import Memory, convert
from tests.page_examples import applications, blocks
from tests.places import ROOT
from tests.simulator import Cloud, Refusal, Submission, simulated
from tests.surroundings import Surroundings

PAGE = ROOT / "docs" / "side-by-side.md"
FILES = {block.name: block.text for block in blocks(PAGE) if block.name}
STACKS = ("shop", "blog")


def submission(text: str) -> Submission:
    """Convert a Compose file of the page, whose template asks for nothing."""
    return Submission(convert(files=Memory({"compose.yaml": text})).to_yaml())


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Return an account with the platform."""
    with simulated() as cloud:
        given = Surroundings(cloud.account)
        parameters = {
            "VpcId": given.vpc(),
            "Subnet1Id": given.subnet("one"),
            "Subnet2Id": given.subnet("two"),
        }
        cloud.create("platform", Submission(FILES["platform.yaml"], parameters))
        yield cloud


def test_two_stacks_share_a_cluster_and_a_listener(cloud: Cloud) -> None:
    (platform,) = cloud.stacks
    shop, blog = (cloud.create(name, submission(FILES[f"{name}.yaml"])) for name in STACKS)
    assert shop.status == blog.status == "CREATE_COMPLETE"
    cluster = platform.outputs["ClusterName"]
    services = cloud.account.call("ecs", "ListServices", {"cluster": cluster})["serviceArns"]
    assert len(services) == 3
    rules = cloud.account.call(
        "elbv2", "DescribeRules", {"ListenerArn": platform.outputs["ListenerArn"]}
    )["Rules"]
    assert len({rule["Priority"] for rule in rules}) == 3
    assert shop.outputs["Namespace"] == "shop.internal"
    for name in (*STACKS, "platform"):
        cloud.delete(name)
    assert {stack.status for stack in cloud.stacks} == {"DELETE_COMPLETE"}


def test_a_stack_finds_another_by_the_name_that_it_exports(cloud: Cloud) -> None:
    billing, portal = (
        cloud.create(name, submission(FILES[f"{name}.yaml"])) for name in ("billing", "portal")
    )
    task = portal.resources["WebTaskDefinition"].id
    made = cloud.account.call("ecs", "DescribeTaskDefinition", {"taskDefinition": task})
    [web] = [
        each for each in made["taskDefinition"]["containerDefinitions"] if each["name"] == "web"
    ]
    address = f"http://invoices.{billing.outputs['Namespace']}:8000"
    assert web["environment"] == [{"name": "INVOICES", "value": address}]


def test_a_stack_adds_a_listener_to_the_load_balancer(cloud: Cloud) -> None:
    [text] = applications(PAGE)
    given = Surroundings(cloud.account).submission(submission(text).text)
    assert cloud.create("admin", given).status == "CREATE_COMPLETE"


def test_a_stack_needs_what_it_imports(cloud: Cloud) -> None:
    cloud.delete("platform")
    with pytest.raises(Refusal, match=r"No export named platform-\w+ found"):
        cloud.create("shop", submission(FILES["shop.yaml"]))
