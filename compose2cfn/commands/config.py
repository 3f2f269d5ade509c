"""``config``: print the Compose model, as ``docker compose config`` does."""

from collections.abc import Mapping

from compose2cfn.arguments import Arguments
from compose2cfn.commands.inputs import application, check_refusals
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, told
from compose2cfn.model.app import App
from compose2cfn.stack import render


def run_config(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Write the Compose model."""
    load = _allowed if arguments.refuse else application
    app = load(arguments, variables)
    found = told(app.diagnostics)
    if arguments.form == "json":
        return Outcome(render.plain_json(app.to_compose()), found)
    return Outcome(render.plain_yaml(app.to_compose(extensions=True)), found)


def _allowed(arguments: Arguments, variables: Mapping[str, str]) -> App:
    """Load the Compose files, and refuse what they must not say."""
    from compose2cfn.rights import refusals

    check_refusals(arguments, ())  # no emitter takes part
    app = application(arguments, variables)
    if refused := tuple(refusals(app, arguments.refuse)):
        raise ComposeError([*app.diagnostics, *refused])
    return app
