"""Convert from the command line: ``python -m compose2cfn``."""

import gc
import os
import sys

from compose2cfn.arguments import FAILURE, INTERRUPTION, MISUSE, SUCCESS, parse


def main(
    line: list[str] | tuple[str, ...] | None = None, variables: dict[str, str] | None = None
) -> int:
    """Run a command line, by default with this process's variables; returns the exit status."""
    arguments = parse(line)
    try:
        from compose2cfn.commands import perform

        return perform(arguments, dict(os.environ) if variables is None else variables)
    except KeyboardInterrupt:
        return INTERRUPTION


def program() -> None:
    """Be the whole program: run the command line of this process, and end the process.

    It does one thing and is gone, so memory is not searched for garbage, and what is in memory at
    the end is left to the system instead of being taken apart. Pydantic looks for no plugins: no
    package that happens to be installed takes part, nor stops a run because it is broken.
    """
    gc.disable()
    variables = dict(os.environ)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    try:
        status = main(variables=variables)
    except SystemExit as end:
        status = int(end.code or SUCCESS)
    os._exit(status or _flushed())


def _flushed() -> int:
    """Write what is printed but still buffered, such as help; returns the exit status."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return FAILURE
    except OSError as error:
        sys.stderr.write(f"compose2cfn: standard output: {error.strerror or error}\n")
        return MISUSE
    return SUCCESS


if __name__ == "__main__":
    program()
