"""One Compose application: the typed project, and where each part was written."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from compose2cfn.diagnostics import Diagnostic, Location, Steps
from compose2cfn.files import Files
from compose2cfn.model.base import YAML, Model
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.masks import PLAIN, Masks
from compose2cfn.model.project import Project
from compose2cfn.model.secret_sources import SecretSources


class App(Record):
    """A loaded application.

    ``diagnostics`` are the warnings of loading; ``directory`` is the project directory;
    ``environment`` holds the variables that configs of the files name, and no other;
    ``extensions`` lists the ``x-aws-*`` keys that this project does not know; ``sources`` has those
    of the bind mounts by the paths of the mounts, as they were before they were made absolute;
    ``start`` is where the first file begins; ``masks`` tells what messages show of values that
    variables give; ``secret_sources`` are the files and variables of all secrets of the files.
    """

    project: Project
    files: Files
    directory: str
    places: Mapping[Steps, Location] = MappingProxyType({})
    diagnostics: tuple[Diagnostic, ...] = ()
    environment: Mapping[str, str] = Frozen()
    extensions: tuple[Steps, ...] = ()
    sources: Mapping[Steps, str] = MappingProxyType({})
    start: Location | None = None
    masks: Masks = PLAIN
    secret_sources: SecretSources = SecretSources()

    def __repr__(self) -> str:
        return f"<App {self.project.name} in {self.directory}>"

    def place(self, path: Steps) -> Location | None:
        """Find where a path, or the nearest one above it, was written."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)

    def written(self, path: Steps) -> object:
        """Return the value of an ``x-*`` key, as it was read."""
        value: object = self.project
        for step in path[:-1]:
            match value:
                case Model():
                    value = dict(value).get(str(step).replace("-", "_"))
                case Mapping():
                    value = value.get(step)
                case tuple() if isinstance(step, int) and step < len(value):
                    value = value[step]
        return value.extensions.get(str(path[-1])) if isinstance(value, Model) else None

    def to_compose(self, *, extensions: bool = False) -> dict[str, object]:
        """Return what the JSON of ``docker compose config --format json`` parses to.

        With ``extensions``, return what its YAML parses to: that keeps the ``x-*`` keys below the
        top level, and leaves out a few empty values.
        """
        # Not Pydantic's own JSON: names of folders may be other bytes than UTF-8.
        return _escaped(json.dumps(self._data(extensions=extensions)))

    def _data(self, *, extensions: bool) -> dict[str, object]:
        """Return the same with dollar signs as they are."""
        dumped = self.project.model_dump(
            mode="json",
            by_alias=True,
            exclude_defaults=True,
            context=YAML if extensions else None,
        )
        if extensions:
            return _extended(self.project, dumped)
        return {**dumped, **self.project.printed}


def _escaped(text: str) -> dict[str, object]:
    """Read JSON in which every dollar sign is written so that it is read as one."""
    escaped: dict[str, object] = json.loads(text.replace("$", "$$"))
    return escaped


def _extended(part: Model, data: dict[str, object]) -> dict[str, object]:
    """Put the ``x-*`` keys of a part of the model, and of those below it, into its plain data."""
    # Attributes of other names than their keys are excluded from the data.
    for key, value in vars(part).items():
        if key in data:
            data[key] = _below(value, data[key])
    if part.prints_extensions:
        data.update(part.printed)
    return data


def _below(value: object, data: object) -> object:
    match data:
        case dict() if isinstance(value, Model):
            return _extended(value, data)
        case dict() if isinstance(value, Mapping):
            return {key: _below(item, data[key]) for key, item in value.items()}
        case list() if isinstance(value, tuple):
            return [_below(*pair) for pair in zip(value, data, strict=True)]
    return data
