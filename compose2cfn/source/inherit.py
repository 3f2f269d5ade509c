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
    """Complete ``pre_start`` of every service by what the service says of its container."""
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
    match items.get("secrets"):
        case Sequence(items=secrets, at=at):
            items["secrets"] = Sequence(tuple(map(_targeted, secrets)), at)
    base = Table(items, service.keys, service.at)
    laid: list[Node] = []
    for number, hook in enumerate(hooks.items):
        merged, found = merge(base, hook, _HOOK, ("services", name, "pre_start", number))
        laid.append(merged)
        faults.extend(found)
    completed = Sequence(tuple(laid), hooks.at, hooks.tag)
    return Table({**service.items, "pre_start": completed}, service.keys, service.at, service.tag)


def _targeted(secret: Node) -> Node:
    """Say where a secret stands in the service, and so in what inherits it."""
    match secret:
        case Table(items={"source": Leaf(value=str(source)), **rest}) if not _text(
            rest.get("target")
        ):
            target = Leaf(f"/run/secrets/{source}", secret.at)
            return Table(
                {**secret.items, "target": target},
                {**secret.keys, "target": secret.at},
                secret.at,
                secret.tag,
            )
    return secret


def _text(node: Node | None) -> str:
    return str(node.value or "") if isinstance(node, Leaf) else ""
