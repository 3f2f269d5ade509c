"""What the mounts of services become: file systems, anonymous volumes, memory."""

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.storage.volumes import Storage, attach
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names

__all__ = ["Storage", "storage"]


def storage(app: App, names: Names, tasks: Tasks, findings: Findings) -> Storage:
    """Decide what the mounts of services become."""
    return attach(app, names, tasks, Notes(findings))
