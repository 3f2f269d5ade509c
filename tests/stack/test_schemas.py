"""The table of resource types: it is current, and says what the registry says."""

import pytest

from compose2cfn.stack import schemas
from tests.schema_table import TABLE, emitted, written

SERVICE = "AWS::ECS::Service"


def test_the_table_is_current(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        TABLE.write_text(written(), encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == written(), "run pytest --update"


def test_the_table_has_what_is_emitted() -> None:
    assert schemas.types() == {*emitted()}
    assert {SERVICE, "AWS::ECS::TaskDefinition", "AWS::IAM::Role"} <= schemas.types()


def test_paths_say_what_an_update_replaces_and_what_aws_sets() -> None:
    assert ("ServiceName",) in schemas.create_only(SERVICE)
    assert schemas.conditionally_create_only(SERVICE) == {("LaunchType",)}
    assert ("RootDirectory", "Path") in schemas.create_only("AWS::EFS::AccessPoint")
    status = ("ReplicationConfiguration", "Destinations", schemas.EACH, "Status")
    assert status in schemas.read_only("AWS::EFS::FileSystem")


def test_shapes_go_into_objects_and_lists() -> None:
    assert schemas.required("AWS::EFS::MountTarget") == {
        "FileSystemId",
        "SecurityGroups",
        "SubnetId",
    }
    task = schemas.shape("AWS::ECS::TaskDefinition")
    assert task
    container = task.below("ContainerDefinitions")
    assert container
    assert container.required == {"Name", "Image"}
    assert container.below("DockerLabels") is None
    assert container.below("Image") is None


def test_other_types_are_not_known() -> None:
    other = "AWS::SQS::Queue"
    assert schemas.shape(other) is None
    assert not schemas.required(other)
    assert not schemas.create_only(other) | schemas.conditionally_create_only(other)
    assert not schemas.read_only(other)
