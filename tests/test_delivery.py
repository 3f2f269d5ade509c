"""One whole delivery of the demo application, by the real aws command line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import DEMO, ROOT
from tests.simulator.template import Properties

AWS = Path(sys.executable).with_name("aws")


class CommandLine:
    """The aws command line against the simulator, with made-up credentials."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def __call__(self, command: str, *arguments: str) -> Properties:
        """Run a command such as ``ec2 create-vpc``; return what it prints."""
        environment = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
        }
        words = [str(AWS), "--endpoint-url", self.address, *command.split(), *arguments]
        done = subprocess.run(
            words, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        answer: Properties = json.loads(done.stdout or "{}")
        return answer


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[CommandLine]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.simulator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        try:
            yield CommandLine(server.stdout.readline().strip(), tmp_path)
        finally:
            server.terminate()


def surroundings(aws: CommandLine) -> tuple[dict[str, str], dict[str, str]]:
    """Make what exists before the stack; return our variables, and the stack's parameters."""
    vpc = aws("ec2 create-vpc --cidr-block 10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = aws("ec2 create-internet-gateway")["InternetGateway"]["InternetGatewayId"]
    aws(f"ec2 attach-internet-gateway --internet-gateway-id {gateway} --vpc-id {vpc}")
    subnets = [
        aws(
            f"ec2 create-subnet --vpc-id {vpc} --cidr-block 10.0.{number}.0/24"
            f" --availability-zone us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    group = aws(f"ec2 create-security-group --vpc-id {vpc} --group-name web --description web")[
        "GroupId"
    ]
    cluster = aws("ecs create-cluster --cluster-name shop")["cluster"]["clusterArn"]
    balancer = aws(
        f"elbv2 create-load-balancer --name shop --security-groups {group} --subnets",
        *subnets,
    )["LoadBalancers"][0]["LoadBalancerArn"]
    variables = {"AWS_VPC": vpc, "AWS_ECS_CLUSTER": cluster, "AWS_ELB": balancer}
    parameters = {
        "Subnet1Id": subnets[0],
        "Subnet2Id": subnets[1],
        "LoadBalancerSecurityGroupId": group,
    }
    return variables, parameters


def convert(template: Path, variables: dict[str, str]) -> None:
    with template.open("w") as output:
        subprocess.run(
            [sys.executable, "-m", "compose2cfn", "-f", str(DEMO)],
            env={**variables, "PATH": os.environ["PATH"]},
            cwd=ROOT,
            stdout=output,
            check=True,
        )


@pytest.mark.slow
def test_demo_is_delivered(aws: CommandLine, tmp_path: Path) -> None:
    variables, parameters = surroundings(aws)
    template = tmp_path / "template.yml"
    given = [f"ParameterKey={name},ParameterValue={text}" for name, text in parameters.items()]

    def plan(name: str, kind: str) -> Properties:
        change_set = f"--stack-name demo --change-set-name {name}"
        aws(
            f"cloudformation create-change-set {change_set} --change-set-type {kind}"
            f" --capabilities CAPABILITY_IAM --template-body file://{template} --parameters",
            *given,
        )
        aws(f"cloudformation wait change-set-create-complete {change_set}")
        return aws(f"cloudformation describe-change-set {change_set}")

    def execute(name: str) -> Properties:
        aws(f"cloudformation execute-change-set --stack-name demo --change-set-name {name}")
        return stack(aws)

    convert(template, {**variables, "IMAGE_TAG": "1"})
    first = plan("first", "CREATE")
    assert {change["ResourceChange"]["Action"] for change in first["Changes"]} == {"Add"}
    assert stack(aws)["StackStatus"] == "REVIEW_IN_PROGRESS"
    made = execute("first")
    assert made["StackStatus"] == "CREATE_COMPLETE"
    aws("cloudformation wait stack-create-complete --stack-name demo")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}
    services = aws("ecs list-services --cluster shop")["serviceArns"]
    assert len(services) == 2

    convert(template, {**variables, "IMAGE_TAG": "2"})
    second = plan("second", "UPDATE")
    changes = [change["ResourceChange"] for change in second["Changes"]]
    assert [(c["LogicalResourceId"], c["Action"], c["Replacement"]) for c in changes] == [
        ("FrontendTaskDefinition", "Modify", "True"),
        ("FrontendService", "Modify", "False"),
    ]
    assert execute("second")["StackStatus"] == "UPDATE_COMPLETE"
    images = {image(aws, service) for service in services}
    assert images == {"frontend:2", "public.ecr.aws/docker/library/redis:6.2"}

    aws("cloudformation delete-stack --stack-name demo")
    aws("cloudformation wait stack-delete-complete --stack-name demo")
    left = aws("ecs describe-services --cluster shop --services", *services)["services"]
    assert {service["status"] for service in left} == {"INACTIVE"}
    systems = aws("efs describe-file-systems")["FileSystems"]
    assert [system["FileSystemId"] for system in systems] == [outputs["RedisdataFilesystemId"]]


def stack(aws: CommandLine) -> Properties:
    stacks: list[Properties] = aws("cloudformation describe-stacks --stack-name demo")["Stacks"]
    return stacks[0]


def image(aws: CommandLine, service: str) -> str:
    """Return the image of a service's container (the one that its task must have)."""
    found = aws(f"ecs describe-services --cluster shop --services {service}")["services"][0]
    task = aws(f"ecs describe-task-definition --task-definition {found['taskDefinition']}")
    containers = task["taskDefinition"]["containerDefinitions"]
    (main,) = [one["image"] for one in containers if one["essential"]]
    return str(main)
