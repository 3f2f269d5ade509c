"""Do what a command line says, and say how it went: one module for each command."""

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from compose2cfn.arguments import FAILURE, MISUSE, Arguments
from compose2cfn.commands.outcome import Outcome
from compose2cfn.diagnostics import ComposeError, Severity


def perform(arguments: Arguments, variables: Mapping[str, str]) -> int:
    """Do what a command line says, with variables that may be seen; returns the exit status."""
    try:
        try:
            outcome = _outcome(arguments, variables)
        except ComposeError as error:
            outcome = Outcome("", error.diagnostics, FAILURE)
        return _concluded(outcome, arguments)
    except BrokenPipeError:
        # Nobody reads on. Python would try again at its own exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except OSError as error:
        written = arguments.output or arguments.check
        return _unwritten(error, "standard output" if written is None else Path(written))


def _unwritten(error: OSError, place: Path | str) -> int:
    print(f"compose2cfn: {place}: {error.strerror or error}", file=sys.stderr)
    return MISUSE


def _outcome(arguments: Arguments, variables: Mapping[str, str]) -> Outcome:
    """Run the command; only its own module is imported: explaining needs nothing that converts."""
    match arguments.command:
        case "config":
            from compose2cfn.commands.config import run_config

            return run_config(arguments, variables)
        case "diff":
            from compose2cfn.commands.diff import run_diff

            return run_diff(arguments, variables)
        case "explain":
            from compose2cfn.commands.explain import run_explain

            return run_explain(arguments)
        case "policy":
            from compose2cfn.commands.policy import run_policy

            return run_policy(arguments, variables)
    from compose2cfn.commands.convert import run_convert

    return run_convert(arguments, variables)


def _concluded(outcome: Outcome, arguments: Arguments) -> int:
    """Report what was found, and hand over what was made, if it may be."""
    _report(outcome, arguments)
    warned = any(found.severity is Severity.WARNING for found in outcome.diagnostics)
    if outcome.status == FAILURE or (arguments.strict and warned):
        return FAILURE
    return _delivered(outcome, arguments)


def _delivered(outcome: Outcome, arguments: Arguments) -> int:
    """Hand over what was made, and its other files: all of it, or nothing."""
    from compose2cfn.commands.delivery import draft_file, hand_over

    with ExitStack() as drafts:
        written = []
        for path, text in outcome.files.items():
            try:
                written.append(draft_file(text, Path(path), arguments.root))
            except OSError as error:
                return _unwritten(error, path)
            drafts.callback(written[-1].drop)
        if failed := hand_over(outcome.text, arguments):
            return failed
        for draft in written:
            draft.settle()
    return outcome.status


def _report(outcome: Outcome, arguments: Arguments) -> None:
    from compose2cfn.reports import write_findings

    told = (
        found
        for found in outcome.diagnostics
        if not (arguments.quiet and found.severity is Severity.INFO)
    )
    print(write_findings(told, arguments.diagnostics), end="", file=sys.stderr)
