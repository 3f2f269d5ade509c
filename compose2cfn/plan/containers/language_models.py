"""Decide which language models containers know.

Docker runs a model itself, and tells containers its address and its name. On AWS a service runs it
that speaks the API of OpenAI, such as Amazon Bedrock; which one, only the author knows.
https://docs.docker.com/ai/compose/models-and-compose/
"""

from collections.abc import Iterator
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.app import App
from compose2cfn.plan.terms.names import LONGEST_NAME, stem
from compose2cfn.plan.terms.values import Value

_GROUP = "Language models"


def model_variables(app: App, service: str, findings: Findings) -> Iterator[tuple[str, Value]]:
    """List the variables that tell a service of its models, but for those that it sets itself."""
    said = app.project.services[service]
    for name, use in sorted(said.models.items()):
        spot = findings.at("services", service, "models", name)
        prefix, shown = _prefix(name), _prefix(str(spot.key))
        asked = [
            _Asked(use.endpoint_var if use else "", "endpoint_var", "_URL", _address(name)),
            _Asked(
                use.model_var if use else "",
                "model_var",
                "_MODEL",
                _name(name, app.project.models[name].model),
            ),
        ]
        left = [
            each
            for each in asked
            if said.environment.get(each.variable or prefix + each.suffix) is None
        ]
        if left:
            variables = listed(
                [
                    str(spot.shown(each.variable, of=each.key)) or shown + each.suffix
                    for each in left
                ],
                "and",
            )
            spot.warn(
                "model-asked",
                "language models do not run on ECS, so parameters ask for a service that runs this "
                "one, and for its name there; to write these in the file, set under environment "
                f"{variables}",
                subject=variables,
            )
        for each in left:
            yield each.variable or prefix + each.suffix, spot.ask(each.fact)


class _Asked(NamedTuple):
    """A fact about a model, and the variable that is to have it."""

    variable: str
    """As the file names it; empty if it leaves that to Docker."""
    key: str
    suffix: str
    fact: Parameter


def _prefix(name: str) -> str:
    """Write a model as Docker does in the names of its variables."""
    return name.upper().replace("-", "_")


def _address(name: str) -> Parameter:
    return Parameter(
        id=f"{stem(name)[:LONGEST_NAME]}ModelUrl",
        group=_GROUP,
        description=f"Address of a service with the API of OpenAI that runs the model {name}",
        allowed_pattern="https?://.+",
        constraint="must be an address that begins with http:// or https://",
    )


def _name(name: str, model: str) -> Parameter:
    return Parameter(
        id=f"{stem(name)[:LONGEST_NAME]}ModelName",
        group=_GROUP,
        description=f"Name that the service has for the model {name}",
        default=model,
        min_length=1,
    )
