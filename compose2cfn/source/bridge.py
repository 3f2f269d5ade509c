"""Read the model that ``docker compose bridge convert`` hands to other programs.

It is a Compose file in which variables are put in, so that every dollar sign is one, and names and
whole paths are written. Secrets and configs have what was read in ``content``, beside the ``file``
or the variable that it was read from.
https://github.com/docker/compose/blob/main/pkg/bridge/convert.go
"""

import re

from compose2cfn.source.nodes import Leaf, Node, Table

_WHOLE_PATH = r"/|[A-Za-z]:[/\\]"


def handed_over(document: Table) -> bool:
    """Tell whether a document is such a model, and not a file whose author wrote one key too many.

    In the model, all of these have names, which Docker Compose gave them, and whole paths.
    """
    entries = [
        entry
        for section in ("secrets", "configs")
        for entry in _entries(document.items.get(section))
    ]
    named = "name" in document.items and all("name" in entry.items for entry in entries)
    return named and any(map(_is_read, entries)) and all(map(_has_whole_path, entries))


def without_secrets(document: Table) -> Table:
    """Leave out what is in the secrets: nothing that reads the model needs it."""
    match document.items.get("secrets"):
        case Table() as secrets:
            kept = {name: _without_content(secret) for name, secret in secrets.items.items()}
            whole = Table(kept, secrets.keys, secrets.at, secrets.tag)
            items = {**document.items, "secrets": whole}
            return Table(items, document.keys, document.at, document.tag)
    return document


def _entries(section: Node | None) -> list[Table]:
    entries = section.items.values() if isinstance(section, Table) else ()
    return [entry for entry in entries if isinstance(entry, Table)]


def _is_read(entry: Table) -> bool:
    return "content" in entry.items and not entry.items.keys().isdisjoint({"file", "environment"})


def _has_whole_path(entry: Table) -> bool:
    match entry.items.get("file"):
        case None:
            return True
        case Leaf(value=str(path)):
            return bool(re.match(_WHOLE_PATH, path))
    return False


def _without_content(secret: Node) -> Node:
    if not isinstance(secret, Table):
        return secret
    kept = {key: value for key, value in secret.items.items() if key != "content"}
    return Table(kept, secret.keys, secret.at, secret.tag)
