"""``config``: print the Compose model, as ``docker compose config`` does."""

from collections.abc import Mapping

from compose2cfn.arguments import Arguments
from compose2cfn.commands.inputs import application, check_refusals
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, Diagnostic, told
from compose2cfn.model.app import App
from compose2cfn.model.project import Project
from compose2cfn.stack import render


def run_config(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Write the Compose model."""
    project, found = _read(arguments, variables)
    if arguments.form == "json":
        return Outcome(render.plain_json(project.to_compose()), found)
    return Outcome(render.plain_yaml(project.to_compose(extensions=True)), found)


def _read(
    arguments: Arguments, variables: Mapping[str, str]
) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Read the Compose files, and let go of all but the model: places take as much memory."""
    load = _allowed if arguments.refuse else application
    app = load(arguments, variables)
    return app.project, told(app.diagnostics)


def _allowed(arguments: Arguments, variables: Mapping[str, str]) -> App:
    """Load the Compose files, and refuse what they must not say."""
    from compose2cfn.rights import refusals

    check_refusals(arguments, ())  # no emitter takes part
    app = application(arguments, variables)
    if refused := tuple(refusals(app, arguments.refuse)):
        raise ComposeError([*app.diagnostics, *refused])
    return app
