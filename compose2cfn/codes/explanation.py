"""What the table of codes has to say of each of them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import Severity


class Explanation(NamedTuple):
    """What there is to know of a code, in Markdown."""

    severities: Mapping[Severity, str]
    """Every severity that findings of this code have; with several, when they have it."""
    cause: str
    """What leads to it."""
    reason: str
    """Why it matters: what Docker or AWS does, and what would happen otherwise."""
    cure: str
    """What to write instead."""
    snippet: str = ""
    """A Compose file in which it is written so, indented like the code around it."""
    unshown: str = ""
    """Why no Compose file can lead to it; empty for the others, which a fixture shows."""


class Chapter(NamedTuple):
    """Codes that are about one thing, in alphabetical order."""

    title: str
    codes: Mapping[str, Explanation]


ERROR: Mapping[Severity, str] = {Severity.ERROR: ""}
WARNING: Mapping[Severity, str] = {Severity.WARNING: ""}
INFO: Mapping[Severity, str] = {Severity.INFO: ""}


def unlinked(text: str) -> str:
    """Keep the words of links: outside the page, they lead nowhere."""
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
