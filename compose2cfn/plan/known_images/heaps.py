"""Read how large a heap a service sets, and how much memory a container with it needs."""

import re
from collections.abc import Iterator
from math import ceil

from compose2cfn.model.service import Service
from compose2cfn.model.units import MIB

_OPTION = r"(?:-Xmx|-XX:MaxHeapSize=)([0-9]{1,15})([kmgtKMGT]?)\b"
"""The option of Java, in any variable or command: JAVA_OPTS, ES_JAVA_OPTS, …; bytes."""
_NODE_OPTION = r"--max[-_]old[-_]space[-_]size=([0-9]{1,9})\b"
"""The option of Node.js; MiB."""
_SIZE = r"([0-9]{1,15})([kmgtKMGT]?)[bB]?"
_VARIABLES = {
    "ELASTICSEARCH_HEAP_SIZE": 1,
    "JVM_MAXIMUM_MEMORY": 1,
    "MAX_HEAP_SIZE": 1,
    "NEO4J_dbms_memory_heap_max__size": 1,
    "NEO4J_server_memory_heap_max__size": 1,
    "NIFI_JVM_HEAP_MAX": 1,
    "OPENSEARCH_HEAP_SIZE": 1,
    "SOLR_HEAP": 1,
    "ZK_SERVER_HEAP": MIB,
    "ZOO_HEAP_SIZE": MIB,
}
"""Variables that hold only the size of a heap, and the unit of a number without one."""
_FACTORS = {letter: 1024**power for power, letter in enumerate("kmgt", 1)}


def written_heap(service: Service) -> int:
    """Return the MiB of the largest heap that a service sets; 0 if it sets none."""
    return ceil(max(_heaps(service), default=0) / MIB)


def memory_for(heap: int, percent: int = 0) -> int:
    """Return the MiB that a container needs for a heap of so many.

    Java needs memory besides its heap: for classes, compiled code, the stacks of threads, buffers.
    How much follows from what the OpenJ9 virtual machine leaves free in a container: half of it up
    to 1 GiB, 512 MiB up to 2 GiB, a quarter of anything larger.
    https://eclipse.dev/openj9/docs/xxusecontainersupport/

    ``percent`` is the largest share of the heap, for a program that needs more than that.
    """
    needed = max(min(2 * heap, heap + 512), ceil(heap * 4 / 3))
    return max(needed, ceil(heap * 100 / percent)) if percent else needed


def _heaps(service: Service) -> Iterator[int]:
    """List the sizes in bytes of all heaps that are set."""
    texts = [value for value in service.environment.values() if value]
    for text in (*texts, *(service.entrypoint or ()), *(service.command or ())):
        if "-X" in text:
            yield from (_bytes(found[1], found[2]) for found in re.finditer(_OPTION, text))
        if "--max" in text:
            yield from (int(found[1]) * MIB for found in re.finditer(_NODE_OPTION, text))
    for name in _VARIABLES.keys() & service.environment.keys():
        unit, text = _VARIABLES[name], service.environment[name] or ""
        found = re.fullmatch(_SIZE, text.strip())
        if found:
            yield _bytes(found[1], found[2], unit)


def _bytes(number: str, letter: str, unit: int = 1) -> int:
    return int(number) * (_FACTORS[letter.lower()] if letter else unit)
