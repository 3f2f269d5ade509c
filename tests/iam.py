"""A small evaluator of IAM: whether policies allow a request.

As IAM does it for a role's own policies, as far as ours go: nothing is denied, and a statement
allows a request if its actions, its resources and all of its conditions match.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Document = Mapping[str, Any]


class Request(NamedTuple):
    """What someone asks of AWS."""

    action: str
    resource: str = "*"
    """An ARN; ``*`` where an action is about no resource."""
    context: Mapping[str, str] = {}


def allows(documents: Iterable[Document], request: Request) -> bool:
    """Tell whether a statement of one of the documents allows a request."""
    return any(
        _matches(statement, request)
        for document in documents
        for statement in document["Statement"]
    )


def _matches(statement: Mapping[str, Any], request: Request) -> bool:
    assert statement["Effect"] == "Allow"
    assert set(statement) <= {"Effect", "Action", "Resource", "Condition"}
    actions = (each.lower() for each in _listed(statement["Action"]))
    return (
        any(_like(request.action.lower(), each) for each in actions)
        and any(_like(request.resource, each) for each in _listed(statement["Resource"]))
        and all(
            _OPERATORS[operator](request.context.get(key), _listed(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _like(text: str, pattern: str) -> bool:
    """Match ``*`` and ``?``, which go across slashes and colons; ``${*}`` is the sign itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    wild = "".join(
        _WILD.get(part, re.escape(part[2] if part.startswith("${") else part))
        for part in re.split(r"(\$\{[*?$]\}|[*?])", pattern)
    )
    return re.fullmatch(wild, text, re.DOTALL) is not None


_WILD = {"*": ".*", "?": "."}


def _equals(found: str | None, wanted: list[str]) -> bool:
    return found in wanted


def _is_like(found: str | None, wanted: list[str]) -> bool:
    return found is not None and any(_like(found, each) for each in wanted)


def _arn_like(found: str | None, wanted: list[str]) -> bool:
    """Compare each of the six parts of ARNs for itself."""
    return found is not None and any(
        len(_parts(each)) == len(_parts(found))
        and all(_like(one, other) for one, other in zip(_parts(found), _parts(each), strict=True))
        for each in wanted
    )


def _parts(arn: str) -> list[str]:
    return arn.split(":", 5)


_OPERATORS: Mapping[str, Callable[[str | None, list[str]], bool]] = {
    "ArnLike": _arn_like,
    "StringEquals": _equals,
    "StringLike": _is_like,
}
