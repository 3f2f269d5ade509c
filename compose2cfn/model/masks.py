"""What messages show of values that variables give."""

from typing import Protocol

from compose2cfn.diagnostics import Steps


class Masks(Protocol):
    """What a message shows in place of a value or a key of the Compose file.

    A value that comes from a variable may be a secret, so messages show how it is written
    (``$PASSWORD``). Whoever makes a message asks here about each value in it.
    """

    def written(self, path: Steps, /) -> str | None:
        """Return what is written in place of the value at a path; None if it is written itself."""

    def way(self, path: Steps, /) -> Steps:
        """Return a path with what is written in place of keys that variables give."""


class _Plain:
    """Shows everything: nothing comes from a variable."""

    def written(self, _path: Steps, /) -> str | None:
        return None

    def way(self, path: Steps, /) -> Steps:
        return path


PLAIN: Masks = _Plain()
