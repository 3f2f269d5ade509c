"""The kinds of scalars that keys of the specification hold."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import PlainSerializer

from compose2cfn.model.units import octal, shortest, single

Strings = tuple[str, ...]
Labels = Mapping[str, str]
Environment = Mapping[str, str | None]
Hosts = Annotated[
    Mapping[str, Strings],
    PlainSerializer(
        lambda hosts: sorted(f"{name}={address}" for name in hosts for address in hosts[name]),
        return_type=list[str],
    ),
]
"""Names of hosts with their addresses, printed as a list of ``name=address``."""
Share = Annotated[float, PlainSerializer(lambda value: shortest(single(value)), return_type=float)]
"""A share of a CPU or a ratio, kept in 32 bits."""
Mode = Annotated[int, PlainSerializer(octal, return_type=str)]
"""The mode of a file, printed as octal text."""
