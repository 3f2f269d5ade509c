"""Find texts of the Compose file that a template cannot contain as they are."""

import re
from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.diagnostics import Diagnostic, Steps, dotted
from compose2cfn.model.app import App
from compose2cfn.model.base import HIDDEN, Model, key_of
from compose2cfn.plan.terms.values import DYNAMIC_REFERENCE
from compose2cfn.stack.result import OVERLAY_PATH, Body


def nulls(
    app: App, body: Body, text: str, origins: Mapping[tuple[str, str], Steps]
) -> Iterator[Diagnostic]:
    """Report texts that contain a NUL; ``text`` is the template as YAML.

    It ends an argument or a variable of a process, so no text of a container can contain one. Both
    can contain other control characters, Docker passes them on, and ECS does not exclude any
    characters from a value: they stay, and are escaped where the template is written.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KeyValuePair.html
    """
    if "\\0" not in text:  # as YAML escapes it
        return
    entries = (
        (s, id_, entry) for s in ("Resources", "Outputs") for id_, entry in _entries(body, s)
    )
    holding = [(section, id_) for section, id_, entry in entries if any(_holding(entry, (), NUL))]
    places = {path for path, _ in _holding(app.project, (), NUL)} if holding else set()
    written = sorted(places, key=str)
    for path in written or [origins.get(place, OVERLAY_PATH) for place in holding]:
        known = _known(app, path)
        message = (
            f"{dotted(path[len(known) :]) or 'this'} holds a NUL character, which ends every text "
            "on its way to a program; take it out"
        )
        yield Diagnostic(code="null-character", message=message, path=known)


NUL = "\0"


def resolved(app: App, body: Body, text: str) -> Iterator[Diagnostic]:
    """Report texts that CloudFormation would resolve; ``text`` is the template as YAML.

    It would read the secret or parameter with the rights of whoever deploys, and put its value into
    the stack as plain text. Only ``x-aws-*`` keys may ask for that, and emitters of others.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    if DYNAMIC_REFERENCE not in text:
        return
    made = {each for _, found in _holding(body, (), DYNAMIC_REFERENCE) for each in _starts(found)}
    for path, written in sorted(set(_holding(app.project, (), DYNAMIC_REFERENCE)), key=str):
        if _of_aws(path) or made.isdisjoint(_starts(written)):
            continue
        known = _known(app, path)
        message = (
            f"CloudFormation would replace {DYNAMIC_REFERENCE}...}}}} in "
            f"{dotted(path[len(known) :]) or 'this'} by a secret or parameter of the account; "
            "write x-aws-secrets instead"
        )
        yield Diagnostic(code="reference-dynamic", message=message, path=known)


def _starts(text: str) -> list[str]:
    """List how the references in a text begin: what comes later may be rewritten, as in a path."""
    return re.findall(re.escape(DYNAMIC_REFERENCE) + "[A-Za-z0-9_.:-]*", text)


def _of_aws(path: Steps) -> bool:
    return any(str(step).startswith("x-aws-") for step in path)


def _known(app: App, path: Steps) -> Steps:
    """Find the nearest place of a path: what comes from a file of variables has none itself."""
    while path and path not in app.places:
        path = path[:-1]
    return path


def _entries(body: Body, section: str) -> Iterable[tuple[str, object]]:
    entries = body.get(section)
    return entries.items() if isinstance(entries, dict) else ()


def _holding(value: object, path: Steps, mark: str) -> Iterator[tuple[Steps, str]]:
    """List the texts that hold a mark, keys too, each with its path below that of a value."""
    match value:
        case str() if mark in value:
            yield path, value
        case Model():
            for name, part in vars(value).items():
                if name not in HIDDEN:
                    yield from _holding(part, (*path, key_of(name)), mark)
            yield from _holding(_of_others(value), path, mark)
        case Mapping():
            for key, part in value.items():
                here = (*path, key)
                if mark in str(key):
                    yield here, str(key)
                else:
                    yield from _holding(part, here, mark)
        case list() | tuple():
            for number, part in enumerate(value):
                yield from _holding(part, (*path, number), mark)


def _of_others(model: Model) -> Mapping[str, object]:
    """Return the ``x-*`` keys that are for emitters of others."""
    return {k: part for k, part in model.extensions.items() if not k.startswith("x-aws-")}
