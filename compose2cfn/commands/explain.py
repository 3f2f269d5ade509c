"""``explain``: say what a code means."""

from compose2cfn.arguments import Arguments, refuse
from compose2cfn.codes.explain import explain
from compose2cfn.commands.outcome import Outcome


def run_explain(arguments: Arguments) -> Outcome:
    """Explain the codes that are named."""
    try:
        return Outcome("\n".join(map(explain, arguments.words[1:])))
    except LookupError as error:
        refuse(str(error.args[0]))
        raise
