"""The emitters that ship with compose2cfn, one AWS concern each.

Their order has no effect on a template.
"""

from compose2cfn.emitters.capacity import capacity
from compose2cfn.emitters.cluster import cluster
from compose2cfn.emitters.configs import configs
from compose2cfn.emitters.containers import containers
from compose2cfn.emitters.discovery import discovery
from compose2cfn.emitters.load_balancer import load_balancer
from compose2cfn.emitters.locks import locks
from compose2cfn.emitters.logs import logs
from compose2cfn.emitters.managed_instances import managed_instances
from compose2cfn.emitters.network import network
from compose2cfn.emitters.roles import roles
from compose2cfn.emitters.scaling import scaling
from compose2cfn.emitters.secrets import secrets
from compose2cfn.emitters.services import services
from compose2cfn.emitters.volumes import volumes
from compose2cfn.stack.items import Emitter

DEFAULT_EMITTERS: tuple[Emitter, ...] = (
    capacity,
    cluster,
    configs,
    containers,
    discovery,
    load_balancer,
    locks,
    logs,
    managed_instances,
    network,
    roles,
    scaling,
    secrets,
    services,
    volumes,
)
