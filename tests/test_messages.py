"""What people write by mistake is told in words that lead them on, and not astray."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Diagnostic, Memory, convert
from compose2cfn.__main__ import main


def service(said: str) -> str:
    return f"services: {{web: {{image: acme/web, {said}}}}}\n"


def findings(text: str, profiles: Sequence[str] = ()) -> list[Diagnostic]:
    files = Memory({"compose.yaml": text})
    try:
        found = convert("compose.yaml", files=files, profiles=profiles).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    return list(found)


LIMITS = "services.web.deploy.resources.limits"
OVERLAY = "x-aws-cloudformation: {Resources: {WebTaskDefinition: {Properties: {%s}}}}\n"
CONTAINERS = "x-aws-cloudformation.Resources.WebTaskDefinition.Properties.ContainerDefinitions"

TOLD: Mapping[str, tuple[str, str, str, str]] = {
    "stickiness": (
        service("x-aws-stickiness: true"),
        "services.web.x-aws-stickiness",
        "unknown-key",
        "write TargetGroupAttributes",
    ),
    "iam": (
        service("x-aws-iam: [A]"),
        "services.web.x-aws-iam",
        "unknown-key",
        "write x-aws-role or x-aws-policies",
    ),
    "tags": (
        f"x-aws-tags: {{a: b}}\n{service('init: true')}",
        "x-aws-tags",
        "unknown-key",
        "write deploy: {labels: …}, which become tags",
    ),
    "pull policy": (
        service("x-aws-pull_policy: a"),
        "services.web.x-aws-pull_policy",
        "unknown-key",
        "write x-aws-pull_credentials",
    ),
    "policy": (
        service("x-aws-policy: {}"),
        "services.web.x-aws-policy",
        "unknown-key",
        "write x-aws-policies",
    ),
    "keys": (
        service("secrets: [s]") + "secrets: {s: {file: ./s, keys: [a]}}\n",
        "secrets.s.keys",
        "unknown-key",
        "write x-aws-keys",
    ),
    "autoscaling": (
        service("deploy: {x-aws-autoscaling: 75}"),
        "services.web.deploy.x-aws-autoscaling",
        "wrong-type",
        "must be a mapping, with the keys cpu, max, memory, min or requests",
    ),
    "restart policy": (
        service("deploy: {restart_policy: always}"),
        "services.web.deploy.restart_policy",
        "wrong-type",
        "must be a mapping, with the keys condition, delay, max_attempts or window",
    ),
    "mem": (service("mem: 1g"), "services.web.mem", "unknown-key", "write mem_limit"),
    "mem below limits": (
        service("deploy: {resources: {limits: {mem: 1g}}}"),
        f"{LIMITS}.mem",
        "unknown-key",
        "did you mean memory?",
    ),
    "mem that scales": (
        service("deploy: {x-aws-autoscaling: {mem: 50}}"),
        "services.web.deploy.x-aws-autoscaling.mem",
        "unknown-key",
        "write memory",
    ),
    "hosts": (
        service("ports: [{target: 80, published: 80, x-aws-route: {hosts: a}}]"),
        "services.web.ports[0].x-aws-route.hosts",
        "unknown-key",
        "write host",
    ),
    "internal": (
        f"x-aws-loadbalancer: internal\n{service('ports: [80:80]')}",
        "x-aws-loadbalancer",
        "balancer-unknown",
        "write {scheme: internal}",
    ),
    "namespace": (
        f"x-aws-namespace: true\n{service('init: true')}",
        "x-aws-namespace",
        "namespace-unknown",
        "write e.g. shop.internal",
    ),
    "units of processors": (
        service('deploy: {resources: {limits: {cpus: "1024"}}}'),
        f"{LIMITS}.cpus",
        "fargate-size",
        "for 1024 CPU units write cpus: 1",
    ),
    "units of memory": (
        service('deploy: {resources: {limits: {memory: "2048"}}}'),
        f"{LIMITS}.memory",
        "memory-least",
        "write 2048m",
    ),
    "HTTP/2": (
        service("ports: [{target: 80, published: 80, app_protocol: http2}]"),
        "services.web.ports[0]",
        "certificate-missing",
        "clients speak HTTP/2 over TLS alone",
    ),
    "function as image": (
        "services: {web: {image: !Ref X}}\n",
        "services.web.image",
        "function-dropped",
        "!Ref has no effect here",
    ),
    "function as variable": (
        service("environment: {DB: !GetAtt a.b}"),
        "services.web.environment.DB",
        "function-dropped",
        "!GetAtt has no effect here",
    ),
    "all keys of a secret": (
        service('x-aws-secrets: {"*": /shop/all}'),
        "services.web.x-aws-secrets.*",
        "variable-name",
        "NAME: ARN:key::",
    ),
    "overlay without a property": (
        service("init: true") + OVERLAY % "ContainerDefinitions: [{Name: agent}]",
        f"{CONTAINERS}[0]",
        "overlay-incomplete",
        "needs Image here",
    ),
    "overlay without a name": (
        service("init: true") + OVERLAY % "ContainerDefinitions: [{Image: a}]",
        f"{CONTAINERS}[0]",
        "overlay-unnamed",
        "write the Name of this entry",
    ),
    "carrier": (
        service("x-aws-carrier: nosuch"),
        "services.web.x-aws-carrier",
        "carrier-unused",
        "only a job has a carrier",
    ),
    "delivery": (
        service("x-aws-delivery: helper"),
        "services.web.x-aws-delivery",
        "delivery-unused",
        "no file comes into this container",
    ),
    "first version": (
        'web: {image: acme/web, ports: ["80:80"]}\n',
        "web",
        "unknown-key",
        "write this service below services",
    ),
    "template": (
        "AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n",
        "AWSTemplateFormatVersion",
        "unknown-key",
        "this is a CloudFormation template already",
    ),
}
"""Texts, and for each where something is found, its code and a part of what is said."""


@pytest.mark.parametrize("about", TOLD)
def test_it_is_told_where_it_is_written_what_to_write(about: str) -> None:
    text, path, code, part = TOLD[about]
    found = [each for each in findings(text) if f": {path}: " in str(each) and each.code == code]
    assert [part in each.message for each in found] == [True]


def test_a_profile_that_no_service_has_is_told() -> None:
    text = service("init: true") + "x-other: 1\n"
    text = text.replace("}}\n", "}, shell: {image: acme/shell, profiles: [prod]}}\n", 1)
    (found,) = [each for each in findings(text, profiles=["prdo"]) if "prdo" in each.message]
    assert found.code == "profile-unknown"
    assert "did you mean 'prod'?" in found.message


def test_an_address_is_told_from_a_file() -> None:
    with pytest.raises(ComposeError, match="is on another machine and is not fetched"):
        convert("https://example.com/compose.yaml", files=Memory({}))


def test_a_stored_template_that_is_not_there_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(service("init: true"), encoding="utf-8")
    assert main(["-f", str(file), "--check", str(tmp_path / "gone.yaml")], {}) == 1
    assert "gone.yaml" in "".join(capsys.readouterr())


def test_a_failing_run_tells_no_mapped_key_to_be_for_swarm() -> None:
    text = service("imag: b, deploy: {replicas: 2, update_config: {order: start-first}}")
    assert {each.code for each in findings(text)} == {"unknown-key"}
