"""Write what an update does: for a terminal, for a pull request, for programs.

Values are not shown: a template may have some that only those who deploy it see.
"""

import json
from collections.abc import Callable, Iterator, Mapping

from compose2cfn.changes.change import Cause, Change, DataFate, Effect
from compose2cfn.changes.compare import Comparison
from compose2cfn.diagnostics import visible

_SAID = {
    DataFate.LOST: "data is lost",
    DataFate.MAY_BE_LOST: "data may be lost",
    DataFate.KEPT: "the old one is kept",
}
_MARKS = {
    Effect.ADDED: "+",
    Effect.MODIFIED: "~",
    Effect.REMOVED: "-",
    Effect.MAY_BE_REPLACED: "?",
    Effect.REPLACED: "!",
}
_ORDER = (
    Effect.REPLACED,
    Effect.MAY_BE_REPLACED,
    Effect.REMOVED,
    Effect.MODIFIED,
    Effect.ADDED,
)
_EMPTY = {
    Effect.MAY_BE_REPLACED: "; a new one would start empty",
    Effect.REPLACED: "; the new one starts empty",
}
_NOTHING = "nothing changes\n"


def write_changes(comparison: Comparison, form: str) -> str:
    """Write what an update does in a form: ``text``, ``markdown`` or ``json``."""
    return _FORMS[form](comparison)


def _text(comparison: Comparison) -> str:
    return "".join(f"{line}\n" for line in _lines(comparison)) or _NOTHING


def _lines(comparison: Comparison) -> Iterator[str]:
    for change in _ordered(comparison):
        place = f" ({change.at})" if change.at else ""
        mark = _MARKS[change.effect]
        yield visible(f"{mark} {change.id} [{change.type}]: {_deed(change)}{place}")
        yield from (f"    {_said(cause)}" for cause in change.causes)
    yield from _notes(comparison)
    if comparison.changes:
        yield _summary(comparison)


def _ordered(comparison: Comparison) -> list[Change]:
    """Sort changes, the worst first."""
    return sorted(
        comparison.changes,
        key=lambda each: (
            each.data not in {DataFate.LOST, DataFate.MAY_BE_LOST},
            _ORDER.index(each.effect),
        ),
    )


def _deed(change: Change) -> str:
    if not change.data:
        return str(change.effect)
    return f"{change.effect}; {_SAID[change.data]}{_EMPTY.get(change.effect, '')}"


def _said(cause: Cause) -> str:
    if cause.name == "Type":
        return "Type: CloudFormation refuses to change it; give the new one another id"
    paths = ", ".join(cause.paths)
    by = f", since {cause.by} changes" if cause.by else ""
    lines = f" ({', '.join(map(str, cause.lines))})" if cause.lines else ""
    return visible(f"{paths}{by}{lines}")


def _notes(comparison: Comparison) -> Iterator[str]:
    for name, description in comparison.asked.items():
        about = f": {description}" if description else ""
        yield visible(f"the update asks for the parameter {name}{about}")
    for name in comparison.defaults:
        yield visible(f"the default of the parameter {name} changes; the stack keeps its value")


def _summary(comparison: Comparison) -> str:
    counts = dict.fromkeys(_ORDER, 0)
    for change in comparison.changes:
        counts[change.effect] += 1
    return ", ".join(f"{count} {effect}" for effect, count in counts.items() if count)


def _markdown(comparison: Comparison) -> str:
    lines = "".join(f"{line}\n" for line in _rows(comparison))
    return lines or _NOTHING


def _rows(comparison: Comparison) -> Iterator[str]:
    """Write a table, and below it what else there is to say."""
    if comparison.changes:
        yield f"**{_summary(comparison)}**\n"
        yield "| resource | type | what happens | why | where |"
        yield "|---|---|---|---|---|"
    for change in _ordered(comparison):
        deed = _deed(change)
        bold = f"**{deed}**" if change.data or change.effect is Effect.REPLACED else deed
        why = "<br>".join(_code(_said(cause)) for cause in change.causes)
        place = _code(str(change.at)) if change.at else ""
        yield f"| {_code(change.id)} | {_code(change.type)} | {bold} | {why} | {place} |"
    notes = tuple(_notes(comparison))
    if notes:
        yield ""
        yield from (f"- {_code(note)}" for note in notes)


def _code(text: str) -> str:
    """Write a text so that Markdown has no meaning in it; tables end cells at ``|`` even so."""
    plain = visible(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def _json(comparison: Comparison) -> str:
    content: Mapping[str, object] = {
        "changes": [change.to_dict() for change in comparison.changes],
        "parameters": {
            "asked": dict(comparison.asked),
            "defaults": list(comparison.defaults),
        },
        "replaces": comparison.replaces,
        "loses_data": comparison.loses_data,
    }
    return f"{json.dumps(content, indent=2)}\n"


_FORMS: Mapping[str, Callable[[Comparison], str]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
}
