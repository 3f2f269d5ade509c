"""Ports for which Docker chooses a free one of the host: who keeps the number of its own."""

import pytest

from compose2cfn import Memory, Result, convert


def converted(**ports: str) -> Result:
    """Convert services with one port each."""
    services = "".join(
        f'  {name}: {{image: app, ports: ["{port}"]}}\n' for name, port in ports.items()
    )
    return convert(files=Memory({"compose.yaml": f"services:\n{services}"}))


def listeners(result: Result) -> list[int]:
    """List the ports of the load balancers of a template."""
    return sorted(
        each.properties["Port"]
        for each in result.template.resources.values()
        if each.resource_type == "AWS::ElasticLoadBalancingV2::Listener"
    )


@pytest.mark.parametrize(
    ("ports", "published", "withheld"),
    [
        ({"a": "5000"}, [5000], []),
        ({"a": "5000", "b": "5001"}, [5000, 5001], []),
        ({"a": "5000", "b": "5000"}, [], ["a", "b"]),
        ({"a": "5000", "b": "6000:5000"}, [5000, 6000], []),
        ({"a": "5000", "b": "5000:80"}, [5000], ["a"]),
        ({"a": "5000", "b": "5000", "c": "5000:80"}, [5000], ["a", "b"]),
        ({"a": "5000", "b": "127.0.0.1:5000:5000"}, [5000], []),
    ],
)
def test_a_number_that_is_named_is_kept(
    ports: dict[str, str], published: list[int], withheld: list[str]
) -> None:
    result = converted(**ports)
    assert listeners(result) == published
    found = [each for each in result.diagnostics if each.code == "port-unnumbered"]
    told = [other.path[1] for each in found for other in (each, *each.others)]
    assert told == withheld
