"""What a container mounts: entries of ``volumes``, ``secrets`` and ``configs``."""

from typing import Literal

from compose2cfn.model.base import Model
from compose2cfn.model.scalars import Labels, Mode
from compose2cfn.model.units import Bytes


class BindOptions(Model):
    """How a folder of the host is mounted."""

    selinux: Literal["z", "Z", ""] = ""
    propagation: str = ""
    create_host_path: bool = True
    recursive: Literal["enabled", "disabled", "writable", "readonly", ""] = ""


class VolumeOptions(Model):
    """How a volume is mounted."""

    labels: Labels = {}
    nocopy: bool = False
    subpath: str = ""


class TmpfsOptions(Model):
    """How a file system in memory is mounted."""

    size: Bytes = Bytes(0)
    mode: int = 0


class ImageOptions(Model):
    """How the files of an image are mounted."""

    subpath: str = ""


class Mount(Model):
    """One entry of a service's ``volumes``; the source of a bind mount is absolute."""

    type: Literal["bind", "volume", "tmpfs", "cluster", "npipe", "image"]
    source: str = ""
    target: str = ""
    read_only: bool = False
    consistency: str = ""
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None


class FileReference(Model):
    """One entry of a service's ``secrets`` or ``configs``."""

    source: str = ""
    target: str = ""
    uid: str = ""
    gid: str = ""
    mode: Mode | None = None
