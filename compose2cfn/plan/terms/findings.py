"""What planning finds on its way: the sink in its older form, until every wing has the new one."""

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.aws import Value


class Notes:
    """A sink that the parts of planning write to and never read."""

    __slots__ = ("findings",)

    def __init__(self, findings: Findings | None = None) -> None:
        self.findings = findings or Findings()

    def error(self, code: str, message: str, path: Steps) -> None:
        """Note what keeps the input from being converted."""
        self.findings.at(*path).error(code, message)

    def warn(self, code: str, message: str, path: Steps) -> None:
        """Note what is dropped or changes its meaning."""
        self.findings.at(*path).warn(code, message)

    def info(self, code: str, message: str, path: Steps) -> None:
        """Note a decision that is worth knowing."""
        self.findings.at(*path).info(code, message)

    def ask(self, parameter: Parameter) -> Value:
        """Leave a fact to the stack's maker; gives the reference to its parameter."""
        return self.findings.ask(parameter)
