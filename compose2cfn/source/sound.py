"""Find what of a project no error is about: that is looked at as well, so that all is reported."""

from collections.abc import Iterable, Mapping

from compose2cfn.diagnostics import ComposeError, Diagnostic, Severity, Steps
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service
from compose2cfn.source.check import check
from compose2cfn.source.select import needed

SECTIONS = frozenset({"configs", "jobs", "models", "networks", "secrets", "services", "volumes"})
"""The sections of a Compose file that have entries by name."""


class UnsoundError(ComposeError):
    """Files have errors; ``sound`` is the application without the entries that these are about.

    ``found`` holds all findings, even if there are more than anybody reads.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], sound: App | None) -> None:
        self.found = tuple(diagnostics)
        super().__init__(self.found)
        self.sound = sound


LEFT_BROKEN = frozenset({"interpolation-syntax", "required-variable"})
"""What is found before values have paths; it leaves something broken where it is."""


def faulty_entries(
    found: Iterable[Diagnostic], left_out: Iterable[Steps] = ()
) -> frozenset[Steps] | None:
    """Name the entries that errors are about; None if one is about more than an entry.

    ``left_out`` are the paths of what cannot be used.
    """
    errors = [each for each in found if each.severity is Severity.ERROR]
    located = [each.path for each in errors if each.path or each.code not in LEFT_BROKEN]
    entries = {path[:2] for path in (*located, *left_out)}
    if all(len(entry) == 2 and entry[0] in SECTIONS for entry in entries):
        return frozenset(entries)
    return None


def sound_part(
    project: Project, faulty: frozenset[Steps] | None, disabled: Mapping[str, Service]
) -> Project | None:
    """Keep the entries that are not faulty, and that need none of these.

    There is no such part if nothing would be left, or if more than entries are faulty.
    """
    while faulty:
        project = _without(project, faulty)
        findings = Findings()
        check(project, disabled, findings)
        faulty = faulty_entries(findings.diagnostics)
    if faulty is None or not (project.services or project.jobs):
        return None
    return needed(project)


def _without(project: Project, entries: frozenset[Steps]) -> Project:
    sections = {section for section, _ in entries}
    kept = {
        str(section): {
            name: entry
            for name, entry in vars(project)[str(section)].items()
            if (section, name) not in entries
        }
        for section in sections
    }
    return project.model_copy(update=kept)
