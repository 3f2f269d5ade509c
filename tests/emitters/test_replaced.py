"""The emitter of load balancers can be left out, and another one can take its place."""

from collections.abc import Iterable, Iterator

import pytest

from compose2cfn import DEFAULT_EMITTERS, ComposeError, Emitter, Memory, Result, convert
from compose2cfn.plan.make import Plan
from compose2cfn.stack.items import FormerId, Item
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

    return Emitter(name, (), emit, "Give a former id.")


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
