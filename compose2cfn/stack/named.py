"""Find what names the entries of a list."""

from collections.abc import Hashable, Mapping, Sequence

from compose2cfn.model.functions import Function

IDENTITIES = (
    ("Name",),
    ("Key",),
    ("Id",),
    ("Sid",),
    ("ContainerName", "ContainerPort"),
    ("ContainerName",),
    ("ContainerPort",),
    ("ContainerPath",),
    ("PolicyName",),
    ("CapacityProvider",),
    ("Namespace",),
    ("Hostname",),
)
"""What names the entries of a list: the first key that all entries have, each another value."""
NO_VALUE = {"Ref": "AWS::NoValue"}
"""What stands for nothing at all."""


UNIQUE = frozenset(("Name", "Key", "Id", "Sid", "PolicyName"))
"""The keys that are names alone: no two entries of a list have the same."""


def naming_keys(*lists: Sequence[object]) -> tuple[str, ...]:
    """Find the keys that name the entries of lists, if any do."""
    for keys in IDENTITIES:
        names = [[entry_name(item, keys) for item in entries] for entries in lists]
        if all(None not in some and len(set(some)) == len(some) for some in names):
            return keys
    return ()


def entry_name(item: object, keys: tuple[str, ...]) -> Hashable:
    """Return the name of an entry, if these keys have one.

    An entry that depends on a condition has the name that is the same in both cases.
    """
    match item:
        case Function():
            names = {entry_name(case, keys) for case in cases(item)}
            return names.pop() if len(names) == 1 else None
        case Mapping():
            values = tuple(item.get(key) for key in keys)
            return values if all(isinstance(value, str | int) for value in values) else None
    return None


def cases(value: Function) -> list[object]:
    """List what a function of a condition may become; other functions become anything."""
    match value:
        case {"Fn::If": [_, *values]}:
            return [each for each in values if each != NO_VALUE]
    return []
