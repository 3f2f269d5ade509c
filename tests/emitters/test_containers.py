"""What containers are told, whichever other emitters run."""

import json

from compose2cfn import DEFAULT_EMITTERS, Memory, convert


def test_containers_keep_their_ports_without_load_balancers() -> None:
    text = "services: {web: {image: nginx, ports: ['80:8080'], expose: [9000]}}"
    emitters = [each for each in DEFAULT_EMITTERS if each.name != "load_balancer"]
    made = convert("compose.yaml", files=Memory({"compose.yaml": text}), emitters=emitters)
    resources = json.loads(made.to_json())["Resources"]
    _, container = resources["WebTaskDefinition"]["Properties"]["ContainerDefinitions"]
    assert [mapping["ContainerPort"] for mapping in container["PortMappings"]] == [8080, 9000]
    assert not [id_ for id_ in resources if "LoadBalancer" in id_ or "Listener" in id_]


def test_a_container_that_routes_logs_is_no_size_that_a_file_asks_for() -> None:
    """Its 50 MiB are needed, but nobody wrote them: the size is a default."""
    text = "services: {web: {image: nginx, logging: {driver: awsfirelens}}}"
    made = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    told = {each.code: each.message for each in made.diagnostics}
    assert "0.25 vCPU with 512 MiB (web)" in told["size-default"]
    assert "fargate-size" not in told


def test_a_written_size_includes_what_routes_the_logs() -> None:
    text = "services: {web: {image: nginx, logging: {driver: awsfirelens}, mem_limit: 1g}}"
    made = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    told = {each.code: each.message for each in made.diagnostics}
    assert "at least 1.05 GiB" in told["fargate-size"]
    assert "size-default" not in told


def told(text: str, code: str) -> list[str]:
    """Return what the findings of a code say about a file."""
    made = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    return [each.message for each in made.diagnostics if each.code == code]


CHECKED = "healthcheck: {test: [CMD, 'true']}"


def test_a_task_of_checked_and_unchecked_containers_is_told_once() -> None:
    """Amazon ECS says that its health is UNKNOWN, as if nothing were checked."""
    (message,) = told(
        f"""
        services:
          web: {{image: web, {CHECKED}}}
          side: {{image: side, network_mode: "service:web"}}
          api: {{image: api, {CHECKED}, logging: {{driver: awsfirelens}}}}
        """,
        "health-unknown",
    )
    assert message.startswith("log-router in the task of api and side in the task of web have no")


def test_what_a_task_does_not_need_says_nothing_about_its_health() -> None:
    text = f"""
        services:
          web: {{image: web, {CHECKED}, depends_on: {{job: {{condition: {{}}}}}}}}
          job: {{image: job}}
          once: {{image: once, network_mode: "service:web", restart: "no"}}
          plain: {{image: plain, logging: {{driver: awsfirelens}}}}
          beside: {{image: beside, network_mode: "service:plain"}}
    """
    assert not told(text.replace("{}", "service_completed_successfully"), "health-unknown")
