"""The result of a conversion."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from troposphere import Template

from compose2cfn.diagnostics import ComposeError, Diagnostic, Location, Steps, told
from compose2cfn.model.frozen import Frozen
from compose2cfn.stack import render

Body = dict[str, object]

OVERLAY_PATH: Steps = ("x-aws-cloudformation",)
"""Where a Compose file says what is laid over its template."""

LARGEST_TEMPLATE = 1024 * 1024
"""Bytes of a template that CloudFormation accepts from S3."""

LARGEST_DIRECT = 51_200
"""Bytes of a template that CloudFormation accepts in a request."""


class Made(NamedTuple):
    """A finished template, and how to build one that can be extended."""

    body: Body
    """Its content in normal form, with the overlay laid over it."""
    text: str
    """The same as YAML."""
    build: Callable[[], Template]
    """Builds it from troposphere's objects, without the overlay."""
    finish: Callable[[Body], Body]
    """Lays the overlay over its content."""


class Result:
    """A template, what was found on the way, and where each resource came from.

    ``template`` is yours to extend: the ``to_…`` methods read it when they are called, and lay the
    overlay of the Compose file (``x-aws-cloudformation``) over it. ``sources`` maps each logical id
    to the Compose path that caused the resource, and to where that was written.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, tuple[Steps, Location | None]]

    def __init__(
        self,
        made: Made,
        diagnostics: tuple[Diagnostic, ...],
        sources: Mapping[str, tuple[Steps, Location | None]],
    ) -> None:
        self.diagnostics = told(diagnostics)
        self.sources = Frozen(sources)
        self._finish = made.finish
        self._build = made.build
        self._kept: tuple[Body, str] | None = (made.body, made.text)

    @cached_property
    def template(self) -> Template:
        """The template as troposphere has it."""
        # From now on it may be changed, and what was written before may be out of date.
        self._kept = None
        return self._build()

    def to_dict(self) -> Body:
        """Return the template as plain data, with intrinsics in their long form."""
        return render.arrange(self._body())

    def to_yaml(self) -> str:
        """Write the template as YAML; raises `ComposeError` if it is too large for CloudFormation.

        That can happen only if it was extended: others were measured when they were made.
        """
        if self._kept:
            return self._kept[1]
        return self._fitting(render.yaml(self.to_dict()), "YAML")

    def to_json(self) -> str:
        """Write the template as JSON, with the same content as the YAML, which is far shorter.

        Raises `ComposeError` if it is too large for CloudFormation.
        """
        return self._fitting(render.json(self.to_dict()), "JSON")

    def _body(self) -> Body:
        """Return the template as it is now."""
        return self._kept[0] if self._kept else self._finish(self.template.to_dict())

    def _fitting(self, text: str, form: str) -> str:
        if about := excess(text, form):
            path, place = next(iter(self.sources.values()), ((), None))
            fault = Diagnostic(code="template-size", message=about, path=path, at=place)
            raise ComposeError([*self.diagnostics, fault])
        return text


def excess(text: str, form: str) -> str:
    """Say that a template is too large for CloudFormation; empty if it is not."""
    if (size := len(text.encode())) <= LARGEST_TEMPLATE:
        return ""
    way = "split the Compose file into several projects"
    return (
        f"a template has at most {LARGEST_TEMPLATE} bytes, and this one has {size} as {form}; "
        f"{way if form == 'YAML' else f'take the YAML, which is shorter, or {way}'}"
    )


def by_bucket(text: str, form: str) -> str:
    """Say that a template is too large for a request; empty if it is not."""
    if len(text.encode()) <= LARGEST_DIRECT:
        return ""
    return (
        f"as {form}, the template is larger than the {LARGEST_DIRECT} bytes that CloudFormation "
        "accepts in a request; deploy it by way of a bucket: aws cloudformation deploy "
        "--s3-bucket NAME, or --template-url with create-change-set"
    )
