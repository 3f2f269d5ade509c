"""What a container mounts: entries of ``volumes``, ``secrets`` and ``configs``."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from compose2cfn.model.base import NOTHING, Model
from compose2cfn.model.marks import Mark
from compose2cfn.model.scalars import DistinctLabels, Flag, Mode, UnquotedTruncated, one_of
from compose2cfn.model.units import WholeBytes


class BindOptions(Model):
    """How a folder of the host is mounted."""

    selinux: Annotated[str, one_of("z", "Z")] = ""
    propagation: str = ""
    create_host_path: Flag = True
    recursive: Annotated[str, one_of("enabled", "disabled", "writable", "readonly")] = ""


class VolumeOptions(Model):
    """How a volume is mounted."""

    labels: DistinctLabels = NOTHING
    nocopy: Flag = False
    subpath: str = ""


NO_VOLUME_OPTIONS = VolumeOptions.model_construct()
"""What a mount says of ``volume`` that does not have it."""


class TmpfsOptions(Model):
    """How a file system in memory is mounted."""

    size: Annotated[WholeBytes, Field(ge=0)] = WholeBytes(0)
    mode: Annotated[UnquotedTruncated, Field(ge=0)] = 0


NO_TMPFS_OPTIONS = TmpfsOptions.model_construct()
"""What a mount says of ``tmpfs`` that does not have it."""


class ImageOptions(Model):
    """How the files of an image are mounted."""

    subpath: str = ""


class Mount(Model):
    """One entry of a service's ``volumes``; the source of a bind mount is absolute."""

    type: Literal["bind", "volume", "tmpfs", "cluster", "npipe", "image"]
    source: Annotated[str, Mark.SOURCE] = ""
    target: str
    read_only: Flag = False
    consistency: str = ""
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None

    @property
    def named(self) -> bool:
        """Tell whether this mounts a named volume: the source is its name."""
        return self.type == "volume" and bool(self.source)

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.type == "bind" and not self.source:
            raise PydanticCustomError("missing-key", "needs a source")
        return self


class FileReference(Model):
    """One entry of a service's ``secrets`` or ``configs``."""

    source: str = ""
    target: str = ""
    uid: str = ""
    gid: str = ""
    mode: Mode | None = None
