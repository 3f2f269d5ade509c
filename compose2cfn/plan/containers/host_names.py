"""See which services rely on a host name: tasks on ECS have host names of their own."""

from collections import Counter
from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.service import Service
from compose2cfn.plan.known_images import NodeName, known_image


def report_host_names(services: Mapping[str, Service], findings: Findings) -> None:
    """Warn of data that is kept under a host name, and once of all others that are written."""
    images = {name: known_image(service) for name, service in sorted(services.items())}
    kinds = Counter(image.title for image in images.values() if image and image.node_name)
    written = []
    for name, image in images.items():
        service = services[name]
        if image and image.node_name and _keeps_under(image.node_name, service):
            spot = findings.at("services", name) / ("hostname" if service.hostname else "image")
            _report_node_name(image.title, image.node_name, spot, alone=kinds[image.title] == 1)
        elif service.hostname:
            written.append(name)
    if written:
        findings.at("services").warn(
            "hostname-alias",
            "tasks have host names of their own, which change; hostname is only one more name by "
            f"which others find a service ({listed(written, 'and')})",
        )


def _keeps_under(node_name: NodeName, service: Service) -> bool:
    """Tell whether a service keeps something under a name that is made of its host name."""
    lasts = any(mount.named and not mount.read_only for mount in service.volumes)
    said = any(service.environment.get(variable) for variable in node_name.variables)
    return not said and (lasts or service.hostname != "")


def _report_node_name(title: str, name: NodeName, spot: Spot, *, alone: bool) -> None:
    """Say which name to give a node: one that others find, if there are others."""
    node = f"{name.variables[0]}: {name.value if alone else name.member}"
    spot.warn(
        "hostname-data",
        f"{title} keeps its data under the host name, and tasks have host names of their "
        f"own, which change: a new task finds nothing; write {node} under environment"
        f"{'' if alone else ', with the name of the service itself'}",
    )
