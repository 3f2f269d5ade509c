"""What is known of an image that many people run."""

from enum import Enum
from posixpath import normpath
from typing import NamedTuple


class Role(Enum):
    """What a container of an image is to the others."""

    DATASTORE = "datastore"
    """It keeps data for others, who ask for it over the network."""
    BROKER = "broker"
    """It keeps messages until others have taken them."""
    CONSOLE = "console"
    """People look after one of the others with it, often without a password."""
    RUNTIME = "runtime"
    """It runs programs, and needs much memory to do so."""
    REVERSE_PROXY = "reverse proxy"
    """It is what clients talk to in place of the others."""


class NodeName(NamedTuple):
    """A name that data is kept under, and that is made of the host name unless it is set."""

    variables: tuple[str, ...]
    """Those that set it; the first one is that of today."""
    value: str
    """A value with which no host name counts."""


class KnownImage(NamedTuple):
    """What is known of an image, whatever registry it comes from and whatever its tag is.

    ``names`` are the last parts of the names that it has; where the last one says too little, the
    last two.
    """

    names: tuple[str, ...]
    title: str
    """What people call it."""
    role: Role
    sources: tuple[str, ...]
    """Where all of it can be read."""
    memory: int = 0
    """MiB that it needs where no heap is written; 0 if the smallest task holds it."""
    cpu: int = 0
    """CPU units (1024 are one vCPU) that it needs; likewise."""
    heap_percent: int = 0
    """Percent of its memory that a heap may have; 0: as much as in any Java program."""
    data: tuple[str, ...] = ()
    """The directories that its data is in, by the versions and makers of the image."""
    admin_ports: frozenset[int] = frozenset()
    """The ports on which it is looked after."""
    node_name: NodeName | None = None

    @property
    def keeps_data(self) -> bool:
        """Whether it keeps something that is lost, or breaks, if two run in place of one."""
        return bool(self.data) and self.role in {Role.DATASTORE, Role.BROKER}

    def keeps_private(self, port: int) -> bool:
        """Tell whether a port is not opened to the world unless the file asks for it."""
        private = self.role in {Role.DATASTORE, Role.BROKER, Role.CONSOLE}
        return private or port in self.admin_ports

    def holds_data(self, mounted: str) -> bool:
        """Tell whether data is in what is mounted at a path: in it, above it, or it itself."""
        return any(_within(mounted, path) or _within(path, mounted) for path in self.data)


def _within(inner: str, outer: str) -> bool:
    """Tell whether a path is another one, or in it."""
    return f"{normpath(inner)}/".startswith(f"{normpath(outer).rstrip('/')}/")
