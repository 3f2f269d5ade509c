"""fixtures/delivery/pipeline.yaml: deployed, updated and deleted, and played."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from compose2cfn import convert
from compose2cfn.policy import Reach, deployment_grants
from tests import wheels
from tests.iam import Request, allows
from tests.places import DEMO
from tests.playing.codepipeline import Execution, prepare
from tests.playing.workshop import DELIVERY, Stopped, Workshop, project
from tests.simulator import Cloud, Stack, Submission, simulated
from tests.simulator.template import Properties
from tests.validators import policies

TEMPLATE = DELIVERY / "pipeline.yaml"
INFRASTRUCTURE = DELIVERY / "infrastructure.yaml"
TEXT = TEMPLATE.read_text(encoding="utf-8")
REQUIREMENTS = f"compose2cfn==1.0 --hash=sha256:{'0' * 64}"
GIVEN = {"ConverterRequirements": REQUIREMENTS}
GITHUB = {**GIVEN, "GitHubRepository": "acme/shop"}
WHEEL = {**GIVEN, "ConverterWheelKey": "converter/compose2cfn-1.0-py3-none-any.whl"}
VARIANTS = {"bucket": GIVEN, "github": GITHUB, "wheel": WHEEL}
KEPT = {"ArtifactBucket", "Repository", "SourceBucket"}


# --- The stack ------------------------------------------------------------------------------------


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with simulated() as cloud:
        yield cloud


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_is_created_found_unchanged_and_deleted(variant: str, cloud: Cloud) -> None:
    submission = Submission(TEXT, VARIANTS[variant])
    stack = cloud.create("pipeline", submission)
    assert stack.status == "CREATE_COMPLETE"
    assert cloud.plan("again", "pipeline", submission).empty
    cloud.delete("pipeline")
    assert stack.status == "DELETE_COMPLETE"
    assert skipped(stack) == KEPT


def test_a_variant_becomes_another_and_keeps_its_images(cloud: Cloud) -> None:
    stack = cloud.create("pipeline", Submission(TEXT, GIVEN))
    before = {name: stack.resources[name].id for name in KEPT}
    assert "SourceLocation" in stack.outputs
    for variant in (WHEEL, GITHUB, GIVEN):
        cloud.update("pipeline", Submission(TEXT, variant))
        assert stack.status == "UPDATE_COMPLETE"
        assert {name: stack.resources[name].id for name in KEPT} == before
        assert ("ConnectionArn" in stack.outputs) == (variant is GITHUB)
        assert ("SourceChange" in stack.resources) == (variant is not GITHUB)


def test_a_role_of_ones_own_deploys(cloud: Cloud) -> None:
    role = "arn:aws:iam::123456789012:role/deploys"
    stack = cloud.create("pipeline", Submission(TEXT, {**GIVEN, "DeploymentRoleArn": role}))
    assert "DeploymentRole" not in stack.resources
    (made,) = [one for one in actions(stack) if "RoleArn" in one["Configuration"]]
    assert made["Configuration"]["RoleArn"] == role


WRONG = {
    "no hash": {"ConverterRequirements": "compose2cfn==1.0"},
    "no version": {"ConverterRequirements": f"compose2cfn --hash=sha256:{'0' * 64}"},
    "a name that is cut": {**GIVEN, "ApplicationStackName": "a-name-of-twenty-five-let"},
    "a link": {**GIVEN, "GitHubRepository": "https://github.com/acme/shop"},
    "a folder above": {**GIVEN, "ImageFolder": "/etc"},
    "a word": {**GIVEN, "ParameterValues": "TokenSecretArn"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_parameters_are_refused(wrong: str, cloud: Cloud) -> None:
    with pytest.raises(Exception, match="must match pattern"):
        cloud.create("pipeline", Submission(TEXT, WRONG[wrong]))


# --- Its roles ------------------------------------------------------------------------------------

NEWER = r"UNKNOWN_ACTION Unknown action ecs:StopServiceDeployment$"
"""What parliament does not know yet."""
OTHER_KIND = (
    r"RESOURCE_MISMATCH \[({'action': '[\w:]+', 'required_format': "
    r"'arn:\*:elasticloadbalancing:\*:\*:listener(-rule)?/net/[*/]+'}(, )?)+\]$"
)
"""It means that who may change listeners of one kind of load balancer may those of the other."""
EITHER = r"RESOURCE_MISMATCH \[{'action': 'ecs:DescribeServiceDeployments', 'required_format': "
"""It is allowed of services and of their deployments, of which CloudFormation names either."""
REVIEWED = (NEWER, OTHER_KIND, EITHER)


@pytest.mark.slow
def test_parliament_finds_nothing(cloud: Cloud) -> None:
    documents = {
        f"{variant} {name}": document
        for variant, given in VARIANTS.items()
        for name, document in policies.of_roles(
            cloud.create(variant, Submission(TEXT, given))
        ).items()
    }
    found = policies.findings(documents)
    assert [one for one in found if not any(re.search(known, one) for known in REVIEWED)] == []
    assert len(found) == len(REVIEWED) * len(VARIANTS)


def test_no_role_does_everything(cloud: Cloud) -> None:
    stack = cloud.create("pipeline", Submission(TEXT, WHEEL))
    for name, document in policies.of_roles(stack).items():
        for statement in statements(document):
            assert not any("*" in action for action in listed(statement["Action"])), name


EVERYWHERE = {
    "ecs:DeregisterTaskDefinition",
    "elasticfilesystem:CreateFileSystem",
    "route53:CreateHostedZone",
    "servicediscovery:CreatePrivateDnsNamespace",
    "servicediscovery:TagResource",
    "servicediscovery:UntagResource",
}
"""The actions that are allowed on all resources, beside those that only look: none can be named.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
LOOKS = re.compile(r"\w[\w-]+:(Describe|Get|List)\w+")


def test_what_is_allowed_everywhere_can_be_limited_to_no_resource(cloud: Cloud) -> None:
    stack = cloud.create("pipeline", Submission(TEXT, WHEEL))
    everywhere = {
        action
        for document in policies.of_roles(stack).values()
        for statement in statements(document)
        if "*" in listed(statement["Resource"])
        for action in listed(statement["Action"])
    }
    assert {one for one in everywhere if not LOOKS.fullmatch(one)} == EVERYWHERE


PUSHES = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""


def test_the_role_that_builds_may_push_to_its_repository(cloud: Cloud) -> None:
    stack = cloud.create("pipeline", Submission(TEXT, GIVEN))
    (pushing,) = [
        statement
        for statement in statements(policies.of_roles(stack)["ImageBuildRole image"])
        if "ecr:PutImage" in listed(statement["Action"])
    ]
    assert set(pushing["Action"]) == PUSHES
    assert pushing["Resource"].endswith(f":repository/{stack.outputs['RepositoryName']}")


@pytest.mark.parametrize("variant", VARIANTS)
def test_only_a_connection_needs_to_set_acls(variant: str, cloud: Cloud) -> None:
    """Without this, the source from GitHub fails: https://github.com/aws/aws-cdk/issues/13557."""
    stack = cloud.create("pipeline", Submission(TEXT, VARIANTS[variant]))
    acls = [
        statement["Resource"]
        for name, document in policies.of_roles(stack).items()
        for statement in statements(document)
        if "s3:PutObjectAcl" in listed(statement["Action"])
    ]
    bucket = f"arn:aws:s3:::{stack.outputs['ArtifactBucketName']}/*"
    assert acls == ([bucket] if variant == "github" else [])


SURROUNDINGS = {
    "ClusterName": "infrastructure",
    "LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/1d",
    "LoadBalancerSecurityGroupId": "sg-1",
    "Subnet1Id": "subnet-1",
    "Subnet2Id": "subnet-2",
    "VpcId": "vpc-1",
}


def test_the_role_that_deploys_may_do_what_the_demo_needs(cloud: Cloud) -> None:
    """The command ``policy`` tells what that is."""
    stack = cloud.create("pipeline", Submission(TEXT, GIVEN))
    documents = deploying(stack)
    result = convert(DEMO, environment={"IMAGE_URI": stack.outputs["RepositoryUri"]})
    reach = Reach(partition="aws", region="us-east-1", account="123456789012", stack="demo")
    needed = deployment_grants(result.to_dict(), reach, values=SURROUNDINGS)
    missing = [
        request
        for document in needed.service_role
        for statement in statements(document)
        for request in requests(statement)
        if not allows(documents, request)
    ]
    assert missing == []


def test_the_role_that_deploys_reaches_no_role_of_the_pipeline(cloud: Cloud) -> None:
    """Not even if the name of the pipeline begins with that of the application."""
    stack = cloud.create("demo-pipeline", Submission(TEXT, GIVEN))
    roles = [
        str(one.attributes["Arn"])
        for one in stack.resources.values()
        if "AssumeRolePolicyDocument" in one.properties
    ]
    assert len(roles) == 5
    changes = [Request("iam:PutRolePolicy", role) for role in roles]
    assert [one for one in changes if allows(deploying(stack), one)] == []


def deploying(stack: Stack) -> list[Properties]:
    """Return the policies of the role that deploys."""
    return [
        {"Statement": [without_id(statement) for statement in statements(document)]}
        for name, document in policies.of_roles(stack).items()
        if name.startswith("DeploymentRole ")
    ]


def without_id(statement: Properties) -> Properties:
    return {key: value for key, value in statement.items() if key != "Sid"}


def requests(statement: Properties) -> Iterator[Request]:
    """List what a statement allows; a pattern stands for all that it is like."""
    context = {
        key: listed(value)[0]
        for keys in statement.get("Condition", {}).values()
        for key, value in keys.items()
    }
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            yield Request(action, resource, context)


def test_roles_are_passed_to_one_service_each(cloud: Cloud) -> None:
    stack = cloud.create("pipeline", Submission(TEXT, GIVEN))
    passed = {
        name: (statement["Resource"], statement["Condition"]["StringEquals"])
        for name, document in policies.of_roles(stack).items()
        for statement in statements(document)
        if "iam:PassRole" in listed(statement["Action"])
    }
    assert passed == {
        "DeploymentRole roles": (
            "arn:aws:iam::123456789012:role/demo-*",
            {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
        ),
        "PipelineRole pipeline": (
            stack.outputs["DeploymentRoleArn"],
            {"iam:PassedToService": "cloudformation.amazonaws.com"},
        ),
    }


def actions(stack: Stack) -> list[Properties]:
    stages = stack.resources["Pipeline"].properties["Stages"]
    return [action for stage in stages for action in stage["Actions"]]


def skipped(stack: Stack) -> set[str]:
    return {event.logical_id for event in stack.events if event.status == "DELETE_SKIPPED"}


def statements(document: object) -> list[Properties]:
    assert isinstance(document, dict)
    found: list[Properties] = document["Statement"]
    return found


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# --- The play -------------------------------------------------------------------------------------

STEPS = ["Image/Build", "Template/Convert", "Deployment/ChangeSet", "Deployment/Approval"]


def upload(workshop: Workshop, bucket: str, folder: Path) -> None:
    archive = Path(shutil.make_archive(str(folder), "zip", folder))
    s3 = workshop.client("s3")
    s3.put_object(Bucket=bucket, Key="source.zip", Body=archive.read_bytes())


def rows(execution: Execution) -> list[tuple[str, str]]:
    changes = execution.changes
    return [(one["LogicalResourceId"], str(one.get("Replacement"))) for one in changes]


@pytest.mark.slow
def test_a_commit_becomes_a_running_service(workshop: Workshop, tmp_path: Path) -> None:
    wheels.collect(wheels.build(tmp_path), workshop.packages)
    workshop.deploy("infrastructure", INFRASTRUCTURE)
    (wheel,) = workshop.packages.glob("compose2cfn-*.whl")
    given = {
        "ConverterRequirements": workshop.requirements(),
        "ConverterWheelKey": f"converter/{wheel.name}",
    }
    made = workshop.deploy("pipeline", TEMPLATE, **given)
    s3 = workshop.client("s3")
    bucket = made["SourceBucketName"]
    # From here on, the wheel comes from the bucket alone.
    s3.put_object(Bucket=bucket, Key=given["ConverterWheelKey"], Body=wheel.read_bytes())
    wheel.unlink()

    source = project(tmp_path / "blue", "blue")
    for name in ("compose2cfn", "json", "pip", "venv", "yaml"):
        (source / f"{name}.py").write_text("raise SystemExit('a module of the authors runs')")
    upload(workshop, bucket, source)
    first = prepare(workshop, made["PipelineName"], lambda _: True)
    first.run()
    assert first.done == ["Source/Bucket", *STEPS, "Deployment/Execution"]
    assert {change["Action"] for change in first.changes} == {"Add"}
    assert workshop.running() == f"{made['RepositoryUri']}:{first.id}"

    # The same pipeline takes its source from GitHub, once a person has completed the connection.
    workshop.deploy("pipeline", TEMPLATE, GitHubRepository="acme/shop")
    github = {"acme/shop@main": project(tmp_path / "green", "green")}

    second = prepare(workshop, made["PipelineName"], lambda _: False, github)
    with pytest.raises(Stopped, match="not approved"):
        second.run()
    assert workshop.running() == f"{made['RepositoryUri']}:{first.id}"
    assert second.done == ["Source/GitHub", *STEPS[:-1]]
    # Who changes their mind retries the last stage.
    second.approve = lambda _: True
    second.run(slice(-1, None))
    assert rows(second) == [("FrontendTaskDefinition", "True"), ("FrontendService", "False")]
    assert workshop.running() == f"{made['RepositoryUri']}:{second.id}"
    check_images(workshop, made, [first.id, second.id])


def check_images(workshop: Workshop, made: dict[str, str], tags: list[str]) -> None:
    """See that the repository has an image for each execution, as Docker was asked for."""
    ecr = workshop.client("ecr")
    images = ecr.list_images(repositoryName=made["RepositoryName"])["imageIds"]
    assert [one["imageTag"] for one in images] == tags
    uri = made["RepositoryUri"]
    asked = [
        line
        for tag in tags
        for line in (
            f"login --username AWS --password-stdin {uri.partition('/')[0]}",
            f"build --pull --platform linux/amd64 --tag {uri}:{tag} frontend",
            f"push {uri}:{tag}",
        )
    ]
    assert workshop.notes == [f"docker {line}" for line in asked]
