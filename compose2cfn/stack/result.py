"""What a conversion gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from troposphere import Template

from compose2cfn.diagnostics import Diagnostic, KeyPath, Location
from compose2cfn.stack import render

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Result:
    """A template, what was found on the way, and where each resource came from.

    ``template`` is yours to extend: the ``to_…`` methods read it when they are called, and lay the
    overlay of the Compose file (``x-aws-cloudformation``) over it. ``sources`` gives for each
    logical id the Compose path that caused the resource, and where that was written.
    """

    template: Template
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, tuple[KeyPath, Location | None]]
    _finish: Callable[[Body], Body] = field(repr=False)

    def to_dict(self) -> Body:
        """Give the template as plain data, intrinsics in their long form."""
        return render.arrange(self._finish(self.template.to_dict()))

    def to_yaml(self) -> str:
        """Write the template as YAML."""
        return render.yaml(self.to_dict())

    def to_json(self) -> str:
        """Write the template as JSON, with the same content as the YAML."""
        return render.json(self.to_dict())
