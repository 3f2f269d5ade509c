"""Services leave the instances of a stack, and come to them, in one update each."""

import json

import pytest

from compose2cfn import Memory, convert
from tests.simulator import Refusal, simulated
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

pytestmark = pytest.mark.slow

WEB: Properties = {"image": "a"}
INSTANCES: Properties = {"image": "b", "x-aws-capacity": "EC2"}
GPUS: Properties = {"image": "b", "gpus": "all"}
FARGATE: Properties = {"image": "b"}
PROVIDER: Properties = {"image": "b", "x-aws-capacity": "FARGATE"}
GROUP: Properties = {"image": "b", "x-aws-capacity": {"min": 0}}


def template(work: Properties | None, **keys: object) -> str:
    """Convert a project with a service on Fargate, and maybe one more."""
    services = {"web": WEB} if work is None else {"web": WEB, "work": work}
    text = json.dumps({**keys, "services": services})
    return convert("c.yaml", files=Memory({"c.yaml": text})).to_yaml()


def update(before: str, *after: str) -> None:
    """Deploy a stack, update it and delete it; nothing is left."""
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        stack = cloud.create("ecs-demo", surroundings.submission(before))
        service = stack.resources["WebService"].id
        for next_one in after:
            cloud.update("ecs-demo", surroundings.submission(next_one))
            assert stack.status == "UPDATE_COMPLETE"
            assert stack.leftovers == []
        assert stack.resources["WebService"].id == service
        cloud.delete("ecs-demo")
        assert stack.status == "DELETE_COMPLETE"


@pytest.mark.parametrize("instances", [INSTANCES, GPUS], ids=["instances", "gpus"])
@pytest.mark.parametrize(
    ("other", "keys"),
    [
        pytest.param(None, {}, id="removed"),
        pytest.param(FARGATE, {}, id="fargate"),
        pytest.param(None, {"x-aws-cluster": "shop"}, id="removed-from-given-cluster"),
        pytest.param(PROVIDER, {"x-aws-cluster": "shop"}, id="fargate-in-given-cluster"),
    ],
)
def test_a_service_leaves_its_instances_and_comes_back(
    instances: Properties, other: Properties | None, keys: dict[str, str]
) -> None:
    here, there = template(instances, **keys), template(other, **keys)
    update(here, there)
    update(there, here)


def test_a_launch_type_of_a_given_cluster_becomes_instances() -> None:
    given = {"x-aws-cluster": "shop"}
    update(template(FARGATE, **given), template(INSTANCES, **given))
    with pytest.raises(Refusal, match="cannot become a launch type"):
        update(template(INSTANCES, **given), template(FARGATE, **given))


def test_a_service_of_a_given_cluster_keeps_a_provider() -> None:
    given = {"x-aws-cluster": "shop"}
    spot = template({**FARGATE, "x-aws-capacity": "FARGATE_SPOT"}, **given)
    update(spot, template(PROVIDER, **given))
    with pytest.raises(Refusal, match="cannot become a launch type"):
        update(spot, template(FARGATE, **given))


def test_another_cluster_has_another_provider() -> None:
    given = {"x-aws-cluster": "shop"}
    other = {"x-aws-cluster": "mall"}
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        stack = cloud.create("demo", surroundings.submission(template(INSTANCES, **given)))
        cloud.update("demo", surroundings.submission(template(INSTANCES, **other)))
        assert stack.status == "UPDATE_COMPLETE"
        assert stack.leftovers == []


@pytest.mark.parametrize("other", [None, FARGATE], ids=["removed", "fargate"])
def test_a_group_of_instances_leaves_its_cluster_once_it_has_no_task(
    other: Properties | None,
) -> None:
    """CloudFormation takes the provider from the cluster before it deletes or moves the service."""
    with pytest.raises(Refusal, match="in use and cannot be removed"):
        update(template(GROUP), template(other))
    update(template(GROUP), template({**GROUP, "scale": 0}), template(other))
    update(template(other), template(GROUP))


def test_managed_instances_become_a_group_and_a_group_managed_instances() -> None:
    group = template(GROUP)
    update(template(INSTANCES), group)
    update(template(GPUS), template({**GPUS, "shm_size": "256m"}))
    update(group, template({**GROUP, "scale": 0}), template(INSTANCES))


def test_in_a_given_cluster_a_group_takes_another_service() -> None:
    given = {"x-aws-cluster": "shop"}
    group: Properties = {"image": "b", "x-aws-capacity": {"min": 1}}
    with pytest.raises(Refusal, match="cannot become a launch type"):
        update(template(INSTANCES, **given), template(group, **given))
    renamed = template({**group, "x-aws-name": "worker"}, **given)
    update(template(INSTANCES, **given), renamed)
    update(renamed, template({**INSTANCES, "x-aws-name": "worker"}, **given))


def test_global_services_leave_their_instances_in_one_update() -> None:
    everywhere = {**GROUP, "deploy": {"mode": "global"}, "x-aws-capacity": {"min": 1}}
    update(template(everywhere), template(None))
    update(template(None), template(everywhere))
