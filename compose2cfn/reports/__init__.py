"""Write findings for people and for machines."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from compose2cfn.diagnostics import Diagnostic, Severity, visible

Report: TypeAlias = Callable[[tuple[Diagnostic, ...]], str]


def write_findings(diagnostics: Iterable[Diagnostic], form: str) -> str:
    """Write findings in a form: ``text``, ``json``, ``github`` or ``sarif``.

    Every line ends with a line break. JSON and SARIF are documents also if nothing was found.
    """
    return _REPORTS[form](tuple(diagnostics))


def _text(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "".join(f"{found}\n" for found in diagnostics)


def _json(diagnostics: tuple[Diagnostic, ...]) -> str:
    return json_document({"diagnostics": [found.to_dict() for found in diagnostics]})


def json_document(content: Mapping[str, object]) -> str:
    """Write a JSON document that is ASCII: a standard stream may have any encoding."""
    return f"{json.dumps(content, indent=2)}\n"


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _github(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Write workflow commands, which GitHub shows at the lines of a change.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(map(_command, diagnostics))


def _command(found: Diagnostic) -> str:
    place = found.at.to_dict() if found.at else {}
    columns = {"col" if name == "column" else name: value for name, value in place.items()}
    properties = {**columns, "title": visible(found.code)}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {written}::{_data(found.text)}\n"


def _data(text: str) -> str:
    """Escape what GitHub unescapes in the message of a command; no line break is left by then."""
    return text.replace("%", "%25")


def _property(text: str) -> str:
    """Escape what would end a property of a command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(diagnostics: tuple[Diagnostic, ...]) -> str:
    # It explains the codes, whose texts nothing else needs.
    from compose2cfn.reports.sarif import log  # noqa: PLC0415

    return json_document(log(diagnostics))


_REPORTS: Mapping[str, Report] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
