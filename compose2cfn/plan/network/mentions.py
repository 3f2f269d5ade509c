"""Find out which services look for each other, by their commands and variables."""

import re
from collections.abc import Iterable, Iterator, Mapping

from compose2cfn.model.service import NO_HEALTHCHECK, Service

# A name is a host in an address (``//NAME``, ``USER@NAME``, ``NAME:9092``), before a port
# (``nc -z NAME 5432``), and in a variable or an option whose name says that it holds hosts. It is
# not one everywhere: ``POSTGRES_USER=postgres`` and ``celery worker`` do not look for a service.
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_ADDRESS = re.compile(rf"(?://(?:[^\s/@]*@)?|@)({_NAME})|(?<![\w.-])({_NAME}):(?=[\d$])")
_BEFORE_PORT = rf"(?<!\S)({_NAME})(?=\s+\d+(?!\S))"
_SAID = r"""(?:(-h)\s*|(-[\w.-]+)\s+|([\w.-]+)=)([^\s'"]+)"""
_WORD = r"""(?<![^\s'"])\S"""
_HOLDS_HOSTS = re.compile(
    "addr|bootstrap|broker|discover|endpoint|host|join|leader|listen|master|member|node|peer"
    "|primary|quorum|replica|seed|sentinel|server|upstream|voter"
)


def mentions(service: Service) -> Iterator[str]:
    """List the names, in lower case, that a service uses as host names."""
    for variable, value in service.environment.items():
        yield from _hosts(value or "")
        if _HOLDS_HOSTS.search(variable.lower()):
            yield from _listed(value or "")
    check = service.healthcheck or NO_HEALTHCHECK
    for words in (service.entrypoint, service.command, check.test):
        if words:
            text = " ".join(words)
            yield from _hosts(text)
            yield from _told(text)


def circle(looks_for: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """List the services that look for themselves, directly or by way of others."""
    return frozenset(name for name in looks_for if name in _reached(name, looks_for))


def _reached(start: str, looks_for: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    left = [*looks_for[start]]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += looks_for.get(name, ())
    return reached


def _hosts(text: str) -> Iterator[str]:
    """List the hosts of the addresses in a text."""
    for found in _ADDRESS.finditer(text):
        yield (found[1] or found[2]).lower()


def _told(text: str) -> Iterator[str]:
    """List the hosts that the words of a command name, by options or before a port."""
    yield from (found[1].lower() for found in re.finditer(_BEFORE_PORT, text))
    said_at = re.compile(_SAID).match
    for word in re.finditer(_WORD, text):
        said = said_at(text, word.start())
        if said and (said[1] or _HOLDS_HOSTS.search((said[2] or said[3]).lower())):
            yield from _listed(said[4])


def _listed(value: str) -> Iterator[str]:
    """List the hosts in a value that has one or several."""
    yield from (name.lower() for name in re.split(r"[\s,;|/]+", value) if name)
