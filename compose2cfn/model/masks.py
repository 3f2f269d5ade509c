"""What messages show of values that variables give."""

from typing import Protocol

from compose2cfn.diagnostics import Steps


class Masks(Protocol):
    """What a message shows in place of a value or a key of the Compose file.

    A value that comes from a variable may be a secret, so messages show how it is written
    (``$PASSWORD``). Whoever makes a message asks here about each value in it.
    """

    def written(self, path: Steps, value: object = None, /) -> str | None:
        """Return what is written in place of the value at a path; None if it is written itself.

        If there are several values at the path, ``value`` is the one, or a part of it.
        """

    def hides(self, path: Steps, /) -> bool:
        """Tell whether variables gave a value at or below a path."""
        ...

    def way(self, path: Steps, /) -> Steps:
        """Return a path with what is written in place of keys that variables give."""


class _Plain:
    """Shows everything: nothing comes from a variable."""

    def written(self, _path: Steps, _value: object = None, /) -> str | None:
        return None

    def hides(self, _path: Steps, /) -> bool:
        return False

    def way(self, path: Steps, /) -> Steps:
        return path


PLAIN: Masks = _Plain()
