"""Read the configs of services: files that a Compose file contains or names."""

from collections.abc import Iterator

from compose2cfn.findings import Findings, Spot
from compose2cfn.limits import LARGEST_DELIVERY
from compose2cfn.model.app import App
from compose2cfn.model.project import Config
from compose2cfn.plan.files.credentials import (
    INSTEAD,
    LIKE_CREDENTIAL,
    holds_key,
    is_secret_file,
    names_credential,
    suggests_key,
)
from compose2cfn.plan.files.delivered import DeliveredFile
from compose2cfn.plan.files.sources import inside
from compose2cfn.plan.terms.access import file_access

HELPER = "helper"
"""The value of ``x-aws-delivery`` if the init image delivers, not the service's own."""


def config_files(app: App, service: str, findings: Findings) -> Iterator[DeliveredFile]:
    """List the files that the configs of a service bring."""
    for index, said in enumerate(app.project.services[service].configs):
        spot = findings.at("services", service, "configs", index)
        access = file_access(said, spot)
        config = app.project.configs[said.source]
        where = findings.at("configs", said.source)
        content = _content(app, config, where)
        target = said.target or said.source
        if content is not None:
            yield DeliveredFile(
                service=service,
                target=target if target.startswith("/") else f"/{target}",
                content=content,
                origin=spot.path,
                mode=access.mode,
                owner=access.owner,
                helped=is_helped(config.x_aws_delivery, where / "x-aws-delivery"),
            )


def is_helped(said: str | None, spot: Spot) -> bool:
    """Tell whether the init image delivers, not the service's own."""
    if said and said != HELPER:
        spot.error("delivery-unknown", f"must be {HELPER}, or left out")
    return said == HELPER


def _content(app: App, config: Config, spot: Spot) -> bytes | None:
    """Read a config; what must not or cannot be delivered is a finding."""
    if config.environment in app.secret_sources.variables:
        about = f"this is the variable of a secret, {INSTEAD}"
        (spot / "environment").error("config-secret", about)
        return None
    if config.file and is_secret_file(app, config.file):
        (spot / "file").error("config-secret", f"this is the file of a secret, {INSTEAD}")
        return None
    content = _read(app, config, spot)
    if content is None:
        return None
    if holds_key(content):
        spot.error("config-secret", f"this holds a private key, {INSTEAD}")
        return None
    if len(content) > LARGEST_DELIVERY:
        spot.error("config-size", _TOO_LARGE)
        return None
    return content


def _read(app: App, config: Config, spot: Spot) -> bytes | None:
    """Read a config where it is written: in the file, in a variable, or in a separate file.

    The content counts if there is also what it was read from: Docker Compose Bridge did that.
    """
    if config.external:
        about = "an external config cannot be read; write content:, file: or environment:"
        spot.error("config-external", about)
        return None
    if config.environment:
        return _variable(app, config, spot / "environment")
    if config.content and names_credential(config.file):
        (spot / "file").error("config-secret", LIKE_CREDENTIAL)
        return None
    if config.file and not config.content:
        return _file(app, config.file, spot / "file")
    return config.content.encode("utf-8", "surrogatepass")


_TOO_LARGE = (
    f"a config has at most {LARGEST_DELIVERY} bytes, as it is part of the task definition; put it "
    "into the image"
)


_WAYS_IN = "copy it into the project, or write its text here with content:"


def _variable(app: App, config: Config, spot: Spot) -> bytes | None:
    name = config.environment
    value = config.content or app.environment.get(name)
    if value is None:
        about = (
            f"the variable {spot.shown(name)!r} is not set; set it in the environment or in .env"
        )
        spot.error("required-variable", about)
        return None
    spot.info(
        "config-shown",
        f"the value of the variable {spot.shown(name)!r} is in the template, where everybody may "
        "read it; "
        "what is secret belongs under secrets:",
    )
    return value.encode("utf-8", "surrogatepass")


def _file(app: App, name: str, spot: Spot) -> bytes | None:
    """Read a file of the project; no link is followed, for its name would hide what it leads to."""
    within = inside(app, name)
    found = app.files.kind(name, below=app.directory)
    if names_credential(within) or (not within and suggests_key(name)):
        spot.error("config-secret", LIKE_CREDENTIAL)
        return None
    if not within:
        about = "this is outside the project directory, and configs are files in it"
        spot.error("config-outside", f"{about}; {_WAYS_IN}")
        return None
    if found.link:
        about = "links are not followed: write the path of the file that this leads to"
        spot.error("config-outside", f"{about}, if it is in the project; {_WAYS_IN}")
        return None
    if found.size > LARGEST_DELIVERY:
        spot.error("config-size", _TOO_LARGE)
        return None
    try:
        return app.files.read(name, LARGEST_DELIVERY, below=app.directory)
    except OSError:
        spot.error("missing-file", "the file cannot be read; write the path of one")
        return None
