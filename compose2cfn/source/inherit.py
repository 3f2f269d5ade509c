"""Lay the containers that run before a service over the service itself, from which they inherit."""

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.model.container import Container
from compose2cfn.model.service import PreStart
from compose2cfn.model.shape import fields, whole
from compose2cfn.source.merge import merge
from compose2cfn.source.nodes import Leaf, Node, Sequence, Table

_HOOK = whole(PreStart)
_NOT_INHERITED = frozenset({"volumes"})


def inherit(root: Table) -> tuple[Table, list[Diagnostic]]:
    """Complete ``pre_start`` of every service with what the service says about its container."""
    faults: list[Diagnostic] = []
    services = root.items.get("services")
    if not isinstance(services, Table):
        return root, faults
    items = dict(services.items)
    for name, service in services.items.items():
        match service:
            case Table(items={"pre_start": Sequence() as hooks}):
                items[name] = _completed(service, hooks, name, faults)
    table = Table(items, services.keys, services.at, services.tag)
    return Table({**root.items, "services": table}, root.keys, root.at, root.tag), faults


def _completed(service: Table, hooks: Sequence, name: str, faults: list[Diagnostic]) -> Table:
    inherited = fields(Container).keys() - _NOT_INHERITED
    items = {key: value for key, value in service.items.items() if key in inherited}
    for key, complete in (("secrets", _targeted), ("gpus", _counted)):
        match items.get(key):
            case Sequence(items=entries, at=at):
                items[key] = Sequence(tuple(map(complete, entries)), at)
    match items.get("pull_policy"):
        case Leaf(value="if_not_present") as policy:
            items["pull_policy"] = policy._replace(value="missing")
    base = Table(items, service.keys, service.at)
    laid: list[Node] = []
    for number, hook in enumerate(hooks.items):
        merged, found = merge(base, hook, _HOOK, ("services", name, "pre_start", number))
        laid.append(merged)
        faults.extend(found)
    completed = Sequence(tuple(laid), hooks.at, hooks.tag)
    return Table({**service.items, "pre_start": completed}, service.keys, service.at, service.tag)


def _targeted(secret: Node) -> Node:
    """Write where a secret is in the service, and so in what inherits it."""
    match secret:
        case Table(items={"source": Leaf(value=str(source)), **rest}) if not _text(
            rest.get("target")
        ):
            return _with(secret, "target", f"/run/secrets/{source}")
    return secret


def _counted(request: Node) -> Node:
    """Write that a service asks for every device, and so does what inherits from it."""
    match request:
        case Table(items=said) if "count" not in said and "device_ids" not in said:
            return _with(request, "count", -1)
    return request


def _with(table: Table, key: str, value: str | int) -> Table:
    items = {**table.items, key: Leaf(value, table.at)}
    return Table(items, {**table.keys, key: table.at}, table.at, table.tag)


def _text(node: Node | None) -> str:
    return str(node.value or "") if isinstance(node, Leaf) else ""
