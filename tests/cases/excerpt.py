"""Keep of a template what a case is about."""

from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.stack import render


def excerpt(template: Mapping[str, object], show: Iterable[str]) -> str:
    """Write the parts of a template that ``show`` names, in the form that the whole one has.

    A word is the name of a section (``Parameters``), a type (``AWS::ECS::Service``) or the id of
    one thing, whatever its section (``WebService``). Raises `ValueError` for a word that names
    nothing.
    """
    wanted = frozenset(show)
    if unknown := wanted.difference(_words(template)):
        raise ValueError(f"show names what the template does not have: {sorted(unknown)}")
    kept = {
        section: content if section in wanted else dict(_parts(content, wanted))
        for section, content in template.items()
    }
    return render.yaml({section: content for section, content in kept.items() if content})


def _words(template: Mapping[str, object]) -> Iterator[str]:
    """List the words that name something."""
    for section, content in template.items():
        yield section
        if isinstance(content, dict):
            for id_, part in content.items():
                yield from (id_, _type(part))


def _parts(content: object, wanted: frozenset[str]) -> Iterator[tuple[str, object]]:
    """List what is wanted of a section."""
    if isinstance(content, dict):
        for id_, part in content.items():
            if id_ in wanted or _type(part) in wanted:
                yield id_, part


def _type(part: object) -> str:
    match part:
        case {"Type": str(kind)}:
            return kind
    return ""
