"""Nothing of a model can be changed, whichever keys a file has and whatever loading replaced."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from pydantic import BaseModel

from compose2cfn import App, ComposeError, Memory, load
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.functions import Function

FILES = {
    "compose.yaml": """
name: ${NAME}
services:
  web: &web
    image: ${IMAGE}
    annotations: {a: b}
    build: {context: ., args: {A: b}, labels: {a: b}, extra_hosts: {h: 1.1.1.1}, ulimits: {u: 5}}
    configs: [first]
    depends_on: [db]
    deploy: {labels: {a: b}, resources: {reservations: {devices: [{capabilities: [a]}]}}}
    env_file: variables.env
    environment: {A: a, PASSED: , SECRET: }
    extra_hosts: {h: 1.1.1.1}
    healthcheck: {test: [NONE]}
    label_file: variables.env
    labels: {a: b}
    logging: {driver: awslogs, options: {a: b}}
    models: {llm: {endpoint_var: E}}
    networks: {net: {aliases: [a], driver_opts: {a: b}}}
    post_start: [{command: [a], environment: {A: b}}]
    pre_start: [{command: [a], environment: {PASSED: }, gpus: [{options: {a: b}}]}]
    secrets: [key]
    storage_opt: {a: b}
    sysctls: {a: b}
    ulimits: {u: {soft: 1, hard: 2}}
    volumes: [{type: volume, source: data, target: /d, volume: {labels: {a: b}}}]
    x-acme: {list: [{a: [1, {b: !Sub "$${A}"}]}, !GetAtt A.B], mapping: {Ref: X}}
    x-aws-role: {Statement: [{Effect: Allow, Action: ["s3:*"], Resource: {Ref: X}}]}
    x-aws-secrets: {S: s}
  db: {image: d}
  off: {<<: *web, profiles: [off]}
jobs: {night: {image: i, environment: {PASSED: }, triggers: {manual: true}, labels: {a: b}}}
networks: {net: {driver_opts: {a: b}, labels: {a: b}, ipam: {options: {a: b}}}, unused: {}}
volumes: {data: {driver_opts: {a: b}, labels: {a: b}}, unused: {}}
secrets: {key: {environment: KEY, labels: {a: b}}, unused: {environment: KEY}}
configs: {first: {environment: FIRST, labels: {a: b}}, second: {environment: SECOND}}
models: {llm: {model: m}, unused: {model: m}}
x-aws-loadbalancer: {attributes: {a: b}}
x-aws-cloudformation: {Metadata: {a: {b: [{c: d}]}}}
x-top: {a: [{b: c}]}
""",
    "variables.env": "FROM_FILE=1\n",
}
VARIABLES = {
    name: name.lower() for name in ("NAME", "IMAGE", "PASSED", "SECRET", "KEY", "FIRST", "SECOND")
}


def loaded(*profiles: str) -> App:
    return load("compose.yaml", files=Memory(FILES), environment=VARIABLES, profiles=profiles)


def below(value: object, path: str) -> Iterator[tuple[str, object]]:
    """List all that can be reached from a value."""
    yield path, value
    match value:
        case BaseModel():
            for name, item in value:
                yield from below(item, f"{path}.{name}")
        case Mapping():
            for key, item in value.items():
                yield from below(item, f"{path}[{key!r}]")
        case list() | tuple() | set() | frozenset():
            for number, item in enumerate(value):
                yield from below(item, f"{path}[{number}]")


@pytest.mark.parametrize("profiles", [(), ("off",), ("*",)])
def test_nothing_of_a_project_can_be_changed(profiles: tuple[str, ...]) -> None:
    found = list(below(loaded(*profiles).project, "project"))
    assert len(found) > 300
    assert [path for path, value in found if isinstance(value, list | set)] == []
    mappings = [(path, value) for path, value in found if isinstance(value, Mapping)]
    assert [path for path, value in mappings if not isinstance(value, Frozen)] == []


def test_a_mapping_refuses_every_change() -> None:
    mapping = Frozen({"a": 1})
    changes: tuple[Callable[[], object], ...] = (
        lambda: mapping.__setitem__("a", 2),
        lambda: mapping.__delitem__("a"),
        lambda: mapping.__ior__({"a": 2}),
        lambda: mapping.update(a=2),
        lambda: mapping.setdefault("b", 2),
        lambda: mapping.pop("a"),
        mapping.popitem,
        mapping.clear,
    )
    for change in changes:
        with pytest.raises(TypeError, match="make another one"):
            change()
    assert mapping == {"a": 1}
    assert {**mapping, "a": 2} == {"a": 2}


class Size(Record):
    cpu: int
    memory: int = 512


def test_a_record_has_its_facts_and_refuses_others() -> None:
    size = Size(cpu=256)
    assert (size.cpu, size.memory) == (256, 512)
    assert repr(size) == "Size(cpu=256, memory=512)"
    changes: tuple[Callable[[], object], ...] = (
        lambda: setattr(size, "cpu", 1),
        lambda: delattr(size, "cpu"),
    )
    for change in changes:
        with pytest.raises(AttributeError, match="Size is not changed: cpu"):
            change()


def test_a_record_is_copied_with_other_facts() -> None:
    size = Size(cpu=256)
    assert (size.but(memory=1024), size) == (Size(cpu=256, memory=1024), Size(cpu=256))
    with pytest.raises(TypeError, match="Size has no disk, gpus"):
        size.but(cpu=512, gpus=1, disk=20)


def test_a_record_is_made_of_its_facts_and_no_others() -> None:
    unchecked: Callable[..., object] = Size
    for facts, message in (
        ({}, "Size needs cpu"),
        ({"memory": 512}, "Size needs cpu"),
        ({"cpu": 256, "gpus": 1, "disk": 20}, "Size has no disk, gpus"),
    ):
        with pytest.raises(TypeError, match=message):
            unchecked(**facts)
    application: Callable[..., object] = App
    with pytest.raises(TypeError, match="App needs directory, files, project"):
        application()


def test_records_are_equal_by_their_facts() -> None:
    class Other(Record):
        cpu: int
        memory: int = 512

    assert Size(cpu=256) == Size(memory=512, cpu=256) != Size(cpu=512)
    assert Size(cpu=256) != Other(cpu=256)
    assert len({Size(cpu=256), Size(memory=512, cpu=256), Size(cpu=512)}) == 2


def test_functions_are_equal_by_what_they_hold() -> None:
    one, other = (Function({"Ref": argument}) for argument in ("A", "B"))
    assert one == Function({"Ref": "A"}) == {"Ref": "A"} != other


@pytest.mark.parametrize("key", ["extensions", "printed", "#extensions", "#printed", "x_aws_role"])
def test_what_the_model_calls_its_parts_is_not_a_key(key: str) -> None:
    text = f"services: {{web: {{image: a, '{key}': {{a: b}}}}}}"
    with pytest.raises(ComposeError) as raised:
        load("compose.yaml", files=Memory({"compose.yaml": text}))
    (found,) = raised.value.diagnostics
    assert (found.code, found.path) == ("unknown-key", ("services", "web", key))
