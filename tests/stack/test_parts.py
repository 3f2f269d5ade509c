"""Folding the fields that several emitters give one thing."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from compose2cfn.plan.terms.values import ref
from compose2cfn.stack.parts import Conflict, fold

IMAGE: Mapping[str, object] = {"Image": "web", "Environment": [{"Name": "B", "Value": "2"}]}
VARIABLES: Mapping[str, object] = {
    "Environment": [{"Name": "A", "Value": {"Ref": "X"}}, {"Name": "B", "Value": "2"}]
}
LINUX: Mapping[str, object] = {"LinuxParameters": {"InitProcessEnabled": True}}
TMPFS: Mapping[str, object] = {"LinuxParameters": {"Tmpfs": [{"ContainerPath": "/t", "Size": 1}]}}


def test_joins_lists_and_merges_mappings_in_any_order() -> None:
    folded = [fold(order) for order in permutations((IMAGE, VARIABLES, LINUX, TMPFS))]
    assert all(found == folded[0] for found in folded)
    assert folded[0] == (
        {
            "Image": "web",
            "Environment": [{"Name": "A", "Value": {"Ref": "X"}}, {"Name": "B", "Value": "2"}],
            "LinuxParameters": {
                "InitProcessEnabled": True,
                "Tmpfs": [{"ContainerPath": "/t", "Size": 1}],
            },
        },
        (),
    )


def test_names_what_cannot_be_merged() -> None:
    _, clashes = fold(
        [
            {"Image": "a", "Command": ["x"], "Environment": [{"Name": "A", "Value": "1"}]},
            {"Image": "b", "Command": ["y"], "Environment": [{"Name": "A", "Value": "2"}]},
        ]
    )
    assert set(clashes) == {Conflict("Image"), Conflict("Command"), Conflict("Environment", "[A]")}


def test_an_intrinsic_is_one_value() -> None:
    assert fold([{"Role": ref("A")}, {"Role": ref("A")}]) == ({"Role": ref("A")}, ())
    assert fold([{"Role": ref("A")}, {"Role": ref("B")}])[1] == (Conflict("Role"),)


def test_ports_sort_by_number() -> None:
    found, _ = fold(
        [{"PortMappings": [{"ContainerPort": 80}]}, {"PortMappings": [{"ContainerPort": 9}]}]
    )
    assert found == {"PortMappings": [{"ContainerPort": 9}, {"ContainerPort": 80}]}


def test_a_port_has_one_protocol() -> None:
    mappings = ({"ContainerPort": 53, "Protocol": protocol} for protocol in ("tcp", "udp"))
    _, clashes = fold({"PortMappings": [mapping]} for mapping in mappings)
    assert clashes == (Conflict("PortMappings", "[53]"),)


def test_a_conflict_knows_its_field_whatever_its_name() -> None:
    for name in ("a.b", "x[1]"):
        _, (conflict,) = fold([{name: "1"}, {name: "2"}])
        assert conflict.field == str(conflict) == name
    _, (conflict,) = fold([{"a.b": {"c": "1"}}, {"a.b": {"c": "2"}}])
    assert (conflict.field, str(conflict)) == ("a.b", "a.b.c")


@pytest.mark.parametrize(("one", "other"), [(1, True), (256, 256.0), ([0], [False])])
def test_values_that_are_equal_but_written_differently_conflict(one: object, other: object) -> None:
    for order in ((one, other), (other, one)):
        assert fold([{"Cpu": value} for value in order])[1] == (Conflict("Cpu"),)
