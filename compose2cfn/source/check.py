"""Refuse what does not fit together: unknown names, contradictions, cycles."""

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.project import Config, Project, Secret
from compose2cfn.model.service import Service, Workload

_OF_SERVICE = "service:"


def check(
    project: Project,
    disabled: Mapping[str, Service],
    findings: Findings,
    *,
    handed_over: bool = False,
) -> None:
    """Check an application; ``disabled`` are its inactive services.

    In what Docker Compose Bridge has ``handed_over``, configs have their content beside what it was
    read from.
    """
    for name, service in project.services.items():
        spot = findings.at("services", name)
        _check_complete(service, spot)
        _check_references(service, project, spot)
        _check_contexts(service, {**disabled, **project.services}, spot)
        _check_dependencies(service, project.services, disabled, spot)
        _check_agreement(service, spot)
        _check_mounts(service, spot)
    for name, job in project.jobs.items():
        spot = findings.at("jobs", name)
        if name in project.services:
            spot.error("contradiction", "a service already has this name; choose another")
        _check_dependencies(job, {**project.services, **project.jobs}, disabled, spot)
    _check_container_names(project, findings)
    _check_sources(project, findings, handed_over=handed_over)
    _check_circles(project, findings)


def _check_complete(service: Service, spot: Spot) -> None:
    if not service.image and service.build is None and service.provider is None:
        spot.error("missing-key", "needs an image or a build")
    build = service.build
    if build and build.dockerfile and build.dockerfile_inline:
        message = "dockerfile and dockerfile_inline exclude each other; keep one"
        (spot / "build" / "dockerfile_inline").error("contradiction", message)
    if build and build.platforms and service.platform and service.platform not in build.platforms:
        message = (
            f"build.platforms does not list {spot.shown(service.platform, 'platform')}; add it"
        )
        (spot / "platform").error("contradiction", message)
    if service.network_mode and service.networks:
        message = "network_mode and networks exclude each other; keep one"
        (spot / "network_mode").error("contradiction", message)


class _Named(NamedTuple):
    """Something that a service names, which the file must define."""

    kind: str
    name: str
    defined: Container[str]
    spot: Spot


def _check_references(service: Service, project: Project, spot: Spot) -> None:
    for each in _names(service, project, spot):
        if each.name not in each.defined:
            key = each.spot.path[-1] == each.name
            shown = each.spot.key if key else each.spot.shown(each.name, "source")
            message = f"there is no {each.kind} {shown}; define it under {each.kind}s:"
            each.spot.error("unknown-name", message)


def _names(service: Service, project: Project, spot: Spot) -> Iterator[_Named]:
    """List what a service names."""
    for name in service.networks:
        yield _Named("network", name, project.networks, spot / "networks" / name)
    for number, secret in enumerate(service.secrets):
        yield _Named("secret", secret.source, project.secrets, spot / "secrets" / number)
    for number, config in enumerate(service.configs):
        yield _Named("config", config.source, project.configs, spot / "configs" / number)
    for number, mount in enumerate(service.volumes):
        if mount.named:
            yield _Named("volume", mount.source, project.volumes, spot / "volumes" / number)
    for number, secret in enumerate(service.build.secrets if service.build else ()):
        here = spot / "build" / "secrets" / number
        yield _Named("secret", secret.source, project.secrets, here)
    for name in service.models:
        yield _Named("model", name, project.models, spot / "models" / name)


def _check_contexts(service: Service, known: Mapping[str, Service], spot: Spot) -> None:
    """Find services whose images a build starts from although they are not built."""
    contexts = service.build.additional_contexts if service.build else {}
    for name, context in contexts.items():
        here = spot / "build" / "additional_contexts" / name
        if context.startswith(_OF_SERVICE):
            other = context.removeprefix(_OF_SERVICE)
            if other not in known:
                message = f"there is no service {here.shown(other)}; define it under services:"
                here.error("unknown-name", message)
            elif known[other].build is None:
                message = f"service {other} has no build, so it has no image to use; give it one"
                here.error("contradiction", message)


def _check_dependencies(
    service: Workload, known: Container[str], disabled: Mapping[str, Service], spot: Spot
) -> None:
    for name, dependency in service.depends_on.items():
        if name in known or (name in disabled and not dependency.required):
            continue
        here = spot / "depends_on" / name
        if name in disabled:
            of = spot.findings.at("services", name, "profiles")
            profiles = ", ".join(map(of.shown, disabled[name].profiles))
            message = f"service {name} is not active; activate one of its profiles: {profiles}"
        else:
            message = f"there is no service {here.key}; define it under services:"
        here.error("unknown-name", message)


def _check_agreement(service: Service, spot: Spot) -> None:
    """Find sizes that are written in two places and differ."""
    deploy = service.deploy
    limits = deploy.resources.limits if deploy else None
    reserved = deploy.resources.reservations if deploy else None
    pairs: list[tuple[str, object, str, object]] = []
    if deploy and deploy.replicas is not None and service.scale is not None:
        pairs.append(("scale", service.scale, "deploy.replicas", deploy.replicas))
    if limits:
        pairs += [
            ("cpus", service.cpus, "deploy.resources.limits.cpus", limits.cpus),
            ("mem_limit", service.mem_limit, "deploy.resources.limits.memory", limits.memory),
            ("pids_limit", service.pids_limit, "deploy.resources.limits.pids", limits.pids),
        ]
    if reserved:
        where = "deploy.resources.reservations.memory"
        pairs.append(("mem_reservation", service.mem_reservation, where, reserved.memory))
    for key, value, other, contrary in pairs:
        if (value or key == "scale") and value != contrary:
            one = spot.shown(value, key)
            two = spot.findings.shown(contrary, (*spot.path, *other.split(".")))
            message = f"is {one}, but {other} is {two}; keep one"
            (spot / key).error("contradiction", message)
    replicas = deploy.replicas if deploy else None
    scale = replicas if service.scale is None else service.scale
    if service.container_name and scale is not None and scale > 1:
        message = "a container with a fixed name cannot run more than once; leave the name out"
        (spot / "container_name").error("contradiction", message)


def _check_mounts(service: Service, spot: Spot) -> None:
    """Find two mounts at one place, of which at least one may be a file system in memory."""
    mounted = [("tmpfs", n, text.partition(":")[0]) for n, text in enumerate(service.tmpfs)]
    mounted += [("volumes", number, mount.target) for number, mount in enumerate(service.volumes)]
    found: set[str] = set()
    for key, number, target in mounted:
        if target in found:
            here = spot / key / number
            shown = here.shown(target) if key == "tmpfs" else here.shown(target, "target")
            here.error("contradiction", f"something is already mounted at {shown}; keep one")
        found.add(target)


def _check_container_names(project: Project, findings: Findings) -> None:
    owners: dict[str, str] = {}
    for name, service in project.services.items():
        if service.container_name:
            owner = owners.setdefault(service.container_name, name)
            if owner != name:
                message = f"service {owner} already has this name; leave it out"
                findings.at("services", name, "container_name").error("contradiction", message)


def _check_sources(project: Project, findings: Findings, *, handed_over: bool) -> None:
    for name, secret in project.secrets.items():
        _check_one_source(secret, ("file", "environment"), findings.at("secrets", name))
    for name, config in project.configs.items():
        read = handed_over and "content" in config.model_fields_set
        kinds = ("content",) if read else ("file", "environment", "content")
        _check_one_source(config, kinds, findings.at("configs", name))
    for name, volume in project.volumes.items():
        given = volume.model_fields_set & {"driver", "driver_opts", "labels"}
        if volume.external and given:
            message = f"an external volume exists already; leave out {listed(sorted(given), 'and')}"
            findings.at("volumes", name, "external").error("contradiction", message)


def _check_one_source(entry: Secret | Config, kinds: tuple[str, ...], spot: Spot) -> None:
    given = [kind for kind in kinds if kind in entry.model_fields_set]
    if len(given) > 1:
        message = f"{' and '.join(given)} exclude each other; keep one"
        (spot / given[-1]).error("contradiction", message)
    elif not given and not entry.external:
        spot.error("missing-key", f"needs {listed(kinds)}, or external: true")


def _check_circles(project: Project, findings: Findings) -> None:
    """Find a cycle of services that wait for one another."""
    done: set[str] = set()
    for start in project.services:
        trail: dict[str, Iterator[str]] = {}
        name: str | None = start
        while name is not None:
            if name in trail:
                circle = [*list(trail)[list(trail).index(name) :], name]
                waits = " → ".join(circle)
                message = f"services wait for one another: {waits}; remove one dependency"
                findings.at("services", circle[0], "depends_on", circle[1]).error("cycle", message)
                return
            if name not in done and name in project.services:
                trail[name] = iter(project.services[name].depends_on)
            name = None
            while trail and name is None:
                last = next(reversed(trail))
                name = next(trail[last], None)
                if name is None:
                    done.add(last)
                    del trail[last]
