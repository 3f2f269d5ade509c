"""Keep of a template what a case is about."""

from collections.abc import Iterator, Mapping, Sequence

from compose2cfn.stack import render

Steps = tuple[str, ...]

LABELS = ("Type", "Name")
"""What tells what a thing is: kept wherever something of it is."""


def excerpt(template: Mapping[str, object], show: Sequence[str]) -> str:
    """Write the parts of a template that ``show`` names, in the form that the whole one has.

    A word is the name of a section (``Parameters``), a type (``AWS::ECS::Service``) or the id of
    one thing, whatever its section (``WebService``). A type or an id may have a path, of which
    only the end is kept, and what a label says of the things on the way:
    ``AWS::ECS::TaskDefinition.ContainerDefinitions.Image``. The path begins at an attribute or a
    property, and goes through lists to each of their items. Raises `ValueError` for a word that
    names nothing.
    """
    for word in show:
        if not _excerpt(template, [word]):
            raise ValueError(f"show names {word!r}, and the template has no such thing")
    return render.yaml(render.arrange(_excerpt(template, show)))


def _excerpt(template: Mapping[str, object], show: Sequence[str]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for section, content in template.items():
        if section in show:
            kept[section] = content
        elif isinstance(content, dict):
            parts = {id_: _kept(part, [*_paths(id_, part, show)]) for id_, part in content.items()}
            kept[section] = {id_: part for id_, part in parts.items() if part is not None}
    return {section: content for section, content in kept.items() if content}


def _paths(id_: str, part: object, show: Sequence[str]) -> Iterator[Steps]:
    """List the paths that are shown of a part, each as one of attributes and of properties."""
    names = {id_, part.get("Type")} if isinstance(part, dict) else {id_}
    for name, *path in (word.split(".") for word in show):
        if name in names:
            yield tuple(path)
            if path:
                yield "Properties", *path


def _kept(value: object, paths: Sequence[Steps]) -> object:
    """Keep what is at the paths; `None` if nothing is."""
    if () in paths:
        return value
    kept: list[object] | dict[str, object] = {}
    match value:
        case list():
            items = (_kept(item, paths) for item in value)
            kept = [item for item in items if item is not None]
        case dict():
            ends = {key: [path[1:] for path in paths if path[0] == key] for key in value}
            parts = {key: _kept(part, ends[key]) for key, part in value.items()}
            found = {key: part for key, part in parts.items() if part is not None}
            labels = {key: value[key] for key in LABELS if key in value}
            kept = {**labels, **found} if found else {}
    return kept or None
