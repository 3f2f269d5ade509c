"""What containers need where the file does not say, and how that is reported."""

from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.requests import ResourceRequest
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


def with_tmpfs(
    needs: ResourceRequest, asked: ResourceRequest, tmpfs: int, *, least: int
) -> ResourceRequest:
    """Add MiB of tmpfs to what a container needs that does not say how much memory it gets.

    What is in a tmpfs counts as memory of the container. ``least`` is for the rest of it, where
    nothing is known.
    """
    if not tmpfs or asked.holds:
        return needs
    return needs._replace(reservation=(needs.reservation or least) + tmpfs)


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
