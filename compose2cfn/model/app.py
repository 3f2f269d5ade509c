"""One Compose application: the typed project, and where each part was written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Diagnostic, KeyPath, Location
from compose2cfn.files import Files
from compose2cfn.model.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A loaded application.

    ``diagnostics`` are the warnings of loading; ``directory`` is the project directory;
    ``environment`` holds the variables that the files could see; ``extensions`` lists the
    ``x-aws-*`` keys that this project does not know.
    """

    project: Project
    files: Files
    directory: str
    places: Mapping[KeyPath, Location] = field(default_factory=dict, repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    extensions: tuple[KeyPath, ...] = ()

    def place(self, path: KeyPath) -> Location | None:
        """Find where a path, or the nearest one above it, was written."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)

    def to_compose(self) -> dict[str, object]:
        """Give what the JSON of ``docker compose config --format json`` parses to."""
        text = self.project.model_dump_json(by_alias=True, exclude_defaults=True)
        extensions = json.dumps(self.project.extensions, ensure_ascii=False)
        model: dict[str, object] = json.loads(text.replace("$", "$$"))
        return model | json.loads(extensions.replace("$", "$$"))
