"""Where tasks run, on what, how many, and how new ones take the place of old ones."""

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.compute.placement import Placement as Compute
from compose2cfn.plan.compute.placement import place
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names

__all__ = ["Compute", "compute"]


def compute(app: App, names: Names, tasks: Tasks, findings: Findings) -> Compute:
    """Decide where tasks run, and how many."""
    return place(app, names, tasks, Notes(findings))
