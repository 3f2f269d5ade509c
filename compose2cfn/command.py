"""Do what a command line says, and say how it went."""

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

import compose2cfn
from compose2cfn.arguments import FAILURE, MISUSE, SUCCESS, Arguments, refuse
from compose2cfn.diagnostics import ComposeError, Diagnostic, Severity
from compose2cfn.files import Disk
from compose2cfn.model.app import App
from compose2cfn.source.load import load_app
from compose2cfn.stack import render


def perform(arguments: Arguments) -> int:
    """Do what a command line says; gives the exit status."""
    try:
        text, diagnostics = _made(arguments)
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
        place = _path(arguments.output) or _path(arguments.check) or "standard output"
        print(f"compose2cfn: {place}: {error.strerror or error}", file=sys.stderr)
        return MISUSE


def _made(arguments: Arguments) -> tuple[str, Sequence[Diagnostic]]:
    """Make the text that is asked for, and say what was found on the way."""
    if arguments.command == "config":
        app = _load(arguments)
        return _model(app, arguments), app.diagnostics
    emitters = _emitters(arguments.emitter)
    result = compose2cfn.emit(_load(arguments), emitters)
    text = result.to_json() if arguments.format == "json" else result.to_yaml()
    return text, result.diagnostics


def _load(arguments: Arguments) -> App:
    """Load the Compose files with the variables of this process."""
    return load_app(
        tuple(arguments.file),
        project_name=arguments.project_name,
        project_directory=arguments.project_directory,
        environment={_legible(name): _legible(value) for name, value in os.environ.items()},
        env_files=None if arguments.env_file is None else tuple(arguments.env_file),
        profiles=tuple(arguments.profile),
        services=tuple(arguments.services),
        files=Disk(stdin=sys.stdin.buffer if sys.stdin else None, directory=os.environ.get("PWD")),
    )


def _legible(text: str) -> str:
    """Replace bytes of a variable that are no UTF-8, as Docker Compose does."""
    return os.fsencode(text).decode("utf-8", "replace")


def _model(app: App, arguments: Arguments) -> str:
    """Write the Compose model."""
    if arguments.format == "json":
        return render.plain_json(app.to_compose())
    return render.plain_yaml(app.to_compose(extensions=True))


def _emitters(names: Iterable[str]) -> "list[compose2cfn.Emitter]":
    """Take the emitters of this package, and of others those that are asked for by name.

    Of an installed one that is not asked for no more is known than its name: it is not imported.
    """
    emitters = [*compose2cfn.DEFAULT_EMITTERS]
    installed = compose2cfn.installed_emitters()
    for name in names:
        if name not in installed:
            known = ", ".join(installed) or "none"
            refuse(f"no installed package has an emitter {name!r}; there is: {known}")
        try:
            emitters.append(installed[name])
        except Exception as error:  # noqa: BLE001 - whatever the import of a package may raise
            reason = f"{type(error).__name__}: {error}"
            refuse(f"the emitter {name!r} cannot be loaded: {reason}")
    for name in sorted(installed.keys() - set(names)):
        message = f"an installed package has an emitter {name!r}; write --emitter {name} to use it"
        _report([Diagnostic(code="emitter-unasked", message=message, severity=Severity.INFO)])
    return emitters


def _report(diagnostics: Iterable[Diagnostic]) -> None:
    for found in diagnostics:
        print(found, file=sys.stderr)


def _path(written: str | None) -> Path | None:
    return None if written is None else Path(written)


def _hand_over(text: str, arguments: Arguments) -> int:
    """Compare, store or print what was made."""
    if check := _path(arguments.check):
        from compose2cfn.testing import difference

        stored = check.read_text("utf-8", "replace") if check.exists() else ""
        found = difference(stored, text, str(check))
        _print(found)
        return FAILURE if found else SUCCESS
    if output := _path(arguments.output):
        _store(text, output)
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
