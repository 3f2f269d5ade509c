"""How the image of a service is built."""

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from compose2cfn.model import shortforms as form
from compose2cfn.model.base import NOTHING, Entries, Model
from compose2cfn.model.container import Ulimit
from compose2cfn.model.marks import Fill, Listed, Mark, Short
from compose2cfn.model.mount import FileReference
from compose2cfn.model.scalars import (
    Environment,
    Flag,
    FlagText,
    Hosts,
    Labels,
    Strings,
    UniqueStrings,
)
from compose2cfn.model.units import WholeBytes


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Build(Model):
    """The ``build`` of a service; the context is absolute unless it is a URL."""

    context: Annotated[str, Fill("."), Mark.CONTEXT] = ""
    dockerfile: str = ""
    dockerfile_inline: str = ""
    entitlements: Strings = ()
    args: Environment = NOTHING
    provenance: FlagText = ""
    sbom: FlagText = ""
    ssh: Annotated[
        Entries[str, Annotated[str, Mark.PATH]],
        Listed(form.ssh_key),
        PlainSerializer(
            lambda keys: [f"{key}: {path}" if path else key for key, path in keys.items()]
        ),
    ] = NOTHING
    labels: Labels = NOTHING
    cache_from: Strings = ()
    cache_to: Strings = ()
    no_cache: Flag = False
    no_cache_filter: Annotated[Strings, BeforeValidator(_one_or_more), Mark.DISTINCT] = ()
    """One text is a list of one, but a later file's text replaces instead of being added."""
    additional_contexts: Annotated[
        Entries[str, Annotated[str, Mark.CONTEXT]],
        Listed(form.full_pair, repeats=True, joined_as_written=True),
    ] = NOTHING
    pull: Flag = False
    extra_hosts: Hosts = NOTHING
    isolation: str = ""
    network: str = ""
    target: str = ""
    secrets: tuple[Annotated[FileReference, Short(form.reference)], ...] = ()
    shm_size: WholeBytes = WholeBytes(0)
    tags: UniqueStrings = ()
    ulimits: Entries[str, Annotated[Ulimit, Short(form.ulimit, numbers=True), Mark.REPLACE]] = (
        NOTHING
    )
    platforms: Strings = ()
    privileged: Flag = False
