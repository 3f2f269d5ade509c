"""The emitter of load balancers can be left out, and another one can take its place."""

from collections.abc import Iterable, Iterator

import pytest

from compose2cfn import (
    DEFAULT_EMITTERS,
    ComposeError,
    Emitter,
    Memory,
    Result,
    Severity,
    convert,
    emitter,
)
from compose2cfn.plan.make import Plan
from compose2cfn.plan.publishing import Redirect
from compose2cfn.stack.items import Emit, FormerId, Item
from compose2cfn.stack.objects import output
from tests.simulator.template import parse

OTHERS = tuple(each for each in DEFAULT_EMITTERS if each.name != "load_balancer")
REFUSED = """
services:
  web:
    image: a
    ports: ['80:80', {target: 8443, published: 443, x-aws-protocol: https}]
  api: {image: b, ports: ['80:8000']}
"""
"""Ports that load balancers cannot publish: one wants a certificate, two want one listener."""


def made(text: str, emitters: Iterable[Emitter]) -> Result:
    return convert("compose.yaml", files=Memory({"compose.yaml": text}), emitters=emitters)


def codes(text: str, emitters: Iterable[Emitter]) -> set[str]:
    with pytest.raises(ComposeError) as caught:
        made(text, emitters)
    return {found.code for found in caught.value.diagnostics}


def test_without_load_balancers_nobody_is_refused_for_them() -> None:
    assert {"certificate-missing", "port-shared"} <= codes(REFUSED, DEFAULT_EMITTERS)
    result = made(REFUSED, OTHERS)
    assert {"billed-hourly"}.isdisjoint(found.code for found in result.diagnostics)
    kinds = {one.type for one in parse(result.to_yaml()).declarations.values()}
    assert "AWS::ECS::Service" in kinds
    assert not [kind for kind in kinds if kind.startswith("AWS::ElasticLoadBalancing")]


OVERLAID = """
services: {web: {image: a}}
x-aws-cloudformation: {Resources: {Ancient: {Properties: {DesiredCount: 3}}}}
"""


def former(name: str, now: str) -> Emitter:
    def emit(_plan: Plan) -> Iterator[Item]:
        yield FormerId("Ancient", now, ("services", "web"))

    return Emitter(name, (), emit)


def test_any_emitter_may_know_a_former_id() -> None:
    result = made(OVERLAID, (*DEFAULT_EMITTERS, former("one", "WebService")))
    assert parse(result.to_yaml()).declarations["WebService"].properties["DesiredCount"] == 3
    assert "former-id" in {found.code for found in result.diagnostics}


def test_emitters_that_know_a_former_id_for_two_things_are_told_so() -> None:
    both = [former("one", "WebService"), former("two", "Cluster")]
    for emitters in (both, both[::-1]):
        with pytest.raises(ComposeError) as caught:
            made(OVERLAID, (*DEFAULT_EMITTERS, *emitters))
        (found,) = [one for one in caught.value.diagnostics if one.code == "id-conflict"]
        assert "'one' and 'two' want different things under the id 'Ancient'" in found.message


LOAD_BALANCER = next(each for each in DEFAULT_EMITTERS if each.name == "load_balancer")
PUBLISHED = """
services:
  web:
    image: a
    ports:
      - {target: 8080, published: 443, x-aws-certificate: CERTIFICATE}
      - {target: 8080, published: 80, x-aws-redirect: https}
    healthcheck: {test: [CMD, curl, localhost], start_period: 2m}
  api:
    image: b
    ports: [{target: 9000, published: 443, x-aws-route: {path: /api/*}, x-aws-protocol: https}]
""".replace("CERTIFICATE", "arn:aws:acm:eu-west-1:123456789012:certificate/" + "0" * 36)


def another(emit: Emit) -> tuple[Emitter, ...]:
    """Put another emitter in the place of that of load balancers; it reads the same keys."""
    return (*OTHERS, Emitter("another", LOAD_BALANCER.reads, emit))


def written(result: Result) -> dict[str, str]:
    """Return the outputs that the other emitter writes."""
    outputs = parse(result.to_yaml()).outputs.items()
    return {id_: entry["Value"] for id_, entry in outputs if id_.startswith("Another")}


def test_another_emitter_can_publish_what_the_plan_publishes() -> None:
    def emit(plan: Plan) -> Iterator[Item]:
        for listener in plan.publishing.listeners:
            for group in listener.target_groups:
                about = f"{listener.protocol} {listener.port} to {group.service}"
                yield output(f"Another{group.id}", about, "Where requests go.", group.origin)
            if isinstance(listener.default, Redirect):
                about = f"{listener.default.protocol} {listener.default.port}"
                yield output("AnotherRedirect", about, "Where they go first.", listener.origin)
        for owner, seconds in plan.publishing.grace_periods.items():
            yield output(f"AnotherGrace{owner}", str(seconds), "How long.", ("services", owner))

    result = made(PUBLISHED, another(emit))
    assert written(result) == {
        "AnotherWebTCP443TargetGroup": "HTTPS 443 to web",
        "AnotherApiTCP443TargetGroup": "HTTPS 443 to api",
        "AnotherRedirect": "HTTPS 443",
        "AnotherGraceapi": "300",
        "AnotherGraceweb": "210",
    }
    assert not [found for found in result.diagnostics if found.severity is Severity.ERROR]


def test_another_emitter_can_publish_in_its_own_way_what_load_balancers_cannot() -> None:
    def emit(plan: Plan) -> Iterator[Item]:
        for port in plan.published_ports:
            about = f"{port.settings.client_protocol or 'any'} {port.published} to {port.target}"
            id_ = f"Another{port.service}{port.origin[-1]}"
            yield output(id_, about, "A port.", port.origin)

    result = made(REFUSED, another(emit))
    assert written(result) == {
        "Anotherapi0": "any 80 to 8000",
        "Anotherweb0": "any 80 to 80",
        "Anotherweb1": "https 443 to 8443",
    }


def test_what_another_emitter_asks_for_can_refuse() -> None:
    def emit(plan: Plan) -> Iterator[Item]:
        yield from (FormerId(known.id, known.now) for known in plan.publishing.plugin_ids)

    assert {"certificate-missing", "port-shared"} <= codes(REFUSED, another(emit))


DATABASE = """
services:
  db: {image: a, volumes: ['data:/var/lib/data', 'logs:/var/log']}
  web: {image: a, volumes: [{type: volume, source: data, target: /data}]}
  off: {image: a, profiles: [off], tmpfs: [/tmp]}
volumes:
  data: {}
  logs: {}
"""


def unread(text: str, emitters: Iterable[Emitter]) -> list[str]:
    found = made(text, emitters).diagnostics
    return [str(each) for each in found if each.code == "key-unread"]


def test_keys_of_an_emitter_that_is_left_out_are_told_once() -> None:
    assert unread(DATABASE, DEFAULT_EMITTERS) == []
    others = tuple(each for each in DEFAULT_EMITTERS if each.name != "volumes")
    (said,) = unread(DATABASE, others)
    assert said == (
        "compose.yaml:3:28: warning: services.db.volumes[0]: no emitter that takes part reads this "
        "key, so it is left out; pass 'volumes', or another emitter that reads it [key-unread]"
    )


def test_an_emitter_that_reads_a_key_reads_what_is_below_it() -> None:
    @emitter("services.*.volumes")
    def disks(_: Plan) -> Iterator[Item]:
        """Leave disks to somebody else."""
        yield from ()

    others = tuple(each for each in DEFAULT_EMITTERS if each.name != "volumes")
    assert unread(DATABASE, (*others, disks)) == []
