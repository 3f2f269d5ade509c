"""Convert from the command line: ``python -m compose2cfn``."""

import argparse
import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

import compose2cfn
from compose2cfn import ComposeError, Diagnostic, Disk, Severity

USAGE = """compose2cfn [convert] [options]
       compose2cfn config [options] [SERVICE ...]"""
DESCRIPTION = """\
Turn Docker Compose files into an AWS CloudFormation template, without a call to AWS.

commands:
  convert               print the template (what happens if no command is given)
  config                print the Compose model, as "docker compose config" does"""
EPILOG = """\
Without -f the files are found as Docker Compose finds them. Findings go to standard error.
Exit status: 0 converted; 1 the input cannot be converted, --check found a difference or --strict
a warning; 2 wrong usage, or the output cannot be written. A run that fails writes no output."""

SUCCESS, FAILURE, MISUSE, INTERRUPTION = 0, 1, 2, 130


class Arguments(argparse.Namespace):
    """What a command line says."""

    words: list[str]
    file: list[str]
    project_name: str | None
    project_directory: str | None
    env_file: list[str] | None
    profile: list[str]
    format: str
    output: Path | None
    check: Path | None
    strict: bool
    emitter: list[str]


class Version(argparse.Action):
    """Print the version; it is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and exit."""
        from importlib.metadata import version

        print("compose2cfn", version("compose2cfn"))
        parser.exit(SUCCESS)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit status."""
    parser = _parser()
    arguments = parser.parse_intermixed_args(argv, Arguments())
    command, *services = arguments.words or ["convert"]
    if command not in {"convert", "config"}:
        parser.error(f"there is no command {command!r}; name a Compose file with -f")
    if command == "convert" and services:
        parser.error("only config takes names of services")
    try:
        if command == "config":
            app = _load(arguments, services)
            text, diagnostics = _model(app, arguments), app.diagnostics
        else:
            emitters = _emitters(parser, arguments)
            app = _load(arguments, services)
            text, diagnostics = _template(app, emitters, arguments)
        _report(diagnostics)
        if arguments.strict and any(found.severity is Severity.WARNING for found in diagnostics):
            return FAILURE
        return _hand_over(text, arguments)
    except ComposeError as error:
        _report(error.diagnostics)
        return FAILURE
    except BrokenPipeError:
        # Nobody reads on. Python would try again at its own exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except OSError as error:
        place = arguments.output or arguments.check or "standard output"
        print(f"compose2cfn: {place}: {error.strerror or error}", file=sys.stderr)
        return MISUSE
    except KeyboardInterrupt:
        return INTERRUPTION


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compose2cfn",
        usage=USAGE,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", help=argparse.SUPPRESS)
    add(
        "-f", "--file", action="append", default=[], help="Compose file, again for more; - is stdin"
    )
    add("-p", "--project-name", metavar="NAME", help="project name")
    add("--project-directory", metavar="PATH", help="what relative paths start from")
    add("--env-file", action="append", metavar="PATH", help="read variables here, not from .env")
    add("--profile", action="append", default=[], metavar="NAME", help="profile to enable")
    add("--format", choices=("yaml", "json"), default="yaml", help="what to print (default: yaml)")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to this file")
    output.add_argument(
        "--check",
        type=Path,
        metavar="PATH",
        help="compare with this file, and print the difference",
    )
    add("--strict", action="store_true", help="fail where there is a warning")
    add(
        "--emitter",
        action="append",
        default=[],
        metavar="NAME",
        help="use this emitter of an installed package too",
    )
    add("--version", action=Version, nargs=0, help="print the version")
    return parser


def _load(arguments: Arguments, services: Iterable[str]) -> "compose2cfn.App":
    """Load the Compose files with the variables of this process."""
    from compose2cfn.source.load import load

    return load(
        tuple(arguments.file),
        project_name=arguments.project_name,
        project_directory=arguments.project_directory,
        environment={_legible(name): _legible(value) for name, value in os.environ.items()},
        env_files=None if arguments.env_file is None else tuple(arguments.env_file),
        profiles=tuple(arguments.profile),
        services=tuple(services),
        files=Disk(stdin=sys.stdin.buffer if sys.stdin else None, directory=os.environ.get("PWD")),
    )


def _legible(text: str) -> str:
    """Replace bytes of a variable that are no UTF-8, as Docker Compose does."""
    return os.fsencode(text).decode("utf-8", "replace")


def _model(app: "compose2cfn.App", arguments: Arguments) -> str:
    """Write the Compose model."""
    from compose2cfn.stack import render

    if arguments.format == "json":
        return render.plain_json(app.to_compose())
    return render.plain_yaml(app.to_compose(extensions=True))


def _emitters(parser: argparse.ArgumentParser, arguments: Arguments) -> "list[compose2cfn.Emitter]":
    """Take the emitters of this package, and of others those that are asked for by name.

    Of an installed one that is not asked for no more is known than its name: it is not imported.
    """
    emitters = [*compose2cfn.DEFAULT_EMITTERS]
    installed = compose2cfn.installed_emitters()
    for name in arguments.emitter:
        if name not in installed:
            known = ", ".join(installed) or "none"
            parser.error(f"no installed package has an emitter {name!r}; there is: {known}")
        try:
            emitters.append(installed[name])
        except Exception as error:  # noqa: BLE001 - whatever the import of a package may raise
            reason = f"{type(error).__name__}: {error}"
            parser.error(f"the emitter {name!r} cannot be loaded: {reason}")
    for name in sorted(installed.keys() - set(arguments.emitter)):
        message = f"an installed package has an emitter {name!r}; write --emitter {name} to use it"
        _report([Diagnostic(code="emitter-unasked", message=message, severity=Severity.INFO)])
    return emitters


def _template(
    app: "compose2cfn.App", emitters: "Iterable[compose2cfn.Emitter]", arguments: Arguments
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Write the template, and say what was found on the way."""
    result = compose2cfn.emit(app, emitters)
    text = result.to_json() if arguments.format == "json" else result.to_yaml()
    return text, result.diagnostics


def _report(diagnostics: Iterable[Diagnostic]) -> None:
    for found in diagnostics:
        print(found, file=sys.stderr)


def _hand_over(text: str, arguments: Arguments) -> int:
    """Compare, store or print what was made."""
    if arguments.check:
        from compose2cfn.testing import difference

        stored = arguments.check.read_text("utf-8", "replace") if arguments.check.exists() else ""
        found = difference(stored, text, str(arguments.check))
        _print(found)
        return FAILURE if found else SUCCESS
    if arguments.output:
        _store(text, arguments.output)
    else:
        _print(text)
    return SUCCESS


def _print(text: str) -> None:
    """Print the same bytes on every platform."""
    stream = _bytes_of(sys.stdout)
    stream.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()


def _bytes_of(stream: TextIO | None) -> BinaryIO:
    """Reach the bytes below a standard stream; raises `OSError` if it is closed."""
    if stream is None:
        raise OSError("a standard stream that is needed is closed")
    return stream.buffer


def _store(text: str, path: Path) -> None:
    """Put a text in the place of a file at once, or leave the file as it was."""
    file = path.resolve()
    data = text.encode("utf-8", "surrogateescape")
    if file.exists() and not file.is_file():
        file.write_bytes(data)  # a device or a pipe
        return
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("xb") as stream:
            stream.write(data)
        if file.exists():
            draft.chmod(stat.S_IMODE(file.stat().st_mode))
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
