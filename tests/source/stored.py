"""Stored cases: Compose projects, and what the real Docker Compose 5.6.1 made of them.

A file holds ``{"cases": [...]}``. A case has ``content`` (path → text, ``{"base64": ...}``, or null
for an empty folder), ``files``, ``env``, ``args`` (before ``config``) and ``config_args`` (after
it), a ``project`` name (absent: conf, null: none) and a ``cwd``; then ``outcome`` (accepted or
rejected), ``expected`` (the JSON of ``config``), ``expected_yaml`` where extensions occur, and
``warnings``. Paths of the case's folder and of the two above it are written ``${CASE_DIR}``,
``${CASE_PARENT}``, ``${CASE_PARENT2}``.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from compose2cfn.diagnostics import ComposeError
from compose2cfn.model.app import App
from compose2cfn.source.bind import raw
from compose2cfn.source.load import load_app
from compose2cfn.source.yaml import parse_yaml

HOME = "/home/conf"
OPTIONS = {"--profile": "profiles", "--env-file": "env_files"}
UNKNOWN_OPTIONS = {"--no-env-resolution", "--no-interpolate", "--no-path-resolution"}
"""Options of ``config`` that this project does not have."""


@dataclass(frozen=True)
class Stored:
    """One stored case."""

    case: Mapping[str, object]

    @property
    def id(self) -> str:
        return self._text("id")

    @property
    def outcome(self) -> str:
        return self._text("outcome")

    def supported(self) -> bool:
        """Tell whether the case uses only options that this project has."""
        return UNKNOWN_OPTIONS.isdisjoint(self._texts("config_args"))

    @property
    def files(self) -> Sequence[str]:
        """The files that it names, as after ``-f``."""
        return self._texts("files")

    @property
    def directory(self) -> str:
        """Where in its folder it runs."""
        return str(self.case.get("cwd") or "")

    def write(self, root: Path) -> Path:
        """Write the files into a folder of the case's own, and name that."""
        folder = root / "parent" / "cases" / self.id
        (folder / self.directory).mkdir(parents=True, exist_ok=True)
        content = self.case["content"]
        assert isinstance(content, dict)
        for name, value in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            match value:
                case None:
                    path.mkdir(exist_ok=True)
                case str():
                    path.write_bytes(value.encode())
                case {"base64": str(text)}:
                    path.write_bytes(base64.b64decode(text))
        return folder

    def load(self, folder: Path) -> App:
        """Load the case the way its command line says; raises `ComposeError`."""
        lists: dict[str, list[str]] = {"profiles": [], "env_files": []}
        project = self.case.get("project", "conf")
        directory = None
        arguments = iter(self._texts("args"))
        for argument in arguments:
            match argument:
                case "-p":
                    project = next(arguments)
                case "--project-directory":
                    directory = next(arguments)
                case _:
                    lists[OPTIONS[argument]].append(next(arguments))
        rest = self._texts("config_args")
        environment = self.case["env"]
        assert isinstance(environment, dict)
        with chdir(folder / self.directory):
            return load_app(
                tuple(self.files),
                project_name=None if project is None else str(project),
                project_directory=directory,
                environment={"HOME": HOME, **environment},
                env_files=tuple(lists["env_files"]) or None,
                profiles=tuple(lists["profiles"]),
                services=tuple(name for name in rest if not name.startswith("-")),
                consistent="--no-consistency" not in rest,
            )

    def expected(self, folder: Path) -> object:
        """Return the stored model, with the real paths put in."""
        return json.loads(self._placed(json.dumps(self.case["expected"]), folder))

    def expected_yaml(self, folder: Path) -> object:
        """Return what the stored YAML holds, if there is any."""
        text = self.case.get("expected_yaml")
        if not isinstance(text, str):
            return None
        (document, *_), faults = parse_yaml(self._placed(text, folder), "expected.yaml")
        assert not faults
        return raw(document)

    def disagreement(self, root: Path) -> str:
        """Say where we and the program differ; empty if we agree."""
        folder = self.write(root)
        try:
            app = self.load(folder)
        except ComposeError as error:
            return "" if self.outcome == "rejected" else f"refused: {error}"
        if self.outcome == "rejected":
            return f"accepted, but the program says {self.case['error']}"
        found = [*differences(self.expected(folder), app.to_compose())]
        yaml = self.expected_yaml(folder)
        if yaml is not None:
            found += differences(yaml, app.to_compose(extensions=True), "yaml")
        return "\n".join(found)

    def _placed(self, text: str, folder: Path) -> str:
        parents = {
            "CASE_DIR": folder,
            "CASE_PARENT2": folder.parents[1],
            "CASE_PARENT": folder.parent,
        }
        for token, path in parents.items():
            text = text.replace(f"${{{token}}}", str(path))
        return text

    def _text(self, key: str) -> str:
        return str(self.case[key])

    def _texts(self, key: str) -> Sequence[str]:
        entries = self.case.get(key) or []
        assert isinstance(entries, list)
        return [str(entry) for entry in entries]


def stored(file: Path) -> Iterator[Stored]:
    """Read the cases of a file."""
    for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
        yield Stored(case)


def differences(want: object, got: object, path: str = "") -> Iterator[str]:
    """List where two plain values differ; 1 and 1.0 are equal, 1 and true are not."""
    match want, got:
        case dict(), dict():
            for key in sorted({*want, *got}):
                if key not in got:
                    yield f"{path}.{key}: missing"
                elif key not in want:
                    yield f"{path}.{key}: {got[key]!r} is too much"
                else:
                    yield from differences(want[key], got[key], f"{path}.{key}")
        case list(), list() if len(want) == len(got):
            for number, pair in enumerate(zip(want, got, strict=True)):
                yield from differences(*pair, f"{path}[{number}]")
        case _ if want != got or isinstance(want, bool) is not isinstance(got, bool):
            yield f"{path}: {got!r} instead of {want!r}"
