"""Say in plain words what a model does not accept."""

from pydantic_core import ErrorDetails

from compose2cfn.diagnostics import Diagnostic, Steps, listed, most_alike
from compose2cfn.model.keys import keys_beside
from compose2cfn.model.scalars import VALUE
from compose2cfn.model.wanted import wanted
from compose2cfn.source.masks import TreeMasks
from compose2cfn.source.nodes import Node
from compose2cfn.source.places import nearest

_NO_SUCH_KEY = "there is no such key"
_FEW = 12
"""So many keys a message lists."""


def model_fault(details: ErrorDetails, root: Node, *, hint: bool) -> Diagnostic:
    """Say in our words what Pydantic found; ``hint`` looks for what was meant, which is slow."""
    path = tuple(step for step in details["loc"] if step != "[key]")
    kind, context = details["type"], details.get("ctx", {})
    at = nearest(root, path)
    match kind:
        case "extra_forbidden":
            message = unknown_key(path, hint=hint)
            return Diagnostic(code="unknown-key", message=message, path=path, at=at)
        case "missing":
            message = f"needs the key {path[-1]}"
            return Diagnostic(code="missing-key", message=message, path=path[:-1], at=at)
        case "literal_error":
            words = str(context["expected"]).replace("'", "")
            message = (
                f"{_shown(details['input'], root, path)!r} is not a valid value; write {words}"
            )
            return Diagnostic(code="unknown-value", message=message, path=path, at=at)
        case "bad-host":
            name = TreeMasks(root).way((*path, context["name"]))[-1]
            message = f"{name!r} is not a valid host name"
            return Diagnostic(code=kind, message=message, path=path, at=at)
        case "dict_type" | "mapping_type" | "model_type" | "model_attributes_type":
            message = f"must be a mapping{_with_keys(path)}"
            return Diagnostic(code="wrong-type", message=message, path=path, at=at)
        case _ if kind in _WORDS:
            code, message = _WORDS[kind]
            return Diagnostic(code=code, message=message.format(**context), path=path, at=at)
    message = details["msg"].replace(VALUE, repr(_shown(details["input"], root, path)))
    return Diagnostic(code=kind.replace("_", "-"), message=message, path=path, at=at)


def _shown(value: object, root: Node, path: Steps) -> object:
    """Return what a message shows of the value at a path."""
    written = TreeMasks(root).written(path)
    return value if written is None else written


_WORDS = {
    "string_type": ("wrong-type", "must be a text; quote it"),
    "int_type": ("wrong-type", "must be a whole number"),
    "bool_type": ("wrong-type", "must be true or false, without quotes"),
    "tuple_type": ("wrong-type", "must be a list"),
    "greater_than_equal": ("out-of-range", "must be {ge} or more"),
    "less_than_equal": ("out-of-range", "must be {le} or less"),
}


def _with_keys(path: Steps) -> str:
    """Name the keys that a mapping at a path may have, if they are few."""
    known = sorted(keys_beside((*path, "")))
    noun = "key" if len(known) == 1 else "keys"
    return f", with the {noun} {listed(known)}" if 0 < len(known) <= _FEW else ""


def unknown_key(path: Steps, *, hint: bool) -> str:
    """Say that a key is unknown; ``hint`` looks for what was meant, which is slow."""
    if instead := wanted(path):
        return f"{_NO_SUCH_KEY}; {instead}"
    if not hint:
        return _NO_SUCH_KEY
    *above, key = path
    known = keys_beside(path)
    if near := most_alike(str(key), known):
        return f"{_NO_SUCH_KEY}; did you mean {near}?"
    if known and len(known) <= _FEW and any(str(step).startswith("x-aws-") for step in above):
        return f"{_NO_SUCH_KEY}; write {listed(known)}"
    return _NO_SUCH_KEY
