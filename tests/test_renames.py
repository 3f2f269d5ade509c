"""A deployed stack takes what can change about names: aliases, stems of ids, networks."""

import json
from collections.abc import Iterable

import pytest

from compose2cfn import Memory, convert
from tests.simulator import Cloud, Refusal, Stack, simulated
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

pytestmark = pytest.mark.slow

Services = dict[str, Properties]


def template(services: Services, **keys: object) -> str:
    """Convert a project of some services."""
    nets: dict[str, object] = {
        name: {} for one in services.values() for name in one.get("networks", ())
    }
    project = {**keys, "services": services, "networks": nets}
    return convert("c.yaml", files=Memory({"c.yaml": json.dumps(project)})).to_yaml()


def service(aliases: Iterable[str] = (), network: str = "default", **keys: object) -> Properties:
    """Write a service with some aliases in one network."""
    return {"image": "a", "networks": {network: {"aliases": [*aliases]}}, **keys}


def updated(cloud: Cloud, *templates: str) -> Stack:
    """Deploy a stack, and update it from one template to the next."""
    surroundings = Surroundings(cloud.account)
    first, *others = (surroundings.submission(text) for text in templates)
    stack = cloud.create("demo", first)
    for submission in others:
        cloud.update("demo", submission)
        assert stack.status == "UPDATE_COMPLETE"
        assert not stack.leftovers
        assert cloud.plan("again", "demo", submission).empty
    return stack


NAMES = ("db", "shop-db", "db.example")

# Who has an alias, the stem of its ids, and the network that both are in.
PROJECTS: dict[str, Services] = {
    f"{owner or 'nobody'}-{stem or 'plain'}-{network}": {
        name: service(
            NAMES if name == owner else (),
            network,
            **({"x-aws-name": f"{stem}{name}"} if stem else {}),
        )
        for name in ("blue-db", "green")
    }
    for owner in ("", "blue-db", "green")
    for stem in ("", "another")
    for network in ("default", "back")
}


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(PROJECTS) - 1), ids=list(PROJECTS)[:-1])
def test_names_move_in_one_update(place: int) -> None:
    """From a project to each of the following ones and back: in all, every pair both ways."""
    here, *others = map(template, list(PROJECTS.values())[place:])
    walk = [here]
    for other in others:
        walk += [other, here]
    with simulated() as cloud:
        stack = updated(cloud, *walk)
        cloud.delete("demo")
        assert stack.status == "DELETE_COMPLETE"


def test_a_moved_alias_changes_its_instance_alone() -> None:
    before = template({"blue": service(["db"]), "green": service()})
    after = template({"blue": service(), "green": service(["db"])})
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        cloud.create("demo", surroundings.submission(before))
        changes = cloud.plan("move", "demo", surroundings.submission(after)).changes
    told = {change.logical_id: change.replacement for change in changes}
    assert told == {"DbServiceDiscoveryEntryInstance": "False"}


def test_another_stem_touches_no_entry() -> None:
    plain = service(["main"])
    named = {**plain, "x-aws-name": "other"}

    def entries(one: Properties) -> set[str]:
        return {line for line in template({"my-db": one}).splitlines() if "DiscoveryEntry" in line}

    assert entries(plain) == entries(named)


WEB = service()
ELSEWHERE = {"x-aws-namespace": "shop2.internal"}


def test_a_name_that_becomes_an_alias_takes_two_updates() -> None:
    before = template({"db": service(), "web": WEB})
    between = template({"postgres": service(), "web": WEB})
    after = template({"postgres": service(["db"]), "web": WEB})
    with simulated() as cloud, pytest.raises(Refusal, match="ServiceAlreadyExists"):
        updated(cloud, before, after)
    with simulated() as cloud:
        updated(cloud, before, between, after)


@pytest.mark.parametrize(
    ("services", "other"),
    [
        pytest.param({"db": WEB}, {"postgres": service(["db"])}, id="name-to-alias"),
        pytest.param({"postgres": service(["db"])}, {"db": WEB}, id="alias-to-name"),
        pytest.param({"db": WEB}, {"db": service(environment={"HOST": "db"})}, id="found-early"),
    ],
)
def test_another_namespace_takes_one_update(services: Services, other: Services) -> None:
    before = template({**services, "web": WEB})
    after = {**other, "web": WEB}
    with simulated() as cloud, pytest.raises(Refusal, match="ServiceAlreadyExists"):
        updated(cloud, before, template(after))
    with simulated() as cloud:
        updated(cloud, before, template(after, **ELSEWHERE))


def route(**said: object) -> Properties:
    """Publish a port by a route."""
    return {"target": 80, "published": "8080", "x-aws-protocol": "http", "x-aws-route": said}


def test_routes_change_places_in_one_update() -> None:
    paths = {"one": "/one/*", "two": "/two/*"}

    def shop(**priorities: int) -> str:
        ports = {name: route(path=paths[name], priority=at) for name, at in priorities.items()}
        return template({name: {"image": name, "ports": [port]} for name, port in ports.items()})

    with simulated() as cloud:
        stack = updated(cloud, shop(one=1, two=2), shop(one=2, two=1), shop(one=1, two=3))
        rules = {id_: one for id_, one in stack.resources.items() if id_.startswith("LoadBalancer")}
        kept = {id_[-1] for id_ in rules if "Rule" in id_}
    assert kept == {"1", "3"}


KINDS: Services = {
    "machines": {"x-aws-capacity": "EC2"},
    "gpus": {"gpus": "all"},
    "datastore": {"volumes": ["data:/data"]},
    "port": {"ports": ["80:80"]},
    "port-of-network-balancer": {"ports": ["3000:3000"]},
    "port-of-both-transports": {"ports": ["53:53/tcp", "53:53/udp"]},
    "route": {"ports": [route(path="/one/*")]},
    "route-with-priority": {"ports": [route(path="/one/*", priority=1)]},
    "scaled": {"x-aws-autoscaling": {"min": 1, "max": 3, "cpu": 50}},
    "secret": {"secrets": ["key"]},
    "spot": {"x-aws-capacity": "FARGATE_SPOT"},
}
"""What services have whose names and networks change."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_service_of_any_kind_takes_other_names_and_networks(kind: str) -> None:
    """There and back: another stem, another network, another name, and all of it on another."""
    one: Properties = {"image": "a", **KINDS[kind]}
    other: Properties = {"image": "b"}
    here = {"one": one, "two": other}
    walk = [here]
    for there in (
        {"one": {**one, "x-aws-name": "another"}, "two": other},
        {"one": {**one, "networks": ["back", "default"]}, "two": other},
        {"three": one, "two": other},
        {"one": other, "two": one},
    ):
        walk += [there, here]
    keys = {"volumes": {"data": {}}, "secrets": {"key": {"external": True}}}
    with simulated() as cloud:
        stack = updated(cloud, *(template(services, **keys) for services in walk))
        cloud.delete("demo")
        assert stack.status == "DELETE_COMPLETE"
