"""Remember what the values of variables are made of, to find those that bring a secret."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

Variable: TypeAlias = tuple[str, str]
"""The name of a variable and its value: another value of that name comes from somewhere else."""


class Provenance:
    """What files of variables set in one run, and which variables each value is made of."""

    def __init__(self) -> None:
        self._noted: list[tuple[str, Variable, tuple[Variable, ...]]] = []
        self._files: dict[Variable, dict[str, None]] = {}

    def note(self, file: str, variable: Variable, parts: Iterable[Variable] = ()) -> None:
        """Note that a file sets a variable; ``parts`` are those that are put into its value."""
        self._noted.append((file, variable, tuple(parts)))
        self._files.setdefault(variable, {})[file] = None

    def files(self, variable: Variable) -> Iterable[str]:
        """List the files that give a variable this value."""
        return self._files.get(variable, ())

    def bearing(
        self, variables: Mapping[str, str], secret_of: Callable[[str], str | None]
    ) -> dict[Variable, str]:
        """List the values that bring a secret, each with the secret whose file gives it, if any.

        ``variables`` names the secrets that are kept in variables, ``secret_of`` that of a file.
        """
        found: dict[Variable, str] = {}
        of_file: dict[str, str | None] = {}
        for file, variable, parts in self._noted:  # a value is only made of earlier ones
            if file not in of_file:
                of_file[file] = secret_of(file)
            if secret := of_file[file]:
                found[variable] = secret
            elif any(part in found or part[0] in variables for part in parts):
                found[variable] = ""
        return found
