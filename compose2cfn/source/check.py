"""Refuse what does not fit together: unknown names, contradictions, cycles."""

from collections.abc import Container, Iterator, Mapping
from typing import TypeAlias

from compose2cfn.diagnostics import Diagnostic, Steps, listed
from compose2cfn.model.masks import PLAIN, Masks
from compose2cfn.model.project import Config, Project, Secret
from compose2cfn.model.service import Service, Workload

Found: TypeAlias = Iterator[Diagnostic]

_OF_SERVICE = "service:"


def check(project: Project, disabled: Mapping[str, Service], masks: Masks = PLAIN) -> Found:
    """Check an application; ``disabled`` are its inactive services."""
    for name, service in project.services.items():
        path: Steps = ("services", name)
        yield from _complete(service, path, masks)
        yield from _references(service, project, path, masks)
        yield from _contexts(service, {**disabled, **project.services}, path, masks)
        yield from _dependencies(service, project.services, disabled, path=path, masks=masks)
        yield from _agreement(service, path, masks)
        yield from _tmpfs(service, path, masks)
    for name, job in project.jobs.items():
        path = ("jobs", name)
        if name in project.services:
            yield _fault("contradiction", "a service already has this name; choose another", path)
        known = {**project.services, **project.jobs}
        yield from _dependencies(job, known, disabled, path=path, masks=masks)
    yield from _container_names(project)
    yield from _sources(project)
    yield from _circles(project)


def _fault(code: str, message: str, path: Steps) -> Diagnostic:
    return Diagnostic(code=code, message=message, path=path)


def _shown(value: object, path: Steps, masks: Masks) -> object:
    """Return what a message shows of a value."""
    written = masks.written(path)
    return value if written is None else written


def _complete(service: Service, path: Steps, masks: Masks) -> Found:
    if not service.image and service.build is None and service.provider is None:
        yield _fault("missing-key", "needs an image or a build", path)
    build = service.build
    if build and build.dockerfile and build.dockerfile_inline:
        message = "dockerfile and dockerfile_inline exclude each other; keep one"
        yield _fault("contradiction", message, (*path, "build", "dockerfile_inline"))
    if build and build.platforms and service.platform and service.platform not in build.platforms:
        platform = _shown(service.platform, (*path, "platform"), masks)
        message = f"build.platforms does not list {platform}; add it"
        yield _fault("contradiction", message, (*path, "platform"))
    if service.network_mode and service.networks:
        message = "network_mode and networks exclude each other; keep one"
        yield _fault("contradiction", message, (*path, "network_mode"))


def _references(service: Service, project: Project, path: Steps, masks: Masks) -> Found:
    named: list[tuple[str, str, Mapping[str, object], Steps]] = [
        ("network", name, project.networks, (*path, "networks", name)) for name in service.networks
    ]
    named += [
        ("secret", each.source, project.secrets, (*path, "secrets", number))
        for number, each in enumerate(service.secrets)
    ]
    named += [
        ("config", each.source, project.configs, (*path, "configs", number))
        for number, each in enumerate(service.configs)
    ]
    named += [
        ("volume", each.source, project.volumes, (*path, "volumes", number))
        for number, each in enumerate(service.volumes)
        if each.named
    ]
    named += [
        ("secret", each.source, project.secrets, (*path, "build", "secrets", number))
        for number, each in enumerate(service.build.secrets if service.build else ())
    ]
    named += [("model", name, project.models, (*path, "models", name)) for name in service.models]
    for kind, name, section, where in named:
        if name not in section:
            keyed = where[-1] == name
            shown = masks.way(where)[-1] if keyed else _shown(name, (*where, "source"), masks)
            message = f"there is no {kind} {shown}; define it under {kind}s:"
            yield _fault("unknown-name", message, where)


def _contexts(service: Service, known: Mapping[str, Service], path: Steps, masks: Masks) -> Found:
    """Find services whose images a build starts from although they are not built."""
    contexts = service.build.additional_contexts if service.build else {}
    for name, context in contexts.items():
        where = (*path, "build", "additional_contexts", name)
        if context.startswith(_OF_SERVICE):
            other = context.removeprefix(_OF_SERVICE)
            if other not in known:
                shown = _shown(other, where, masks)
                message = f"there is no service {shown}; define it under services:"
                yield _fault("unknown-name", message, where)
            elif known[other].build is None:
                message = f"service {other} has no build, so it has no image to use; give it one"
                yield _fault("contradiction", message, where)


def _dependencies(
    service: Workload,
    known: Container[str],
    disabled: Mapping[str, Service],
    *,
    path: Steps,
    masks: Masks,
) -> Found:
    for name, dependency in service.depends_on.items():
        if name in known or (name in disabled and not dependency.required):
            continue
        where = (*path, "depends_on", name)
        if name in disabled:
            profiles = ", ".join(
                str(_shown(profile, ("services", name, "profiles", number), masks))
                for number, profile in enumerate(disabled[name].profiles)
            )
            message = f"service {name} is not active; activate one of its profiles: {profiles}"
        else:
            message = f"there is no service {masks.way(where)[-1]}; define it under services:"
        yield _fault("unknown-name", message, where)


def _agreement(service: Service, path: Steps, masks: Masks) -> Found:
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
            one = _shown(value, (*path, key), masks)
            two = _shown(contrary, (*path, *other.split(".")), masks)
            message = f"is {one}, but {other} is {two}; keep one"
            yield _fault("contradiction", message, (*path, key))
    scale = service.scale if service.scale is not None else deploy.replicas if deploy else None
    if service.container_name and scale is not None and scale > 1:
        message = "a container with a fixed name cannot run more than once; leave the name out"
        yield _fault("contradiction", message, (*path, "container_name"))


def _tmpfs(service: Service, path: Steps, masks: Masks) -> Found:
    """Find two mounts at one place, of which at least one may be a file system in memory."""
    mounted = [("tmpfs", n, text.partition(":")[0]) for n, text in enumerate(service.tmpfs)]
    mounted += [("volumes", number, mount.target) for number, mount in enumerate(service.volumes)]
    found: set[str] = set()
    for key, number, target in mounted:
        if target in found:
            where = (*path, key, number)
            place = where if key == "tmpfs" else (*where, "target")
            message = f"something is already mounted at {_shown(target, place, masks)}; keep one"
            yield _fault("contradiction", message, where)
        found.add(target)


def _container_names(project: Project) -> Found:
    owners: dict[str, str] = {}
    for name, service in project.services.items():
        if service.container_name:
            owner = owners.setdefault(service.container_name, name)
            if owner != name:
                message = f"service {owner} already has this name; leave it out"
                yield _fault("contradiction", message, ("services", name, "container_name"))


def _sources(project: Project) -> Found:
    for name, secret in project.secrets.items():
        yield from _one_source("secrets", name, secret, ("file", "environment"))
    for name, config in project.configs.items():
        yield from _one_source("configs", name, config, ("file", "environment", "content"))
    for name, volume in project.volumes.items():
        given = volume.model_fields_set & {"driver", "driver_opts", "labels"}
        if volume.external and given:
            message = f"an external volume exists already; leave out {listed(sorted(given), 'and')}"
            yield _fault("contradiction", message, ("volumes", name, "external"))


def _one_source(section: str, name: str, entry: Secret | Config, kinds: tuple[str, ...]) -> Found:
    given = [kind for kind in kinds if kind in entry.model_fields_set]
    if len(given) > 1:
        message = f"{' and '.join(given)} exclude each other; keep one"
        yield _fault("contradiction", message, (section, name, given[-1]))
    elif not given and not entry.external:
        yield _fault("missing-key", f"needs {listed(kinds)}, or external: true", (section, name))


def _circles(project: Project) -> Found:
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
                yield _fault("cycle", message, ("services", circle[0], "depends_on", circle[1]))
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
