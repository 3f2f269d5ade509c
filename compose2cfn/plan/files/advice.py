"""Say what to write in place of a bind mount."""

import re
from collections import Counter
from posixpath import basename

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.mount import Mount
from compose2cfn.plan.files.sources import BindSource, find_source, names_file
from compose2cfn.plan.terms.names import digest

_LONGEST = 40
"""Characters of a folder's name that a volume is named after."""


_MOST_PARTS = 4
"""Folders of a path that it may be named after."""


class Advice:
    """The names that volumes in place of the bind mounts of a project could have."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._names: dict[str, str] = {}

    @staticmethod
    def stem(key: str) -> str:
        """Name a volume by the folder that it takes the place of."""
        return _plain(basename(key))[:_LONGEST].strip("-") or "data"

    def ways_out(self, source: BindSource, mount: Mount, *, plain: bool) -> str:
        """Say what to write instead; ``plain`` says that messages can show source and target."""
        return (
            f"{self._volume_instead(source, mount, plain=plain)}put files into the image, or write "
            "x-aws-bind_mounts: drop if the service runs without them"
        )

    def _volume_instead(self, source: BindSource, mount: Mount, *, plain: bool) -> str:
        """Suggest a named volume, if this could be data."""
        if mount.read_only or source.names_file or names_file(mount.target):
            return ""
        if not plain:
            return "keep data in a named volume, "
        return f"keep data in a named volume ({self.volume_name(source)}:{mount.target}), "

    def volume_name(self, source: BindSource) -> str:
        """Name a volume by its source folder, unlike any other of the file."""
        if not self._names:
            self._names = self._named()
        return self._names.get(source.key, self.stem(source.key))

    def _named(self) -> dict[str, str]:
        """Name the sources of all mounts: by as many of their folders as tell them apart."""
        keys = sorted(
            {
                find_source(
                    self._app, KeyPath(("services", name, "volumes", number)), mount.source
                ).key
                for name, service in self._app.project.services.items()
                for number, mount in enumerate(service.volumes)
                if mount.type == "bind"
            }
        )
        names = {key: _longer(key) for key in keys}
        seen = Counter(name for several in names.values() for name in several)
        seen.update(self._app.project.volumes.keys())
        return {
            key: next((name for name in several if seen[name] == 1), f"{several[-1]}-{digest(key)}")
            for key, several in names.items()
        }


def _longer(key: str) -> list[str]:
    """Name a folder by itself, by the one above it too, and so on."""
    parts = [_plain(part) or "data" for part in key.split("/")[-_MOST_PARTS:]]
    return list(dict.fromkeys("-".join(parts[-n:]) for n in range(1, len(parts) + 1)))


def _plain(name: str) -> str:
    """Write a name with what the names of volumes can have."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
