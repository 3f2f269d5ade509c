"""Resources by their properties: what troposphere's objects of them say and refuse."""

from collections.abc import Mapping

import pytest
from troposphere import AWSObject, Output, Ref
from troposphere.ecs import Service, TaskDefinition
from troposphere.efs import FileSystem
from troposphere.elasticloadbalancingv2 import TargetGroup
from troposphere.logs import LogGroup
from troposphere.sns import Topic
from troposphere.sqs import Queue

from compose2cfn import Diagnostic, emit
from compose2cfn.model.functions import function
from compose2cfn.stack.items import Cond, Out, PlainOut, Resource, ServicePart, TaskPart
from compose2cfn.stack.objects import output, resource
from tests.cases import CONVERTIBLE, FolderCase, sampled
from tests.test_third_party import made, refused, yielding

ORIGIN = ("services", "web", "x-acme")
CONDITION = Cond("A", {"Fn::Equals": ["a", "b"]})


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 4))
def test_objects_say_what_the_template_says(case: FolderCase) -> None:
    result = emit(case.load(), refuse=case.settings.refuse)
    assert result.template.resources
    assert result.to_yaml() == case.template


REFUSED: Mapping[str, tuple[type[AWSObject], Mapping[str, object], str]] = {
    "an unknown property": (Topic, {"Name": "a"}, "Topic has no property Name"),
    "an unknown property below": (
        Topic,
        {"Subscription": [{"Endpoint": "a", "Protocol": "b", "Port": 1}]},
        "Subscription has no property Port",
    ),
    "a property that is missing": (FileSystem, {"BackupPolicy": {}}, "BackupPolicy needs Status"),
    "one that is missing in a list": (
        Topic,
        {"Subscription": [{"Endpoint": "a"}]},
        "Subscription needs Protocol",
    ),
    "a list": (Topic, {"TopicName": ["a"]}, "Topic.TopicName cannot be of the type list"),
    "a number": (Topic, {"TopicName": 1}, "Topic.TopicName cannot be of the type int"),
    "a text for a list": (Topic, {"Subscription": "a"}, "Topic.Subscription cannot be of the type"),
    "a text in a list of mappings": (
        Topic,
        {"Subscription": ["a"]},
        "Topic.Subscription cannot be of the type str",
    ),
    "a number in a list of texts": (
        TaskDefinition,
        {"RequiresCompatibilities": [1]},
        "TaskDefinition.RequiresCompatibilities cannot be of the type int",
    ),
    "a text for a mapping": (
        Service,
        {"NetworkConfiguration": "a"},
        "Service.NetworkConfiguration cannot be of the type str",
    ),
    "what a test of troposphere refuses": (
        LogGroup,
        {"RetentionInDays": 2},
        "LogGroup.RetentionInDays is refused: Integer must",
    ),
    "what a whole property must be": (FileSystem, {"BackupPolicy": {"Status": "on"}}, "Status"),
    "what a whole resource must be": (TargetGroup, {"TargetType": "instance"}, "Protocol"),
    "a tag without a key": (FileSystem, {"FileSystemTags": [{"Value": "a"}]}, "a tag needs a Key"),
}


def refusal(*items: object) -> str:
    (found,) = (each for each in refused(yielding(*items)) if each.code == "property-refused")
    assert isinstance(found, Diagnostic)
    assert found.at
    assert found.at.line == 3
    return found.message


@pytest.mark.parametrize("name", REFUSED)
def test_what_troposphere_refuses_is_refused(name: str) -> None:
    kind, properties, message = REFUSED[name]
    said = refusal(resource(kind, "Alarms", properties, ORIGIN))
    assert said.startswith("Alarms: ")
    assert message in said
    with pytest.raises((ValueError, TypeError, AttributeError)):
        kind.from_dict("Alarms", dict(properties)).to_dict()


def test_an_unknown_attribute_is_refused() -> None:
    kept = resource(Topic, "Alarms", {}, ORIGIN, DeletionPolicy="Retain")
    assert "DeletionPolicy: Retain" in made(yielding(kept)).to_yaml()
    assert "no attribute Deletion" in refusal(
        resource(Topic, "Alarms", {}, ORIGIN, Deletion="Retain")
    )


@pytest.mark.parametrize("holding", [[Ref("LogGroup")], ("a", Ref("LogGroup")), Ref("LogGroup")])
def test_objects_within_a_function_are_read(holding: object) -> None:
    said = function("Fn::Join", ["-", holding])
    items = (
        resource(Topic, "Alarms", {"TopicName": said}, ORIGIN),
        Resource(Queue("Jobs", RedriveAllowPolicy={"a": said})),
        output("Name", said, "", ORIGIN),
    )
    match made(yielding(*items)).to_dict():
        case {"Resources": {"Alarms": alarms, "Jobs": jobs}, "Outputs": {"Name": name}}:
            assert str(alarms).count("'LogGroup'") == 1
            assert str(jobs).count("'LogGroup'") == 1
            assert str(name).count("'LogGroup'") == 1
        case _:
            pytest.fail("something is missing")


def completed(value: object) -> object:
    """Add to what a property holds, and return the same object, as a test of a class may."""
    match value:
        case list():
            value.append("b")
        case dict():
            value["b"] = "c"
    return value


class Completing(Topic):
    """A topic whose name is completed."""

    props = Topic.props | {"TopicName": (completed, True)}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "a"),
        (["${A}"], [{"Fn::Sub": ["${Dollar}{A}", {"Dollar": "$"}]}, "b"]),
        (("a",), ["a", "b"]),
        ({"a": "b"}, {"a": "b", "b": "c"}),
        ([Ref("LogGroup")], [{"Ref": "LogGroup"}, "b"]),
    ],
)
def test_what_a_class_adds_to_a_value_is_written(value: object, written: object) -> None:
    result = made(yielding(resource(Completing, "Mine", {"TopicName": value}, ORIGIN)))
    content = result.to_dict()
    match content:
        case {"Resources": {"Mine": {"Properties": properties}}}:
            assert properties == {"TopicName": written}
        case _:
            pytest.fail("there is no such resource")
    assert isinstance(result.template.resources["Mine"], Completing)
    assert result.to_dict() == content


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "a"),
        ("${PORT}", {"Fn::Sub": ["${Dollar}{PORT}", {"Dollar": "$"}]}),
        ({"Ref": "LogGroup"}, {"Ref": "LogGroup"}),
        (Ref("LogGroup"), {"Ref": "LogGroup"}),
    ],
)
def test_an_output_says_what_its_object_says(value: object, written: object) -> None:
    result = made(yielding(output("Logs", value, "Where ${LOGS} are", ORIGIN)))
    content = result.to_dict()
    match content:
        case {"Outputs": {"Logs": {"Value": said, "Description": description}}}:
            assert (said, description) == (written, "Where ${LOGS} are")
        case _:
            pytest.fail("there is no such output")
    assert isinstance(result.template.outputs["Logs"], Output)
    assert result.to_dict() == content


def test_outputs_of_one_id_are_one_if_they_say_the_same() -> None:
    mine = Out(Output("Logs", Value=Ref("LogGroup"), Description="Logs"))
    same = PlainOut("Logs", {"Ref": "LogGroup"}, "Logs")
    assert "Logs:" in made(yielding(mine, same)).to_yaml()
    other = same._replace(description="More")
    assert "id-conflict" in [each.code for each in refused(yielding(mine, other))]


def test_a_function_may_stand_for_a_list_or_a_mapping() -> None:
    either = {"Fn::If": ["A", {"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}]}
    items = (
        CONDITION,
        resource(Topic, "Alarms", {"Subscription": either}, ()),
        resource(
            TargetGroup, "Group", {"TargetType": "lambda", "TargetGroupAttributes": either}, ()
        ),
        ServicePart("web", {"PlacementStrategies": either}),
        TaskPart("web", {"EphemeralStorage": either}),
    )
    result = made(yielding(*items))
    content = result.to_dict()
    assert str(content).count(str(either)) == 4
    assert isinstance(result.template.resources["Alarms"], Topic)
    assert result.to_dict() == content


def test_functions_may_stand_for_anything() -> None:
    either = {"Fn::If": ["A", {"Ref": "AWS::NoValue"}, {"Endpoint": "a", "Protocol": "b"}]}
    items = resource(Topic, "Alarms", {"TopicName": Ref("LogGroup"), "Subscription": [either]}, ())
    text = made(yielding(items, CONDITION)).to_yaml()
    assert "TopicName: !Ref LogGroup" in text
    assert "- !If" in text
