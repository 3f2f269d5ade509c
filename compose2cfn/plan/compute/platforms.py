"""The operating system and the processor that a task runs on."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot

_PROCESSORS: Mapping[str, str] = {
    "aarch64": "ARM64",
    "amd64": "X86_64",
    "arm64": "ARM64",
    "x86-64": "X86_64",
    "x86_64": "X86_64",
}
_SYSTEMS: Mapping[str, str] = {"linux": "LINUX", "windows": "WINDOWS_SERVER_2022_CORE"}
_VARIANTS = frozenset({"", "v8"})


class Platform(NamedTuple):
    """A system and a processor as ECS calls them; empty where the file does not say."""

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


LINUX_ON_ARM = Platform("LINUX", "ARM64")


def platform(written: Mapping[str, str], findings: Findings) -> Platform:
    """Find the one platform of a task from those that its services name, by service."""
    found = {
        name: _read(text, findings.at("services", name, "platform"))
        for name, text in written.items()
        if text
    }
    kinds = {(kind.system or "LINUX", kind.processor or "X86_64") for kind in found.values()}
    if len(kinds) > 1:
        *_, last = found
        findings.at("services", last, "platform").error(
            "platform-mixed",
            f"{_named(found)} run as one task but name several platforms; write the same one",
        )
    first = min(found, default=None)
    return Platform() if first is None else found[first]


def _named(names: Iterable[str]) -> str:
    return listed([repr(name) for name in sorted(names)], "and")


def _read(text: str, spot: Spot) -> Platform:
    """Read ``SYSTEM/PROCESSOR/VARIANT``, or just a system or a processor."""
    first, _, rest = text.lower().partition("/")
    processor, _, variant = rest.partition("/")
    alone = first in _PROCESSORS and not processor
    system, processor = ("linux", first) if alone else (first, processor or "amd64")
    if system not in _SYSTEMS or processor not in _PROCESSORS or variant not in _VARIANTS:
        spot.error(
            "platform-unknown",
            f"{spot.shown(text)!r} is not a platform of ECS; write linux/amd64, linux/arm64 or "
            "windows/amd64",
        )
        return Platform()
    found = Platform(_SYSTEMS[system], _PROCESSORS[processor])
    if found.windows and found.arm:
        spot.error("platform-unknown", "ECS runs Windows only on amd64; write windows/amd64")
    return found
