"""The top level of a Compose application, and what services share."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import model_serializer
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from compose2cfn.model.aws import ConfigKeys, NetworkKeys, ProjectKeys, SecretKeys, VolumeKeys
from compose2cfn.model.base import Model
from compose2cfn.model.marks import Mark
from compose2cfn.model.scalars import Flag, Labels, Options, Strings, Unquoted
from compose2cfn.model.service import Job, Service


class IpamPool(Model):
    """A range of addresses of a network."""

    subnet: str = ""
    gateway: str = ""
    ip_range: str = ""
    aux_addresses: Mapping[str, str] = {}


class Ipam(Model):
    """The addresses of a network."""

    driver: str = ""
    config: tuple[IpamPool, ...] = ()
    options: Mapping[str, str] = {}


class Network(NetworkKeys):
    """A network."""

    name: str = ""
    driver: str = ""
    driver_opts: Options = {}
    ipam: Ipam = Ipam.model_construct()
    external: Flag = False
    internal: Flag = False
    attachable: Flag = False
    labels: Labels = {}
    enable_ipv4: Flag | None = None
    enable_ipv6: Flag | None = None

    @model_serializer(mode="wrap")
    def _print(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {"ipam": {}, **write(self)}


class Volume(VolumeKeys):
    """A named volume."""

    name: str = ""
    driver: str = ""
    driver_opts: Options = {}
    external: Flag = False
    labels: Labels = {}


class Secret(SecretKeys):
    """A secret: a file, a variable, or something that exists already."""

    name: str = ""
    file: Annotated[str, Mark.PATH] = ""
    environment: str = ""
    external: Flag = False
    labels: Labels = {}
    driver: str = ""
    driver_opts: Options = {}
    template_driver: str = ""


class Config(ConfigKeys):
    """A config: a file, a variable, a text, or something that exists already."""

    name: str = ""
    file: Annotated[str, Mark.PATH] = ""
    environment: str = ""
    content: str = ""
    external: Flag = False
    labels: Labels = {}
    template_driver: str = ""


class LanguageModel(Model):
    """A language model."""

    name: str = ""
    model: str
    context_size: Unquoted = 0
    runtime_flags: Strings = ()


class Project(ProjectKeys):
    """A whole Compose application."""

    name: str
    services: Mapping[str, Service] = {}
    networks: Mapping[str, Annotated[Network, Mark.NULLABLE]] = {}
    volumes: Mapping[str, Annotated[Volume, Mark.NULLABLE]] = {}
    secrets: Mapping[str, Secret] = {}
    configs: Mapping[str, Config] = {}
    models: Mapping[str, LanguageModel] = {}
    jobs: Mapping[str, Job] = {}
