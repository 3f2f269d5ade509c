"""A file where no directory can be mounted is elsewhere, if what starts the container names it."""

import json
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Memory, convert
from tests.emitters.machine import Machine, converted
from tests.simulator.template import Properties

CONTENT = "ours\n"


def app(target: str, **service: object) -> str:
    """Write a Compose file with a service that gets one file."""
    entry = {"source": "one", "target": target}
    said = {"image": "acme/app", "configs": [entry], **service}
    content = {"one": {"content": CONTENT}}
    return json.dumps({"services": {"app": said}, "configs": content, "volumes": {"data": {}}})


def container(text: str) -> Properties:
    """Return the container definition of the service."""
    resources = converted(text).to_dict()["Resources"]
    assert isinstance(resources, dict)
    task: Properties = resources["AppTaskDefinition"]["Properties"]
    (found,) = [one for one in task["ContainerDefinitions"] if one["Name"] == "app"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("target", "service", "said"),
    [
        ("/etc/a.yaml", {"command": ["-f=/etc/a.yaml"]}, {"Command": ["-f=/compose/etc/a.yaml"]}),
        ("/etc/a.yaml", {"command": "run -c /etc/a.yaml"}, {"Command": ["run", "-c", "PLACE"]}),
        ("/run.sh", {"entrypoint": ["/run.sh"]}, {"EntryPoint": ["PLACE"]}),
        (
            "/run.sh",
            {"command": ["sh", "-c", ". /run.sh; b"]},
            {"Command": ["sh", "-c", ". PLACE; b"]},
        ),
        (
            "/a.ini",
            {"environment": {"INI": "/a.ini", "URL": "file:///a.ini"}},
            {
                "Environment": [
                    {"Name": "INI", "Value": "PLACE"},
                    {"Name": "URL", "Value": "file://PLACE"},
                ]
            },
        ),
        (
            "/data/a.ini",
            {"command": ["/data/a.ini"], "volumes": ["data:/data"]},
            {"Command": ["PLACE"]},
        ),
        ("/etc/./a", {"command": ["x", "/etc/a:ro"]}, {"Command": ["x", "/compose/etc/a:ro"]}),
    ],
)
def test_it_is_named_where_it_is(
    tmp_path: Path, target: str, service: dict[str, object], said: dict[str, object]
) -> None:
    name = Path(target).name
    folder = "/compose" + ("" if target.count("/") == 1 else f"/{Path(target).parts[1]}")
    found = container(app(target, **service))
    written = json.loads(json.dumps(said).replace("PLACE", f"{folder}/{name}"))
    assert {key: found[key] for key in said} == written
    machine = Machine(tmp_path, converted(app(target, **service)))
    machine.prepare()
    assert machine.found(folder) == {name: CONTENT.encode()}


def test_a_health_check_names_it_there_too() -> None:
    text = app("/run.sh", command=["/run.sh"], healthcheck={"test": ["CMD", "/run.sh", "check"]})
    assert container(text)["HealthCheck"]["Command"] == ["CMD", "/compose/run.sh", "check"]


@pytest.mark.parametrize(
    "service",
    [
        {},
        {"command": ["/etc/a.yaml.d"]},
        {"command": ["/etc/a.yaml/x"]},
        {"command": ["/other/etc/a.yaml"]},
        {"command": ["~/etc/a.yaml"]},
        {"command": ["a.yaml"], "working_dir": "/etc"},
        {"healthcheck": {"test": ["CMD", "/etc/a.yaml"]}},
        {"command": ["/etc/a.yaml"], "volumes": ["data:/compose"]},
        {"command": ["/etc/a.yaml"], "tmpfs": "/compose/etc"},
    ],
)
def test_a_file_that_nothing_names_is_refused(service: dict[str, object]) -> None:
    with pytest.raises(ComposeError) as caught:
        converted(app("/etc/a.yaml", **service))
    assert "delivery-target" in {each.code for each in caught.value.diagnostics}


def test_the_finding_names_no_value_of_a_variable() -> None:
    text = app("/etc/${SECRET}", command=["/etc/${SECRET}"])
    files = Memory({"compose.yaml": text})
    found = convert("compose.yaml", files=files, environment={"SECRET": "s3cret"}).diagnostics
    assert [each for each in found if each.code == "delivery-moved"]
    assert not [each for each in found if "s3cret" in each.message]
