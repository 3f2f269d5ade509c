"""The whole conversion, one stage a line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from os import PathLike, fspath
from typing import TypeVar

from compose2cfn import rights, support
from compose2cfn.diagnostics import ComposeError, Diagnostic, Severity, apart, listed
from compose2cfn.emitters import DEFAULT_EMITTERS
from compose2cfn.files import Disk, Files
from compose2cfn.model.app import App
from compose2cfn.plan.make import Plan
from compose2cfn.source.load import load_app
from compose2cfn.source.sound import SECTIONS, UnsoundError
from compose2cfn.source.swarm import CODE as SWARM_ONLY
from compose2cfn.stack.assemble import assemble
from compose2cfn.stack.items import Emitter
from compose2cfn.stack.result import Result

_T = TypeVar("_T")

ENTRY_POINTS = "compose2cfn.emitters"
"""The group under which other distributions offer emitters."""


def load(
    *paths: str | PathLike[str],
    project_name: str | None = None,
    project_directory: str | PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
    env_files: Iterable[str | PathLike[str]] | None = None,
    profiles: Iterable[str] = (),
    files: Files | None = None,
) -> App:
    """Read Compose files into one typed application, as ``docker compose config`` does.

    Without a path the files are found as Docker Compose finds them. ``environment`` holds the
    variables of the caller; ``env_files=None`` reads ``.env`` in the project directory, and
    ``environment`` wins over it; invalid characters in it become U+FFFD. Raises `ComposeError`
    with every fault of all files.

    A file may also be the model that ``docker compose bridge convert`` hands over, whose configs
    have ``content`` beside ``file``: then no such file is opened.
    """
    given = None if env_files is None else _several(env_files, "env_files")
    return load_app(
        tuple(fspath(path) for path in paths),
        project_name=project_name,
        project_directory=None if project_directory is None else fspath(project_directory),
        environment=environment or {},
        env_files=None if given is None else tuple(fspath(path) for path in given),
        profiles=_several(profiles, "profiles"),
        files=files or Disk(),
        bridge=True,
    )


def _several(given: Iterable[_T], name: str) -> tuple[_T, ...]:
    """Refuse a text in place of a list: each of its letters would be taken for an entry."""
    if isinstance(given, str):
        raise TypeError(f"{name} must be a list of texts; write {name}=[{given!r}]")
    return tuple(given)


def emit(
    app: App, emitters: Iterable[Emitter] = DEFAULT_EMITTERS, *, refuse: Iterable[str] = ()
) -> Result:
    """Make the template of an application; raises `ComposeError` with every fault.

    ``refuse`` names keys that the files must not have, such as ``x-aws-role``; ``rights`` stands
    for all that give an author the rights of whoever deploys. Raises `ValueError` for other words.
    """
    active, refused = _choices(emitters, refuse)
    noted = (
        *_mapped(app.diagnostics),
        *support.report(app, active, DEFAULT_EMITTERS),
        *rights.refusals(app, refused),
    )
    others = {each.name for each in active if each not in DEFAULT_EMITTERS}
    result, diagnostics = assemble(Plan(app), active, noted, others=others)
    if result is None:
        raise ComposeError(diagnostics)
    return result


def _mapped(loaded: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what Docker Compose alone ignores outside Swarm.

    It is used here, or `support` says what becomes of it.
    """
    return (found for found in loaded if found.code != SWARM_ONLY)


def convert(
    *paths: str | PathLike[str],
    project_name: str | None = None,
    project_directory: str | PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
    env_files: Iterable[str | PathLike[str]] | None = None,
    profiles: Iterable[str] = (),
    emitters: Iterable[Emitter] = DEFAULT_EMITTERS,
    refuse: Iterable[str] = (),
    files: Files | None = None,
) -> Result:
    """Turn Compose files into a CloudFormation template: ``emit(load(...))``.

    If files have errors, the rest of them is looked at as well: `ComposeError` has all faults.
    """
    active, refused = _choices(emitters, refuse)

    def app() -> App:
        return load(
            *paths,
            project_name=project_name,
            project_directory=project_directory,
            environment=environment,
            env_files=env_files,
            profiles=profiles,
            files=files,
        )

    return emit_loaded(app, active, refuse=refused)


def emit_loaded(
    load_it: Callable[[], App], emitters: Iterable[Emitter], *, refuse: Iterable[str]
) -> Result:
    """Load an application and make its template; raises `ComposeError` with every fault of both.

    If it has errors, the rest of it is looked at as well.
    """
    try:
        app = load_it()
    except UnsoundError as error:
        further = _further(error.sound, emitters, refuse) if error.sound else ()
        raise ComposeError([*_mapped(error.found), *further]) from None
    return emit(app, emitters, refuse=refuse)


def _further(
    sound: App, emitters: Iterable[Emitter], refuse: Iterable[str]
) -> Iterator[Diagnostic]:
    """List what would be found in a part of an application, if the rest had no errors."""
    try:
        found = emit(sound, emitters, refuse=refuse).diagnostics
    except ComposeError as error:
        found = error.diagnostics
    for each in apart(found):
        entry = len(each.path) > 1 and each.path[0] in SECTIONS
        # What is said of the whole may be due to what is left out.
        if entry or (each.severity is Severity.ERROR and each.code not in _OF_WHOLE):
            yield each


_OF_WHOLE = frozenset(
    {"overlay-incomplete", "overlay-unknown", "reference-dangling", "template-empty"}
)
"""What may be found only because a part of the application is left out."""


def _choices(
    emitters: Iterable[Emitter], refuse: Iterable[str]
) -> tuple[tuple[Emitter, ...], tuple[str, ...]]:
    """Check which emitters to use, and what to refuse."""
    active, refused = _emitters(emitters), _several(refuse, "refuse")
    if unknown := rights.unknown_refusal(refused, active):
        raise ValueError(unknown)
    return active, refused


def _emitters(given: object) -> tuple[Emitter, ...]:
    """Refuse what is not a list of emitters: a caller may check no types."""
    if isinstance(given, Emitter):
        raise TypeError(f"emitters must be a list; write emitters=[{given.name}]")
    each_of = given if isinstance(given, Iterable) else (given,)
    active = []
    for each in each_of:
        if not isinstance(each, Emitter):
            raise TypeError(f"{each!r} is not an emitter; make one with compose2cfn.emitter")
        active.append(each)
    return tuple(active)


def installed_emitters() -> Mapping[str, Emitter]:
    """Return the emitters that installed distributions offer, by name.

    They take no part unless they are passed on: installing a package cannot change a template. One
    is imported when it is looked up, and no other with it. Looking up raises what importing it
    raises, `TypeError` if what is offered is not an emitter, and `LookupError` if two
    distributions offer one name.
    """
    try:
        # To parse what all of them offer takes far longer than to see that none offers an emitter.
        offered = any(map(_offers, distributions()))
        return _Installed(entry_points(group=ENTRY_POINTS) if offered else ())
    except Exception:  # noqa: BLE001 - some package has files that cannot be read
        return _Installed(point for each in _distributions() for point in _points(each))


def _offers(distribution: Distribution) -> bool:
    """Tell whether a distribution speaks of emitters."""
    return ENTRY_POINTS in (distribution.read_text("entry_points.txt") or "")


def _distributions() -> Iterable[Distribution]:
    """List the distributions that have a name, the first of each: the others are hidden by it."""
    found: dict[str, Distribution] = {}
    for each in distributions():
        with suppress(Exception):
            found.setdefault(re.sub(r"[-_.]+", "-", each.name).lower(), each)
    return found.values()


def _points(distribution: Distribution) -> list[EntryPoint]:
    """List the emitters that one distribution offers: none if its files cannot be read."""
    try:
        return list(distribution.entry_points.select(group=ENTRY_POINTS))
    except Exception:  # noqa: BLE001 - whatever reading them may raise
        return []


class _Installed(Mapping[str, Emitter]):
    """Emitters that are imported when they are looked up."""

    def __init__(self, points: Iterable[EntryPoint]) -> None:
        self._points: dict[str, list[EntryPoint]] = {}
        for point in points:
            self._points.setdefault(point.name, []).append(point)

    def __getitem__(self, name: str) -> Emitter:
        point, *others = self._points[name]
        if others:
            homes = listed(sorted(_distribution(each) for each in (point, *others)), "and")
            raise LookupError(f"{homes} each offer an emitter {name!r}; uninstall one of them")
        found = point.load()
        if not isinstance(found, Emitter):
            home = _distribution(point)
            raise TypeError(
                f"{name!r} of {home} is not an emitter; make one with compose2cfn.emitter"
            )
        return found

    def __contains__(self, name: object) -> bool:
        """Tell whether there is one of this name, without importing it."""
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._points))

    def __len__(self) -> int:
        return len(self._points)


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
