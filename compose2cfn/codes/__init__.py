"""What the codes of findings mean: what leads to each, why it matters, and what to write instead.

No conversion needs these texts, and nothing of it imports them. ``docs/diagnostics.md`` is made of
them.
"""

from collections.abc import Mapping

from compose2cfn.codes.capacity import CAPACITY
from compose2cfn.codes.containers import CONTAINERS
from compose2cfn.codes.delivery import DELIVERY
from compose2cfn.codes.deployment import DEPLOYMENT
from compose2cfn.codes.discovery import DISCOVERY
from compose2cfn.codes.explanation import Chapter, Explanation
from compose2cfn.codes.files import FILES
from compose2cfn.codes.load_balancers import LOAD_BALANCERS
from compose2cfn.codes.logs import LOGS
from compose2cfn.codes.networks import NETWORKS
from compose2cfn.codes.parameters import PARAMETERS
from compose2cfn.codes.ports import PORTS
from compose2cfn.codes.roles import ROLES
from compose2cfn.codes.routes import ROUTES
from compose2cfn.codes.secrets import SECRETS
from compose2cfn.codes.sizes import SIZES
from compose2cfn.codes.targets import TARGETS
from compose2cfn.codes.tasks import TASKS
from compose2cfn.codes.templates import TEMPLATES
from compose2cfn.codes.values import VALUES
from compose2cfn.codes.variables import VARIABLES
from compose2cfn.codes.volumes import VOLUMES

CHAPTERS: tuple[Chapter, ...] = (
    FILES,
    VALUES,
    VARIABLES,
    CONTAINERS,
    TASKS,
    DISCOVERY,
    NETWORKS,
    PORTS,
    LOAD_BALANCERS,
    ROUTES,
    TARGETS,
    VOLUMES,
    DELIVERY,
    SECRETS,
    SIZES,
    CAPACITY,
    DEPLOYMENT,
    ROLES,
    LOGS,
    TEMPLATES,
    PARAMETERS,
)
"""All codes by what they are about, in the order in which a file is read and converted."""

CODES: Mapping[str, Explanation] = {
    code: explanation for chapter in CHAPTERS for code, explanation in chapter.codes.items()
}
"""All codes."""
