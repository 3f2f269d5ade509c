"""``diff``: foretell what an update does to a stack."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from yaml import YAMLError

from compose2cfn.arguments import SUCCESS, Arguments
from compose2cfn.changes import Origins, compare_templates, with_lines, write_changes
from compose2cfn.commands.delivery import read_file
from compose2cfn.commands.inputs import application, check_refusals, chosen_emitters
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, Diagnostic, Location
from compose2cfn.model.app import App
from compose2cfn.pipeline import emit_loaded
from compose2cfn.source.nodes import Table
from compose2cfn.source.yaml import parse_yaml
from compose2cfn.testing import read_template

REPLACED, LOST = 3, 4
"""How the program ends if something but a task definition is or may be replaced; if data is."""


class _Side(NamedTuple):
    """A template, where its resources come from, and what was found on the way."""

    body: Mapping[str, object]
    places: Mapping[str, Location]
    diagnostics: tuple[Diagnostic, ...] = ()
    origins: Origins | None = None
    """What a template cannot tell."""


def run_diff(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Compare two templates or Compose files; findings are those of the new one."""
    check_refusals(arguments, chosen_emitters(arguments.emitter).emitters)
    old, new = (_side(path, arguments, variables) for path in arguments.words[1:])
    compared = compare_templates(old.body, new.body, before=old.places, after=new.places)
    if old.origins and new.origins:
        compared = with_lines(compared, old.origins, new.origins)
    status = LOST if compared.loses_data else REPLACED if compared.replaces else SUCCESS
    return Outcome(write_changes(compared, arguments.form), new.diagnostics, status)


def _side(path: str, arguments: Arguments, variables: Mapping[str, str]) -> _Side:
    """Read a template, or make one of a Compose file."""
    content = b"" if Path(path).is_dir() else read_file(path, arguments.root)
    body = template_body(content, path)
    if body is not None:
        return _Side(body, {})
    named = Arguments(**{**vars(arguments), "file": [path], "words": ["convert"]})
    emitters, noted = chosen_emitters(arguments.emitter)
    stdin = BytesIO(content) if path == "-" else None
    loaded: list[App] = []

    def load() -> App:
        loaded.append(application(named, variables, bridge=True, stdin=stdin))
        return loaded[0]

    result = emit_loaded(load, emitters, refuse=arguments.refuse)
    places = {id_: place for id_, (_, place) in result.sources.items() if place}
    origins = Origins(loaded[0], {id_: origin for id_, (origin, _) in result.sources.items()})
    return _Side(result.to_dict(), places, (*noted, *result.diagnostics), origins)


def template_body(content: bytes, path: str) -> Mapping[str, object] | None:
    """Read a template; None if the file is not one. Raises `ComposeError` if it is not legible.

    What is too large or refers to itself is a fault to the reader of Compose files already.
    """
    documents, faults = parse_yaml(content, path)
    match documents:
        case [Table(items={"Resources": Table()})] if not faults:
            try:
                body = read_template(content.decode("utf-8-sig"))
            except (UnicodeDecodeError, ValueError, YAMLError) as error:
                about = "this is not a template that CloudFormation can read; correct its YAML"
                raise ComposeError.of("yaml-syntax", about, at=Location(path, 1, 1)) from error
            return body if isinstance(body, dict) else None
    return None
