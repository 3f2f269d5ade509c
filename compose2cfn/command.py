"""Do what a command line says, and say how it went."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeAlias

import compose2cfn
from compose2cfn.arguments import FAILURE, MISUSE, SUCCESS, Arguments, refuse
from compose2cfn.diagnostics import ComposeError, Diagnostic, Severity, told, visible
from compose2cfn.files import Disk, Kind
from compose2cfn.model.app import App
from compose2cfn.root import Outside
from compose2cfn.source.load import load_app
from compose2cfn.stack import render

if TYPE_CHECKING:  # config imports neither
    from compose2cfn.plan.make import Plan
    from compose2cfn.stack.items import Item

Variables: TypeAlias = Mapping[str, str]


def perform(arguments: Arguments, variables: Variables) -> int:
    """Do what a command line says, with variables that may be seen; returns the exit status."""
    try:
        text, diagnostics = _made(arguments, variables)
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


def _made(arguments: Arguments, variables: Variables) -> tuple[str, Sequence[Diagnostic]]:
    """Make the text that is asked for, and say what was found on the way."""
    if arguments.command == "config":
        return _model(arguments, variables)
    from compose2cfn.pipeline import emit_loaded

    emitters = _emitters(arguments.emitter)
    _check_refusals(arguments, emitters)
    result = emit_loaded(
        lambda: _load(arguments, variables, bridge=True), emitters, refuse=arguments.refuse
    )
    text = result.to_json() if arguments.format == "json" else result.to_yaml()
    return text, result.diagnostics


def _load(arguments: Arguments, variables: Variables, *, bridge: bool = False) -> App:
    """Load the Compose files with the variables that may be seen."""
    seen = _seen(arguments, variables)
    return load_app(
        tuple(arguments.file),
        project_name=arguments.project_name,
        project_directory=arguments.project_directory,
        environment={_legible(name): _legible(value) for name, value in seen.items()},
        env_files=None if arguments.env_file is None else tuple(arguments.env_file),
        profiles=tuple(arguments.profile),
        services=tuple(arguments.services),
        files=_disk(arguments, seen.get("PWD")),
        bridge=bridge,
    )


def _seen(arguments: Arguments, variables: Variables) -> Variables:
    """Keep the variables that may be seen."""
    if arguments.no_env:
        return {}
    if arguments.env is None:
        return variables
    return {name: variables[name] for name in arguments.env if name in variables}


def _disk(arguments: Arguments, named: str | None) -> Disk:
    """Use the files of this machine, or of the root; ``named`` is the working directory's name."""
    stdin = sys.stdin.buffer if sys.stdin else None
    if arguments.root is None:
        return Disk(stdin=stdin, directory=named)
    directory = named or str(Path.cwd())
    try:
        return Disk(arguments.root, stdin=stdin, directory=directory)
    except OSError as error:
        refuse(f"--root {arguments.root}: {error.strerror or error}; name a folder")
        raise


def _legible(text: str) -> str:
    """Replace bytes of a variable that are not UTF-8, as Docker Compose does."""
    return os.fsencode(text).decode("utf-8", "replace")


def _model(arguments: Arguments, variables: Variables) -> tuple[str, Sequence[Diagnostic]]:
    """Write the Compose model, and say what was found on the way."""
    load = _allowed if arguments.refuse else _load
    app = load(arguments, variables)
    if arguments.format == "json":
        return render.plain_json(app.to_compose()), told(app.diagnostics)
    return render.plain_yaml(app.to_compose(extensions=True)), told(app.diagnostics)


def _allowed(arguments: Arguments, variables: Variables) -> App:
    """Load the Compose files, and refuse what they must not say."""
    from compose2cfn.rights import refusals

    _check_refusals(arguments, ())  # no emitter takes part
    app = _load(arguments, variables)
    if refused := tuple(refusals(app, arguments.refuse)):
        raise ComposeError([*app.diagnostics, *refused])
    return app


def _check_refusals(arguments: Arguments, emitters: "Iterable[compose2cfn.Emitter]") -> None:
    """End the run if a key to refuse is unknown."""
    from compose2cfn.rights import unknown_refusal

    if unknown := unknown_refusal(arguments.refuse, emitters):
        refuse(unknown)


def _emitters(names: Iterable[str]) -> "list[compose2cfn.Emitter]":
    """Collect the emitters of this package, and those of others that are asked for by name.

    Of one that is not asked for, only the name is known: it is not imported.
    """
    emitters = [*compose2cfn.DEFAULT_EMITTERS]
    installed = compose2cfn.installed_emitters()
    for name in names:
        if name not in installed:
            known = ", ".join(installed) or "none"
            refuse(f"no installed package has an emitter {name!r}; write one of: {known}")
        try:
            emitters.append(_guarded(installed[name]))
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - any import
            refuse(f"the emitter {name!r} cannot be loaded: {_reason(error)}")
    for name in sorted(installed.keys() - set(names)):
        message = f"an installed package has an emitter {name!r}; write --emitter {name} to use it"
        _report([Diagnostic(code="emitter-unasked", message=message, severity=Severity.INFO)])
    return emitters


def _guarded(emitter: "compose2cfn.Emitter") -> "compose2cfn.Emitter":
    """Let an emitter of another package fail with a finding, not with a traceback."""

    def emit(plan: "Plan") -> "Iterable[Item]":
        try:
            yield from emitter.emit(plan)
        except ComposeError:
            raise
        except Exception as error:
            about = f"the emitter {emitter.name!r} failed: {_reason(error)}; tell those who made it"
            raise ComposeError.of("emitter-failed", about) from error

    return emitter._replace(emit=emit)


def _reason(error: BaseException) -> str:
    """Say on one line what was raised."""
    return visible(f"{type(error).__name__}: {error}")


def _report(diagnostics: Iterable[Diagnostic]) -> None:
    for found in diagnostics:
        print(found, file=sys.stderr)


def _path(written: str | None) -> Path | None:
    return None if written is None else Path(written)


def _hand_over(text: str, arguments: Arguments) -> int:
    """Compare, store or print what was made."""
    if check := _path(arguments.check):
        from compose2cfn.testing import difference

        stored = _stored(check, arguments.root)
        found = difference(stored, text, str(check))
        _print(found)
        return FAILURE if found else SUCCESS
    if output := _path(arguments.output):
        from compose2cfn.output import store

        if arguments.root is not None:
            _check_way(output, arguments.root)
        store(text.encode("utf-8", "surrogateescape"), output)
    else:
        _print(text)
    return SUCCESS


def _stored(path: Path, root: str | None) -> str:
    """Read the file to compare with; empty if it does not exist."""
    disk = Disk(root) if root is not None and _seems_inside(path, root) else Disk()
    whole = str(Path.cwd() / path)
    if disk.kind(whole).kind is Kind.ABSENT:
        return ""
    return disk.read(whole).decode("utf-8", "replace")


def _check_way(path: Path, root: str) -> None:
    """Refuse to write to what an author may have put there: a link out of the root, or a pipe.

    What is named outside the root is the caller's.
    """
    if _seems_inside(path, root):
        match Disk(root).kind(str(Path.cwd() / path)).kind:
            case Kind.OUTSIDE:
                raise Outside
            case Kind.OTHER:
                raise OSError("this is not a regular file")


def _seems_inside(path: Path, root: str) -> bool:
    """Tell whether a path is in the root by what it says, or by where its folder is."""
    said = Path(os.path.normpath(Path.cwd() / path))
    home = Path(os.path.realpath(path.parent))
    real = os.path.realpath(root)
    return said.is_relative_to(real) or home.is_relative_to(real)


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
