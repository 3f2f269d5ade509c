"""Read a command line; nothing is imported here that printing the help does not need."""

import argparse
import os
import sys

from compose2cfn import __version__

USAGE = """compose2cfn [convert] [options]
       compose2cfn config [options] [SERVICE ...]
       compose2cfn diff [options] OLD NEW
       compose2cfn policy [options]
       compose2cfn explain CODE ..."""
DESCRIPTION = """\
Turn Docker Compose files into an AWS CloudFormation template, without a call to AWS.

commands:
  convert               print the template (the default)
  config                print the Compose model, as "docker compose config" does
  diff                  say what an update from OLD to NEW does, each a template or Compose file
  policy                print who needs which permissions to deploy the template
  explain               say what the code at the end of a finding means

Each has help of its own: compose2cfn COMMAND --help."""
EPILOG = """\
Without -f the files are found as Docker Compose finds them. Findings go to standard error.
Exit status: 0 converted; 1 the input cannot be converted, --check found a difference or --strict
a warning; 2 wrong usage, or the output cannot be written. A run that fails writes no output.
diff ends with 3 if something other than a task definition is or may be replaced, and with 4 if data
is or may be lost."""

SUCCESS, FAILURE, MISUSE, INTERRUPTION = 0, 1, 2, 130


_FORMATS = {
    "convert": ("yaml", "json"),
    "config": ("yaml", "json"),
    "diff": ("text", "markdown", "json"),
    "policy": ("json",),
    "explain": ("text",),
}
"""What each command can print, by default the first."""

_VALUES_FORM = "codepipeline"
_FINDINGS = frozenset({"strict", "quiet", "diagnostics"})
_SOURCES = frozenset(
    {"project_name", "project_directory", "env_file", "profile", "root", "env", "no_env", "refuse"}
)
_FILE_OF_VALUES = frozenset({"parameters_out", "parameters_format"})
_VALUES = _FILE_OF_VALUES | {"parameter", "values"}
_REACH = {
    "account": ("ID", "reach only this account"),
    "region": ("NAME", "reach only this region"),
    "partition": ("NAME", "the partition of ARNs (default: that of the region, or aws)"),
    "stack": ("NAME", "reach only the stack of this name; shop-* are several"),
    "service_role": (
        "NAME",
        "the role that the caller passes to CloudFormation (default: cloudformation-STACK)",
    ),
    "bucket": ("NAME", "the bucket that the caller uploads templates to"),
}
"""The options about what policies reach: by default everything."""


class _Manual:
    """What the help of one command says, and the options that it does not accept."""

    def __init__(
        self, usage: str, about: str, end: str, foreign: frozenset[str] = frozenset()
    ) -> None:
        self.usage = usage
        self.about = about
        self.end = end
        self.foreign = foreign


_MANUALS = {
    "convert": _Manual(
        "compose2cfn [convert] [options]",
        "Print the CloudFormation template that a Compose application becomes.",
        """\
Without -f the files are found as Docker Compose finds them. Findings go to standard error.
Exit status: 0 converted; 1 the input cannot be converted, --check found a difference or --strict
a warning; 2 wrong usage, or the output cannot be written. A run that fails writes no output.

For example: compose2cfn -f compose.yaml -f compose.prod.yaml -o template.yaml""",
        frozenset(_REACH),
    ),
    "config": _Manual(
        "compose2cfn config [options] [SERVICE ...]",
        """\
Print the Compose model, as "docker compose config" does: merged, and with the values of variables.
With SERVICE, keep only the named services and those that they depend on.""",
        """\
Without -f the files are found as Docker Compose finds them. Findings go to standard error.
Exit status: 0 printed; 1 the input is not valid, --check found a difference or --strict a warning;
2 wrong usage, or the output cannot be written.""",
        _VALUES | _REACH.keys() | {"emitter"},
    ),
    "diff": _Manual(
        "compose2cfn diff [options] OLD NEW",
        """\
Say, without AWS, what an update of a stack from OLD to NEW does: what is added, removed, modified
in place or replaced, by which property, and whether data is lost. Each is a template or a Compose
file, to which the same options apply; - is standard input.""",
        """\
Findings go to standard error: those of NEW.
Exit status: 0 nothing is replaced but task definitions; 1 a file cannot be converted or read as a
template, --check found a difference or --strict a warning; 2 wrong usage, or the output cannot be
written; 3 something but a task definition is or may be replaced; 4 data is or may be lost.

For example: git show main:compose.yaml | compose2cfn diff - compose.yaml --format markdown""",
        _VALUES | _REACH.keys() | {"file"},
    ),
    "policy": _Manual(
        "compose2cfn policy [options]",
        """\
Print, as JSON, the least that it takes to create, update and delete a stack of the template: the
policies of the role that CloudFormation assumes, and those of its caller, a person or a pipeline.
Each document is short enough for a managed policy. With the values of parameters, the policies
reach what these name, and no more.""",
        """\
Findings go to standard error: also what is not known, and what reaches further than it should.
Exit status: 0 printed; 1 the input cannot be converted, --check found a difference or --strict a
warning; 2 wrong usage, or the output cannot be written.

For example: compose2cfn policy --stack shop --account 123456789012 --region eu-west-1""",
        _FILE_OF_VALUES,
    ),
    "explain": _Manual(
        "compose2cfn explain [-o PATH] CODE ...",
        """\
Say what the code means that is in brackets at the end of a finding: what leads to it, why it
matters, and what to write instead.""",
        """\
Exit status: 0 explained; 2 there is no such code, or the output cannot be written.

For example: compose2cfn explain fargate-size""",
        _FINDINGS | _SOURCES | _VALUES | _REACH.keys() | {"file", "emitter", "format"},
    ),
}
_GENERAL = _Manual(USAGE, DESCRIPTION, EPILOG, frozenset(_REACH))


class Arguments(argparse.Namespace):
    """What a command line says."""

    words: list[str]
    root: str | None
    file: list[str]
    project_name: str | None
    project_directory: str | None
    env_file: list[str] | None
    env: list[str] | None
    no_env: bool
    profile: list[str]
    format: str | None
    output: str | None
    check: str | None
    parameters_out: str | None
    parameters_format: str
    parameter: list[str]
    values: list[str]
    account: str | None
    region: str | None
    partition: str | None
    stack: str | None
    service_role: str | None
    bucket: str | None
    strict: bool
    diagnostics: str
    quiet: bool
    emitter: list[str]
    refuse: list[str]

    @property
    def command(self) -> str:
        """Name the command."""
        return self.words[0] if self.words else "convert"

    @property
    def form(self) -> str:
        """Name the format of what is printed."""
        return self.format or _FORMATS.get(self.command, ("yaml",))[0]

    @property
    def services(self) -> list[str]:
        """Name the services that ``config`` keeps."""
        return self.words[1:]


def parse(line: list[str] | tuple[str, ...] | None = None) -> Arguments:
    """Read a command line, by default that of this process; raises `SystemExit` if it is wrong."""
    parser = _parser(_named(sys.argv[1:] if line is None else line))
    arguments = parser.parse_intermixed_args(line, Arguments())
    _check_command(arguments)
    _check_files(arguments)
    _check_values(arguments)
    _check_options(arguments, parser)
    for name in arguments.env or ():
        if not name or "=" in name:
            about = "needs the name of a variable, whose value is that of this process"
            refuse(f"--env {about}; write --env {name.partition('=')[0] or 'NAME'}")
    return arguments


def _check_command(arguments: Arguments) -> None:
    """Refuse a command that does not exist, and what one does not accept."""
    command, words = arguments.command, arguments.words[1:]
    if command not in _FORMATS:
        known = ", ".join(_FORMATS)
        refuse(f"{command!r} is not a command ({known}); name a Compose file with -f")
    if command == "convert" and words:
        refuse("convert needs no words; only config accepts names of services; write -f FILE")
    if command == "policy" and words:
        refuse("policy needs no words; only config accepts names of services; write -f FILE")
    if command == "config" and arguments.emitter:
        refuse("config does not accept --emitter: it prints the model, without any emitter")
    if command == "diff" and (len(words) != 2 or arguments.file):
        refuse("diff compares two files, which need no -f; write diff OLD NEW")
    if command == "explain" and not words:
        refuse("explain needs a code, which is at the end of a finding; write explain fargate-size")
    if arguments.form not in _FORMATS[command]:
        refuse(f"{command} prints {' or '.join(_FORMATS[command])}, not {arguments.form}")


def _check_files(arguments: Arguments) -> None:
    """Refuse a dash in the place of a file to write: elsewhere it is standard input."""
    if arguments.output == "-":
        refuse("the output goes to standard output without -o; write ./- for a file of this name")
    if arguments.parameters_out == "-":
        refuse("--parameters-out needs a file; write ./- for one of this name")


def _check_values(arguments: Arguments) -> None:
    """Refuse values of parameters that go nowhere."""
    if arguments.command != "convert" and arguments.parameters_out is not None:
        refuse(f"{arguments.command} does not accept --parameters-out: it makes no template")
    if arguments.parameters_out is not None:
        if arguments.output and _is_same(arguments.output, arguments.parameters_out):
            refuse("write the template to another file than the values of its parameters")
    elif arguments.command != "policy":
        if arguments.parameter or arguments.values:
            refuse("--parameter and --values need a file to write to; write --parameters-out FILE")
        if arguments.parameters_format != _VALUES_FORM:
            refuse("--parameters-format needs a file to write to; write --parameters-out FILE")
    for word in arguments.parameter:
        if not word.partition("=")[0] or "=" not in word:
            refuse("--parameter needs a name and a value; write --parameter NAME=VALUE")


def _is_same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _check_options(arguments: Arguments, parser: argparse.ArgumentParser) -> None:
    """Refuse options that the command would not look at."""
    for name in sorted(_manual(arguments.command).foreign):
        if vars(arguments)[name] != parser.get_default(name):
            refuse(f"{arguments.command} does not accept --{name.replace('_', '-')}")


def _named(line: list[str] | tuple[str, ...]) -> str:
    """Find the command that a line seems to name, whose help it may ask for; empty if none."""
    return next((word for word in line if word in _FORMATS), "")


def _manual(command: str) -> _Manual:
    return _MANUALS.get(command, _GENERAL)


def refuse(message: str) -> None:
    """Say what is wrong with a command line; raises `SystemExit`."""
    _parser("").error(message)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help of one width everywhere, without the options that the command does not accept."""

    def __init__(self, prog: str, *, command: str) -> None:
        super().__init__(prog, width=98)  # asked for that of the terminal, argparse imports more
        self._foreign = _manual(command).foreign

    def add_argument(self, action: argparse.Action) -> None:
        """Describe an option."""
        if action.dest not in self._foreign:
            super().add_argument(action)


def _parser(command: str) -> argparse.ArgumentParser:
    """Make the parser of all commands, with the help of one of them, or that of all."""
    manual = _manual(command)
    parser = argparse.ArgumentParser(
        prog="compose2cfn",
        usage=manual.usage,
        description=manual.about,
        epilog=manual.end,
        formatter_class=lambda prog: _Formatter(prog, command=command),
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", help=argparse.SUPPRESS)
    _add_inputs(parser)
    _add_outputs(parser, command)
    _add_values(parser)
    _add_reach(parser)
    _add_findings(parser)
    add(
        "--version",
        action="version",
        version=f"compose2cfn {__version__}",
        help="print the version",
    )
    return parser


def _add_outputs(parser: argparse.ArgumentParser, command: str) -> None:
    """Add the options that say what is written."""
    add = parser.add_argument
    output = parser.add_mutually_exclusive_group()
    output.add_argument("-o", "--output", metavar="PATH", help="write to this file")
    output.add_argument(
        "--check", metavar="PATH", help="compare with this file, and print the difference"
    )
    own = _FORMATS.get(command, ())
    add(
        "--format",
        choices=("yaml", "json", "text", "markdown"),
        metavar=f"{{{','.join(own)}}}" if own else None,
        help=f"what to print (default: {own[0]})"
        if own
        else "what to print: yaml (default) or json; by diff: text (default), markdown or json",
    )


def _add_values(parser: argparse.ArgumentParser) -> None:
    """Add the options about the parameters of the template."""
    add = parser.add_argument
    add("--parameters-out", metavar="PATH", help="write the values of the parameters to this file")
    add(
        "--parameters-format",
        choices=("codepipeline", "cli"),
        default=_VALUES_FORM,
        help="a template configuration of AWS CodePipeline, which aws 2 reads too, or a list of"
        " NAME=VALUE for aws 1 (default: codepipeline)",
    )
    add(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="give this parameter a value (repeatable)",
    )
    add(
        "--values",
        action="append",
        default=[],
        metavar="PATH",
        help="take values from this file: a mapping, a list of ParameterKey and ParameterValue, or"
        " what describe-stacks prints (repeatable; the last one wins)",
    )


def _add_reach(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what policies reach."""
    for name, (metavar, about) in _REACH.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=about)


def _add_findings(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how findings are reported."""
    add = parser.add_argument
    add("--strict", action="store_true", help="fail if there is a warning")
    add("-q", "--quiet", action="store_true", help="report no infos, only warnings and errors")
    add(
        "--diagnostics",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="how to report what is found (default: text)",
    )


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is read."""
    add = parser.add_argument
    add("-f", "--file", action="append", default=[], help="Compose file (repeatable; - is stdin)")
    add("-p", "--project-name", metavar="NAME", help="project name")
    add("--project-directory", metavar="PATH", help="folder that relative paths start from")
    add("--env-file", action="append", metavar="PATH", help="file of variables, instead of .env")
    add("--profile", action="append", default=[], metavar="NAME", help="profile to enable")
    add("--root", metavar="DIR", help="read nothing outside this folder")
    variables = parser.add_mutually_exclusive_group()
    variables.add_argument(
        "--env", action="append", metavar="NAME", help="see only this variable (repeatable)"
    )
    variables.add_argument(
        "--no-env", action="store_true", help="see no variable of the process; .env is a file"
    )
    add(
        "--emitter",
        action="append",
        default=[],
        metavar="NAME",
        help="also use this emitter of an installed package",
    )
    add(
        "--refuse",
        action="append",
        default=[],
        metavar="KEY",
        help="refuse this x-aws-* key; rights means all that need trust",
    )
