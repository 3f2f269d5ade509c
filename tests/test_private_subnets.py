"""A load balancer leaves the subnets of tasks that become private, in one update."""

import json

import pytest

from compose2cfn import Memory, convert
from tests.simulator import Refusal, Submission, simulated
from tests.simulator.template import parse
from tests.surroundings import Surroundings

PORTS: dict[str, list[str]] = {"http": ["80:80"], "tcp": ["9999:9999"]}


def template(ports: list[str], **keys: object) -> str:
    """Convert a project that publishes ports."""
    text = json.dumps({**keys, "services": {"web": {"image": "a", "ports": ports}}})
    return convert("c.yaml", files=Memory({"c.yaml": text})).to_yaml()


@pytest.mark.parametrize("ports", PORTS.values(), ids=[*PORTS])
def test_a_load_balancer_leaves_the_subnets_of_private_tasks(ports: list[str]) -> None:
    shared, apart = template(ports), template(ports, **{"x-aws-assign_public_ip": False})
    balancer = "LoadBalancer" if ports == PORTS["http"] else "NetworkLoadBalancer"
    assert f"{balancer}Subnet1Id" in parse(apart).parameters
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        stack = cloud.create("demo", surroundings.submission(shared))
        first = stack.resources[balancer].id
        for text in (apart, shared):
            cloud.update("demo", surroundings.submission(text))
            assert stack.resources[balancer].id == first
            assert stack.leftovers == []
        cloud.delete("demo")
        assert stack.status == "DELETE_COMPLETE"


def test_private_subnets_are_refused_for_a_load_balancer_beside_its_tasks() -> None:
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        submission = surroundings.submission(template(PORTS["http"]))
        private = {**submission.parameters, "AssignPublicIp": "DISABLED"}
        with pytest.raises(Refusal, match="x-aws-assign_public_ip: false"):
            cloud.create("demo", Submission(submission.text, private))
        cloud.create("demo", submission)
        with pytest.raises(Refusal, match="x-aws-assign_public_ip: false"):
            cloud.update("demo", Submission(submission.text, private))


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"x-aws-loadbalancer": {"scheme": "internal"}}, id="internal"),
        pytest.param({"x-aws-loadbalancer": {"subnets": 2}}, id="own-subnets"),
        pytest.param({"x-aws-loadbalancer": "none"}, id="none"),
    ],
)
def test_private_subnets_are_right_for_others(keys: dict[str, object]) -> None:
    text = template(PORTS["http"], **keys)
    assert parse(text).rules == {}
    with simulated() as cloud:
        submission = Surroundings(cloud.account).submission(text)
        private = {**submission.parameters, "AssignPublicIp": "DISABLED"}
        assert cloud.create("demo", Submission(text, private)).status == "CREATE_COMPLETE"
