"""What a conversion gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from troposphere import Template

from compose2cfn.diagnostics import ComposeError, Diagnostic, Location, Steps
from compose2cfn.stack import render

Body = dict[str, object]

LARGEST = 1024 * 1024
"""Bytes of a template that CloudFormation takes from S3."""


@dataclass(frozen=True, slots=True)
class Result:
    """A template, what was found on the way, and where each resource came from.

    ``template`` is yours to extend: the ``to_…`` methods read it when they are called, and lay the
    overlay of the Compose file (``x-aws-cloudformation``) over it. ``sources`` gives for each
    logical id the Compose path that caused the resource, and where that was written.
    """

    template: Template
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, tuple[Steps, Location | None]]
    _finish: Callable[[Body], Body] = field(repr=False)

    def to_dict(self) -> Body:
        """Give the template as plain data, intrinsics in their long form."""
        return render.arrange(self._finish(self.template.to_dict()))

    def to_yaml(self) -> str:
        """Write the template as YAML; raises `ComposeError` if CloudFormation takes none so large.

        That can only be where it was extended: others were measured when they were made.
        """
        return self._fitting(render.yaml(self.to_dict()), "YAML")

    def to_json(self) -> str:
        """Write the template as JSON, with the same content as the YAML, which is far shorter.

        Raises `ComposeError` if CloudFormation takes no template so large.
        """
        return self._fitting(render.json(self.to_dict()), "JSON")

    def _fitting(self, text: str, form: str) -> str:
        if about := excess(text, form):
            path, place = next(iter(self.sources.values()), ((), None))
            fault = Diagnostic(code="template-size", message=about, path=path, at=place)
            raise ComposeError([*self.diagnostics, fault])
        return text


def excess(text: str, form: str) -> str:
    """Say that a template is larger than CloudFormation takes; empty if it is not."""
    if (size := len(text.encode())) <= LARGEST:
        return ""
    way = "split the Compose file into several projects"
    return (
        f"a template has at most {LARGEST} bytes, and this one has {size} as {form}; "
        f"{way if form == 'YAML' else f'take the YAML, which is shorter, or {way}'}"
    )
