"""Where the secrets of a project are kept: none of it goes into a template by another key."""

from collections.abc import Mapping
from posixpath import dirname, join
from typing import NamedTuple

from compose2cfn.files import Files
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.project import Secret


class SecretSources(NamedTuple):
    """The files and variables that secrets name, whether a service uses these or not."""

    files: Mapping[str, str] = Frozen()
    """The secrets by their files or folders, which are absolute and without links."""
    variables: Mapping[str, str] = Frozen()
    """The secrets by their variables."""

    givers: Mapping[str, str] = Frozen()
    """The secrets by the files of variables that give those their values, named as ``files`` are.

    What else is in such a file is not secret.
    """

    def within(self, path: str) -> str | None:
        """Name a secret whose bytes are in a file, whose path is absolute and without links."""
        return self.of_file(path) or self.givers.get(path)

    def of_file(self, path: str) -> str | None:
        """Name the secret that a file is, or is in a folder of; None if it is of none.

        The path is absolute and without links.
        """
        if not self.files:
            return None
        below = path
        while below not in self.files and below != dirname(below):
            below = dirname(below)
        return self.files.get(below)

    @classmethod
    def of(cls, secrets: Mapping[str, Secret], files: Files, directory: str) -> "SecretSources":
        """Find what secrets name; relative paths start in a directory."""
        return cls(
            Frozen(
                {
                    files.real(join(directory, secret.file)): name
                    for name, secret in secrets.items()
                    if secret.file
                }
            ),
            Frozen(
                {secret.environment: name for name, secret in secrets.items() if secret.environment}
            ),
        )
