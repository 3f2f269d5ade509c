"""Refuse what would bring a secret into a template by another key than ``secrets``.

It counts where a value comes from, not what it is: a port may be the same text as a secret.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import join

from compose2cfn.diagnostics import Diagnostic, Location, Steps
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.project import Project
from compose2cfn.model.secret_sources import SecretSources
from compose2cfn.model.service import Service
from compose2cfn.source.nodes import Leaf, Node, Sequence, Table
from compose2cfn.source.places import nearest
from compose2cfn.source.provenance import Variable
from compose2cfn.source.reader import Reader

_PASSED = frozenset({"args", "environment"})
"""Keys below which a name without a value takes that of the variable around it."""
_NEVER = "which never goes into a template"
_OTHERWISE = "use secrets: or x-aws-secrets:"
_CURE = f"{_NEVER}; {_OTHERWISE} instead"


class Leaks:
    """What finds the secrets of a project where they must not be."""

    def __init__(
        self, sources: SecretSources, environment: Mapping[str, str], reader: Reader
    ) -> None:
        self._sources = sources
        self._environment = environment
        self._reader = reader
        self._giving = cache(self._find_giving)
        self._bearing = reader.provenance.bearing(sources.variables, self._secret_of)

    def _secret_of(self, file: str) -> str | None:
        return self._sources.of_file(self._real(file))

    def _find_giving(self, variable: Variable) -> frozenset[str]:
        """Find the files that give a variable its value."""
        return frozenset(map(self._real, self._reader.provenance.files(variable)))

    def givers(self) -> Mapping[str, str]:
        """Find the files of variables that give those of secrets their values."""
        return Frozen(
            {
                file: secret
                for name, secret in self._sources.variables.items()
                if name in self._environment
                for file in self._find_giving((name, self._environment[name]))
            }
        )

    def _real(self, file: str) -> str:
        files = self._reader.files
        return files.real(join(files.directory, file))

    def found(self, root: Table, project: Project) -> Iterator[Diagnostic]:
        """Find all of them in a tree, and in the project that is made of it."""
        for path, leaf in _leaves(root, ()):
            variables = (*leaf.variables, *self._passed(path, leaf))
            if variables and _counts(path, project):
                yield from self._about(variables, path, leaf.at)
        for path, leaf in self._reader.naming:
            yield from self._about(leaf.variables, path, leaf.at)
        yield from self._about(self._settings(), (), root.at)
        for path, variable in (*self._from_files(root, project), *self._configs(project)):
            yield from self._about((variable,), path, nearest(root, path))
        yield from self._compose_files(root)

    def _settings(self) -> tuple[Variable, ...]:
        """List the variables that name the project, its files and folders."""
        return tuple(
            (name, value)
            for name, value in self._environment.items()
            if name.startswith("COMPOSE_") or name in {"HOME", "PWD"}
        )

    def _passed(self, path: Steps, leaf: Leaf) -> tuple[Variable, ...]:
        """Name the variable that a value is passed through from."""
        match path:
            case ("services" | "jobs", _, *between, section, str(name)) if (
                leaf.value is None
                and section in _PASSED
                and name in self._environment
                and not any(str(step).startswith("x-") for step in between)
            ):
                return ((name, self._environment[name]),)
        return ()

    def _from_files(self, root: Table, project: Project) -> Iterator[tuple[Steps, Variable]]:
        """List the variables and labels that files give to services.

        A variable of the name of a secret may be another one there, which has another value.
        """
        for name, service in project.services.items():
            for path, key, value in _from_files(service, name, root):
                if value is not None and not self._is_another(key, value):
                    yield path, (key, value)

    def _is_another(self, name: str, value: str) -> bool:
        """Tell whether a variable only has the name of a secret's, and comes from elsewhere.

        One file can be read in two ways, with quotes or without.
        """
        if name not in self._sources.variables:
            return False
        around = self._environment.get(name)
        if around is None or around == value:
            return around is None
        return self._giving((name, value)).isdisjoint(self._giving((name, around)))

    def _configs(self, project: Project) -> Iterator[tuple[Steps, Variable]]:
        """List the variables of configs; those of secrets are refused when they are delivered."""
        for name, config in project.configs.items():
            value = self._environment.get(config.environment)
            if value is not None and config.environment not in self._sources.variables:
                yield ("configs", name, "environment"), (config.environment, value)

    def _about(
        self, variables: tuple[Variable, ...], path: Steps, at: Location
    ) -> Iterator[Diagnostic]:
        for variable in variables:
            if why := self._why(variable):
                message = f"the variable {variable[0]!r} {why}"
                yield Diagnostic(code="secret-shown", message=message, path=path, at=at)

    def _why(self, variable: Variable) -> str:
        """Say why a variable must not be here, and what to write; nothing if it may be."""
        if secret := self._sources.variables.get(variable[0]):
            return f"is the secret {secret!r}, {_CURE}"
        if variable not in self._bearing:
            return ""
        if secret := self._bearing[variable]:
            cure = (
                f"{_NEVER}; keep what is not secret in another file, and {_OTHERWISE} for the rest"
            )
            return f"comes from the file of the secret {secret!r}, {cure}"
        return f"contains a secret, {_CURE}"

    def _compose_files(self, root: Table) -> Iterator[Diagnostic]:
        """Refuse secrets whose files are read as Compose files."""
        for file in self._reader.paths:
            if secret := self._secret_of(file):
                path = ("secrets", secret, "file")
                message = (
                    "this is also read as a Compose file, and what is in that goes into the "
                    "template; keep the secret in a file of its own"
                )
                at = nearest(root, path)
                yield Diagnostic(code="secret-shown", message=message, path=path, at=at)


def _leaves(node: Node, path: Steps) -> Iterator[tuple[Steps, Leaf]]:
    """List the values that variables gave, and those without a value.

    The parts of a short form have the path of the whole, where they are all written.
    """
    match node:
        case Leaf() if node.variables or node.value is None:
            yield path, node
        case Table(items=entries):
            for key, item in entries.items():
                yield from _leaves(item, path if item.at == node.at else (*path, key))
        case Sequence(items=items):
            for number, item in enumerate(items):
                yield from _leaves(item, path if item.at == node.at else (*path, number))


def _counts(path: Steps, project: Project) -> bool:
    """Tell whether a value is in what is left of the file: services may be inactive."""
    sections: Mapping[str, Mapping[str, object]] = {
        "services": project.services,
        "networks": project.networks,
        "volumes": project.volumes,
        "secrets": project.secrets,
        "configs": project.configs,
        "models": project.models,
    }
    section = sections.get(str(path[0])) if path else None
    return section is None or len(path) < 2 or path[1] in section


def _from_files(
    service: Service, name: str, root: Table
) -> Iterator[tuple[Steps, str, str | None]]:
    """List the variables and labels of a service that files gave it, with what names the files."""
    for key, values in (("env_file", service.environment), ("label_file", service.labels)):
        section = "environment" if key == "env_file" else "labels"
        written = _below(root, ("services", name, section))
        for each, value in values.items():
            if each not in written and _below(root, ("services", name)).get(key):
                yield ("services", name, key), each, value


def _below(root: Table, path: tuple[str, ...]) -> Mapping[str, Node]:
    """Give what is below a path in a tree."""
    node: Node | None = root
    for step in path:
        node = node.items.get(step) if isinstance(node, Table) else None
    return node.items if isinstance(node, Table) else {}
