"""What an emitter gets cannot be changed by it, and holds no variable of the process."""

from collections.abc import Callable, Iterator, Mapping, MutableSequence, MutableSet
from dataclasses import fields, is_dataclass
from functools import cached_property, partial

import pytest
from pydantic import BaseModel

from compose2cfn import App, Memory, load
from compose2cfn.model.frozen import Fixed, Frozen
from compose2cfn.plan.make import Plan
from tests.cases import CONVERTIBLE, FolderCase, sampled

CHANGEABLE = (bytearray, MutableSequence, MutableSet, Mapping)
"""Of mappings, only those of ours are not changed: a view shows what others change behind it."""
DOORS = [name for name, value in vars(Plan).items() if isinstance(value, cached_property)]


def changeable(value: object, path: str, seen: set[int]) -> Iterator[str]:
    """List the paths to what can be changed in a value."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, CHANGEABLE) and not isinstance(value, Frozen | Fixed):
        yield f"{path} is a {type(value).__name__}"
    for step, item in parts(value):
        yield from changeable(item, f"{path}{step}", seen)


def parts(value: object) -> Iterator[tuple[str, object]]:
    """List what a value is made of, each with the step that leads there."""
    match value:
        case Frozen():
            yield from ((f"[{key!r}]", item) for key, item in value.items())
        case tuple() | frozenset():
            yield from ((f"[{place}]", item) for place, item in enumerate(value))
        case BaseModel():
            yield from ((f".{name}", item) for name, item in value)
        case Fixed():
            yield from (
                (f".{name}", item) for name, item in vars(value).items() if name != "_findings"
            )
        case _ if is_dataclass(value):
            yield from ((f".{each.name}", vars_of(value, each.name)) for each in fields(value))


def vars_of(value: object, name: str) -> object:
    return object.__getattribute__(value, name)


def test_there_are_doors() -> None:
    assert {"network", "compute", "publishing", "storage", "containers"} <= {*DOORS}


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 4))
def test_a_plan_is_not_changed(case: FolderCase) -> None:
    app = case.load()
    plan = Plan(app)
    found = list(changeable(app.project, "app.project", set()))
    for door in DOORS:
        found += changeable(vars_of(plan, door), door, set())
    found += changeable(plan.names, "names", set())
    found += changeable(plan.parameters, "parameters", set())
    found += changeable(plan.asked, "asked", set())
    assert found == []


def changes(plan: Plan) -> Iterator[Callable[[], object]]:
    """List ways to set and delete attributes of plain classes of the plan."""
    for thing, name in (
        (plan, "app"),
        (plan, "tasks"),
        (plan, "acme"),
        (plan.names, "service"),
        (plan.names, "_stems"),
        (plan.tasks, "of"),
        (plan.tasks, "_owners"),
    ):
        yield partial(setattr, thing, name, None)
        yield partial(delattr, thing, name)


def test_attributes_of_a_plan_are_not_changed() -> None:
    for change in changes(Plan(loaded())):
        with pytest.raises(AttributeError, match="is not changed"):
            change()


def loaded() -> App:
    text = """
services:
  web: {image: a, environment: {A: b}, labels: {C: d}, configs: [seen], x-acme: {E: [f]}}
  bare: {image: a}
configs:
  seen: {environment: SEEN}
"""
    variables = {"SEEN": "shown", "HIDDEN": "s3cret"}
    return load("compose.yaml", files=Memory({"compose.yaml": text}), environment=variables)


@pytest.mark.parametrize(
    "change",
    [
        "services['web'].environment.update(A='c')",
        "services['web'].labels.clear()",
        "services['bare'].environment.setdefault('A', 'c')",
        "services.pop('web')",
        "services['web'].extensions['x-acme'].pop('E')",
        "services['web'].extensions.pop('x-acme')",
    ],
)
def test_a_model_is_not_changed(change: str) -> None:
    with pytest.raises(TypeError, match="this mapping is not changed"):
        eval(f"project.{change}", {"project": loaded().project})  # noqa: S307 - our own text


def test_an_app_knows_the_variables_that_its_configs_name_and_no_other() -> None:
    app = loaded()
    assert dict(app.environment) == {"SEEN": "shown"}
    assert "s3cret" not in repr(app)
