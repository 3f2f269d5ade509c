"""``convert``: print the template."""

from collections.abc import Mapping

from compose2cfn.arguments import FAILURE, SUCCESS, Arguments
from compose2cfn.commands.delivery import read_file
from compose2cfn.commands.inputs import application, check_refusals, chosen_emitters
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, failed
from compose2cfn.pipeline import emit_loaded
from compose2cfn.stack.checks import detour
from compose2cfn.stack.result import Result


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
    found = (*noted, *result.diagnostics)
    if arguments.form == "json":
        text = result.to_json()
        large = "template-large" in {each.code for each in found}
        found += () if large else tuple(detour(text, "JSON"))
    else:
        text = result.to_yaml()
    made = Outcome(text, found)
    return made if arguments.parameters_out is None else _with_values(made, result, arguments)


def _with_values(made: Outcome, result: Result, arguments: Arguments) -> Outcome:
    """Add the file of the values that the parameters get."""
    from compose2cfn.values import choose_values, read_values, write_values

    contents = {path: read_file(path, arguments.root) for path in arguments.values}
    given = read_values(contents, arguments.parameter)
    chosen = choose_values(result.to_dict(), given)
    text = write_values(chosen.values, arguments.parameters_format)
    found = (*made.diagnostics, *chosen.diagnostics)
    return Outcome(
        made.text,
        found,
        FAILURE if failed(found) else SUCCESS,
        {str(arguments.parameters_out): text},
    )
