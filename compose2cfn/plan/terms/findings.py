"""What planning finds on its way: faults, and facts that only the stack's maker knows."""

from dataclasses import dataclass, field

from compose2cfn.diagnostics import Diagnostic, KeyPath, Severity
from compose2cfn.plan.terms.values import Parameter, Value, ref


@dataclass(slots=True)
class Notes:
    """A sink that the parts of planning write to and never read."""

    faults: list[Diagnostic] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def error(self, code: str, message: str, path: KeyPath) -> None:
        """Note what keeps the input from being converted."""
        self.faults.append(Diagnostic(code=code, message=message, path=path))

    def warn(self, code: str, message: str, path: KeyPath) -> None:
        """Note what is dropped or changes its meaning."""
        self.faults.append(
            Diagnostic(code=code, message=message, path=path, severity=Severity.WARNING)
        )

    def info(self, code: str, message: str, path: KeyPath) -> None:
        """Note a decision that is worth knowing."""
        self.faults.append(
            Diagnostic(code=code, message=message, path=path, severity=Severity.INFO)
        )

    def ask(self, parameter: Parameter) -> Value:
        """Leave a fact to the stack's maker; gives the reference to its parameter."""
        self.parameters[parameter.id] = parameter
        return ref(parameter.id)
