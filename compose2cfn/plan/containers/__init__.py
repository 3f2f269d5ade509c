"""What each container is told, and what the containers of a task share."""

from collections.abc import Mapping
from dataclasses import dataclass

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.containers.port_mappings import PortMapping, map_ports
from compose2cfn.plan.tasks import Tasks

__all__ = ["Containers", "PortMapping", "define_containers"]


@dataclass(frozen=True, slots=True)
class Containers:
    """What the containers of all services are told."""

    port_mappings: Mapping[str, tuple[PortMapping, ...]]
    """The ports of each service's container, each port once."""


def define_containers(app: App, tasks: Tasks, findings: Findings) -> Containers:
    """Decide what the container of each service is told."""
    return Containers(port_mappings=map_ports(app, tasks, findings))
