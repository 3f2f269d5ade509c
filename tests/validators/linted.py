"""cfn-lint: what is wrong with the form of a template."""

from cfnlint.api import ManualArgs, lint


def findings(text: str) -> list[str]:
    """Name what cfn-lint finds in a template."""
    found = lint(text, config=ManualArgs(regions=["us-east-1"]))
    return [f"{one.rule.id} {one.message}" for one in found]
