"""Which files of a project go into tasks, and how."""

from collections.abc import Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.files.delivery import deliver
from compose2cfn.plan.files.directories import Folder as Directory
from compose2cfn.plan.storage import Storage
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes

__all__ = ["Directory", "deliveries"]


def deliveries(
    app: App, tasks: Tasks, storage: Storage, findings: Findings
) -> Mapping[str, tuple[Directory, ...]]:
    """Decide which files of the project go into the container of each service."""
    return deliver(app, tasks, storage, Notes(findings))
