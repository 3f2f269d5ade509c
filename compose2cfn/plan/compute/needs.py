"""What containers need where the file does not say, and how that is reported."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.requests import (
    HELPER_MEMORY,
    UNSAID_MEMORY,
    ResourceRequest,
)
from compose2cfn.plan.known_images import known_image, memory_for, written_heap

LEAST_BESIDE_TMPFS = 256
"""MiB that a task on Fargate has besides its tmpfs: half of what the smallest one has."""


def unsaid_needs(service: Service, asked: ResourceRequest) -> ResourceRequest:
    """Tell what the container of a service needs where the file does not say.

    For memory, a heap size in the file decides, else what is known about the image.
    """
    image = known_image(service)
    heap = written_heap(service)
    cpu, memory = (image.cpu, image.memory) if image else (0, 0)
    if heap:
        memory = memory_for(heap, image.heap_percent if image else 0)
    return ResourceRequest(
        cpu=0 if asked.cpu else cpu,
        reservation=0 if asked.holds else memory,
    )


class Beside(NamedTuple):
    """What a service needs besides what its program does."""

    tmpfs: int
    """MiB of file systems in memory: what is in them counts as memory of the container."""
    helpers: int
    """The number of containers that run for it as long as it does."""

    def on_fargate(self, asked: ResourceRequest, needs: ResourceRequest) -> ResourceRequest:
        """Say what a container on Fargate needs where the file does not say."""
        return self._with_tmpfs(asked, needs, LEAST_BESIDE_TMPFS)

    def on_instances(self, asked: ResourceRequest, needs: ResourceRequest) -> ResourceRequest:
        """Say what a container needs of an EC2 instance."""
        wanted = asked.with_needs(self._with_tmpfs(asked, needs, UNSAID_MEMORY))
        if not self.helpers:
            return wanted
        memory = (wanted.holds or UNSAID_MEMORY) + self.helpers * HELPER_MEMORY
        return wanted.but(reservation=memory)

    def _with_tmpfs(
        self, asked: ResourceRequest, needs: ResourceRequest, least: int
    ) -> ResourceRequest:
        """Add the tmpfs of a container that does not say its memory.

        ``least`` is for the rest of it, where nothing is known.
        """
        if not self.tmpfs or asked.holds:
            return needs
        return needs.but(reservation=(needs.reservation or least) + self.tmpfs)


def report_default_sizes(
    sizes: Mapping[str, str], reserved: Mapping[str, int], findings: Findings
) -> None:
    """Say once what tasks and services get that do not say their size.

    ``sizes`` are those of tasks on Fargate in words, ``reserved`` MiB of services on EC2 instances.
    """
    on_instances = {name: f"{memory} MiB on an EC2 instance" for name, memory in reserved.items()}
    names: dict[str, list[str]] = {}
    for name, size in sorted({**on_instances, **sizes}.items()):
        names.setdefault(size, []).append(name)
    if names:
        chosen = ", ".join(f"{size} ({listed(names[size], 'and')})" for size in sorted(names))
        findings.at("services").info(
            "size-default",
            "without a size, a task gets what its image is known to need, else the smallest: "
            f"{chosen}; write cpus and mem_limit to choose",
        )
