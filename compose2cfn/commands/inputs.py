"""Read what a command line names: files, variables, emitters, keys to refuse."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import compose2cfn
from compose2cfn.arguments import Arguments, refuse
from compose2cfn.diagnostics import ComposeError, Diagnostic, Severity, visible
from compose2cfn.files import Disk
from compose2cfn.model.app import App
from compose2cfn.source.load import load_app

if TYPE_CHECKING:  # config imports neither
    from compose2cfn.plan.make import Plan
    from compose2cfn.stack.items import Item


def application(
    arguments: Arguments,
    variables: Mapping[str, str],
    *,
    bridge: bool = False,
    stdin: BinaryIO | None = None,
) -> App:
    """Load the Compose files with the variables that may be seen.

    ``stdin`` is what standard input had, where it has been read already.
    """
    seen = _seen(arguments, variables)
    return load_app(
        tuple(arguments.file),
        project_name=arguments.project_name,
        project_directory=arguments.project_directory,
        environment={_legible(name): _legible(value) for name, value in seen.items()},
        env_files=None if arguments.env_file is None else tuple(arguments.env_file),
        profiles=tuple(arguments.profile),
        services=tuple(arguments.services),
        files=_disk(arguments, seen.get("PWD"), stdin or _stdin()),
        bridge=bridge,
    )


def _seen(arguments: Arguments, variables: Mapping[str, str]) -> Mapping[str, str]:
    """Keep the variables that may be seen."""
    if arguments.no_env:
        return {}
    if arguments.env is None:
        return variables
    return {name: variables[name] for name in arguments.env if name in variables}


def _disk(arguments: Arguments, named: str | None, stdin: BinaryIO | None) -> Disk:
    """Use the files of this machine, or of the root; ``named`` is the working directory's name."""
    if arguments.root is None:
        return Disk(stdin=stdin, directory=named)
    directory = named or str(Path.cwd())
    try:
        return Disk(arguments.root, stdin=stdin, directory=directory)
    except OSError as error:
        refuse(f"--root {arguments.root}: {error.strerror or error}; name a folder")
        raise


def _stdin() -> BinaryIO | None:
    return sys.stdin.buffer if sys.stdin else None


def _legible(text: str) -> str:
    """Replace bytes of a variable that are not UTF-8, as Docker Compose does."""
    return os.fsencode(text).decode("utf-8", "replace")


def check_refusals(arguments: Arguments, emitters: "Iterable[compose2cfn.Emitter]") -> None:
    """End the run if a key to refuse is unknown."""
    from compose2cfn.rights import unknown_refusal

    if unknown := unknown_refusal(arguments.refuse, emitters):
        refuse(unknown)


class Chosen(NamedTuple):
    """The emitters that take part, and infos about those of installed packages that do not."""

    emitters: "tuple[compose2cfn.Emitter, ...]"
    unasked: tuple[Diagnostic, ...]


def chosen_emitters(names: Iterable[str]) -> Chosen:
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
    return Chosen(tuple(emitters), tuple(_unasked(installed.keys() - set(names))))


def _unasked(names: Iterable[str]) -> Iterator[Diagnostic]:
    for name in sorted(names):
        message = f"an installed package has an emitter {name!r}; write --emitter {name} to use it"
        yield Diagnostic(code="emitter-unasked", message=message, severity=Severity.INFO)


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
