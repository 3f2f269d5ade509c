"""``policy``: print who needs which permissions to deploy the template."""

from collections.abc import Mapping

from compose2cfn.arguments import FAILURE, SUCCESS, Arguments, refuse
from compose2cfn.commands.delivery import read_file
from compose2cfn.commands.outcome import Outcome
from compose2cfn.commands.template import with_template
from compose2cfn.diagnostics import Diagnostic, failed
from compose2cfn.policy import Reach, deployment_grants
from compose2cfn.stack.result import Result

_ASKED = frozenset({"parameter-missing", "parameter-secret"})
"""What is said of parameters without a value, of which a policy needs none."""


def run_policy(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Make the template, and write the policies that deploying it takes."""
    reach = _reach(arguments)

    def grant(result: Result, noted: tuple[Diagnostic, ...]) -> Outcome:
        body = result.to_dict()
        values, said = _values(body, arguments)
        grants = deployment_grants(body, reach, values=values, sources=result.sources)
        found = (*noted, *said, *grants.diagnostics)
        return Outcome(grants.to_json(), found, FAILURE if failed(found) else SUCCESS)

    return with_template(arguments, variables, grant)


def _reach(arguments: Arguments) -> Reach:
    """Read what the policies reach; what AWS would refuse is wrong usage."""
    given = {
        "partition": arguments.partition,
        "region": arguments.region,
        "account": arguments.account,
        "stack": arguments.stack,
        "role": arguments.service_role,
        "bucket": arguments.bucket,
    }
    try:
        return Reach(**{name: text for name, text in given.items() if text is not None}).whole()
    except ValueError as error:
        refuse(str(error))
        raise


def _values(
    body: Mapping[str, object], arguments: Arguments
) -> tuple[Mapping[str, str], tuple[Diagnostic, ...]]:
    """Read the values that parameters are given, as far as there are any."""
    from compose2cfn.values import choose_values, read_values

    contents = {path: read_file(path, arguments.root) for path in arguments.values}
    chosen = choose_values(body, read_values(contents, arguments.parameter))
    said = tuple(found for found in chosen.diagnostics if found.code not in _ASKED)
    return chosen.values, said
