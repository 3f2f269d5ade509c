"""Decide on the container that copies an image's own files before others are written over them."""

from collections.abc import Iterable

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.frozen import Record
from compose2cfn.plan.files.directories import DeliveredDirectory
from compose2cfn.plan.storage import Seed
from compose2cfn.plan.terms.names import Names


class FilesContainer(Record):
    """A container that fills directories of a service, and has the image of the service."""

    name: str
    directories: tuple[DeliveredDirectory, ...]
    """Those into which the image's own files come first."""
    seeds: tuple[Seed, ...]
    """The volumes that start with what the image has."""
    essential: bool
    """Whether the task ends with it."""
    entry_point: tuple[str, ...]
    user: str

    @property
    def origin(self) -> KeyPath:
        """Name the first place that asks for it."""
        directories = (directory.origin for directory in self.directories)
        return next(directories, None) or self.seeds[0].origin


def files_container(
    service: str, directories: Iterable[DeliveredDirectory], seeds: tuple[Seed, ...]
) -> FilesContainer | None:
    """Decide on the container that fills directories of a service; None if none needs it."""
    seeded = tuple(directory for directory in directories if directory.seeded)
    if not (seeded or seeds):
        return None
    return FilesContainer(
        name=Names.files_container(service),
        directories=seeded,
        seeds=seeds,
        essential=False,
        entry_point=("sh", "-c"),
        user="0",  # the files keep their owners, whoever they are
    )
