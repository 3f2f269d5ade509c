"""What has a most, and would have more: files too large to be stored as fixtures."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from compose2cfn import ComposeError, Diagnostic, Memory, Result, Severity, convert
from compose2cfn.source.yaml import parse_yaml
from tests.processes import command_line
from tests.simulator.template import Properties

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/{:032}"


def converted(content: Properties) -> Result:
    files = Memory({"compose.yaml": yaml.safe_dump(content, sort_keys=False)})
    return convert("compose.yaml", files=files)


def errors(content: Properties) -> list[Diagnostic]:
    """Return the errors of a file, each with its place."""
    try:
        converted(content)
    except ComposeError as error:
        found = [one for one in error.diagnostics if one.severity is Severity.ERROR]
        assert all(one.at for one in found)
        return found
    return []


def said(content: Properties) -> list[tuple[str, str]]:
    """Return the path and the code of each error."""
    return [(".".join(map(str, one.path)), one.code) for one in errors(content)]


def services(count: int, **more: object) -> Properties:
    return {"services": {f"s{number}": {"image": "app", **more} for number in range(count)}}


def overlaid(section: str, count: int, entry: object) -> Properties:
    """Make a file whose overlay brings a section to so many entries."""
    return {
        **services(1),
        "x-aws-cloudformation": {section: {f"Own{n}": entry for n in range(count)}},
    }


def count_of(section: str) -> int:
    """Count what the one service has of a section without an overlay."""
    found = converted(services(1)).to_dict().get(section, {})
    assert isinstance(found, dict)
    return len(found)


@pytest.mark.parametrize(
    ("section", "entry", "most"),
    [
        ("Resources", {"Type": "AWS::SNS::Topic"}, 500),
        ("Parameters", {"Type": "String", "Default": "x"}, 200),
        ("Outputs", {"Value": "x"}, 200),
        ("Mappings", {"a": {"b": "c"}}, 200),
    ],
)
def test_entries_of_a_section(section: str, entry: object, most: int) -> None:
    room = most - count_of(section)
    assert errors(overlaid(section, room, entry)) == []
    (found,) = errors(overlaid(section, room + 1, entry))
    assert (found.code, found.path) == ("template-size", ("x-aws-cloudformation",))
    assert f"at most {most} {section.lower()}, and this one has {most + 1}" in found.message


@pytest.mark.slow
def test_too_many_services_are_too_many_resources() -> None:
    found = {code for path, code in said(services(130)) if path == "services"}
    assert found == {"template-size"}


def test_too_many_parameters_are_told_where_they_are_asked_for() -> None:
    asks = {"build": ".", "x-aws-subnets": 6}
    asked: Properties = {"services": {f"s{number}": asks for number in range(30)}}
    about = [one.path for one in errors(asked) if "parameters" in one.message]
    assert about == [("services",)]


def long(letters: int) -> Properties:
    """Make services whose definitions have so many letters together."""
    piece = {"environment": {"TEXT": "x" * 50_000}}
    whole, rest = divmod(letters, 50_000)
    content = services(whole, **piece)
    content["services"]["rest"] = {"image": "app", "environment": {"TEXT": "x" * rest}}
    return content


def test_bytes_of_a_template() -> None:
    assert errors(long(900_000)) == []
    (found,) = errors(long(1_048_577))
    assert found.code == "template-size"
    assert found.path[0] == "services"
    assert "as YAML; split" in found.message


def nested() -> Properties:
    """Make a file whose template fits as YAML, and not as JSON."""
    return services(20, environment={f"V{number}": "x" for number in range(600)})


def test_json_has_more_bytes_than_yaml() -> None:
    result = converted(nested())
    assert len(result.to_yaml()) < 1_048_576 < len(json.dumps(result.to_dict(), indent=2))
    with pytest.raises(ComposeError, match=r"as JSON; take the YAML.*\[template-size\]"):
        result.to_json()


@pytest.mark.slow
def test_command_line_prints_no_json_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(nested()))
    runs = [command_line(tmp_path, "--format", form) for form in ("yaml", "json")]
    assert [run.returncode for run in runs] == [0, 1]
    assert runs[1].stdout == ""
    assert "[template-size]" in runs[1].stderr


def test_an_extended_template_is_measured_when_it_is_written() -> None:
    result = converted(services(1))
    result.template.set_metadata({"Text": "x" * 1_048_576})
    with pytest.raises(ComposeError, match="as YAML"):
        result.to_yaml()


def resolving(count: int) -> Properties:
    value = "".join(f"{{{{resolve:ssm:/v/{n}}}}}" for n in range(count))
    return {**services(1), "x-aws-cloudformation": {"Outputs": {"Values": {"Value": value}}}}


def test_dynamic_references() -> None:
    assert errors(resolving(60)) == []
    assert said(resolving(61)) == [("x-aws-cloudformation", "template-size")]


@pytest.mark.parametrize("kind", ["networks", "volumes", "secrets"])
@pytest.mark.parametrize("key", ["name", "x-aws-name"])
def test_names(kind: str, key: str) -> None:
    def named(length: int) -> Properties:
        name = "n" * length if key == "name" else "nn"
        used = f"{name}:/data" if kind == "volumes" else name
        thing: Properties = {} if kind != "secrets" else {"environment": "X"}
        if kind == "volumes":
            thing |= {"driver_opts": {"root_directory": "/data"}}
        if key != "name":
            thing["x-aws-name"] = "n" * length
        return {"services": {"app": {"image": "app", kind: [used]}}, kind: {name: thing}}

    assert errors(named(90)) == []
    found = errors(named(91))
    assert [one.code for one in found] == ["name-length"]
    assert found[0].path[0] == kind


def test_a_name_beyond_all_bounds() -> None:
    content = {
        "services": {"app": {"image": "app", "secrets": ["s" * 300]}},
        "secrets": {"s" * 300: {"environment": "X"}},
    }
    assert [one.code for one in errors(content)] == ["name-length"]


def published(counts: list[int], **more: object) -> Properties:
    """Make services that publish so many ports each, all different."""
    ports = iter(range(10_000, 20_000))
    return {
        "services": {
            f"s{number}": {
                "image": "app",
                "ports": [
                    {"target": next(ports), "x-aws-protocol": "http", **more} for _ in range(count)
                ],
            }
            for number, count in enumerate(counts)
        }
    }


def test_target_groups_of_a_service() -> None:
    assert errors(published([5])) == []
    assert said(published([6])) == [("services.s0.ports", "target-count")]


def test_listeners_of_a_load_balancer() -> None:
    assert errors(published([5] * 10)) == []
    assert said(published([5] * 10 + [1])) == [("services.s10.ports.0", "listener-count")]


def routed(count: int) -> Properties:
    """Make services that have so many rules of one listener together."""
    content = published([1] * count)
    for number, service in enumerate(content["services"].values()):
        service["ports"][0] |= {
            "published": 80,
            "x-aws-route": {"path": f"/s{number}", "priority": number + 1},
        }
        service["networks"] = ["shared"]
    content["networks"] = {"shared": {"external": True, "name": "sg-0123456789abcdef0"}}
    return content


def test_rules_of_a_load_balancer() -> None:
    assert "route-count" not in {code for _, code in said(routed(100))}
    ((path, _),) = (found for found in said(routed(101)) if found[1] == "route-count")
    assert path.startswith("services.s")


def certified(counts: list[int]) -> Properties:
    """Make ports with so many certificates each."""
    content = published([1] * len(counts))
    numbers = iter(range(1000))
    for count, service in zip(counts, content["services"].values(), strict=True):
        service["ports"][0] = {
            "target": service["ports"][0]["target"],
            "x-aws-certificate": [CERTIFICATE.format(next(numbers)) for _ in range(count)],
        }
    return content


def test_certificates_of_a_load_balancer() -> None:
    assert errors(certified([14, 13])) == []
    assert said(certified([14, 14])) == [("services.s1.ports.0", "certificate-count")]


def admitted(count: int) -> Properties:
    blocks = [f"10.{number}.0.0/16" for number in range(count)]
    return services(1, ports=[{"target": 80, "x-aws-ingress": blocks}])


def test_rules_of_a_security_group() -> None:
    assert errors(admitted(60)) == []
    assert [code for _, code in said(admitted(61))] == ["rule-count"]


def test_bytes_of_a_task_definition() -> None:
    assert errors(services(1, environment={"TEXT": "x" * 60_000})) == []
    found = said(services(1, environment={"TEXT": "x" * 66_000}))
    assert found == [("services.s0", "task-size")]


def test_containers_of_a_task() -> None:
    def sidecars(count: int) -> Properties:
        content = services(count, network_mode="service:owner")
        content["services"]["owner"] = {"image": "app"}
        return content

    assert errors(sidecars(8)) == []
    assert said(sidecars(10)) == [("services.owner", "task-containers")]


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ({"deploy": {"replicas": 1001}}, "services.s0.deploy.replicas"),
        ({"scale": 1001}, "services.s0.scale"),
        (
            {"deploy": {"x-aws-autoscaling": {"max": 1001, "cpu": 50}}},
            "services.s0.deploy.x-aws-autoscaling.max",
        ),
    ],
    ids=["replicas", "scale", "scaling"],
)
def test_tasks_of_a_service(service: Properties, path: str) -> None:
    assert said(services(1, **service)) == [(path, "task-count")]
    assert errors(services(1, deploy={"replicas": 1000})) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(f"[{'a,' * 500_000}]", (1, 1_000_000), id="written"),
        pytest.param(
            "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
            + "".join(
                f"{later}: &{later} [{', '.join([f'*{earlier}'] * 9)}]\n"
                for earlier, later in pairwise("abcdefg")
            ),
            (6, 32),
            id="by aliases",
        ),
    ],
)
def test_a_file_with_too_many_values_is_not_read(text: str, at: tuple[int, int]) -> None:
    documents, (fault,) = parse_yaml(text, "compose.yaml")
    assert documents == []
    assert fault.code == "yaml-limit"
    assert fault.at == ("compose.yaml", *at)
