"""Decide how tasks on EC2 instances of their own mount folders of these."""

from collections.abc import Iterable, Iterator

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.frozen import Record
from compose2cfn.plan.files.fates import BindFate, BindFates
from compose2cfn.plan.storage import BindMount
from compose2cfn.plan.terms.names import digest


class HostFolder(Record):
    """A folder of an EC2 instance that a service mounts."""

    volume: str
    """The name, within a task, of the volume for it: the same for all that mount the folder."""
    source: str
    target: str
    read_only: bool
    origin: KeyPath


def host_folders(fates: BindFates, binds: Iterable[BindMount]) -> Iterator[HostFolder]:
    """List the folders of its EC2 instance that a service mounts."""
    for mount in fates.are(BindFate.HOST, binds):
        yield HostFolder(
            volume=f"Host{digest(mount.source)}",
            source=mount.source,
            target=mount.target,
            read_only=mount.read_only,
            origin=mount.origin,
        )
