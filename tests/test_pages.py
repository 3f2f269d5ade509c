"""What pages of docs/ say is tried: each example is run, and each picture shows what is made."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from compose2cfn import Memory, convert
from compose2cfn.plan.compute.fargate import FARGATE_SIZES
from tests.page_examples import PAGES, Reader, applications, blocks, calls_aws, findings
from tests.places import DEMO, DOCUMENTS, ROOT
from tests.schema_table import TABLE
from tests.simulator import Submission, simulated
from tests.surroundings import Surroundings
from tests.wire import served, shell

DOCS = ROOT / "docs"
MADE = (DOCS / "what-is-made.md").read_text(encoding="utf-8")
PICTURES = [DOCS / name for name in re.findall(r"!\[.*?\]\((pictures/.*?)\)", MADE)]
SVG = "{http://www.w3.org/2000/svg}"


DEPLOYED = f"""
VPC=$(aws ec2 describe-vpcs --query 'Vpcs[0].VpcId' --output text)
aws ec2 describe-subnets --filters Name=vpc-id,Values="$VPC" --output text \\
    --query 'Subnets[:2].SubnetId' | tr '\\t' '\\n' > subnets
python -m compose2cfn -q -f {DEMO.parent}/created/compose.yaml -o demo.yaml
aws cloudformation deploy --stack-name demo --template-file demo.yaml \\
    --capabilities CAPABILITY_IAM --parameter-overrides VpcId="$VPC" \\
    Subnet1Id="$(head -n 1 subnets)" Subnet2Id="$(tail -n 1 subnets)"
"""
"""Deploys the demo, in which a reader of troubleshooting.md looks for what went wrong."""


def follow(page: Path, reader: Reader) -> None:
    """Do all that a page says, in order; what it shows as findings must have been printed."""
    said: set[str] = set()
    for block in blocks(page):
        try:
            reader.follow(block)
        except AssertionError as error:
            error.add_note(f"{page.name}:{block.line}")
            raise
        said.update(reader.printed.splitlines())
    assert [line for line in findings(page) if line not in said] == []
    assert reader.unsaid == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_do_what_the_page_says(page: Path, tmp_path: Path) -> None:
    follow(page, Reader(tmp_path))


@pytest.mark.slow
def test_the_commands_reach_aws(tmp_path: Path) -> None:
    with served() as address:
        shell(DEPLOYED, tmp_path, address)
        for page in filter(calls_aws, PAGES):
            folder = tmp_path / page.stem
            folder.mkdir()
            follow(page, Reader(folder, address))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_deploy(page: Path) -> None:
    alone = [
        text
        for text in applications(page)
        if "!ImportValue" not in text and "AWS::EFS::MountTarget" not in text
    ]
    for number, text in enumerate(alone):
        result = convert("compose.yaml", files=Memory({"compose.yaml": text}))
        with simulated() as cloud:
            submission = Surroundings(cloud.account).submission(result.to_yaml())
            assert cloud.create(f"example{number}", submission).status == "CREATE_COMPLETE", text


def test_a_volume_of_the_plugin_is_taken_over() -> None:
    page = DOCS / "moving-from-the-plugin.md"
    [text] = [each for each in applications(page) if "AWS::EFS::MountTarget" in each]
    with simulated() as cloud:
        given = Surroundings(cloud.account)
        system = given.call("efs", "CreateFileSystem", CreationToken="plugin")["FileSystemId"]
        text = text.replace("fs-0123456789abcdef0", system)
        result = convert("compose.yaml", files=Memory({"compose.yaml": text}))
        parameters = {
            "VpcId": given.vpc(),
            "Subnet1Id": given.subnet("one"),
            "Subnet2Id": given.subnet("two"),
        }
        stack = cloud.create("demo", Submission(result.to_yaml(), parameters))
        assert stack.status == "CREATE_COMPLETE"
        targets = given.call("efs", "DescribeMountTargets", FileSystemId=system)["MountTargets"]
        assert {each["SubnetId"] for each in targets} == {*parameters.values()} - {given.vpc()}
        cloud.delete("demo")
        [kept] = given.call("efs", "DescribeFileSystems")["FileSystems"]
        assert kept["FileSystemId"] == system


def parsed(picture: Path) -> ET.Element:
    """Read a picture."""
    return ET.fromstring(picture.read_text(encoding="utf-8"))  # noqa: S314  these files are ours


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_can_be_read_without_eyes_and_in_the_dark(picture: Path) -> None:
    root = parsed(picture)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert f"![{title.text}](pictures/{picture.name})" in MADE
    assert "prefers-color-scheme: dark" in str(root.findtext(f"{SVG}style"))
    assert set(re.findall(r'class="([a-z]+)', picture.read_text("utf-8"))) <= set(
        re.findall(r"(?m)^    \.([a-z]+) ", str(root.findtext(f"{SVG}style")))
    )


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_shows_what_is_made(picture: Path) -> None:
    first = next(blocks(DOCS / "what-is-made.md"))
    template = convert(files=Memory({"compose.yaml": first.text})).to_yaml()
    texts = parsed(picture).iter(f"{SVG}text")
    named = [str(text.text) for text in texts if text.get("class") == "id"]
    made = {name for name in named if f"\n  {name}:\n" in template or f" {name}\n" in template}
    assert sorted({*named} - made) == []


def test_the_picture_of_sizes_shows_sizes() -> None:
    rows = re.findall(
        r">… ([\d.]+) vCPU: ([\d, or]+) GiB|>([\d.]+) vCPU: ([\d.]+) to ([\d.]+) GiB",
        (DOCS / "pictures" / "sizes.svg").read_text(encoding="utf-8"),
    )
    assert len(rows) == 5
    for few, each, cpu, least, most in rows:
        sizes = [memory / 1024 for memory in FARGATE_SIZES[int(float(few or cpu) * 1024)]]
        if few:
            assert sizes == [float(size) for size in re.findall(r"\d+", each)]
        else:
            assert (sizes[0], sizes[-1]) == (float(least), float(most))


def test_every_picture_is_shown() -> None:
    texts = [document.read_text(encoding="utf-8") for document in DOCUMENTS]
    drawn = sorted((DOCS / "pictures").iterdir())
    assert [each for each in drawn if not any(f"/{each.name})" in text for text in texts)] == []


def test_it_is_said_what_is_billed_of_every_type() -> None:
    billed = MADE.partition("## What is billed")[2]
    named = re.findall(r"`(AWS::\w+::\w+)`", billed)
    assert sorted(named) == sorted(json.loads(TABLE.read_text("utf-8")))
