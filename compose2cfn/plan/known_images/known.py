"""What is known about an image that many people run."""

from enum import Enum

from compose2cfn.model.frozen import Record
from compose2cfn.plan.terms.paths import at_or_below


class Role(Enum):
    """The role of a container of an image for the others."""

    DATASTORE = "datastore"
    """It keeps data for others, which ask for it over the network."""
    BROKER = "broker"
    """It keeps messages until others have received them."""
    CONSOLE = "console"
    """People manage one of the others with it, often without a password."""
    RUNTIME = "runtime"
    """It runs programs, and needs much memory to do so."""
    REVERSE_PROXY = "reverse proxy"
    """Clients talk to it instead of to the others."""


class NodeName(Record):
    """A name that data is kept under, which contains the host name unless it is set."""

    variables: tuple[str, ...]
    """Those that set it; the first one is current."""
    value: str
    """A value with which the host name does not matter, for one that runs alone."""
    member: str
    """The same for a member of a cluster, which others find by it."""


class MemoryMaps(Record):
    """A check at the start that ends a server if its host allows too few memory maps.

    https://www.elastic.co/guide/en/elasticsearch/reference/current/_maximum_map_count_check.html
    """

    checked_with: tuple[str, ...]
    """Settings with which it checks, in variables or a command; none: it always does."""
    cure: str
    """The variable with which it needs no such maps, and its value."""
    unchecked_with: tuple[str, ...] = ("allow_mmap", "single-node")
    """What a variable or a command contains if it does not check."""


class KnownImage(Record):
    """What is known about an image, from any registry and with any tag.

    ``names`` are the last parts of the names that it has, or the last two if one is ambiguous.
    """

    names: tuple[str, ...]
    title: str
    """What people call it."""
    role: Role
    sources: tuple[str, ...]
    """Where all of this is documented."""
    memory: int = 0
    """MiB that it needs if no heap is set; 0 if the smallest task is enough."""
    cpu: int = 0
    """CPU units (1024 are one vCPU) that it needs; likewise."""
    heap_percent: int = 0
    """Percent of its memory that a heap may have; 0: as for any Java program."""
    data: tuple[str, ...] = ()
    """The directories that its data is in, by the versions and makers of the image."""
    off_network: str = ""
    """What AWS has in its place, if its makers do not support data on a network file system."""
    admin_ports: frozenset[int] = frozenset()
    """The ports on which it is managed."""
    node_name: NodeName | None = None
    memory_maps: MemoryMaps | None = None

    @property
    def keeps_data(self) -> bool:
        """Whether it keeps something that is lost, or breaks, if two run instead of one."""
        return bool(self.data) and self.role in {Role.DATASTORE, Role.BROKER}

    def keeps_private(self, port: int) -> bool:
        """Tell whether a port is not opened to the internet unless the file asks for it."""
        private = self.role in {Role.DATASTORE, Role.BROKER, Role.CONSOLE}
        return private or port in self.admin_ports

    def holds_data(self, mounted: str) -> bool:
        """Tell whether data is in what is mounted at a path: in it, above it, or exactly it."""
        return any(at_or_below(mounted, path) or at_or_below(path, mounted) for path in self.data)
