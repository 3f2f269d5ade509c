"""Write findings as SARIF 2.1.0, which services that show the findings of many tools read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from compose2cfn import __version__
from compose2cfn.codes import CODES
from compose2cfn.codes.explanation import unlinked
from compose2cfn.diagnostics import Diagnostic, Location, Severity, dotted, visible

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def log(diagnostics: Iterable[Diagnostic]) -> dict[str, object]:
    """Return a log of one run."""
    found = tuple(diagnostics)
    codes = sorted({each.code for each in found})
    start = _start(found)
    driver = {
        "name": "compose2cfn",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.code), each.at or start) for each in found],
    }
    return {"version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, object]:
    """Explain a code; those of emitters of others are only named."""
    rule: dict[str, object] = {"id": visible(code)}
    if explanation := CODES.get(code):
        rule["fullDescription"] = {"text": unlinked(explanation.cause)}
        rule["help"] = {"text": unlinked(f"{explanation.reason}\n\n{explanation.cure}")}
    return rule


def _start(found: Iterable[Diagnostic]) -> Location | None:
    """Return where the first file begins: there is what has no place.

    GitHub refuses a whole log for one result without a file.
    """
    files = (each.at.file for each in found if each.at)
    return next((Location(file, 1, 1) for file in files), None)


def _result(found: Diagnostic, index: int, place: Location | None) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": visible(found.code),
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": {"text": _unlinked(found.text)},
    }
    location: dict[str, object] = {}
    if place:
        location["physicalLocation"] = _physical(place)
    if found.path:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(dotted(found.path))}]
    if location:
        result["locations"] = [location]
    if found.places:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(place)}
            for number, place in enumerate(found.places)
        ]
    return result


def _unlinked(text: str) -> str:
    """Break what viewers would make a link of, ``[text](target)``: a file could name any target."""
    return text.replace("](", "] (")


def _physical(place: Location) -> dict[str, object]:
    return {
        "artifactLocation": {"uri": _uri(place.file)},
        "region": {"startLine": place.line, "startColumn": place.column},
    }


def _uri(file: str) -> str:
    """Write a path as a URI: absolute ones with a scheme, others relative to where they count."""
    path = quote(file.encode("utf-8", "surrogatepass"))
    return f"file://{path}" if PurePosixPath(file).is_absolute() else path
