"""``convert``: print the template."""

from collections.abc import Mapping

from compose2cfn.arguments import FAILURE, Arguments
from compose2cfn.commands.inputs import application, check_refusals, chosen_emitters
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError
from compose2cfn.pipeline import emit_loaded


def run_convert(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Make the template."""
    emitters, noted = chosen_emitters(arguments.emitter)
    check_refusals(arguments, emitters)
    try:
        result = emit_loaded(
            lambda: application(arguments, variables, bridge=True),
            emitters,
            refuse=arguments.refuse,
        )
    except ComposeError as error:
        return Outcome("", (*noted, *error.diagnostics), FAILURE)
    text = result.to_json() if arguments.format == "json" else result.to_yaml()
    return Outcome(text, (*noted, *result.diagnostics))
