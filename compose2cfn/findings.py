"""The one sink for what a conversion finds: diagnostics, and facts that are left to parameters."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from compose2cfn.diagnostics import Diagnostic, KeyPath, Severity, Steps
from compose2cfn.model.aws import Value
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.functions import function
from compose2cfn.model.masks import PLAIN, Masks

_T = TypeVar("_T")


class Parameter(NamedTuple):
    """A fact that is not in the file: a template parameter, declared where something refers to it.

    ``group`` is the heading under which the console shows it.
    """

    id: str
    description: str
    group: str
    type: str = "String"
    default: str | None = None
    allowed_values: tuple[str, ...] = ()
    allowed_pattern: str = ""
    constraint: str = ""
    min_length: int | None = None
    no_echo: bool = False


class Findings:
    """What is found on the way; what writes to it never reads it."""

    __slots__ = ("_asked", "_found", "_masks", "_parameters")

    def __init__(self, found: Iterable[Diagnostic] = (), masks: Masks = PLAIN) -> None:
        self._found = list(found)
        self._masks = masks
        self._parameters: dict[str, Parameter] = {}
        self._asked: dict[str, KeyPath] = {}

    def at(self, *steps: str | int) -> "Spot":
        """Go to a value of the Compose file, to say something about it."""
        return Spot(self, KeyPath(steps))

    def add(self, *found: Diagnostic) -> None:
        """Note diagnostics that are made already."""
        self._found.extend(found)

    def ask(self, parameter: Parameter, path: KeyPath | None = None) -> Value:
        """Leave a fact to whoever creates the stack; returns the reference to its parameter.

        Two different facts that are left to one parameter are an error.
        """
        if self._parameters.setdefault(parameter.id, parameter) != parameter:
            last = max(self._asked.get(parameter.id, ()), path or (), key=str)
            self.at(*last).error(
                "id-conflict",
                f"two different facts are left to the parameter {parameter.id!r}; give one of the "
                "things that lead to it another name, or write the fact into the file",
            )
        if path is not None:
            self._asked[parameter.id] = min(path, self._asked.get(parameter.id, path), key=str)
        return function("Ref", parameter.id)

    def shown(self, value: _T, path: Steps) -> _T | str:
        """Return what a message shows of a value: what is written, if a variable gave it."""
        written = self._masks.written(path, value)
        return value if written is None else written

    def shown_path(self, path: Steps) -> Steps:
        """Return what a message shows of a path."""
        return self._masks.way(path)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, in the order in which they were found."""
        return tuple(self._found)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The facts that were left open, by the ids of their parameters."""
        return Frozen(self._parameters)

    @property
    def asked(self) -> Mapping[str, KeyPath]:
        """The places where these are left open, of each the first that is known."""
        return Frozen(self._asked)


class Spot:
    """A value of the Compose file that something can be said about; ``/`` goes further down.

    >>> port = findings.at("services", "web") / "ports" / 0
    >>> port.warn("port-mode", "tasks do not publish ports on a host")
    """

    __slots__ = ("findings", "path")

    def __init__(self, findings: Findings, path: KeyPath) -> None:
        self.findings = findings
        self.path = path

    def __truediv__(self, step: str | int) -> "Spot":
        """Go one step further down."""
        return Spot(self.findings, self.path / step)

    def error(self, code: str, message: str) -> None:
        """Say what keeps the input from being converted."""
        self.say(code, message, Severity.ERROR)

    def warn(self, code: str, message: str, *, subject: str = "") -> None:
        """Say what is dropped or changes its meaning.

        ``subject`` is the part of the message in which findings that say the same differ.
        """
        self.say(code, message, Severity.WARNING, subject=subject)

    def info(self, code: str, message: str, *, subject: str = "") -> None:
        """Say what was decided and is worth knowing."""
        self.say(code, message, Severity.INFO, subject=subject)

    def shown(self, value: _T, of: str = "") -> _T | str:
        """Return what a message shows of a value here: what is written, if a variable gave it.

        The value is what is written here, or a part of it; ``of`` names the key that it is of.
        """
        return self.findings.shown(value, self.path / of if of else self.path)

    @property
    def key(self) -> str | int:
        """What a message shows of the key of this value: what is written, if a variable gave it."""
        return self.findings.shown_path(self.path)[-1]

    def ask(self, parameter: Parameter) -> Value:
        """Leave this fact to whoever creates the stack; returns the reference to its parameter."""
        return self.findings.ask(parameter, self.path)

    def say(self, code: str, message: str, severity: Severity, *, subject: str = "") -> None:
        """Say something whose severity is decided elsewhere."""
        found = Diagnostic(
            code=code, message=message, severity=severity, path=self.path, subject=subject
        )
        self.findings.add(found)
