"""``convert``: print the template."""

from collections.abc import Mapping

from compose2cfn.arguments import FAILURE, SUCCESS, Arguments
from compose2cfn.commands.delivery import read_file
from compose2cfn.commands.outcome import Outcome
from compose2cfn.commands.template import with_template
from compose2cfn.diagnostics import Diagnostic, failed
from compose2cfn.stack.checks import detour
from compose2cfn.stack.result import Result


def run_convert(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Make the template."""
    return with_template(
        arguments, variables, lambda result, found: _written(result, found, arguments)
    )


def _written(result: Result, found: tuple[Diagnostic, ...], arguments: Arguments) -> Outcome:
    """Write the template, and the values of its parameters if they are asked for."""
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
