"""Choose the services that take part, and what of the rest they need."""

from collections.abc import Iterable, Mapping

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Findings
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service


def active(project: Project, profiles: Iterable[str]) -> tuple[Project, Mapping[str, Service]]:
    """Set the services apart whose profiles are all inactive."""
    chosen = set(profiles)
    if "*" in chosen:
        return project, {}
    enabled: dict[str, Service] = {}
    disabled: dict[str, Service] = {}
    for name, service in project.services.items():
        matches = not service.profiles or not chosen.isdisjoint(service.profiles)
        (enabled if matches else disabled)[name] = service
    jobs = {
        name: job
        for name, job in project.jobs.items()
        if not job.profiles or not chosen.isdisjoint(job.profiles)
    }
    if not disabled and len(jobs) == len(project.jobs):
        return project, {}
    return project.model_copy(update={"services": enabled, "jobs": jobs}), disabled


def report_profiles(project: Project, profiles: Iterable[str], findings: Findings) -> None:
    """Warn about profiles that nothing has, which enable nothing."""
    known: dict[str, str] = {}
    for section, workloads in (("services", project.services), ("jobs", project.jobs)):
        for name, workload in workloads.items():
            spot = findings.at(section, name, "profiles")
            known.update((profile, spot.shown(profile)) for profile in workload.profiles)
    for profile in sorted({*profiles} - known.keys() - {"*"}):
        message = f"no service has the profile {profile!r}{did_you_mean(profile, known.values())}"
        findings.at("services").warn("profile-unknown", message)


def chosen(project: Project, names: Iterable[str]) -> Project:
    """Keep the named services, and those they depend on."""
    kept: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in kept and name in project.services:
            kept[name] = None
            waiting.extend(project.services[name].depends_on)
    services = {name: each for name, each in project.services.items() if name in kept}
    return project.model_copy(update={"services": services})


def needed(project: Project) -> Project:
    """Leave out networks, volumes, secrets, configs and models that no service uses."""
    services = project.services.values()
    used = {
        "networks": {name for each in services for name in each.networks},
        "volumes": {mount.source for each in services for mount in each.volumes if mount.named},
        "secrets": {
            reference.source
            for each in services
            for reference in (*each.secrets, *(each.build.secrets if each.build else ()))
        },
        "configs": {reference.source for each in services for reference in each.configs},
        "models": {name for each in services for name in each.models},
    }
    sections: dict[str, Mapping[str, object]] = {
        "networks": project.networks,
        "volumes": project.volumes,
        "secrets": project.secrets,
        "configs": project.configs,
        "models": project.models,
    }
    update = {
        section: {name: entry for name, entry in entries.items() if name in used[section]}
        for section, entries in sections.items()
    }
    return project.model_copy(update=update)
