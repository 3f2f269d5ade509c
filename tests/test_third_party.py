"""Emitters of other packages: what they may do, and what is said of one that does it wrong."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from troposphere import Ref
from troposphere.sns import Subscription, Topic
from troposphere.sqs import Queue

from compose2cfn import (
    DEFAULT_EMITTERS,
    ComposeError,
    Diagnostic,
    Emitter,
    Memory,
    Result,
    convert,
    emitter,
)
from compose2cfn.findings import Findings
from compose2cfn.plan.make import Plan, wing
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    Resource,
    RoleKind,
    RolePart,
    ServicePart,
    TaskPart,
)
from tests.cases import FIXTURES
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


def refused(*emitters: Emitter, text: str = TWO) -> tuple[Diagnostic, ...]:
    with pytest.raises(ComposeError) as caught:
        made(*emitters, text=text)
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
        ContainerPart("web", "web", {}, listens=("tcp",)),  # type: ignore[arg-type]
        "emitter-item",
        "'acme' yields something of the type ContainerPart",
    ),
    "a number": (42, "emitter-item", "'acme' yields something of the type int"),
    "a body that is no resource": (
        Resource(untyped(42)),
        "emitter-item",
        "'acme' yields something of the type Resource",
    ),
    "fields that are no mapping": (
        TaskPart("web", untyped(42), ("services", "web", "x-acme")),
        "emitter-item",
        "'acme' yields something of the type TaskPart",
    ),
    "policies that are no mapping": (
        RolePart("web", RoleKind.TASK, untyped(())),
        "emitter-item",
        "'acme' yields something of the type RolePart",
    ),
    "a script that is no text": (
        InitStep("web", 9, "x", untyped(1)),
        "emitter-item",
        "'acme' yields",
    ),
    "an unknown task": (
        TaskPart("wbe", {"Cpu": "256"}, ("services", "web", "x-acme")),
        "part-task",
        "'acme' adds to the task of 'wbe', and there is no such service; did you mean 'web'?",
    ),
    "an unknown container": (
        ContainerPart("web", "wbe", {"User": "1"}, ("services", "web", "x-acme")),
        "part-container",
        "which nobody gives an image; the containers of this task are 'agent' and 'web'; did you",
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

    with pytest.raises(AttributeError, match="a plan is not changed"):
        made(acme)


CLEAN = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}


def run(*command: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=folder, env=CLEAN, capture_output=True, text=True, check=False
    )


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
    """Install the package, the example and one that cannot be imported; give the programs."""
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
