"""Where secrets are kept, and how they reach containers."""

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.plan.secrets import sources
from compose2cfn.plan.secrets.sources import Secrets
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names

__all__ = ["Secrets", "secrets"]


def secrets(app: App, names: Names, findings: Findings) -> Secrets:
    """Decide how each secret reaches its containers."""
    return sources.secrets(app, names, Notes(findings))
