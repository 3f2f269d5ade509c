"""What becomes of each Compose key: mapped, ignored with a reason, or refused with a way out.

A key is *mapped* where an active emitter or a stage of `source` reads it. The tables here hold the
others, so that nothing is dropped in silence: a pattern stands for a key and all below it, and the
longest pattern that covers a key decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from compose2cfn.diagnostics import Diagnostic, KeyPath, Severity
from compose2cfn.model.app import App


class Reader(Protocol):
    """What reads keys: an emitter."""

    @property
    def name(self) -> str: ...

    @property
    def reads(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a key that nothing reads."""

    severity: Severity
    message: str

    @property
    def code(self) -> str:
        """The code of the finding that tells it."""
        return "key-refused" if self.severity is Severity.ERROR else "key-ignored"


def report(app: App, readers: Iterable[Reader]) -> Iterator[Diagnostic]:
    """Say of each key in the file that nothing reads what becomes of it."""
    read = _Trie()
    for reader in readers:
        for pattern in reader.reads:
            read.put(pattern, None)
    sections: Mapping[str, Iterable[str]] = {
        "services": app.project.services,
        "networks": app.project.networks,
        "volumes": app.project.volumes,
        "secrets": app.project.secrets,
        "configs": app.project.configs,
    }
    for path in app.places:
        fate = _FATES.find(path)
        if fate is None or read.knows(path):
            continue
        if len(path) > 1 and path[0] in sections and path[1] not in sections[str(path[0])]:
            continue
        yield Diagnostic(code=fate.code, message=fate.message, severity=fate.severity, path=path)


@dataclass(slots=True)
class _Trie:
    """Patterns by their steps; ``*`` stands for any key, ``[]`` for any entry of a list."""

    below: dict[str, "_Trie"] = field(default_factory=dict)
    fate: Fate | None = None
    ends: bool = False

    def put(self, pattern: str, fate: Fate | None) -> None:
        node = self
        for step in steps(pattern):
            node = node.below.setdefault(step, _Trie())
        node.fate, node.ends = fate, True

    def _end(self, path: KeyPath) -> "_Trie | None":
        node: _Trie | None = self
        for step in path:
            if node is None:
                return None
            node = node.below.get("[]" if isinstance(step, int) else step) or node.below.get("*")
        return node

    def find(self, path: KeyPath) -> Fate | None:
        """Give the fate of exactly this path."""
        node = self._end(path)
        return node.fate if node else None

    def knows(self, path: KeyPath) -> bool:
        """Tell whether a pattern ends exactly here."""
        node = self._end(path)
        return node is not None and node.ends


def steps(pattern: str) -> tuple[str, ...]:
    """Split a pattern: ``services.*.ports[].mode`` has the steps services, *, ports, [] and mode."""
    return tuple(pattern.replace("[]", ".[]").split("."))
