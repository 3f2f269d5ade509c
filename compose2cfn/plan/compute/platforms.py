"""The operating system and the processor that a task runs on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import listed
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.findings import Notes

_PROCESSORS: Mapping[str, str] = {
    "aarch64": "ARM64",
    "amd64": "X86_64",
    "arm64": "ARM64",
    "x86-64": "X86_64",
    "x86_64": "X86_64",
}
_SYSTEMS: Mapping[str, str] = {"linux": "LINUX", "windows": "WINDOWS_SERVER_2022_CORE"}


@dataclass(frozen=True, slots=True)
class Platform:
    """A system and a processor as ECS calls them; empty where the file says nothing."""

    system: str = ""
    processor: str = ""

    @property
    def windows(self) -> bool:
        """Tell whether it is Windows."""
        return self.system.startswith("WINDOWS")

    @property
    def arm(self) -> bool:
        """Tell whether it is an ARM processor."""
        return self.processor == "ARM64"


def platform(members: Mapping[str, Service], notes: Notes) -> Platform:
    """Find the one platform of all services in a task."""
    found = {
        name: _read(name, service.platform, notes)
        for name, service in members.items()
        if service.platform
    }
    kinds = {(kind.system or "LINUX", kind.processor or "X86_64") for kind in found.values()}
    if len(kinds) > 1:
        *_, last = found
        notes.error(
            "platform-mixed",
            f"{_named(found)} run as one task and name several platforms; a task has one",
            ("services", last, "platform"),
        )
    return next((found[name] for name in sorted(found)), Platform())


def _named(names: Iterable[str]) -> str:
    return listed([repr(name) for name in sorted(names)], "and")


def _read(name: str, text: str, notes: Notes) -> Platform:
    system, _, processor = text.lower().partition("/")
    processor, _, variant = processor.partition("/")
    path = ("services", name, "platform")
    if system in _PROCESSORS and not processor:
        system, processor = "linux", system
    if system not in _SYSTEMS or processor not in {"", *_PROCESSORS} or variant not in {"", "v8"}:
        notes.error(
            "platform-unknown",
            f"ECS runs no tasks on {text!r}; write linux/amd64, linux/arm64 or windows/amd64",
            path,
        )
        return Platform()
    found = Platform(_SYSTEMS[system], _PROCESSORS.get(processor, "X86_64"))
    if found.windows and found.arm:
        notes.error("platform-unknown", "ECS runs Windows on amd64 alone", path)
    return found
