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
