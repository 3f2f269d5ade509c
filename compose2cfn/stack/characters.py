"""Find characters that cannot be passed to a program."""

from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.diagnostics import Diagnostic, Steps, dotted
from compose2cfn.model.app import App
from compose2cfn.model.base import HIDDEN, Model, key_of
from compose2cfn.stack.overlay import OVERLAY_PATH
from compose2cfn.stack.result import Body


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
    holding = [(section, id_) for section, id_, entry in entries if any(_holding(entry, ()))]
    written = sorted(set(_holding(app.project, ())), key=str) if holding else []
    for path in written or [origins.get(place, OVERLAY_PATH) for place in holding]:
        known = path
        while known and known not in app.places:  # what comes from a file of variables
            known = known[:-1]
        message = (
            f"{dotted(path[len(known) :]) or 'this'} holds a NUL character, which ends every text "
            "on its way to a program; take it out"
        )
        yield Diagnostic(code="null-character", message=message, path=known)


def _entries(body: Body, section: str) -> Iterable[tuple[str, object]]:
    entries = body.get(section)
    return entries.items() if isinstance(entries, dict) else ()


def _holding(value: object, path: Steps) -> Iterator[Steps]:
    """List the paths at which a text holds a NUL, below the path of a value."""
    match value:
        case str() if "\0" in value:
            yield path
        case Model():
            for name, part in vars(value).items():
                if name not in HIDDEN:
                    yield from _holding(part, (*path, key_of(name)))
        case Mapping():
            for key, part in value.items():
                here = (*path, key)
                yield from [here] if "\0" in str(key) else _holding(part, here)
        case list() | tuple():
            for number, part in enumerate(value):
                yield from _holding(part, (*path, number))
