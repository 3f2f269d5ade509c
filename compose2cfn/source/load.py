"""Read Compose files into one application, stage by stage."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from posixpath import basename, relpath
from typing import NamedTuple

from compose2cfn.diagnostics import (
    ComposeError,
    Diagnostic,
    Location,
    Severity,
    Steps,
    failed,
    in_order,
)
from compose2cfn.files import Disk, Files
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.masks import Masks
from compose2cfn.model.project import Project
from compose2cfn.model.secret_sources import SecretSources
from compose2cfn.model.service import Service
from compose2cfn.source.bind import Bound, bind, validate
from compose2cfn.source.budget import Budget, TooLarge, check_values
from compose2cfn.source.check import check
from compose2cfn.source.complete import complete
from compose2cfn.source.include import Source, gather
from compose2cfn.source.inherit import inherit
from compose2cfn.source.interpolate import interpolate
from compose2cfn.source.masks import TreeMasks
from compose2cfn.source.nodes import Leaf, Table
from compose2cfn.source.paths import WrittenSources
from compose2cfn.source.places import Places, nearest
from compose2cfn.source.project import ProjectOptions, Setting, normalise, settle
from compose2cfn.source.provenance import Provenance
from compose2cfn.source.reader import Reader
from compose2cfn.source.resolve import passed, resolve
from compose2cfn.source.scalars import whole_characters
from compose2cfn.source.select import active, chosen, needed, report_profiles
from compose2cfn.source.sound import UnsoundError, faulty_entries, sound_part
from compose2cfn.source.swarm import report_swarm
from compose2cfn.source.tags import reset

NAMELESS = "default"
"""The name of a project if neither its files nor its folder have one."""


def load_app(
    paths: tuple[str, ...],
    *,
    project_name: str | None = None,
    project_directory: str | None = None,
    environment: Mapping[str, str] | None = None,
    env_files: tuple[str, ...] | None = None,
    profiles: tuple[str, ...] = (),
    files: Files | None = None,
    services: tuple[str, ...] = (),
    consistent: bool = True,
    bridge: bool = False,
) -> App:
    """Read the files of an application; raises `ComposeError` with every fault of all of them.

    ``services`` keeps only those named and what they depend on. Without ``consistent``, unknown
    names and contradictions pass. With ``bridge``, a file may be what Docker Compose Bridge hands
    over, which Docker Compose itself refuses.
    """
    files = files or Disk()
    options = ProjectOptions(
        paths=paths,
        name=project_name,
        directory=project_directory,
        environment={"PWD": files.directory, **_legible(environment or {})},
        env_files=env_files,
        profiles=profiles,
    )
    budget, provenance = Budget(), Provenance()
    setting, found = settle(options, files, budget, provenance)
    if failed(found):
        raise ComposeError(found)
    home = setting.environment.get("HOME", "")
    reader = Reader(files, home, found, budget, provenance=provenance, bridge=bridge)
    name = setting.name or _name(setting, reader)
    setting = setting.but(environment={**setting.environment, "COMPOSE_PROJECT_NAME": name})
    root = _root(setting, reader)
    faulty = faulty_entries(reader.found) if consistent else None
    choice = _Choice(setting=setting, services=services, profiles=profiles, faulty=faulty)
    return _app(name, root, choice, reader)


def _root(setting: Setting, reader: Reader) -> Table:
    """Read all files into one tree."""
    directory = _shown(setting.directory, reader.files)
    root = gather(
        Source(paths=setting.paths, directory=directory, environment=setting.environment), reader
    )
    reader.forget_documents()
    if root is not None and not all(map(reset, root.items.values())):
        return root
    if failed(reader.found):
        raise ComposeError(reader.found)
    message, at = "there is no Compose file with content", Location(setting.paths[0], 1, 1)
    raise ComposeError([*reader.found, Diagnostic(code="empty-file", message=message, at=at)])


def _app(name: str, root: Table, choice: "_Choice", reader: Reader) -> App:
    """Make the application of a tree."""
    setting = choice.setting
    try:
        check_values(root)
    except TooLarge as error:
        fault = Diagnostic(code="input-limit", message=str(error), at=root.at)
        raise ComposeError([*reader.found, fault]) from None
    root, faults = inherit(root)
    reader.found.extend(faults)
    reader.masks = TreeMasks(root)
    bound = _bound(root, reader)
    complete(bound.data, name, setting.directory, setting.environment)
    valid = validate(bound.data, root)
    reader.found.extend(valid.faults)
    made = choice.made(valid.project.model_copy(update={"name": name, "version": ""}), reader)
    left = needed(made.project)
    sources = SecretSources.of(valid.project.secrets, reader.files, setting.directory)
    if sources.files or sources.variables:
        from compose2cfn.source.leaks import Leaks  # noqa: PLC0415 - many files have no secret

        leaks = Leaks(sources, setting.environment, reader)
        reader.found.extend(leaks.found(root, left))
        sources = sources._replace(givers=leaks.givers())
    findings = [each for each in reader.found if not valid.follows(each)]
    placed = in_order(_placed(findings, root, reader.masks))
    read = _Read(root=root, bound=bound, setting=setting, reader=reader, secret_sources=sources)
    if failed(placed):
        faulty = faulty_entries(placed, valid.left_out)
        sound = sound_part(made.project, faulty, made.disabled)
        raise UnsoundError(placed, read.app(sound, ()) if sound else None)
    return read.app(left, placed)


class _Read(Record):
    """What was read, and what read it."""

    root: Table
    bound: Bound
    setting: Setting
    reader: Reader
    secret_sources: SecretSources

    def app(self, project: Project, found: tuple[Diagnostic, ...]) -> App:
        """Make an application of a project, or of a part of it."""
        return App(
            project=project,
            files=self.reader.files,
            directory=self.setting.directory,
            places=Places(self.root),
            diagnostics=found,
            environment=_named(project, self.setting.environment, self.secret_sources),
            extensions=tuple(self.bound.unknown),
            sources=WrittenSources(self.root),
            start=self.root.at,
            masks=self.reader.masks,
            secret_sources=self.secret_sources,
        )


class _Made(NamedTuple):
    """What takes part of a project, and which services do not."""

    project: Project
    disabled: Mapping[str, Service]


class _Choice(Record):
    """Which services of a project take part, and whether they must fit together."""

    setting: Setting
    services: tuple[str, ...]
    profiles: tuple[str, ...]
    """Those that the caller names: COMPOSE_PROFILES may be about other projects."""
    faulty: frozenset[Steps] | None
    """The entries with errors, which are not checked; None if nothing is."""

    def made(self, project: Project, reader: Reader) -> _Made:
        """Keep what takes part, and read the files that it names."""
        named = (
            profile
            for name in self.services
            if name in project.services
            for profile in project.services[name].profiles
        )
        enabled, disabled = active(project, (*self.setting.profiles, *named))
        findings = Findings(masks=reader.masks)
        report_profiles(project, self.profiles, findings)
        if self.faulty is not None:
            checked = Findings(masks=reader.masks)
            check(enabled, disabled, checked, handed_over=reader.handed_over)
            findings.add(*(f for f in checked.diagnostics if f.path[:2] not in self.faulty))
        for name in self.services:
            if name not in enabled.services:
                reader.fault("unknown-name", f"there is no service {name}", None)
        if self.services:
            enabled = chosen(enabled, self.services)
        environment = self.setting.environment
        services = {
            name: resolve(name, service, environment, reader)
            for name, service in enabled.services.items()
        }
        jobs = {name: passed(job, environment) for name, job in enabled.jobs.items()}
        report_swarm(enabled, findings)
        reader.found.extend(findings.diagnostics)
        whole = enabled.model_copy(update={"services": services, "jobs": jobs})
        return _Made(whole, disabled)


def _bound(root: Table, reader: Reader) -> Bound:
    """Bind a tree, and note what was found."""
    bound = bind(root)
    reader.found.extend(bound.faults)
    if "version" in root.items:
        message = "is obsolete; leave it out"
        reader.found.append(
            Diagnostic(
                code="deprecated", message=message, severity=Severity.INFO, path=("version",)
            )
        )
    return bound


def _named(
    project: Project, variables: Mapping[str, str], secrets: SecretSources
) -> Mapping[str, str]:
    """Keep the variables that configs of the file name: nobody behind the loader sees others.

    Those of secrets are left out, since configs must not have them.
    """
    names = {config.environment for config in project.configs.values()} - secrets.variables.keys()
    return Frozen({name: variables[name] for name in sorted(names & variables.keys())})


def _legible(environment: Mapping[str, str]) -> dict[str, str]:
    """Replace what is not a character, as Docker Compose does; raises `TypeError` for other types.

    Python keeps bytes that are not UTF-8 as halves of characters, which cannot be written.
    """
    return {_text(name, name): _text(value, name) for name, value in environment.items()}


def _text(text: object, name: str) -> str:
    if not isinstance(text, str):
        raise TypeError(f"environment maps texts to texts, and its {name!r} is something else")
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return whole_characters(text)


def _name(setting: Setting, reader: Reader) -> str:
    """Find the name of a project: the last one in its files, else that of its folder."""
    named, shown, insisted = "", "", False
    by: Leaf | None = None
    for path in setting.paths:
        for number, document in enumerate(reader.parsed(path)):
            match document:
                case Table(items={"name": Leaf(value=str(text)) as leaf}) if text:
                    match interpolate(leaf, setting.environment, reader.budget)[0]:
                        case Leaf(value=str(value)) as by:
                            named, shown = value, leaf.text or value
                            insisted |= number == 0  # a later document only proposes
    if by:
        reader.naming.append((("name",), by))
    if insisted and not normalise(named):
        message = f"{shown!r} is not a valid project name; write lower-case letters and digits"
        reader.fault("project-name", message, None, ("name",))
    return normalise(named) or normalise(basename(setting.directory)) or NAMELESS


def _shown(directory: str, files: Files) -> str:
    """Write a directory relative to the working directory, if it is inside it."""
    base = files.directory
    inside = directory == base or directory.startswith(base.rstrip("/") + "/")
    return relpath(directory, base) if inside else directory


def _placed(found: Iterable[Diagnostic], root: Table, masks: Masks) -> list[Diagnostic]:
    """Add to each finding the place of what it is about, and show of its path what may be shown."""
    return [
        replace(each, at=each.at or nearest(root, each.path), path=masks.way(each.path))
        if each.path
        else each
        for each in found
    ]
