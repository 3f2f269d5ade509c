"""Decide which language models containers are told of.

Docker runs a model itself, and tells containers its address and its name. On AWS a service runs it
that speaks the API of OpenAI, such as Amazon Bedrock; which one, only the author knows.
https://docs.docker.com/ai/compose/models-and-compose/
"""

from collections.abc import Iterator

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
        prefix = name.upper().replace("-", "_")
        asked = {
            (use and use.endpoint_var) or f"{prefix}_URL": _address(name),
            (use and use.model_var) or f"{prefix}_MODEL": _name(
                name, app.project.models[name].model
            ),
        }
        open_ = {key: fact for key, fact in asked.items() if said.environment.get(key) is None}
        spot = findings.at("services", service, "models", name)
        if open_:
            variables = listed(open_, "and")
            spot.warn(
                "model-asked",
                "language models do not run on ECS, so parameters ask for a service that runs this "
                "one, and for its name there; to write these in the file, set under environment "
                f"{variables}",
                subject=variables,
            )
        yield from ((key, spot.ask(fact)) for key, fact in open_.items())


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
