"""Read the values of a template as patterns of IAM: what is known, and ``*`` for what is not.

A sign that a template itself has in a name is not a wildcard: IAM reads ``${*}`` as that sign.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator, Mapping

from compose2cfn.policy.reach import ANY

_PLACE = re.compile(r"\$\{(!?)([^}]*)\}")


def members(value: object) -> Mapping[str, object]:
    """Return what a mapping of a template has; nothing if it is something else."""
    return {str(name): each for name, each in value.items()} if isinstance(value, dict) else {}


def entries(value: object) -> list[object]:
    """Return the entries of a list; what is not a list is its own entry."""
    return value if isinstance(value, list) else [value]


def pattern(value: object, known: Mapping[str, str]) -> str:
    """Write a pattern that a value matches; ``known`` has parameters and pseudo parameters."""
    match value:
        case str() | int() | float():
            return literal(str(value))
        case {"Ref": str(name)}:
            return known.get(name, ANY)
        case {"Fn::Sub": str(text)}:
            return _substituted(text, known)
        case {"Fn::Sub": [str(text), dict(own)]}:
            mine = {str(name): pattern(each, known) for name, each in own.items()}
            return _substituted(text, {**known, **mine})
        case {"Fn::Join": [str(separator), list(parts)]}:
            return _narrowed(literal(separator).join(pattern(part, known) for part in parts))
    return ANY


def literal(text: str) -> str:
    """Write a text so that it matches itself, and nothing else."""
    return re.sub(r"[*?$]", r"${\g<0>}", text)


def _substituted(text: str, known: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for found in _PLACE.finditer(text):
        written, name = found.groups()
        parts.append(literal(text[end : found.start()]))
        parts.append(literal(f"${{{name}}}") if written else known.get(name, ANY))
        end = found.end()
    return _narrowed("".join([*parts, literal(text[end:])]))


def _narrowed(text: str) -> str:
    return re.sub(r"\*{2,}", ANY, text)


def alternatives(value: object) -> Iterator[object]:
    """List what a value may be: both sides of a condition."""
    match value:
        case {"Fn::If": [_, one, other]}:
            yield from alternatives(one)
            yield from alternatives(other)
        case {"Ref": "AWS::NoValue"}:
            return
        case _:
            yield value


def values_at(value: object, path: str) -> Iterator[object]:
    """List what is at a path, ``A.B``.

    It may be in the entries of lists, and on both sides of conditions. A step ``**`` goes as far
    down as there is something.
    """
    first, _, rest = path.partition(".")
    for each in alternatives(value):
        for entry in entries(each):
            if not path:
                yield from alternatives(entry)
            elif first == "**":
                yield from values_at(entry, rest)
                for below in members(entry).values():
                    yield from values_at(below, path)
            elif first in members(entry):
                yield from values_at(members(entry)[first], rest)
