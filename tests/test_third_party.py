"""Emitters of other packages: what they may do, and what is said of one that does it wrong."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from troposphere import AWSObject, FindInMap, GetAtt, If, Output, Ref, Sub
from troposphere.sns import Subscription, Topic
from troposphere.sqs import Queue

from compose2cfn import (
    DEFAULT_EMITTERS,
    ComposeError,
    Diagnostic,
    Emitter,
    Memory,
    Result,
    Severity,
    convert,
    emit,
    emitter,
    load,
)
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.functions import Function, function
from compose2cfn.plan.make import Plan, wing
from compose2cfn.stack.items import (
    Cond,
    ContainerPart,
    FormerId,
    InitStep,
    Item,
    Out,
    Param,
    PlainOut,
    PlainResource,
    Resource,
    RoleKind,
    RolePart,
    Rule,
    ServicePart,
    TaskPart,
)
from tests.cases import FIXTURES
from tests.processes import run
from tests.simulator.template import Properties

EXAMPLE = FIXTURES / "plugin-example"
TWO = """
services:
  web: {image: nginx, x-acme: 1}
  agent: {image: agent, network_mode: service:web}
"""


def made(*emitters: Emitter, text: str = TWO) -> Result:
    files = Memory({"compose.yaml": text})
    return convert("compose.yaml", files=files, emitters=(*DEFAULT_EMITTERS, *emitters))


def refused(*emitters: Emitter) -> tuple[Diagnostic, ...]:
    with pytest.raises(ComposeError) as caught:
        made(*emitters)
    return caught.value.diagnostics


def untyped(value: object) -> Any:  # noqa: ANN401 - it is what the types would not let through
    """Pass a value where its type does not fit, as a program without types may."""
    return value


def yielding(*items: object) -> Emitter:
    """Make an emitter named ``acme`` of what it yields."""

    def acme(_: Plan) -> Iterable[Item]:
        found: Iterable[Item] = untyped(items)
        return found

    return emitter()(acme)


WRONG: dict[str, tuple[object, str, str]] = {
    "nothing": (None, "emitter-item", "'acme' yields something of the type NoneType"),
    "ports that are none": (
        ContainerPart("web", "web", {}, listens=untyped(("tcp",))),
        "emitter-item",
        "'acme' yields an invalid ContainerPart, in listens: it must be a tuple of pairs",
    ),
    "a number": (42, "emitter-item", "'acme' yields something of the type int"),
    "a body that is no resource": (
        Resource(untyped(42)),
        "emitter-item",
        "'acme' yields an invalid Resource, in body: it must be a resource of troposphere, but it",
    ),
    "fields that are no mapping": (
        TaskPart("web", untyped(42), ("services", "web", "x-acme")),
        "emitter-item",
        "'acme' yields an invalid TaskPart, in fields: it must be a mapping, but it is of the",
    ),
    "policies that are no mapping": (
        RolePart("web", RoleKind.TASK, untyped(())),
        "emitter-item",
        "'acme' yields an invalid RolePart, in policies: it must be a mapping, but it is of the",
    ),
    "a script that is no text": (
        InitStep("web", 9, "x", untyped(1)),
        "emitter-item",
        "'acme' yields an invalid InitStep, in script: it must be a text, but it is of the type",
    ),
    "an unknown task": (
        TaskPart("wbe", {"Cpu": "256"}, ("services", "web", "x-acme")),
        "part-task",
        "'acme' adds to the task of 'wbe', but there is no such service; did you mean 'web'?",
    ),
    "an unknown container": (
        ContainerPart("web", "wbe", {"User": "1"}, ("services", "web", "x-acme")),
        "part-container",
        "which has no image; the containers of this task are 'agent', 'compose-init' and 'web'",
    ),
    "a resource that is not complete": (
        Resource(Topic("Alarms", Subscription=[Subscription()]), ("services", "web", "x-acme")),
        "property-refused",
        "",
    ),
    "a value that others set otherwise": (
        ContainerPart("web", "web", {"Image": "httpd"}, ("services", "web", "x-acme")),
        "task-conflict",
        "the emitters 'acme' and 'containers' want different values for Image of the container",
    ),
    "a reference to nothing": (
        Resource(Topic("Alarms", TopicName=Ref("Gone")), ("services", "web", "x-acme")),
        "reference-dangling",
        "Alarms, which the emitter 'acme' makes, refers to 'Gone'",
    ),
    "a reference to nothing in a task": (
        ContainerPart("web", "web", {"Environment": [{"Name": "A", "Value": {"Ref": "Gone"}}]}),
        "reference-dangling",
        "WebTaskDefinition, which the emitter 'acme' makes, refers to 'Gone'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_names_the_emitter(name: str) -> None:
    item, code, message = WRONG[name]
    found = [each for each in refused(yielding(item)) if each.code == code]
    assert len(found) == 1
    assert message in found[0].message
    assert found[0].at
    assert found[0].at.file == "compose.yaml"
    if isinstance(item, TaskPart | Resource) and item.origin:
        assert found[0].at.line == 3


def cyclic() -> dict[str, object]:
    found: dict[str, object] = {}
    found["again"] = found
    return found


def deep() -> object:
    value: object = "x"
    for _ in range(300):
        value = [value]
    return value


def in_web(**fields: object) -> ContainerPart:
    return ContainerPart("web", "web", fields)


def finding(**fields: object) -> Diagnostic:
    return Diagnostic(**untyped({"code": "acme", "message": "is odd", **fields}))


def parameter(**fields: object) -> Param:
    words = {"id": "Stage", "description": "The stage", "group": "Acme"}
    return Param(Parameter(**untyped({**words, **fields})))


EQUAL = {"Fn::Equals": ["a", "b"]}
UNCHECKED: tuple[tuple[object, str], ...] = (
    (Resource(Topic(None)), "Resource, in body: of its title, it must be a logical id"),
    (Resource(Topic("A" * 300)), "Resource, in body: of its title, it must be a logical id"),
    (Resource(Topic("A"), untyped(None)), "Resource, in origin: it must be a tuple"),
    (Resource(Topic("A"), untyped(["services"])), "Resource, in origin: it must be a tuple"),
    (Resource(Topic("A"), untyped("services")), "Resource, in origin: it must be a tuple"),
    (PlainResource(untyped(Topic("A")), "A", {}), "in kind: it must be troposphere's class of a"),
    (PlainResource(Topic, "A b", {}), "PlainResource, in id: it must be a logical id"),
    (PlainResource(Topic, "A", {"TopicName": {1}}), "in properties: a template cannot hold a"),
    (PlainResource(Topic, "A", {}, untyped(None)), "in attributes: it must be a mapping"),
    (Out(untyped(Topic("A"))), "Out, in body: it must be an Output"),
    (PlainOut("A b", "x", "y"), "PlainOut, in id: it must be a logical id"),
    (PlainOut("A", 1, "y"), "PlainOut, in value: it must be a text or a function, but it is of"),
    (PlainOut("A", {"B": "x"}, "y"), "PlainOut, in value: it must be a text or a function, but"),
    (PlainOut("A", {"Ref": {1}}, "y"), "in value: a template cannot hold a value of the type set"),
    (PlainOut("A", "x", untyped(None)), "PlainOut, in description: it must be a text"),
    (finding(severity="error"), "Diagnostic, in severity: it must be a Severity"),
    (finding(path=["services"]), "Diagnostic, in path: it must be a tuple"),
    (finding(path=("services", 1.5)), "Diagnostic, in path: it must be a tuple"),
    (finding(code=None), "Diagnostic, in code: it must be a text"),
    (finding(message=3), "Diagnostic, in message: it must be a text"),
    (finding(at=("f", 1, 1)), "Diagnostic, in at: it must be a Location"),
    (finding(related=None), "Diagnostic, in related: it must be a tuple"),
    (TaskPart(untyped(["web"]), {}), "TaskPart, in task: it must be a text"),
    (TaskPart("web", {"ContainerDefinitions": []}), "yield a ContainerPart for each"),
    (TaskPart("web", untyped({1: "x"})), "TaskPart, in fields: the keys of a mapping must be"),
    (
        TaskPart("web", {"Tags": [{"Name": "x"}]}),
        "each entry of Tags must be a mapping that has Key",
    ),
    (TaskPart("web", {"Tags": [{"Ref": "AWS::NoValue"}]}), "each entry of Tags must be a mapping"),
    (ServicePart("web", {"Tags": [{"Value": "x"}]}), "each entry of Tags must be a mapping"),
    (ContainerPart("web", untyped(3), {"Image": "x"}), "ContainerPart, in container: it must be a"),
    (ContainerPart("web", "a b!", {"Image": "x"}), "and underscores, but it is 'a b!'"),
    (ContainerPart("web", "", {"Image": "x"}), "and underscores, but it is ''"),
    (ContainerPart("web", "side", {"Image": "x", "Name": "web"}), "Name comes from the container"),
    (
        in_web(Environment=[{"Value": "x"}]),
        "each entry of Environment must be a mapping that has N",
    ),
    (in_web(Environment=["A=s3cret"]), "each entry of Environment must be a mapping that has Name"),
    (
        in_web(Environment=[{"Fn::If": ["A", {}, {}]}]),
        "each entry of Environment must be a mapping",
    ),
    (in_web(PortMappings=["80"]), "must be a mapping that has ContainerPort or ContainerPortRange"),
    (in_web(DockerLabels={"a": {1}}), "in fields: a template cannot hold a value of the type set"),
    (in_web(DockerLabels={"a": object()}), "a template cannot hold a value of the type object"),
    (in_web(DockerLabels={None: "x"}), "a template has texts as keys, and None is not one"),
    (in_web(DockerLabels=cyclic()), "values nest more than 200 levels deep"),
    (in_web(Command=deep()), "values nest more than 200 levels deep"),
    (in_web(Cpu=float("nan")), "a template cannot hold the number nan"),
    (in_web(User=function("Ref", {1})), "a template cannot hold a value of the type set"),
    (in_web(User=Function({})), "a function has one key such as Ref, and this one has []"),
    (RolePart("web", untyped("task")), "RolePart, in role: it must be a RoleKind"),
    (RolePart("web", untyped(None)), "RolePart, in role: it must be a RoleKind"),
    (RolePart("web", RoleKind.TASK, {"A": untyped("x")}), "the policy document 'A' must be"),
    (RolePart("web", RoleKind.TASK, {}, untyped(None)), "in managed: it must be a tuple of ARNs"),
    (
        RolePart("web", RoleKind.TASK, {}, untyped("arn:x")),
        "in managed: it must be a tuple of ARNs",
    ),
    (RolePart("web", RoleKind.TASK, {}, (1,)), "in managed: it must be an ARN"),
    (InitStep("web", untyped("x"), "n", "echo"), "InitStep, in order: it must be an integer"),
    (InitStep("web", 1, untyped(None), "echo"), "InitStep, in name: it must be a text"),
    (ServicePart("web", {}, untyped(None)), "in after: it must be a tuple of logical ids"),
    (ServicePart("web", {}, untyped("Gone")), "in after: it must be a tuple of logical ids"),
    (ServicePart("web", {}, untyped((1,))), "in after: it must be a logical id"),
    (Cond("Prod", {}), "Cond, in test: it must be one function"),
    (Cond("Prod", {"A": "b"}), "Cond, in test: it must be one function"),
    (Cond("Prod", {**EQUAL, "Ref": "A"}), "Cond, in test: it must be one function"),
    (Rule("Prod", {"Fn::Not": []}, ""), "Rule, in message: it must be a text that is not empty"),
    (Rule("Prod", {"Condition": "A"}, "a"), "Rule, in test: it must be one function"),
    (Cond("Pr od", EQUAL), "Cond, in id: it must be a logical id of 1 to 255 letters and digits"),
    (parameter(id="St age"), "Param, in body: it must be a logical id"),
    (parameter(group=3), "Param, in body: it must be a text"),
    (parameter(description=None), "Param, in body: it must be a text"),
    (parameter(min_length="1"), "Param, in body: it must be an integer"),
    (parameter(no_echo=None), "Param, in body: no_echo must be True or False"),
    (FormerId("A", untyped(1)), "FormerId, in now: it must be a text"),
)


@pytest.mark.parametrize(("item", "message"), UNCHECKED)
def test_every_field_of_an_item_is_checked(item: object, message: str) -> None:
    found = [each for each in refused(yielding(item)) if each.code == "emitter-item"]
    assert len(found) == 1
    assert found[0].message.startswith("the emitter 'acme' yields an invalid ")
    assert message in found[0].message
    assert "s3cret" not in found[0].message


def test_a_wrong_item_is_told_at_its_origin() -> None:
    wrong = ContainerPart("web", "a b", {}, ("services", "web", "x-acme"))
    (found,) = refused(yielding(wrong))[-1:]
    assert found.code == "emitter-item"
    assert found.at
    assert found.at.line == 3


def test_a_resource_holds_what_a_template_can_hold() -> None:
    for value in ({1}, cyclic(), {1: "x"}, float("inf")):
        topic = Topic("Alarms")
        topic.properties["DeliveryStatusLogging"] = value
        found = [each.code for each in refused(yielding(Resource(topic)))]
        assert found.count("property-refused") == 1


UnheldGroup = type(
    "UnheldGroup",
    (AWSObject,),
    {
        "resource_type": "AWS::Logs::LogGroup",
        "props": {"Days": (int, False), "Tags": (list, False)},
    },
)
"""A class of an emitter's own, which checks nothing."""


def test_a_resource_is_held_to_the_schema_of_its_type() -> None:
    group = Resource(
        UnheldGroup("Audit", Days=3, Tags=[{"Key": "a"}]), ("services", "web", "x-acme")
    )
    found = [each for each in refused(yielding(group)) if each.code == "property-refused"]
    assert [each.at and each.at.line for each in found] == [3, 3]
    assert [each.message for each in found] == [
        "Audit: AWS::Logs::LogGroup has no property 'Days' here",
        "Audit: AWS::Logs::LogGroup needs Value here; write it",
    ]


def test_what_an_overlay_mends_or_finds_is_not_reported_of_the_emitter() -> None:
    group = Resource(UnheldGroup("Audit", Days=3))
    text = TWO + "x-aws-cloudformation: {Resources: {Audit: {Properties: {%s}}}}\n"
    assert made(yielding(group), text=text % "Days: null").to_dict()
    with pytest.raises(ComposeError) as caught:
        made(yielding(group), text=text % "Days: 4")
    assert [each.code for each in caught.value.diagnostics] == ["overlay-property"]


@pytest.mark.parametrize("severity", [None, Severity.WARNING])
def test_an_emitter_that_gives_up_says_why(severity: Severity | None) -> None:
    found = [finding(severity=severity)] if severity else []

    @emitter()
    def acme(_: Plan) -> Iterator[Item]:
        yield from ()
        raise ComposeError(found)

    assert "the emitter 'acme' raises a ComposeError without an error" in str(refused(acme))


CLASHES: Mapping[str, tuple[tuple[Item, ...], str]] = {
    "a parameter of the plan": (
        (parameter(id="VpcId"),),
        "the emitter 'acme' adds a parameter 'VpcId' that the plan has with another meaning",
    ),
    "a resource of its own": (
        (parameter(), Resource(Topic("Stage", TopicName=Ref("Stage")))),
        "the template would have both a resource and a parameter 'Stage'",
    ),
    "a resource of another emitter": (
        (parameter(id="LogGroup"),),
        "the template would have both a resource and a parameter 'LogGroup'",
    ),
    "1 and true": (
        (
            Resource(Topic("Alarms", Metadata={"a": True})),
            Resource(Topic("Alarms", Metadata={"a": 1})),
        ),
        "want different things under the id 'Alarms'",
    ),
}


@pytest.mark.parametrize("name", CLASHES)
def test_two_things_of_one_id_clash(name: str) -> None:
    items, message = CLASHES[name]
    found = [each for each in refused(yielding(*items)) if each.code == "id-conflict"]
    assert len(found) == 1
    assert message in found[0].message


IS = Cond("Prod", EQUAL)
DANGLING: tuple[tuple[tuple[Item, ...], str], ...] = (
    ((Resource(Topic("A", DependsOn="Gone")),), "A, which the emitter 'acme' makes, depends on"),
    ((Resource(Topic("A", DependsOn=["Gone"])),), "A, which the emitter 'acme' makes, depends on"),
    ((Resource(Topic("A", Condition="Gone")),), "depends on the condition 'Gone'"),
    ((Resource(Topic("A", TopicName=If("Gone", "a", "b"))),), "depends on the condition 'Gone'"),
    ((Resource(Topic("A", TopicName=FindInMap("Gone", "a", "b"))),), "reads the mapping 'Gone'"),
    ((Out(Output("A", Value="x", Condition="Gone")),), "depends on the condition 'Gone'"),
    ((Cond("Prod", {"Fn::Equals": [{"Ref": "Gone"}, "b"]}),), "Prod, which the emitter 'acme'"),
    ((Cond("Prod", {"Fn::Not": [{"Condition": "Gone"}]}),), "depends on the condition 'Gone'"),
    ((Cond("Prod", {"Fn::Equals": [{"Ref": "LogGroup"}, "b"]}),), "refers to 'LogGroup'"),
    ((IS, Out(Output("A", Value=Ref("Prod")))), "refers to 'Prod'"),
    ((parameter(), Out(Output("A", Value=GetAtt("Stage", "X")))), "an attribute of 'Stage'"),
    ((parameter(), Out(Output("A", Value=Sub("${Stage.X}")))), "an attribute of 'Stage'"),
    (
        (ServicePart("web", {}, ("Gone",)),),
        "WebService, which the emitter 'acme' makes, depends on 'Gone', which the template does",
    ),
)


@pytest.mark.parametrize(("items", "message"), DANGLING)
def test_whatever_is_needed_and_not_there_is_told(items: tuple[Item, ...], message: str) -> None:
    found = [each for each in refused(yielding(*items)) if each.code == "reference-dangling"]
    assert len(found) == 1
    assert message in found[0].message
    assert "which the template does not have" in found[0].message


def test_whatever_is_needed_and_there_is_taken() -> None:
    both = {"Fn::And": [{"Condition": "Prod"}, {"Fn::Equals": [{"Ref": "Stage"}, "b"]}]}
    topic = Topic("A", DependsOn=["LogGroup"], Condition="Both", TopicName=If("Prod", "a", "b"))
    text = made(yielding(IS, Cond("Both", both), parameter(), Resource(topic))).to_yaml()
    assert "Condition: Both" in text
    assert "Stage:" in text


def test_two_facts_of_one_parameter_clash_in_any_order() -> None:
    @emitter()
    def acme(plan: Plan) -> Iterator[Item]:
        plan.open(lambda _, findings: findings.ask(parameter(id="VpcId").body))
        yield from ()

    app = load("compose.yaml", files=Memory({"compose.yaml": TWO}))
    said = set()
    for order in ((*DEFAULT_EMITTERS, acme), (acme, *DEFAULT_EMITTERS)):
        with pytest.raises(ComposeError) as caught:
            emit(app, order)
        said.add(str(caught.value))
    (only,) = said
    assert "two different facts are left to the parameter 'VpcId'" in only


def test_an_emitter_that_gives_nothing_is_named() -> None:
    @emitter()
    def acme(_: Plan) -> Iterable[Item]:
        nothing: Iterable[Item] = untyped(None)
        return nothing

    assert "the emitter 'acme' returns something of the type NoneType" in str(refused(acme))


def test_who_adds_to_a_container_without_an_image_is_named() -> None:
    app = load("compose.yaml", files=Memory({"compose.yaml": "services: {web: {image: nginx}}"}))
    wrong = ContainerPart("web", "wbe", {"User": "1000"})
    other = emitter()(lambda _: [ContainerPart("web", "wbe", {"Privileged": True})])
    with pytest.raises(ComposeError) as caught:
        emit(app, (*DEFAULT_EMITTERS, yielding(wrong)))
    assert "the emitter 'acme' adds to the container 'wbe', which has no image; the con" in str(
        caught.value
    )
    with pytest.raises(ComposeError) as caught:
        emit(app, (*DEFAULT_EMITTERS, yielding(wrong), other._replace(name="other")))
    assert "the emitters 'acme' and 'other' add to the container 'wbe'" in str(caught.value)


def test_what_folding_itself_sets_is_of_no_emitter() -> None:
    text = "services: {web: {image: nginx, secrets: [key]}}\nsecrets: {key: {external: true}}"
    wrong = ContainerPart("web", "compose-init", {"Essential": True})
    with pytest.raises(ComposeError) as caught:
        made(yielding(wrong), text=text)
    assert (
        "the emitter 'acme' wants another value for Essential of the container 'compose-init' than "
        "compose2cfn itself sets"
    ) in str(caught.value)


def test_no_container_of_a_task_may_have_an_image() -> None:
    app = load("compose.yaml", files=Memory({"compose.yaml": TWO}))
    with pytest.raises(ComposeError) as caught:
        emit(app, (yielding(in_web(User="1")),))
    assert "which has no image; no container of this task has one" in str(caught.value)


def test_what_is_changed_after_it_was_yielded_stays_as_it_was() -> None:
    fields = {"User": "1"}

    @emitter()
    def acme(_: Plan) -> Iterator[Item]:
        yield ContainerPart("web", "web", fields)
        fields["User"] = "2"

    assert "User: '1'" in made(acme).to_yaml()


def test_what_is_changed_in_one_template_is_not_changed_in_the_next() -> None:
    acme = yielding(Resource(Topic("Alarms", TopicName="first")))
    first = made(acme)
    first.template.resources["Alarms"].TopicName = "changed"
    assert "changed" in first.to_yaml()
    second = made(acme)
    assert "changed" not in second.to_yaml()
    assert "changed" not in second.template.to_yaml()


def test_the_sources_of_a_result_are_not_changed() -> None:
    with pytest.raises(TypeError, match="not changed"):
        untyped(made().sources).clear()


def test_an_emitter_that_fails_is_named() -> None:
    @emitter()
    def acme(plan: Plan) -> Iterator[Item]:
        yield TaskPart("web", {"Tags": [plan.app.project.services["gone"]]})

    with pytest.raises(KeyError) as caught:
        made(acme)
    assert caught.value.__notes__ == ["while running the emitter 'acme'"]


def test_parts_may_name_any_service_of_a_task() -> None:
    """The owner of a task gives it its name; an emitter need not know who that is."""
    result = made(
        yielding(
            TaskPart("agent", {"Volumes": [{"Name": "shared"}]}),
            ServicePart("agent", {"EnableExecuteCommand": True}),
            RolePart("agent", RoleKind.TASK, {"acme": policy()}),
        )
    )
    resources = untyped(result.to_dict()["Resources"])
    assert {"Name": "shared"} in resources["WebTaskDefinition"]["Properties"]["Volumes"]
    assert resources["WebService"]["Properties"]["EnableExecuteCommand"] is True
    assert "WebTaskRole" in resources


def policy() -> Properties:
    statement = {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_a_wing_of_a_third_party_decides_once_and_counts_if_it_is_asked() -> None:
    decided = []

    @wing
    def acme(plan: Plan, findings: Findings) -> tuple[str, ...]:
        decided.append(plan)
        findings.at("services", "web", "x-acme").warn("acme", "is odd")
        return tuple(plan.app.project.services)

    @emitter()
    def asks(plan: Plan) -> Iterator[Item]:
        for name in acme(plan):
            yield Resource(Queue(f"{name}Queue"))

    @emitter()
    def asks_too(plan: Plan) -> Iterator[Item]:
        yield Resource(Queue(f"{len(acme(plan))}Queues"))

    result = made(asks, asks_too)
    assert [str(d) for d in result.diagnostics if d.code == "acme"] == [
        "compose.yaml:3:23: warning: services.web.x-acme: is odd [acme]"
    ]
    assert len(decided) == 1
    assert not [d for d in made().diagnostics if d.code == "acme"]


def test_a_plan_cannot_be_changed() -> None:
    @emitter()
    def acme(plan: Plan) -> Iterator[Item]:
        plan.app = plan.app
        yield from ()

    with pytest.raises(AttributeError, match="Plan is not changed"):
        made(acme)


BROKEN = """
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "acme-broken"
version = "1.0.0"

[project.entry-points."compose2cfn.emitters"]
acme-broken = "acme_broken:nothing"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package, the example and one that cannot be imported; return the programs."""
    folder = tmp_path_factory.mktemp("installed")
    broken = folder / "broken"
    (broken / "acme_broken").mkdir(parents=True)
    (broken / "pyproject.toml").write_text(BROKEN)
    (broken / "acme_broken" / "__init__.py").write_text("raise RuntimeError('no licence')\n")
    programs = folder / "venv" / "bin"
    made = run(sys.executable, "-m", "venv", folder / "venv", folder=folder)
    assert made.returncode == 0, made.stderr
    made = run(
        *(programs / "pip", "install", "-q", FIXTURES.parent, EXAMPLE, broken),
        *("mypy", "types-PyYAML"),
        folder=folder,
    )
    assert made.returncode == 0, made.stderr
    return programs


@pytest.mark.slow
def test_the_example_is_installed_and_asked_for(installed: Path, tmp_path: Path) -> None:
    file = EXAMPLE / "compose.yaml"
    command = (installed / "python", "-m", "compose2cfn", "-f", file)
    plain = run(*command, folder=tmp_path)
    assert plain.returncode == 0
    assert [line for line in plain.stderr.splitlines() if "emitter-unasked" in line] == [
        f"info: an installed package has an emitter {name!r}; write --emitter {name} to use it "
        "[emitter-unasked]"
        for name in ("acme-broken", "acme-queues")
    ]
    assert "SQS" not in plain.stdout
    asked = run(*command, "--emitter", "acme-queues", folder=tmp_path)
    assert asked.returncode == 0
    assert "AWS::SQS::Queue" in asked.stdout
    assert "sqs:SendMessage" in asked.stdout
    assert "ORDERS_URL" in asked.stdout
    script = (
        "import compose2cfn, sys; found = compose2cfn.installed_emitters(); print(*found); "
        "found['acme-queues']; print('acme_broken' in sys.modules)"
    )
    listed = run(installed / "python", "-c", script, folder=tmp_path)
    assert listed.stdout == "acme-broken acme-queues\nFalse\n"


@pytest.mark.slow
def test_a_broken_package_is_told_to_those_who_ask_for_it(installed: Path, tmp_path: Path) -> None:
    file = EXAMPLE / "compose.yaml"
    done = run(
        *(installed / "python", "-m", "compose2cfn", "-f", file, "--emitter", "acme-broken"),
        folder=tmp_path,
    )
    assert done.returncode == 2
    assert "'acme-broken' cannot be loaded: RuntimeError: no licence" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_types_of_the_example_are_whole(installed: Path) -> None:
    done = run(installed / "mypy", "--cache-dir", os.devnull, "acme_queues", folder=EXAMPLE)
    assert done.returncode == 0, done.stdout
