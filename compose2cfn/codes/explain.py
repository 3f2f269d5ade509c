"""Explain a code to a person at a terminal."""

from collections.abc import Iterator
from textwrap import dedent, fill, indent

from compose2cfn.codes import CODES
from compose2cfn.codes.explanation import Explanation, unlinked
from compose2cfn.diagnostics import did_you_mean

_WIDTH = 98


def explain(code: str) -> str:
    """Say what leads to a code, why it matters and what to write; raises `LookupError`."""
    if code not in CODES:
        where = "; a finding ends with its code, as in [image-local]"
        raise LookupError(f"there is no code {code!r}{did_you_mean(code, CODES) or where}")
    return "\n".join(_paragraphs(code, CODES[code]))


def _paragraphs(code: str, explanation: Explanation) -> Iterator[str]:
    yield f"{code} ({' or '.join(explanation.severities)})\n"
    yield _filled(explanation.cause)
    whens = {severity: when for severity, when in explanation.severities.items() if when}
    yield from (_filled(f"{severity}: {when}") for severity, when in whens.items())
    yield _filled(f"Why it matters: {explanation.reason}")
    yield _filled(f"What to do: {explanation.cure}")
    if explanation.snippet:
        yield indent(dedent(explanation.snippet).strip("\n"), "    ") + "\n"


def _filled(text: str) -> str:
    return fill(unlinked(text), _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"
