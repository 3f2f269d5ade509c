"""Write docs/images.md: what is known of images, row by row."""

from collections.abc import Iterator
from pathlib import Path

from compose2cfn.plan.known_images import KNOWN_IMAGES, KnownImage, Role

PAGE = Path(__file__).parent.parent / "docs" / "images.md"

_HEAD = """\
# Well-known images

A Compose file does not say how much memory MySQL needs, or that its port is not for the internet.
For images that many people run, this is known. An image is recognised by the last part of its
name (by the last two if one is ambiguous), from any registry, with any tag:
`public.ecr.aws/docker/library/postgres:17` is `postgres`. A service that runs something else in
it, such as `psql` or `kafka-topics`, is not taken for the server.

What is written in the file always counts first. Otherwise,

- **a task gets the size that its images need.** If a heap size is set, it counts instead:
  `-Xmx` in any variable or command, `--max-old-space-size` of Node.js, `SOLR_HEAP`,
  `MAX_HEAP_SIZE` and the like. Java needs memory besides its heap: as much again up to a heap of
  512 MiB, then 512 MiB, and a third of one above 1.5 GiB. A search engine's heap is half of its
  memory. Everything else gets the smallest size, 0.25 vCPU with 512 MiB. `size-default` lists
  what tasks got.
- **ports of datastores, brokers and consoles are not published**, no matter which; nor are the
  admin ports of other images. `x-aws-ingress` publishes one, and so do a route, a certificate,
  `x-aws-protocol` and `app_protocol: http`. For all other ports and images, the number counts if
  it can only mean one thing (5432, 6379, …).
- **datastores and brokers are told to stop before their next version starts**, with or without a
  volume, no matter what else mounts it; [that is not a lock](storage.md#two-tasks-one-volume).
  `deploy.update_config.order: start-first` changes that.
  `data-unkept` lists those whose data is not kept, and `data-network` those whose makers do not
  support network file systems, such as EFS.
- **what ends at its start on Fargate**, where nothing sets `vm.max_map_count` (a cluster of
  Elasticsearch or OpenSearch, SonarQube), leads to `fargate-memory-maps`.
- **data that is kept under the host name** (RabbitMQ, EMQX) leads to `hostname-data`, since tasks
  have their own host names.

The figures are the minimum for a small deployment: what the makers of an image say, or what its
heap needs if they set one. Write `cpus` and `mem_limit` if you know better.
"""

_TITLES = {
    Role.DATASTORE: "Datastores",
    Role.BROKER: "Brokers",
    Role.CONSOLE: "Consoles",
    Role.RUNTIME: "Runtimes and applications",
    Role.REVERSE_PROXY: "Reverse proxies",
}


def image_page() -> str:
    """Write the page."""
    return "".join(_page())


def _page() -> Iterator[str]:
    yield _HEAD
    for role, title in _TITLES.items():
        yield f"\n## {title}\n\n"
        yield "| images | needs | what else is known | read in |\n|---|---|---|---|\n"
        yield from (_row(image) for image in KNOWN_IMAGES if image.role is role)


def _row(image: KnownImage) -> str:
    names = ", ".join(f"`{name}`" for name in image.names)
    sources = ", ".join(f"[{place}]({url})" for place, url in enumerate(image.sources, 1))
    return f"| {names} | {_needs(image)} | {'; '.join(_facts(image))} | {sources} |\n"


def _needs(image: KnownImage) -> str:
    cpu = f"{image.cpu / 1024:g} vCPU" if image.cpu else ""
    memory = f"{image.memory} MiB" if image.memory else ""
    return ", ".join(filter(None, (cpu, memory))) or "the least"


def _facts(image: KnownImage) -> Iterator[str]:
    yield image.title
    if image.data:
        yield f"data in {', '.join(f'`{path}`' for path in image.data)}"
    if image.off_network:
        yield f"not on EFS, but {image.off_network}"
    if image.admin_ports:
        yield f"admin ports {', '.join(map(str, sorted(image.admin_ports)))}"
    if image.node_name:
        yield f"`{image.node_name.variables[0]}`"
    if image.memory_maps:
        yield f"`{image.memory_maps.cure}` on Fargate"
