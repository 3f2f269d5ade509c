"""All findings of one run: those of two independent faults are the union of those of each alone.

Whichever stages find them. The faults are those of fixtures, each in a service of its own, and
some for each stage of loading.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, Severity, convert
from compose2cfn.diagnostics import apart
from tests.cases import CASES
from tests.cases.refusals import RefusedCase

ONE_SERVICE = re.compile(r"services:\n  (?P<name>[a-z][a-z0-9-]*):\n(?P<body>(?: {4}.*\n)+)\s*\Z")

LOADING = {
    "required variable": 'image: "a:${TAG?no tag}"',
    "variable": 'image: "a:${TAG"',
    "form": "image: a\n    ports: 7x",
    "short form": 'image: a\n    ports: ["80:x"]',
    "type": "image: a\n    cpus: [1]",
    "key": "image: a\n    imag: b",
    "key of a mount": "image: a\n    volumes: [{type: bind, source: /x}]",
    "network": "image: a\n    networks: [gone]",
    "volume": 'image: a\n    volumes: ["gone:/x"]',
    "dependency": "image: a\n    depends_on: [gone]",
    "contradiction": "image: a\n    network_mode: host\n    networks: [default]",
    "env file": "image: a\n    env_file: gone.env",
    "image": "command: x",
}
"""What is below a service, for each stage of loading."""


class Fault(NamedTuple):
    """What is below a service with a fault."""

    about: str
    body: str


def faults() -> Iterator[Fault]:
    """List the faults of fixtures that are in one service, which does not name itself."""
    for about, body in LOADING.items():
        yield Fault(about, f"    {body}\n")
    for case in CASES:
        if isinstance(case, RefusedCase) and not case.entry.beside:
            found = ONE_SERVICE.fullmatch(f"{case.compose}\n")
            if found and found["name"] not in found["body"]:
                yield Fault(str(case), found["body"])


FAULTS = tuple(faults())


def independent(one: Fault, other: Fault) -> bool:
    """Tell whether two services share nothing: a load balancer, or the machines of the stack."""
    bodies = (one.body, other.body)
    return not (
        all("ports:" in body for body in bodies)
        or (any("mode: global" in body for body in bodies) and any("capacity" in b for b in bodies))
    )


@cache
def findings(text: str) -> frozenset[tuple[object, ...]]:
    """Say what is found, but for lines: another service is above."""
    try:
        found = convert("compose.yaml", files=Memory({"compose.yaml": text})).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    told = (each for each in apart(found) if each.severity is not Severity.INFO)
    return frozenset((each.severity, each.code, each.path, each.message) for each in told)


def together(one: Fault, other: Fault, more: str = "") -> str:
    return f"services:\n  alpha:\n{one.body}  beta:\n{other.body}{more}"


def alone(one: Fault, other: Fault) -> tuple[frozenset[tuple[object, ...]], ...]:
    """Return what is found of each, in a file of its own."""
    return (
        findings(f"services:\n  alpha:\n{one.body}"),
        findings(f"services:\n  beta:\n{other.body}"),
    )


def test_there_are_faults_of_all_stages() -> None:
    assert len(FAULTS) > 80
    assert {*LOADING} <= {fault.about for fault in FAULTS}


@pytest.mark.parametrize("about", LOADING)
def test_a_fault_of_loading_hides_none_of_planning(about: str) -> None:
    planned = Fault("plan", "    image: a\n    privileged: true\n")
    loaded = Fault(about, f"    {LOADING[about]}\n")
    for pair in ((loaded, planned), (planned, loaded)):
        first, second = alone(*pair)
        assert first
        assert second
        assert findings(together(*pair)) == first | second


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(one=st.sampled_from(FAULTS), other=st.sampled_from(FAULTS))
def test_findings_of_two_faults_are_those_of_each(one: Fault, other: Fault) -> None:
    assume(independent(one, other))
    first, second = alone(one, other)
    assume(first and second)  # under another name, some have no fault
    assert findings(together(one, other)) == first | second


OVERLAY = """
x-aws-cloudformation:
  Resources:
    BetaService: {Properties: {DesiredCont: 2}}
"""
SOUND = Fault("nothing", "    image: a\n")


@pytest.mark.parametrize(
    "about", ["required variable", "key", "type", "network", "env file", "image"]
)
def test_a_fault_of_loading_hides_none_of_an_overlay(about: str) -> None:
    loaded = Fault(about, f"    {LOADING[about]}\n")
    overlaid = findings(together(SOUND, SOUND, OVERLAY))
    assert {code for _, code, *_ in overlaid} == {"overlay-property"}
    assert findings(together(loaded, SOUND, OVERLAY)) == overlaid | findings(
        together(loaded, SOUND)
    )


def test_what_needs_a_faulty_service_is_not_found_at_fault() -> None:
    text = """
services:
  alpha: {image: a, imag: b, ports: ["80:80"]}
  beta: {image: a, depends_on: [alpha], network_mode: "service:alpha", privileged: true}
x-aws-certificate: arn:aws:acm:eu-west-1:123456789012:certificate/a
x-aws-cloudformation:
  Resources:
    AlphaService: {Properties: {DesiredCount: 2}}
  Outputs:
    Name: {Value: !GetAtt AlphaService.Name}
"""
    assert {code for _, code, *_ in findings(text)} == {"unknown-key"}
