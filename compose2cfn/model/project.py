"""The top level of a Compose application, and what services share."""

import json
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import SerializationInfo, model_serializer
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model import shortforms as form
from compose2cfn.model.aws import ConfigKeys, NetworkKeys, ProjectKeys, SecretKeys, VolumeKeys
from compose2cfn.model.base import NOTHING, YAML, Closed, Entries, Model
from compose2cfn.model.marks import Keyed, Mark, Short
from compose2cfn.model.scalars import (
    DistinctLabels,
    Flag,
    Labels,
    Name,
    Options,
    Strings,
    Unquoted,
    Words,
)
from compose2cfn.model.service import Job, Service


class IpamPool(Model):
    """A range of addresses of a network."""

    prints_extensions: ClassVar[bool] = False

    subnet: str = ""
    gateway: str = ""
    ip_range: str = ""
    aux_addresses: Entries[str, str] = NOTHING


class Ipam(Model):
    """The addresses of a network."""

    driver: str = ""
    config: Annotated[tuple[IpamPool, ...], Keyed("subnet")] = ()
    options: Entries[str, str] = NOTHING


class Network(NetworkKeys, Model):
    """A network."""

    name: str = ""
    driver: str = ""
    driver_opts: Options = NOTHING
    ipam: Ipam = Ipam.model_construct()
    external: Annotated[Flag, Mark.FOLDED] = False
    internal: Flag = False
    attachable: Flag = False
    labels: Labels = NOTHING
    enable_ipv4: Flag | None = None
    enable_ipv6: Flag | None = None

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        return write(self) if info.context == YAML else {"ipam": {}, **write(self)}


class Volume(VolumeKeys, Model):
    """A named volume."""

    name: str = ""
    driver: str = ""
    driver_opts: Options = NOTHING
    external: Annotated[Flag, Mark.FOLDED] = False
    labels: DistinctLabels = NOTHING


class Secret(SecretKeys, Model):
    """A secret: a file, a variable, or something that exists already."""

    name: str = ""
    file: Annotated[str, Mark.PATH] = ""
    environment: str = ""
    external: Annotated[Flag, Mark.FOLDED] = False
    labels: DistinctLabels = NOTHING
    driver: str = ""
    driver_opts: Options = NOTHING
    template_driver: str = ""


class Config(ConfigKeys, Model):
    """A config: a file, a variable, a text, or something that exists already."""

    name: str = ""
    file: Annotated[str, Mark.PATH] = ""
    environment: str = ""
    content: str = ""
    external: Annotated[Flag, Mark.FOLDED] = False
    labels: DistinctLabels = NOTHING
    template_driver: str = ""


class LanguageModel(Model):
    """A language model."""

    name: str = ""
    model: str
    context_size: Unquoted = 0
    runtime_flags: Strings = ()


class Include(Closed):
    """Files whose content is taken in."""

    path: Words = ()
    env_file: Words = ()
    project_directory: str = ""


class Project(ProjectKeys, Model):
    """A whole Compose application."""

    name: str = ""
    version: str = ""
    """Always empty in a loaded application: it has no meaning any more."""
    include: tuple[Annotated[Include, Short(form.included)], ...] = ()
    """Always empty in a loaded application: what is included is merged in."""
    services: Entries[Name, Service] = NOTHING
    networks: Entries[Name, Annotated[Network, Mark.NULLABLE]] = NOTHING
    volumes: Entries[Name, Annotated[Volume, Mark.NULLABLE]] = NOTHING
    secrets: Entries[Name, Secret] = NOTHING
    configs: Entries[Name, Config] = NOTHING
    models: Entries[Name, LanguageModel] = NOTHING
    jobs: Entries[Name, Job] = NOTHING

    @model_serializer(mode="wrap")
    def _print(
        self, write: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        data = {"services": {}, **write(self)}
        if info.context != YAML:
            data.pop("models", None)
        elif "jobs" in data:
            data["jobs"] = {name: {"name": name, **job} for name, job in data["jobs"].items()}
        return data

    def to_compose(self, *, extensions: bool = False) -> dict[str, object]:
        """Return what the JSON of ``docker compose config --format json`` parses to.

        With ``extensions``, return what its YAML parses to: that keeps the ``x-*`` keys below the
        top level, and leaves out a few empty values.
        """
        # Not Pydantic's own JSON: names of folders may be other bytes than UTF-8.
        return _escaped(json.dumps(self._data(extensions=extensions)))

    def _data(self, *, extensions: bool) -> dict[str, object]:
        """Return the same with dollar signs as they are."""
        dumped = self.model_dump(
            mode="json",
            by_alias=True,
            exclude_defaults=True,
            context=YAML if extensions else None,
        )
        if extensions:
            return _extended(self, dumped)
        return {**dumped, **self.printed}


def _escaped(text: str) -> dict[str, object]:
    """Read JSON in which every dollar sign is written so that it is read as one."""
    escaped: dict[str, object] = json.loads(text.replace("$", "$$"))
    return escaped


def _extended(part: Model, data: dict[str, object]) -> dict[str, object]:
    """Put the ``x-*`` keys of a part of the model, and of those below it, into its plain data."""
    values = vars(part)
    for key, printed in data.items():
        # Attributes of other names than their keys are excluded from the data.
        if key in values:
            data[key] = _below(values[key], printed)
    if part.prints_extensions:
        data.update(part.printed)
    return data


def _below(value: object, data: object) -> object:
    match data:
        case dict() if isinstance(value, Model):
            return _extended(value, data)
        case dict() if isinstance(value, Mapping):
            return {key: _below(item, data[key]) for key, item in value.items()}
        case list() if isinstance(value, tuple):
            return [_below(*pair) for pair in zip(value, data, strict=True)]
    return data
