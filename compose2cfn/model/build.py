"""How the image of a service is built."""

from collections.abc import Mapping

from compose2cfn.model.base import Model
from compose2cfn.model.mount import FileReference
from compose2cfn.model.scalars import Environment, Hosts, Labels, Strings
from compose2cfn.model.units import Bytes
from compose2cfn.model.container import Ulimit


class Build(Model):
    """The ``build`` of a service; the context is absolute unless it is a URL."""

    context: str = ""
    dockerfile: str = ""
    dockerfile_inline: str = ""
    entitlements: Strings = ()
    args: Environment = {}
    provenance: str = ""
    sbom: str = ""
    ssh: Mapping[str, str] = {}
    labels: Labels = {}
    cache_from: Strings = ()
    cache_to: Strings = ()
    no_cache: bool = False
    no_cache_filter: Strings = ()
    additional_contexts: Mapping[str, str] = {}
    pull: bool = False
    extra_hosts: Hosts = {}
    isolation: str = ""
    network: str = ""
    target: str = ""
    secrets: tuple[FileReference, ...] = ()
    shm_size: Bytes = Bytes(0)
    tags: Strings = ()
    ulimits: Mapping[str, Ulimit] = {}
    platforms: Strings = ()
    privileged: bool = False
