"""Where tasks stand in a network, and by which names they find each other."""

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.network.vpc import Placement as Network
from compose2cfn.plan.network.vpc import place
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names

__all__ = ["Network", "network"]


def network(app: App, names: Names, tasks: Tasks, findings: Findings) -> Network:
    """Decide where tasks stand, and how they find each other."""
    return place(app, names, tasks, Notes(findings))
