"""What a field of the model says about its key besides the type: one key, one line.

Marks are in ``Annotated[…]`` at the type they are about; the stages in ``source`` read them off
the fields (see `shape`). Where there is no mark, the common rules hold: a later file's mapping is
merged key by key, its list is appended (items that are there already are left out), any other value
replaces; what is not written in full is wrong.
"""

from collections.abc import Callable, Container, Mapping
from enum import Enum, auto

# Marks are plain classes: equal marks must not stand in for each other in ``Annotated[…]``, which
# keeps the types that it has made.


class Short:
    """The value may be written as a text; ``spell`` spells it out, in a list as several items too.

    With ``numbers`` a whole number may stand for the text; with ``over`` the text may be laid over
    an earlier file's value. ``rest`` returns the part of the text that Docker Compose drops
    without a word.
    """

    def __init__(
        self,
        spell: Callable[[str], object],
        *,
        numbers: bool = False,
        over: bool = True,
        rest: Callable[[str], str] | None = None,
    ) -> None:
        self.spell = spell
        self.numbers = numbers
        self.over = over
        self.rest = rest


class Listed:
    """The mapping may be written as a list of texts; ``spell`` makes an entry of each.

    With ``repeats`` the list may hold one text twice. With ``joined`` two of them are merged as
    lists, below ``services``; with ``joined_as_written`` only those of one document are.
    """

    def __init__(
        self,
        spell: Callable[[str], tuple[str, object]],
        *,
        repeats: bool = False,
        joined: bool = False,
        joined_as_written: bool = False,
    ) -> None:
        self.spell = spell
        self.repeats = repeats
        self.joined = joined
        self.joined_as_written = joined or joined_as_written


class Unique:
    """Items of a list with one identity are one item: the later one replaces the first in place.

    ``text`` tells the identity of an item that is a text, ``mapping`` that of one spelled out, if
    there are such items. With ``apart`` no two items may be written alike where such items are not
    made one.
    """

    def __init__(
        self,
        text: Callable[[str], object] = str,
        *,
        mapping: Callable[[Mapping[str, object]], object] | None = None,
        apart: bool = True,
    ) -> None:
        self.text = text
        self.mapping = mapping
        self.apart = apart


class Keyed:
    """A later file's list replaces; its items are laid over those with the same value of a key."""

    def __init__(self, key: str) -> None:
        self.key = key


class Fill:
    """The value of a key that is not written."""

    def __init__(self, value: object) -> None:
        self.value = value


class Right:
    """Only whoever deploys may say this: it grants something, or uses or opens what exists already.

    ``deed`` says what it does, after "this"; ``gives`` tells the values that do it, given the names
    of all services. An empty value does nothing: it asks whoever deploys.
    """

    def __init__(
        self, deed: str, *, gives: Callable[[object, Container[str]], bool] | None = None
    ) -> None:
        self.deed = deed
        self._gives = gives

    def gives(self, value: object, services: Container[str]) -> bool:
        """Tell whether a value does what only whoever deploys may do."""
        return self._gives(value, services) if self._gives else says_something(value)


class Choice:
    """Any author may say this: it is about what the stack makes; ``deed`` says what it does."""

    def __init__(self, deed: str) -> None:
        self.deed = deed


def says_something(value: object) -> bool:
    """Tell whether a value is more than absent, empty, or a list of what is empty."""
    return any(map(bool, value)) if isinstance(value, tuple) else bool(value)


class Mark(Enum):
    """A mark whose name says it all."""

    DISTINCT = auto()
    """No two items of the list may be equal."""
    NULLABLE = auto()
    """The value may be left empty."""
    REPLACE = auto()
    """A later file's value replaces the earlier one, even if it is of another kind."""
    SAME_DRIVER = auto()
    """A later file's mapping is merged unless it names another driver: then it replaces."""
    PATH = auto()
    """A path of the machine that runs Docker Compose."""
    CONTEXT = auto()
    """As ``PATH``, unless it is a URL or names another build context."""
    FOLDED = auto()
    """Written as a mapping it is true, and what the mapping holds moves to beside it."""
    SOURCE = auto()
    """As ``PATH``, if the mapping around it is of the type ``bind``."""
