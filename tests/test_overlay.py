"""The overlay: what `x-aws-cloudformation` does to a template, and what it says of mistakes."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from compose2cfn import ComposeError, Diagnostic, Memory, convert
from compose2cfn.findings import Findings
from compose2cfn.source.bind import meant_overlay
from compose2cfn.source.yaml import parse_yaml
from compose2cfn.stack import overlay as overlays
from compose2cfn.stack.intrinsics import content

Body = dict[str, Any]
SERVICE = "AWS::ECS::Service"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
TEMPLATE: Body = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "WebService": {
            "Type": SERVICE,
            "DependsOn": ["LoadBalancerTCP80Listener"],
            "Properties": {
                "DesiredCount": 1,
                "Cluster": {"Ref": "Cluster"},
                "LoadBalancers": [
                    {"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": "a"},
                    {"ContainerName": "web", "ContainerPort": 90, "TargetGroupArn": "b"},
                ],
            },
        },
        "WebTaskDefinition": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "ContainerDefinitions": [
                    {
                        "Name": "web",
                        "Image": "web:1",
                        "Command": ["run", "now"],
                        "Environment": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}],
                    },
                    {"Name": "init", "Image": "init:1"},
                ],
                "Volumes": [{"Name": "scratch"}],
            },
        },
        "LoadBalancerTCP80Listener": {
            "Type": LISTENER,
            "Properties": {
                "DefaultActions": [{"TargetGroupArn": "a", "Type": "forward"}],
                "LoadBalancerArn": "b",
                "Port": 80,
            },
        },
    },
    "Outputs": {"Name": {"Value": "x"}},
}


def lay(
    template: Body,
    overlay: Mapping[str, object] | str | None,
    former: Mapping[str, str] | None = None,
) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    """Lay an overlay; returns the result, and what is wrong with the overlay."""
    findings = Findings()
    laid = overlays.lay(template, overlay, findings.at("x-aws-cloudformation"), former)
    return laid, findings.diagnostics


def read(body: Body) -> Body:
    """Read a template as emitters give it: with functions of a type of their own."""
    return {name: content(value) for name, value in body.items()}


def read_overlay(overlay: Mapping[str, object]) -> Mapping[str, object]:
    """Read an overlay as the loader does."""
    [document], _ = parse_yaml(yaml.safe_dump(overlay, sort_keys=False), "")
    meant = meant_overlay(document)
    assert isinstance(meant, dict)
    return meant


def result(overlay: Body, **former: str) -> tuple[Body, list[str]]:
    """Lay an overlay over the template above, which must stay as it was."""
    before = copy.deepcopy(TEMPLATE)
    laid, faults = lay(read(TEMPLATE), read_overlay(overlay), former)
    assert before == TEMPLATE
    as_read: Body = json.loads(json.dumps(laid))
    return as_read, [str(fault) for fault in faults]


def changed(path: str, value: object) -> Body:
    """Return the template with another value at a path; `...` removes it."""
    template = copy.deepcopy(TEMPLATE)
    *way, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    place: Any = template
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return template


def resource(id_: str, **attributes: object) -> Body:
    return {"Resources": {id_: attributes}}


WEB = "Resources/WebTaskDefinition/Properties/ContainerDefinitions"
PROPERTIES = "Resources/WebService/Properties"


@pytest.mark.parametrize("overlay", [{}, None])
def test_nothing_changes_nothing(overlay: Body | None) -> None:
    assert lay(TEMPLATE, overlay) == (TEMPLATE, ())


@pytest.mark.parametrize(
    ("overlay", "path", "value"),
    [
        (resource("WebService", Properties={"DesiredCount": 3}), f"{PROPERTIES}/DesiredCount", 3),
        (
            resource("WebService", Properties={"PlacementStrategies": ["x"]}),
            f"{PROPERTIES}/PlacementStrategies",
            ["x"],
        ),
        (
            resource("WebService", Properties={"DesiredCount": None}),
            f"{PROPERTIES}/DesiredCount",
            ...,
        ),
        (
            resource("WebService", DependsOn=["X", "LoadBalancerTCP80Listener", "Y"]),
            "Resources/WebService/DependsOn",
            ["LoadBalancerTCP80Listener", "X", "Y"],
        ),
        (
            resource("WebService", DependsOn="X"),
            "Resources/WebService/DependsOn",
            ["LoadBalancerTCP80Listener", "X"],
        ),
        (resource("WebService", DependsOn=7), "Resources/WebService/DependsOn", 7),
        (resource("WebService", DependsOn=None), "Resources/WebService/DependsOn", ...),
        (resource("WebService", Condition="Big"), "Resources/WebService/Condition", "Big"),
        ({"Resources": {"WebService": None}}, "Resources/WebService", ...),
        (
            resource("WebService", Properties={"Cluster": {"Fn::ImportValue": "c"}}),
            f"{PROPERTIES}/Cluster",
            {"Fn::ImportValue": "c"},
        ),
        (resource("WebService", Properties={"Cluster": "c"}), f"{PROPERTIES}/Cluster", "c"),
        (
            resource("WebService", Properties={"Cluster": {"a": {"Ref": "b"}}}),
            f"{PROPERTIES}/Cluster",
            {"a": {"Ref": "b"}},
        ),
        (
            resource("WebService", Properties={"DesiredCount": {"Ref": "Count"}}),
            f"{PROPERTIES}/DesiredCount",
            {"Ref": "Count"},
        ),
        (
            resource("WebService", Properties={"LoadBalancers": {"Ref": "All"}}),
            f"{PROPERTIES}/LoadBalancers",
            {"Ref": "All"},
        ),
        (
            resource("WebService", Properties={"LoadBalancers": []}),
            f"{PROPERTIES}/LoadBalancers",
            [],
        ),
        (resource("New", Type="A::B::C"), "Resources/New", {"Type": "A::B::C"}),
        ({"Outputs": {"More": {"Value": 1}}}, "Outputs/More", {"Value": 1}),
        ({"Parameters": {"P": {"Type": "String"}}}, "Parameters", {"P": {"Type": "String"}}),
        ({"Conditions": {"C": {"Fn::Not": []}}}, "Conditions", {"C": {"Fn::Not": []}}),
        ({"Description": "Ours"}, "Description", "Ours"),
        ({"Outputs": None}, "Outputs", ...),
    ],
)
def test_a_value_is_laid(overlay: Body, path: str, value: object) -> None:
    assert result(overlay) == (changed(path, value), [])


@pytest.mark.parametrize(
    ("containers", "path", "value"),
    [
        ([{"Name": "web", "Cpu": 5}], "0/Cpu", 5),
        ([{"Name": "init", "Image": "mine"}], "1/Image", "mine"),
        ([{"Name": "web", "Command": ["stop"]}], "0/Command", ["stop"]),
        (
            [{"Name": "web", "Environment": [{"Name": "B", "Value": "3"}]}],
            "0/Environment/1/Value",
            "3",
        ),
        ([{"Name": "web", "Environment": [{"Name": "A", "Value": None}]}], "0/Environment/0", ...),
        ([{"Name": "init", "Image": None}], "1", ...),
    ],
)
def test_lists_of_named_things_merge(containers: object, path: str, value: object) -> None:
    overlay = resource("WebTaskDefinition", Properties={"ContainerDefinitions": containers})
    assert result(overlay) == (changed(f"{WEB}/{path}", value), [])


def test_new_names_go_to_the_end() -> None:
    more: list[Body] = [{"Name": "last", "Image": "a"}, {"Name": "init", "Cpu": 1}]
    overlay = resource(
        "WebTaskDefinition",
        Properties={"ContainerDefinitions": more, "Volumes": [{"Name": "last"}]},
    )
    laid, faults = result(overlay)
    assert not faults
    properties = laid["Resources"]["WebTaskDefinition"]["Properties"]
    containers, volumes = properties["ContainerDefinitions"], properties["Volumes"]
    assert [container["Name"] for container in containers] == ["web", "init", "last"]
    assert containers[1] == {"Name": "init", "Image": "init:1", "Cpu": 1}
    assert volumes == [{"Name": "scratch"}, {"Name": "last"}]


def test_entries_are_told_apart_by_two_names_where_one_is_not_enough() -> None:
    entry = {"ContainerName": "web", "ContainerPort": 90, "TargetGroupArn": "mine"}
    overlay = resource("WebService", Properties={"LoadBalancers": [entry]})
    assert result(overlay) == (changed(f"{PROPERTIES}/LoadBalancers/1/TargetGroupArn", "mine"), [])


def test_entries_that_nothing_tells_apart_are_replaced() -> None:
    twice = {"ContainerName": "web", "ContainerPort": 53}
    overlay = resource("WebService", Properties={"LoadBalancers": [twice, twice]})
    laid, faults = result(overlay)
    assert (laid, faults) == (changed(f"{PROPERTIES}/LoadBalancers", [twice, twice]), [])


@pytest.mark.parametrize(
    ("path", "entry", "needed"),
    [
        ("WebTaskDefinition.ContainerDefinitions", {"DockerLabels": {"team": "web"}}, "Name"),
        ("WebTaskDefinition.ContainerDefinitions", {"Name": {"Ref": "Which"}}, "Name"),
        (
            "WebTaskDefinition.ContainerDefinitions",
            {"Fn::If": ["A", {"Cpu": 1}, {"Cpu": 2}]},
            "Name",
        ),
        ("WebTaskDefinition.ContainerDefinitions", "web", "Name"),
        ("WebTaskDefinition.Volumes", {"Host": {"SourcePath": "/"}}, "Name"),
        (
            "WebService.LoadBalancers",
            {"ContainerName": "web", "TargetGroupArn": "mine"},
            "ContainerName and ContainerPort",
        ),
    ],
)
def test_an_entry_without_a_name_does_not_replace_named_things(
    path: str, entry: object, needed: str
) -> None:
    id_, name = path.split(".")
    laid, [fault] = result(resource(id_, Properties={name: [entry]}))
    assert laid == TEMPLATE
    assert fault == (
        f"error: x-aws-cloudformation.Resources.{id_}.Properties.{name}[0]: write the {needed} of "
        f"this entry, as text; entries are laid over those with the same {needed}, and this one "
        "would replace them all [overlay-unnamed]"
    )


@pytest.mark.parametrize("base", [[], ["a"], [{"Ref": "A"}], [{"Type": "forward"}]])
def test_a_list_of_what_has_no_names_is_replaced(base: list[object]) -> None:
    template = {"Resources": {"R": {"Type": "T", "Properties": {"L": base}}}}
    laid, faults = lay(read(template), resource("R", Properties={"L": ["b"]}))
    assert not faults
    assert laid == {"Resources": {"R": {"Type": "T", "Properties": {"L": ["b"]}}}}


def test_two_entries_of_one_name_do_not_replace_named_things() -> None:
    twice = [{"Name": "A", "Value": "1"}, {"Name": "A", "Value": "2"}]
    containers = [{"Name": "web", "Environment": twice}]
    laid, faults = result(
        resource("WebTaskDefinition", Properties={"ContainerDefinitions": containers})
    )
    assert laid == TEMPLATE
    path = "x-aws-cloudformation.Resources.WebTaskDefinition.Properties.ContainerDefinitions[0]"
    about = "an entry above has the same Name; put both into one [overlay-unnamed]"
    assert faults == [f"error: {path}.Environment[1]: {about}"]


def test_an_entry_that_depends_on_a_condition_has_the_name_of_its_cases() -> None:
    agent = {"Fn::If": ["Watched", {"Name": "agent", "Image": "a"}, {"Ref": "AWS::NoValue"}]}
    init = {"Fn::If": ["Large", {"Name": "init", "Image": "a"}, {"Name": "init", "Image": "b"}]}
    overlay = resource("WebTaskDefinition", Properties={"ContainerDefinitions": [agent, init]})
    web = TEMPLATE["Resources"]["WebTaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    assert result(overlay) == (changed(WEB, [web, init, agent]), [])


def test_another_type_replaces_the_resource() -> None:
    new = {"Type": "A::B::C", "Properties": {"Only": "this"}}
    assert result({"Resources": {"WebService": new}}) == (changed("Resources/WebService", new), [])


def test_a_condition_of_a_policy_is_not_an_intrinsic_function() -> None:
    base = {
        "Resources": {"R": {"Type": "T", "Properties": {"S": {"Condition": {"A": {"x": "1"}}}}}}
    }
    overlay = resource("R", Properties={"S": {"Condition": {"B": {"y": "2"}}}})
    laid, _ = lay(base, overlay)
    merged = {"Condition": {"A": {"x": "1"}, "B": {"y": "2"}}}
    assert laid == {"Resources": {"R": {"Type": "T", "Properties": {"S": merged}}}}


@pytest.mark.parametrize(
    ("overlay", "path", "message"),
    [
        (
            resource("WebServce", Properties={}),
            "Resources.WebServce",
            "no resource 'WebServce', and a new one needs a Type; did you mean 'WebService'?",
        ),
        (
            {"Resources": {"Zebra": None}},
            "Resources.Zebra",
            "there is no resource 'Zebra', and a new one needs a Type [overlay-unknown]",
        ),
        (
            {"Outputs": {"Nam": {"Description": "x"}}},
            "Outputs.Nam",
            "no output 'Nam', and a new one needs a Value; did you mean 'Name'? [overlay-unknown]",
        ),
        (
            {"Parameters": {"P": {"Default": "x"}}},
            "Parameters.P",
            "there is no parameter 'P', and a new one needs a Type [overlay-unknown]",
        ),
        (
            {"resources": {}},
            "resources",
            "no section 'resources'; did you mean 'Resources'? [overlay-unknown]",
        ),
        (
            resource("WebService", Property={}),
            "Resources.WebService.Property",
            "no attribute 'Property'; did you mean 'Properties'? [overlay-unknown]",
        ),
        (
            resource("WebService", Properties=[]),
            "Resources.WebService.Properties",
            "Properties must be a mapping [overlay-shape]",
        ),
        (
            {"Resources": {"WebService": "x"}},
            "Resources.WebService",
            "a resource must be a mapping [overlay-shape]",
        ),
        ({"Resources": ["x"]}, "Resources", "Resources must be a mapping [overlay-shape]"),
    ],
)
def test_a_mistake_is_an_error(overlay: Body, path: str, message: str) -> None:
    [fault] = result(overlay)[1]
    assert fault.startswith(f"error: x-aws-cloudformation.{path}: ")
    assert message in fault


TASK = "AWS::ECS::TaskDefinition"
NEW_SERVICE = {"Type": SERVICE, "Properties": {"ServiceArn": "x"}}
AGENT = "WebTaskDefinition.Properties.ContainerDefinitions"
NOTHING = {"Ref": "AWS::NoValue"}


def container(**fields: object) -> Body:
    return resource("WebTaskDefinition", Properties={"ContainerDefinitions": [fields]})


@pytest.mark.parametrize(
    ("overlay", "path", "message", "code"),
    [
        (
            resource("WebService", Properties={"DesiredCont": 3}),
            "WebService.Properties.DesiredCont",
            "AWS::ECS::Service has no property 'DesiredCont' here; did you mean 'DesiredCount'?",
            "overlay-property",
        ),
        (
            container(Name="web", Comand=["x"]),
            f"{AGENT}[0].Comand",
            f"{TASK} has no property 'Comand' here; did you mean 'Command'?",
            "overlay-property",
        ),
        (
            container(Name="init", Environment=[{"Name": "A", "Worth": "1"}]),
            f"{AGENT}[0].Environment[0].Worth",
            f"{TASK} has no property 'Worth' here; write Name or Value",
            "overlay-property",
        ),
        (
            resource("New", Type="AWS::SQS::Queue", Properties={"QueName": {"Ref": "x"}}),
            "New.Properties.QueName",
            "AWS::SQS::Queue has no property 'QueName' here; did you mean 'QueueName'?",
            "overlay-property",
        ),
        (
            {"Resources": {"New": NEW_SERVICE}},
            "New.Properties.ServiceArn",
            "AWS sets 'ServiceArn' of AWS::ECS::Service, and a template cannot; leave this out",
            "overlay-property",
        ),
        (
            container(Name="agent", Essential=False),
            f"{AGENT}[0]",
            f"{TASK} needs Image here; write it",
            "overlay-incomplete",
        ),
        (
            container(Name="agent", Image=NOTHING),
            f"{AGENT}[0].Image",
            f"{TASK} cannot be without Image here; keep it, or give another",
            "overlay-incomplete",
        ),
        (
            container(**{"Fn::If": ["A", {"Name": "agent"}, NOTHING]}),
            f"{AGENT}[0]",
            f"{TASK} needs Image here; write it",
            "overlay-incomplete",
        ),
        (
            container(Name="web", Ulimits=[{"Name": "nofile", "HardLimit": 1}]),
            f"{AGENT}[0].Ulimits[0]",
            f"{TASK} needs SoftLimit here; write it",
            "overlay-incomplete",
        ),
        (
            resource("LoadBalancerTCP80Listener", Properties={"DefaultActions": None}),
            "LoadBalancerTCP80Listener.Properties.DefaultActions",
            f"{LISTENER} cannot be without DefaultActions here; keep it, or give another",
            "overlay-incomplete",
        ),
        (
            resource("LoadBalancerTCP80Listener", DependsOn="WebService", Properties=None),
            "LoadBalancerTCP80Listener.Properties",
            f"{LISTENER} needs DefaultActions here; write it",
            "overlay-incomplete",
        ),
        (
            resource("New", Type="AWS::SNS::Subscription"),
            "New",
            "AWS::SNS::Subscription needs Protocol here; write it",
            "overlay-incomplete",
        ),
    ],
)
def test_a_resource_has_what_it_needs_and_nothing_else(
    overlay: Body, path: str, message: str, code: str
) -> None:
    fault, *_ = result(overlay)[1]
    assert fault == f"error: x-aws-cloudformation.Resources.{path}: {message} [{code}]"


@pytest.mark.parametrize(
    "overlay",
    [
        container(Name="web", Cpuu=NOTHING),
        container(**{"Name": "web", "Fn::Transform": {"Name": "AWS::Include"}}),
        container(Name="web", DockerLabels={"Any": "x"}),
        container(Name="web", Image={"Ref": "Image"}),
        {"Transform": "Ours", **container(Name="web", Comand=["x"])},
        {"Transform": ["Ours"], **container(Name="agent")},
    ],
)
def test_what_only_aws_can_tell_is_not_held_to_the_schema(overlay: Body) -> None:
    assert result(overlay)[1] == []


@pytest.mark.parametrize("transform", ["AWS::LanguageExtensions", ["AWS::LanguageExtensions"]])
def test_a_macro_that_adds_functions_excuses_nothing(transform: object) -> None:
    overlay = {**container(Name="web", Comand=["x"]), "Transform": transform}
    assert len(result(overlay)[1]) == 1


@pytest.mark.parametrize("kind", ["Custom::Thing", "AWS::New::Thing", "AWS::SQS::Thing", "x"])
def test_a_type_that_is_not_known_may_have_any_property(kind: str) -> None:
    new = {"Type": kind, "Properties": {"A": [{"B": 1}]}}
    assert result({"Resources": {"New": new}}) == (changed("Resources/New", new), [])


def test_deleting_what_is_not_there_warns() -> None:
    laid, [fault] = result(resource("WebService", Properties={"DesiredCont": None}))
    assert laid == TEMPLATE
    assert fault == (
        "warning: x-aws-cloudformation.Resources.WebService.Properties.DesiredCont: there is "
        "nothing to delete here; leave this out [overlay-needless]"
    )


def test_an_overlay_may_be_a_text() -> None:
    text = "Resources:\n  WebService:\n    Properties:\n      DesiredCount: !Ref Count\n"
    laid, faults = lay(TEMPLATE, text)
    assert (laid, faults) == (changed(f"{PROPERTIES}/DesiredCount", {"Ref": "Count"}), ())
    assert lay(TEMPLATE, "") == (TEMPLATE, ())
    assert lay(TEMPLATE, "# nothing\n") == (TEMPLATE, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "error: x-aws-cloudformation: line 2 of this text: "),
        ("- a", "error: x-aws-cloudformation: the text of an overlay must be one YAML mapping"),
        ("a: 1\n---\nb: 2", "the text of an overlay must be one YAML mapping"),
        (
            "{Resources: {R: {Type: T, Type: U}}}",
            "line 1 of this text: the key 'Type' is already set",
        ),
    ],
)
def test_a_text_that_is_no_overlay_is_an_error(text: str, message: str) -> None:
    _, [fault, *_] = lay(TEMPLATE, text)
    assert message in str(fault)


def test_ids_of_the_retired_plugin_are_understood() -> None:
    overlay = {
        "Resources": {
            "WebTCP80Listener": {"Properties": {"Port": 81}},
            "ApiTCP80Listener": {"Properties": {"Protocol": "HTTP"}},
            "WebService": {"DependsOn": ["WebTCP80Listener", "LogGroup"]},
        },
        "Outputs": {
            "One": {"Value": {"Ref": "WebTCP80Listener"}},
            "Two": {"Value": {"Fn::Sub": "${WebTCP80Listener.ListenerArn}-${!WebTCP80Listener}"}},
            "Three": {"Value": {"Fn::GetAtt": "WebTCP80Listener.ListenerArn"}},
            "Four": {"Value": {"Fn::GetAtt": ["WebTCP80Listener", "ListenerArn"]}},
            "Five": {"Value": {"Fn::Sub": ["${a}", {"a": {"Ref": "ApiTCP80Listener"}}]}},
        },
    }
    today = "LoadBalancerTCP80Listener"
    laid, faults = result(overlay, WebTCP80Listener=today, ApiTCP80Listener=today)
    before = TEMPLATE["Resources"][today]["Properties"]
    after = {**before, "Port": 81, "Protocol": "HTTP"}
    expected = changed(f"Resources/{today}/Properties", after)
    assert laid["Resources"] == {
        **expected["Resources"],
        "WebService": {**TEMPLATE["Resources"]["WebService"], "DependsOn": [today, "LogGroup"]},
    }
    assert laid["Outputs"] == {
        "Name": {"Value": "x"},
        "One": {"Value": {"Ref": today}},
        "Two": {"Value": {"Fn::Sub": f"${{{today}.ListenerArn}}-${{!WebTCP80Listener}}"}},
        "Three": {"Value": {"Fn::GetAtt": f"{today}.ListenerArn"}},
        "Four": {"Value": {"Fn::GetAtt": [today, "ListenerArn"]}},
        "Five": {"Value": {"Fn::Sub": ["${a}", {"a": {"Ref": today}}]}},
    }
    assert len(faults) == 8
    assert faults[0] == (
        "warning: x-aws-cloudformation.Resources.WebService.DependsOn[0]: 'WebTCP80Listener' is "
        "named 'LoadBalancerTCP80Listener' here; write that instead [former-id]"
    )


@pytest.mark.parametrize("protocol", [{}, {"protocol": "tcp"}])
@pytest.mark.parametrize("transport", ["", "TCP"])
def test_ids_of_ports_whose_protocol_the_plugin_did_not_know(
    protocol: dict[str, str], transport: str
) -> None:
    port = {"target": 8081, "published": "8081", "x-aws-protocol": "http", **protocol}
    overlay = {
        f"Web{transport}8081TargetGroup": {"Properties": {"HealthCheckPath": "/up"}},
        f"Web{transport}8081Listener": {"Properties": {"Port": 8082}},
    }
    project = {
        "services": {"web": {"image": "a", "ports": [port]}},
        "x-aws-cloudformation": {"Resources": overlay},
    }
    made = convert(files=Memory({"compose.yaml": json.dumps(project)}))
    resources = json.loads(made.to_json())["Resources"]
    (group,) = [one for id_, one in resources.items() if id_.endswith("TargetGroup")]
    (listener,) = [one for id_, one in resources.items() if id_.endswith("Listener")]
    assert group["Properties"]["HealthCheckPath"] == "/up"
    assert listener["Properties"]["Port"] == 8082


def test_an_id_that_the_template_has_is_nobody_elses() -> None:
    overlay = resource("WebService", Properties={"DesiredCount": 3})
    laid, faults = result(overlay, WebService="LoadBalancerTCP80Listener")
    assert (laid, faults) == (changed(f"{PROPERTIES}/DesiredCount", 3), [])


SUBSTITUTED = (
    "{Resources: {WebService: {Properties: {TaskDefinition: !Sub '$${Mine}'}}}, "
    "Parameters: {Mine: {Type: String}}}"
)


def laid_over(base: str, overlay: str) -> object:
    """Lay an overlay in a Compose file over the template of one service."""
    text = f"services: {{web: {{image: a}}}}\nx-aws-cloudformation: {overlay}\n"
    made = convert(files=Memory({"compose.yaml": text}))
    value: object = made.to_dict()
    for step in base.split("."):
        assert isinstance(value, dict)
        value = value[step]
    return value


@pytest.mark.parametrize("quoted", [False, True], ids=["as YAML", "as a text"])
@pytest.mark.parametrize(
    ("path", "overlay", "expected"),
    [
        (
            "Resources.WebService.Properties.TaskDefinition",
            SUBSTITUTED,
            {"Fn::Sub": "${Mine}"},
        ),
        (
            "Resources.WebService.Properties.TaskDefinition",
            "{Resources: {WebService: {Properties: {TaskDefinition: {A: b}}}}}",
            {"A": "b"},
        ),
        (
            "Resources.WebService.Condition",
            "{Conditions: {Is: !Equals [a, b]}, Resources: {WebService: {Condition: Is}}}",
            "Is",
        ),
        (
            "Conditions.Also",
            "{Conditions: {Is: !Equals [a, b], Also: !Not [{Condition: Is}]}}",
            {"Fn::Not": [{"Condition": "Is"}]},
        ),
    ],
)
def test_a_function_is_one_value(
    path: str, overlay: str, expected: object, *, quoted: bool
) -> None:
    written = "'" + overlay.replace("'", "''") + "'" if quoted else overlay
    assert laid_over(path, written) == expected


def test_what_an_overlay_deletes_is_told_there_if_others_need_it() -> None:
    text = """
services: {web: {image: a}}
x-aws-cloudformation:
  Resources:
    LogGroup: null
"""
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}))
    found = [each for each in caught.value.diagnostics if each.code == "reference-dangling"]
    assert len(found) == 1
    assert str(found[0]).startswith(
        "compose.yaml:5:5: error: x-aws-cloudformation.Resources.LogGroup: this deletes what "
    )
    assert "WebTaskDefinition" in found[0].message


def test_what_an_overlay_needs_is_told_there() -> None:
    text = """
services: {web: {image: a}}
x-aws-cloudformation:
  Resources:
    WebService:
      DependsOn: Gone
"""
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}))
    (found,) = (each for each in caught.value.diagnostics if each.code == "reference-dangling")
    assert found.at
    assert found.at.line == 5
    assert found.message == ("WebService depends on 'Gone', which the template does not have")


POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
INGRESS = "AWS::EC2::SecurityGroupIngress"
DNS = "AWS::ServiceDiscovery::Service"
SOURCES = "CidrIp, CidrIpv6, SourcePrefixListId, SourceSecurityGroupId or SourceSecurityGroupName"


@pytest.mark.parametrize(
    ("kind", "properties", "path", "message", "code"),
    [
        (
            BALANCER,
            {"Name": "web"},
            "",
            "needs SubnetMappings or Subnets here; write one",
            "overlay-incomplete",
        ),
        (
            BALANCER,
            {"Subnets": ["a"], "SubnetMappings": [{"SubnetId": "a"}]},
            ".SubnetMappings",
            "takes only one of SubnetMappings and Subnets here; keep one",
            "overlay-property",
        ),
        (
            POLICY,
            {"PolicyName": "a", "PolicyType": "StepScaling", "ResourceId": "x"},
            "",
            "needs ScalableDimension and ServiceNamespace beside ResourceId; write them",
            "overlay-incomplete",
        ),
        (
            DNS,
            {"HealthCheckConfig": {"Type": "HTTP"}, "HealthCheckCustomConfig": {}},
            ".HealthCheckConfig",
            "takes only one of HealthCheckConfig and HealthCheckCustomConfig here; keep one",
            "overlay-property",
        ),
        (
            INGRESS,
            {"IpProtocol": "tcp"},
            "",
            f"needs {SOURCES} here; write one",
            "overlay-incomplete",
        ),
        (
            LISTENER,
            {
                "DefaultActions": [
                    {
                        "Type": "authenticate-oidc",
                        "AuthenticateOidcConfig": {
                            "AuthorizationEndpoint": "a",
                            "ClientId": "b",
                            "Issuer": "c",
                            "TokenEndpoint": "d",
                            "UserInfoEndpoint": "e",
                        },
                    }
                ]
            },
            ".DefaultActions[0].AuthenticateOidcConfig",
            "needs ClientSecret or UseExistingClientSecret here; write one",
            "overlay-incomplete",
        ),
    ],
)
def test_what_a_resource_needs_may_depend_on_what_else_it_has(
    kind: str, properties: Body, path: str, message: str, code: str
) -> None:
    overlay = resource("New", Type=kind, Properties=properties)
    faults = [each for each in result(overlay)[1] if f"{kind} {message}" in each]
    place = f"x-aws-cloudformation.Resources.New.Properties{path}"
    assert faults == [f"error: {place}: {kind} {message} [{code}]"]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (BALANCER, {"Subnets": ["a"], "SubnetMappings": {"Ref": "AWS::NoValue"}}),
        (
            BALANCER,
            {
                "Subnets": {"Fn::If": ["A", ["a"], {"Ref": "AWS::NoValue"}]},
                "SubnetMappings": {"Fn::If": ["A", {"Ref": "AWS::NoValue"}, [{"SubnetId": "a"}]]},
            },
        ),
        (POLICY, {"PolicyName": "a", "PolicyType": "StepScaling", "ScalingTargetId": "x"}),
        (BALANCER, {"Fn::Transform": {"Name": "AWS::Include"}}),
    ],
)
def test_what_a_condition_leaves_out_is_not_there(kind: str, properties: Body) -> None:
    assert result(resource("New", Type=kind, Properties=properties))[1] == []
