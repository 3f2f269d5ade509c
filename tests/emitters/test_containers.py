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
