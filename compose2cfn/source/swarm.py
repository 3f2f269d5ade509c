"""Warn about keys that Docker Compose itself ignores: they are for Swarm."""

from collections.abc import Iterable, Iterator

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.base import Model
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service

CODE = "swarm-only"
_DEPLOY = ("mode", "endpoint_mode", "labels", "update_config", "rollback_config", "placement")
_OWNER = ("uid", "gid", "mode")
_STORED = ("labels", "driver", "driver_opts", "template_driver")


def report_swarm(project: Project, findings: Findings) -> None:
    """Warn about what has a meaning only under Swarm."""
    for spot in _only_swarm(project, findings):
        spot.warn(CODE, "Docker Compose ignores this outside Swarm")


def _only_swarm(project: Project, findings: Findings) -> Iterator[Spot]:
    for name, service in project.services.items():
        yield from _of_service(service, findings.at("services", name))
    for section, entries in (("secrets", project.secrets), ("configs", project.configs)):
        for name, entry in entries.items():
            yield from _written(entry, _STORED, findings.at(section, name))


def _of_service(service: Service, spot: Spot) -> Iterator[Spot]:
    if service.deploy:
        yield from _written(service.deploy, _DEPLOY, spot / "deploy")
    if service.credential_spec:
        yield spot / "credential_spec"
    for key in service.storage_opt:
        yield spot / "storage_opt" / key
    for number, secret in enumerate(service.secrets):
        yield from _written(secret, _OWNER, spot / "secrets" / number)
    for number, config in enumerate(service.configs):
        yield from _written(config, _OWNER, spot / "configs" / number)
    for number, port in enumerate(service.ports):
        if port.mode == "host":
            yield spot / "ports" / number / "mode"
    for number, mount in enumerate(service.volumes):
        if mount.type == "cluster":
            yield spot / "volumes" / number / "type"


def _written(part: Model, keys: Iterable[str], spot: Spot) -> Iterator[Spot]:
    """List those of some keys that a part of the file has."""
    return (spot / key for key in keys if key in part.model_fields_set)
