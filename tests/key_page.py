"""Write docs/keys.md: the ``x-aws-*`` keys, from the fields of the model and their meanings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from pydantic.fields import FieldInfo

from compose2cfn import Memory, Result, Severity, convert
from compose2cfn.changes import Change, Effect, compare_templates
from compose2cfn.model.base import ReadBy
from compose2cfn.model.keys import key_fields
from compose2cfn.model.marks import Right
from compose2cfn.model.meanings import MEANINGS, Meaning

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"
MOST_EFFECTS = 8
_WHOLE = frozenset({Effect.ADDED, Effect.REMOVED})
_UNREAD = ("jobs.", "services.*.deploy.rollback_config.")
"""Places in which Compose has the same model, and no conversion reads it."""
_HOMES = {"": "the top level", "services.*.": "a service", "services.*.ports[].": "a port"}

_HEAD = """\
# The `x-aws-*` keys

What only AWS understands is said with these keys; Docker Compose ignores them. A value is used as
it is; an empty value (`x-aws-vpc: ${AWS_VPC}` with `AWS_VPC` unset) becomes a parameter of the
template where a parameter can say it; without the key, the default below holds.

Functions of CloudFormation are written as in templates (`!Ref`, `!ImportValue`, `Fn::Sub`, …).
Where authors are not trusted (`--refuse rights`), *whoever deploys* means that they cannot write
the key, if its value [uses or opens what exists](security.md#rights).

Each example is a whole Compose file. What the key leads to there is the difference between its
template and the one without the key: what is added, what changes, and what is not made.

| key | where it is written |
|---|---|
"""


class Key(NamedTuple):
    """A key, or a setting in the mapping of one; and the fields that read it, by place."""

    name: str
    fields: Mapping[str, FieldInfo]

    @property
    def form(self) -> str:
        """What may be written."""
        readers = (m for field in self.fields.values() for m in field.metadata)
        return next(each.form for each in readers if isinstance(each, ReadBy))

    @property
    def is_right(self) -> bool:
        """Tell whether only whoever deploys may write it, where authors are not trusted."""
        return any(isinstance(m, Right) for field in self.fields.values() for m in field.metadata)


@cache
def keys() -> Mapping[str, Mapping[str, Key]]:
    """List the keys of the model, each with its settings; a key without settings has ``""``."""
    found: dict[str, dict[str, dict[str, FieldInfo]]] = {}
    for pattern, field in key_fields():
        home, mark, name = pattern.partition("x-aws-")
        if mark and not home.startswith(_UNREAD):
            key, _, setting = f"{mark}{name}".partition(".")
            found.setdefault(key, {}).setdefault(setting, {})[home] = field
    return {
        key: {setting: Key(setting or key, fields) for setting, fields in settings.items()}
        for key, settings in sorted(found.items())
    }


def key_page() -> str:
    """Write the page."""
    return "".join(_page())


def _page() -> Iterator[str]:
    yield _HEAD
    for name, settings in keys().items():
        yield f"| [`{name}`](#{name}) | {_places(settings)} |\n"
    for name, settings in keys().items():
        yield from _section(name, settings, MEANINGS[name])


def _places(settings: Mapping[str, Key]) -> str:
    homes = dict.fromkeys(home for key in settings.values() for home in key.fields)
    return ", ".join(_HOMES.get(home, f"`{home.rstrip('.')}`") for home in homes)


def _section(name: str, settings: Mapping[str, Key], meaning: Meaning) -> Iterator[str]:
    yield f"\n## {name}\n\n{meaning.text}\n\n"
    yield f"- **Where:** {_places(settings)}\n"
    if "" in settings:
        yield f"- **Form:** {settings[''].form}\n"
    yield f"- **Default:** {meaning.default}\n"
    if "" in settings:
        yield f"- **Who may write it:** {_writers(settings[''])}\n"
    else:
        yield "\n| setting | meaning | form | who may write it |\n|---|---|---|---|\n"
        for setting, key in sorted(settings.items()):
            about = meaning.settings[setting]
            yield f"| `{setting}` | {about} | {key.form} | {_writers(key)} |\n"
    if meaning.example:
        yield f"\n```yaml\n{example(name)}```\n\nThis leads to\n\n"
        yield from (f"- {each}\n" for each in effects(name))


def _writers(key: Key) -> str:
    return "whoever deploys" if key.is_right else "any author"


def example(name: str) -> str:
    """Return the Compose file that shows a key."""
    return dedent(MEANINGS[name].example).strip("\n") + "\n"


def without(name: str) -> str:
    """Return the same file without the key, and without what the key holds."""
    kept: list[str] = []
    depth: int | None = None
    for line in example(name).splitlines(keepends=True):
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            continue
        depth = indent if re.match(rf" *{re.escape(name)}:", line) else None
        if depth is None:
            kept.append(line)
    return "".join(kept)


def converted(text: str) -> Result:
    """Convert a Compose file that is alone in its project."""
    return convert(files=Memory({"compose.yaml": text}), project_name="shop")


def effects(name: str) -> list[str]:
    """Say how what comes of an example differs from what comes of it without the key."""
    old, new = converted(without(name)), converted(example(name))
    before, after = (_parameters(each) for each in (old, new))
    changes = compare_templates(old.to_dict(), new.to_dict(), before={}, after={}).changes
    found = [
        *(f"the parameter `{each}`" for each in sorted(after - before)),
        *(_resource(each) for each in changes if each.effect is Effect.ADDED),
        *filter(None, (_changed(each) for each in changes if each.effect not in _WHOLE)),
        *(f"no parameter `{each}`" for each in sorted(before - after)),
        *(f"no {_resource(each)}" for each in changes if each.effect is Effect.REMOVED),
    ]
    more = len(found) - MOST_EFFECTS
    shown = [*found[:MOST_EFFECTS], f"{more} more changes"] if more > 1 else found
    return [*shown, *(f"the warning [{code}](diagnostics.md#{code})" for code in warnings(new))]


def warnings(result: Result) -> list[str]:
    """List the codes of warnings, each once."""
    found = (each.code for each in result.diagnostics if each.severity is Severity.WARNING)
    return list(dict.fromkeys(found))


def _parameters(result: Result) -> set[str]:
    parameters = result.to_dict().get("Parameters", {})
    assert isinstance(parameters, Mapping)
    return set(parameters)


def _resource(change: Change) -> str:
    return f"`{change.id}` ({change.type})"


def _changed(change: Change) -> str:
    """Say what differs in a resource; nothing if it follows from another resource."""
    said = dict.fromkeys(path for cause in change.causes if not cause.by for path in cause.paths)
    return f"{_resource(change)}: {_listed(said)}" if said else ""


def _listed(paths: Iterable[str]) -> str:
    first, *rest = paths
    return f"`{first}` and {len(rest)} more" if len(rest) > 2 else _quoted([first, *rest])


def _quoted(paths: Iterable[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)
