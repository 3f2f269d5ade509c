"""What a command leads to."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from compose2cfn.arguments import SUCCESS
from compose2cfn.diagnostics import Diagnostic


class Outcome(NamedTuple):
    """What is printed, what was found on the way, and how the program ends if it can be printed."""

    text: str
    diagnostics: Sequence[Diagnostic] = ()
    status: int = SUCCESS
    files: Mapping[str, str] = MappingProxyType({})
    """What is written to files of its own, by their paths."""
