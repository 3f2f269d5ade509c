"""Make the template that a command line asks for: what ``convert`` and ``policy`` begin with."""

from collections.abc import Callable, Mapping

from compose2cfn.arguments import FAILURE, Arguments
from compose2cfn.commands.inputs import application, check_refusals, chosen_emitters
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, Diagnostic
from compose2cfn.pipeline import emit_loaded
from compose2cfn.stack.result import Result


def with_template(
    arguments: Arguments,
    variables: Mapping[str, str],
    use: Callable[[Result, tuple[Diagnostic, ...]], Outcome],
) -> Outcome:
    """Make the template, and what ``use`` makes of it and of what was found so far."""
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
    return use(result, (*noted, *result.diagnostics))
