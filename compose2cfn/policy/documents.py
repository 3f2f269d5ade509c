"""Statements of IAM, put together into documents that are not too long."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

LARGEST_POLICY = 6_144
"""Characters that a managed policy may have; white space does not count.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

LONGEST_ARN = 2_048
"""Characters that an ARN may have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

_VERSION = "2012-10-17"

Condition = Mapping[str, Mapping[str, object]]
"""By operator and by key, what a request must have."""


class Permission(NamedTuple):
    """Actions that are allowed on resources, under a condition."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition

    def to_dict(self) -> Mapping[str, object]:
        """Write it as a statement."""
        said: dict[str, object] = {
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }
        return {**said, "Condition": self.condition} if self.condition else said

    def halves(self) -> "list[Permission]":
        """Write it as two: each has half of the resources, or of the actions, or of a condition.

        What is longest is halved, which makes the fewest documents. It is in one piece if it has
        only one of each.
        """
        ways = [
            (len("".join(entries)), key, entries)
            for key, entries in self._lists()
            if len(entries) > 1
        ]
        if not ways:
            return []
        _, key, entries = max(ways)
        return [self._with(key, half) for half in _halves(entries)]

    def _lists(self) -> "Iterator[tuple[tuple[str, ...], tuple[str, ...]]]":
        """List what can be halved, by how `_with` finds it."""
        yield ("resources",), self.resources
        yield ("actions",), self.actions
        for operator, keys in self.condition.items():
            for name, wanted in keys.items():
                if isinstance(wanted, list):
                    yield ("condition", operator, name), tuple(wanted)

    def _with(self, key: tuple[str, ...], entries: tuple[str, ...]) -> "Permission":
        match key:
            case ("resources",):
                return self._replace(resources=entries)
            case ("condition", operator, name):
                keys = {**self.condition[operator], name: [*entries]}
                return self._replace(condition={**self.condition, operator: keys})
        return self._replace(actions=entries)


def _halves(entries: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    middle = len(entries) // 2
    return entries[:middle], entries[middle:]


class Permissions:
    """Permissions that are collected one by one; those of one resource become one statement."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[str, ...], str], set[str]] = {}

    def allow(
        self, actions: Iterable[str], resources: Iterable[str], condition: Condition | None = None
    ) -> None:
        """Allow actions on resources; none if these, or what a condition lists, cannot be."""
        found = possible(resources)
        wanted = [each for keys in (condition or {}).values() for each in keys.values()]
        if found and [] not in wanted:
            key = (tuple(found), json.dumps(condition or {}, sort_keys=True))
            self._found.setdefault(key, set()).update(actions)

    def documents(self, largest: int = LARGEST_POLICY) -> tuple[Mapping[str, object], ...]:
        """Write as few documents as it takes, each with as many statements as fit."""
        documents: list[list[Mapping[str, object]]] = []
        for each in self._fitting(largest):
            statement = each.to_dict()
            if not documents or _size([*documents[-1], statement]) > largest:
                documents.append([])
            documents[-1].append(statement)
        return tuple(_document(statements) for statements in documents)

    def _fitting(self, largest: int) -> Iterator[Permission]:
        """List the permissions in order, none of them too long for a document."""
        for (resources, condition), actions in sorted(self._found.items()):
            waiting = [Permission(_ordered(actions), resources, json.loads(condition))]
            while waiting:
                each = waiting.pop(0)
                parts = each.halves() if _size([each.to_dict()]) > largest else []
                waiting[:0] = parts
                if not parts:
                    yield each


def possible(arns: Iterable[str]) -> list[str]:
    """Sort ARNs, each once, without those that are too long to be one."""
    return sorted({each for each in arns if len(json.dumps(each)) <= LONGEST_ARN})


def _ordered(actions: set[str]) -> tuple[str, ...]:
    """Sort actions; those that one with ``*`` covers go without saying."""
    starts = tuple(each.removesuffix("*") for each in actions if each.endswith("*"))
    return tuple(
        sorted(each for each in actions if each.endswith("*") or not each.startswith(starts))
    )


def _document(statements: Iterable[Mapping[str, object]]) -> Mapping[str, object]:
    return {"Version": _VERSION, "Statement": list(statements)}


def _size(statements: Iterable[Mapping[str, object]]) -> int:
    return len(json.dumps(_document(statements), separators=(",", ":")))
