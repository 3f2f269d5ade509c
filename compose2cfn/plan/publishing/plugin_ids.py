"""Name the ids that the retired ECS plugin of Docker Compose gave to things with other ids here."""

from collections.abc import Iterable, Iterator

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.frozen import Record
from compose2cfn.plan.publishing.listeners import Listener
from compose2cfn.plan.publishing.load_balancers import LoadBalancer
from compose2cfn.plan.publishing.target_groups import TargetGroup
from compose2cfn.plan.terms.names import Names

_LOAD_BALANCER = "LoadBalancer"


class PluginId(Record):
    """An id of the plugin, and today's id of the same thing."""

    id: str
    now: str
    origin: KeyPath


def plugin_ids(
    load_balancers: Iterable[LoadBalancer],
    listeners: Iterable[Listener],
    target_groups: Iterable[TargetGroup],
    names: Names,
) -> tuple[PluginId, ...]:
    """List the ids of the plugin for what the stack creates, each once: the first counts."""
    found: dict[str, PluginId] = {}
    for listener in listeners:
        for one in _of_listener(listener, names):
            found.setdefault(one.id, one)
    for group in target_groups:
        for one in _of_target_group(group, names):
            found.setdefault(one.id, one)
    own = {one.id: one for one in load_balancers}
    if own and _LOAD_BALANCER not in own:
        first = min(own)
        found[_LOAD_BALANCER] = PluginId(id=_LOAD_BALANCER, now=first, origin=own[first].origin)
    return tuple(found.values())


def _of_listener(listener: Listener, names: Names) -> Iterator[PluginId]:
    """Name a listener as the plugin did: by a service and its port.

    Of a port in the long form that named no protocol, it knew none.
    """
    for port in listener.ports if listener.own else ():
        for transport in (port.settings.transport.upper(), ""):
            id_ = names.service(port.service, f"{transport}{port.target}Listener")
            yield PluginId(id=id_, now=listener.id, origin=port.origin)


def _of_target_group(group: TargetGroup, names: Names) -> Iterator[PluginId]:
    """Name a target group as the plugin did: without its load balancer."""
    for transport in ("TCP", "UDP", ""):
        id_ = names.service(group.service, f"{transport}{group.port}TargetGroup")
        if group.own and id_ != group.id:
            yield PluginId(id=id_, now=group.id, origin=group.origin)
