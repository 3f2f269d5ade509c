"""Read ``x-develop``, the former name of ``develop``, as Docker Compose does."""

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.model.service import Service
from compose2cfn.model.shape import fields
from compose2cfn.source.merge import merge
from compose2cfn.source.nodes import Node, Table

_FORMER, _PRESENT = "x-develop", "develop"


def renamed(document: Node) -> tuple[Node, list[Diagnostic]]:
    """Move what services say under the former name to the present one; both are merged."""
    if not isinstance(document, Table):
        return document, []
    services = document.items.get("services")
    if not isinstance(services, Table):
        return document, []
    faults: list[Diagnostic] = []
    items = dict(services.items)
    for name, service in services.items.items():
        if isinstance(service, Table) and _FORMER in service.items:
            items[name], found = _adopted(service, name)
            faults.extend(found)
    if items == services.items:
        return document, []
    below = services._replace(items=items)
    return document._replace(items={**document.items, "services": below}), faults


def _adopted(service: Table, name: str) -> tuple[Node, list[Diagnostic]]:
    value, place = service.items[_FORMER], service.keys[_FORMER]
    faults: list[Diagnostic] = []
    if (present := service.items.get(_PRESENT)) is not None:
        shape = fields(Service)[_PRESENT]
        value, faults = merge(value, present, shape, ("services", name, _PRESENT))
    items = {key: node for key, node in service.items.items() if key != _FORMER}
    keys = {**service.keys, _PRESENT: service.keys.get(_PRESENT, place)}
    return service._replace(items={**items, _PRESENT: value}, keys=keys), faults
