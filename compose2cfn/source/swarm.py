"""Warn about keys that Docker Compose itself ignores: they are for Swarm."""

from collections.abc import Iterator

from compose2cfn.diagnostics import Diagnostic, Severity, Steps
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service

CODE = "swarm-only"
_DEPLOY = ("mode", "endpoint_mode", "labels", "update_config", "rollback_config", "placement")
_OWNER = ("uid", "gid", "mode")


def unheeded(project: Project) -> Iterator[Diagnostic]:
    """List what has a meaning only under Swarm."""
    paths = [path for name, service in project.services.items() for path in _service(name, service)]
    for section, entries in (("secrets", project.secrets), ("configs", project.configs)):
        for name, entry in entries.items():
            keys = ("labels", "driver", "driver_opts", "template_driver")
            paths += [(section, name, key) for key in keys if key in entry.model_fields_set]
    for path in paths:
        message = "Docker Compose ignores this outside Swarm"
        yield Diagnostic(code=CODE, message=message, severity=Severity.WARNING, path=path)


def _service(name: str, service: Service) -> Iterator[Steps]:
    path: Steps = ("services", name)
    if service.deploy:
        yield from (
            (*path, "deploy", key) for key in _DEPLOY if key in service.deploy.model_fields_set
        )
    if service.credential_spec:
        yield (*path, "credential_spec")
    yield from ((*path, "storage_opt", key) for key in service.storage_opt)
    for key, references in (("secrets", service.secrets), ("configs", service.configs)):
        for number, reference in enumerate(references):
            given = [part for part in _OWNER if part in reference.model_fields_set]
            yield from ((*path, key, number, part) for part in given)
    for number, port in enumerate(service.ports):
        if port.mode == "host":
            yield (*path, "ports", number, "mode")
    for number, mount in enumerate(service.volumes):
        if mount.type == "cluster":
            yield (*path, "volumes", number, "type")
