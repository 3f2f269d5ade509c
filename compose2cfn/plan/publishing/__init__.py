"""How clients reach services: load balancers, listeners, target groups."""

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.network import Networking
from compose2cfn.plan.publishing.listeners import Listeners as Publishing
from compose2cfn.plan.publishing.listeners import route
from compose2cfn.plan.publishing.load_balancers import APPLICATION
from compose2cfn.plan.publishing.target_groups import Target
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names

__all__ = ["APPLICATION", "Publishing", "Target", "publishing"]


def publishing(
    app: App, names: Names, tasks: Tasks, where: Networking, findings: Findings
) -> Publishing:
    """Decide how clients reach what is published."""
    return route(app, names, tasks, where, Notes(findings))
