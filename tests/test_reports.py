"""Small inputs after public reports, each with the result that its author could expect.

A test is named after the report.
"""

import re
from textwrap import dedent

import pytest

from compose2cfn import ComposeError, Diagnostic, Memory, Result, convert, load
from tests.simulator.template import Properties


def made(*texts: str, **files: str) -> Result:
    """Convert one file, or several laid over each other."""
    names = [f"{number}.yaml" for number in range(len(texts))]
    contents = dict(zip(names, map(dedent, texts), strict=True))
    return convert(*names, files=Memory({**contents, **files}))


def refusals(text: str) -> list[Diagnostic]:
    with pytest.raises(ComposeError) as caught:
        made(text)
    return list(caught.value.diagnostics)


def resources(result: Result, kind: str) -> list[Properties]:
    found = result.to_dict()["Resources"]
    assert isinstance(found, dict)
    return [each.get("Properties", {}) for each in found.values() if each["Type"] == kind]


def containers(result: Result) -> dict[str, Properties]:
    """Return the containers of all tasks, by name."""
    tasks = resources(result, "AWS::ECS::TaskDefinition")
    return {each["Name"]: each for task in tasks for each in task["ContainerDefinitions"]}


def test_tcp_udp_one_port() -> None:
    result = made(
        """
        services:
          edge:
            image: caddy:2
            ports: ["80:80", "443:443", "443:443/udp"]
        """,
        "services: {edge: {environment: {MODE: prod}}}",
    )
    listeners = resources(result, "AWS::ElasticLoadBalancingV2::Listener")
    assert {(each["Port"], each["Protocol"]) for each in listeners} == {
        (80, "TCP"),
        (443, "TCP_UDP"),
    }
    mapped = [each["ContainerPort"] for each in containers(result)["edge"]["PortMappings"]]
    assert sorted(mapped) == [80, 443]


def test_http2_app_protocol() -> None:
    [found] = refusals(
        """
        services:
          web:
            image: acme/web
            ports: [{target: 8080, published: 80, app_protocol: http2}]
        """
    )
    assert found.code == "certificate-missing"
    assert "HTTP/2" in found.message


def test_overlay_labels_without_name() -> None:
    [found] = refusals(
        """
        services: {ui: {image: acme/ui}}
        x-aws-cloudformation:
          Resources:
            UiTaskDefinition:
              Properties:
                ContainerDefinitions:
                  - DockerLabels: {team: web}
        """
    )
    assert (found.code, found.at and found.at.line) == ("overlay-unnamed", 8)
    assert "write the Name" in found.message


def test_docker_dns_127_0_0_11() -> None:
    result = made(
        """
        services:
          web:
            image: nginx:1.27
            ports: ["80:80"]
            volumes: ["./default.conf:/etc/nginx/conf.d/default.conf:ro"]
          api: {image: acme/api}
        """,
        **{"default.conf": "server { listen 80; resolver 127.0.0.11 valid=10s; }"},
    )
    [found] = [each for each in result.diagnostics if each.code == "docker-resolver"]
    assert "127.0.0.11, the DNS server of Docker, which tasks on ECS do not have" in found.message


def test_restart_sidecar() -> None:
    result = made(
        """
        services:
          app: {image: acme/app}
          agent: {image: acme/agent, network_mode: "service:app", restart: always}
        """
    )
    assert containers(result)["agent"]["RestartPolicy"]["Enabled"] is True
    assert "RestartPolicy" not in containers(result)["app"]


def test_cpu_units_as_cpus() -> None:
    found = refusals(
        """
        services:
          web:
            image: acme/web
            deploy:
              resources:
                limits:
                  cpus: "1024"
                  memory: "2048"
        """
    )
    said = {each.at and each.at.line: each.message for each in found}
    assert "for 1024 CPU units write cpus: 1" in said[8]
    assert "in bytes, so for MiB write 2048m" in said[9]


def test_reset_key_of_list_form() -> None:
    app = load(
        "a.yaml",
        "b.yaml",
        files=Memory(
            {
                "a.yaml": "services: {app: {image: a, environment: [FOO=BAR, X=1]}}",
                "b.yaml": "services: {app: {environment: {FOO: !reset null}}}",
            }
        ),
    )
    assert app.project.services["app"].environment == {"FOO": "BAR", "X": "1"}


def test_reset_extra_host() -> None:
    app = load(
        "a.yaml",
        "b.yaml",
        files=Memory(
            {
                "a.yaml": "services: {app: {image: a, extra_hosts: {a: 1.1.1.1, b: 2.2.2.2}}}",
                "b.yaml": "services: {app: {extra_hosts: {a: !reset null}}}",
            }
        ),
    )
    assert re.search(r"\bb\b", str(app.to_compose()["services"]))
    assert "1.1.1.1" not in str(app.to_compose())


def test_overlay_sidecar_without_image() -> None:
    [found] = refusals(
        """
        services: {app: {image: acme/app}}
        x-aws-cloudformation:
          Resources:
            AppTaskDefinition:
              Properties:
                ContainerDefinitions:
                  - Name: agent
                    Essential: false
        """
    )
    assert (found.code, found.at and found.at.line) == ("overlay-incomplete", 8)
    assert "needs Image" in found.message


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("x-aws-iam: [AmazonS3FullAccess]", "x-aws-role or x-aws-policies"),
        (
            "x-aws-pull_policy: arn:aws:secretsmanager:eu-west-1:1:secret:r",
            "x-aws-pull_credentials",
        ),
    ],
    ids=["x-aws-iam", "dockers-doc-pull-policy"],
)
def test_a_former_key_is_answered_with_the_one_that_is_meant(key: str, wanted: str) -> None:
    [found] = refusals(f"services: {{app: {{image: acme/app, {key}}}}}")
    assert (found.code, found.message) == (
        "unknown-key",
        f"no emitter reads this key; write {wanted}",
    )


def test_extends_included_service() -> None:
    files = {
        "compose.yaml": """
            include: [{path: [includes/base.yaml, includes/hello.yaml]}]
            services: {variant: {extends: {service: example}}}
            """,
        "includes/base.yaml": "services: {example: {image: alpine}}",
        "includes/hello.yaml": """
            services:
              example: {environment: {HELLO: "${WORLD:-world}"}, command: [sh, -c, "echo $$HELLO"]}
            """,
    }
    app = load("compose.yaml", files=Memory(files))
    variant = app.project.services["variant"]
    assert (variant.image, variant.environment) == ("alpine", {"HELLO": "world"})
    assert variant.command == app.project.services["example"].command
    assert variant.command


def test_extends_included_and_amended() -> None:
    files = {
        "compose.yaml": """
            include: [a.yaml]
            services:
              web: {environment: {B: B}}
              worker: {image: scratch, extends: {service: web}, environment: {C: C}}
            """,
        "a.yaml": "services: {web: {image: scratch, environment: {A: A}}}",
    }
    app = load("compose.yaml", files=Memory(files))
    assert app.project.services["worker"].environment == {"A": "A", "B": "B", "C": "C"}


def test_include_null() -> None:
    app = load(
        "compose.yaml", files=Memory({"compose.yaml": "include:\nservices: {t: {image: t}}\n"})
    )
    assert [*app.project.services] == ["t"]


@pytest.mark.parametrize("driver", ["ebs", "rexray/ebs", "rexray/ebs:latest", "ebs.csi.aws.com"])
def test_ebs_volume(driver: str) -> None:
    found, *_ = refusals(
        f"""
        services: {{db: {{image: "postgres:16", volumes: ["pg:/var/lib/postgresql/data"]}}}}
        volumes: {{pg: {{driver: "{driver}", driver_opts: {{size: 50}}}}}}
        """
    )
    assert found.code == "volume-driver"
    assert "leave the driver out to get an EFS file system" in found.message


def test_bind_on_ec2() -> None:
    text = """
services:
  agent:
    image: acme/agent
    x-aws-capacity: EC2
    volumes: ["/proc:/host/proc:ro", "/var/lib/data:/data"]
"""
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}, "/project"))
    [found] = [each for each in caught.value.diagnostics if each.code == "bind-refused"]
    assert found.path == ("services", "agent", "volumes", 0)
    assert "/proc belongs to the kernel of a host" in found.message
    assert "or host on EC2 instances of your own" in found.message


def test_ssm_name_not_arn() -> None:
    result = made(
        """
        services:
          app: {image: acme/app, x-aws-secrets: {DB_PASSWORD: /prod/db/password}}
        """
    )
    [secret] = containers(result)["app"]["Secrets"]
    assert secret["Name"] == "DB_PASSWORD"
    assert "parameter/prod/db/password" in str(secret["ValueFrom"])


def test_config_default_targets() -> None:
    [found] = refusals(
        """
        services: {t: {image: "bash:latest", configs: [content.txt]}}
        configs: {content.txt: {content: inline}}
        """
    )
    assert found.code == "delivery-target"
    assert "give the file a target in a directory of its own, such as /config/NAME" in found.message
    result = made(
        """
        services:
          t: {image: "bash:latest", configs: [{source: content.txt, target: /config/content.txt}]}
        configs: {content.txt: {content: inline}}
        """
    )
    mounts = containers(result)["t"]["MountPoints"]
    assert [each["ContainerPath"] for each in mounts] == ["/config"]


def test_shm_size_selenium() -> None:
    result = made("services: {chrome: {image: selenium/standalone-chrome, shm_size: 2g}}")
    [found] = [each for each in result.diagnostics if each.code == "fargate-shm"]
    assert "Fargate has 64 MiB of shared memory" in found.message
    assert "write x-aws-capacity: EC2" in found.message
