"""Put the values of variables into a tree, as Docker Compose does: in values, never in keys."""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import Diagnostic, Location, Severity
from compose2cfn.limits import DEEPEST_SUBSTITUTION
from compose2cfn.source.budget import Budget, TooLarge
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table

_NAME = re.compile(r"[A-Za-z_\u017f\u212a][A-Za-z0-9_\u017f\u212a]*")
"""To Go, the two odd letters are capitals of s and k."""
_BRACE = re.compile("[{}]")
_OPERATOR = re.compile(r":?[-+?]")


class Missing(ValueError):
    """A required variable is not set; holds its name and the message in the text as written."""


class MalformedSubstitution(ValueError):
    """A substitution is malformed; holds what to write."""


class Expansion:
    """Expand the substitutions of texts.

    ``filled`` tells whether there were any, ``put`` collects the variables whose values were put
    in, and ``unset`` those without a value.

    What is put in is paid for from a budget before it is put in.
    """

    def __init__(self, variables: Mapping[str, str], budget: Budget) -> None:
        self.variables = variables
        self.filled = False
        self.put: dict[str, str] = {}
        self.unset: dict[str, None] = {}
        self._budget = budget

    def expand(self, text: str, depth: int = 0) -> str:
        """Put in the values; raises `Missing`, `MalformedSubstitution` and `TooLarge`.

        ``$$`` is a dollar sign, and so is ``$`` before anything but a name or a brace.
        """
        out: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            out.append(text[at:dollar])
            value, at = self._next(text, dollar + 1, depth)
            out.append(value)
        return "".join([*out, text[at:]])

    def _next(self, text: str, at: int, depth: int) -> tuple[str, int]:
        """Return what stands for a dollar sign and what follows it, and where that ends."""
        if text.startswith("$", at):
            return "$", at + 1
        if text.startswith("{", at):
            end = _closing(text, at)
            return self._substitute(text[at + 1 : end], depth), end + 1
        if found := _NAME.match(text, at):
            return self._value(found[0]), found.end()
        return "$", at

    def _value(self, name: str) -> str:
        self.filled = True
        value = self.variables.get(name)
        if value is None:
            self.unset[name] = None
            return ""
        self._budget.spend(len(value))
        self.put[name] = value
        return value

    def _substitute(self, inside: str, depth: int) -> str:
        """Return the value of what is between braces."""
        self.filled = True
        name = _NAME.match(inside)
        operator = _OPERATOR.match(inside, name.end()) if name else None
        if not name or (name.end() < len(inside) and not operator) or depth > DEEPEST_SUBSTITUTION:
            raise MalformedSubstitution(_mend(inside))
        if not operator:
            return self._value(name[0])
        other = inside[operator.end() :]
        value = self.variables.get(name[0])
        there = bool(value) if operator[0].startswith(":") else value is not None
        match operator[0][-1]:
            case "-":
                return self._value(name[0]) if there else self.expand(other, depth + 1)
            case "+":
                return self.expand(other, depth + 1) if there else ""
            case _ if there:
                return self._value(name[0])
        self.expand(other, depth + 1)  # which may be malformed
        reason = f": {other}" if other else ""
        message = (
            f"the variable {name[0]!r} is not set{reason}; set it in the environment or in .env"
        )
        raise Missing(message)


def _closing(text: str, start: int) -> int:
    """Find the brace that closes the one at ``start``, in the same line.

    That is the one where all pairs of braces are closed, else the last.
    """
    end = text.find("\n", start)
    depth, last = 0, -1
    for brace in _BRACE.finditer(text, start, len(text) if end < 0 else end):
        depth += 1 if brace[0] == "{" else -1
        if brace[0] == "}":
            last = brace.start()
        if depth == 0:
            break
    if last < 0:
        message = "a closing brace is missing on this line; for a dollar sign, write $$"
        raise MalformedSubstitution(message)
    return last


def _mend(inside: str) -> str:
    if "::" in inside:
        return (
            f"for CloudFormation, write $${{{inside}}}; Compose reads a single dollar sign itself"
        )
    text = f"${{{inside}}}"
    forms = "${NAME} or ${NAME:-default}, or $$ for a dollar sign"
    return f"{text} is not a valid substitution; write {forms}"


def interpolate(
    node: Node, variables: Mapping[str, str], budget: Budget
) -> tuple[Node, list[Diagnostic]]:
    """Put the values of variables into every value of a tree.

    A variable that is not set is a warning, once; where it is the whole value of an ``x-aws-*``
    key, it is only an info: an empty value asks for a template parameter.
    """
    walk = _Walk(variables, budget)
    return walk.node(node, aws=False), walk.faults


class _Walk:
    """The way through a tree, and what was found on it."""

    def __init__(self, variables: Mapping[str, str], budget: Budget) -> None:
        self.variables = variables
        self.budget = budget
        self.faults: list[Diagnostic] = []
        self.told: set[str] = set()

    def node(self, node: Node, *, aws: bool) -> Node:
        """Walk a tree; parts without a substitution stay as they are."""
        match node:
            case Leaf(str() as text) if "$" in text:
                return self._leaf(node, text, aws=aws)
            case Sequence():
                items = tuple([self.node(item, aws=aws) for item in node.items])
                return node if items == node.items else node._replace(items=items)
            case Table():
                entries = {
                    key: self.node(item, aws=aws or key.startswith("x-aws-"))
                    for key, item in node.items.items()
                }
                return node if entries == node.items else node._replace(items=entries)
        return node

    def _leaf(self, node: Leaf, text: str, *, aws: bool) -> Node:
        expansion = Expansion(self.variables, self.budget)
        try:
            value = expansion.expand(text)
        except Missing as error:
            return self._broken("required-variable", error, node.at)
        except MalformedSubstitution as error:
            return self._broken("interpolation-syntax", error, node.at)
        except TooLarge as error:
            return self._broken("input-limit", error, node.at)
        for name in expansion.unset:
            self._tell(name, node.at, quiet=aws and text in {f"${name}", f"${{{name}}}"})
        put = tuple(expansion.put.items())
        return node._replace(value=value, filled=expansion.filled, variables=put)

    def _broken(self, code: str, error: Exception, at: Location) -> Node:
        self.faults.append(Diagnostic(code=code, message=str(error), at=at))
        return Broken(at)

    def _tell(self, name: str, at: Location, *, quiet: bool) -> None:
        if name in self.told:
            return
        self.told.add(name)
        if quiet:
            message, severity = (
                f"the variable {name!r} is not set; the value becomes a template parameter",
                Severity.INFO,
            )
        else:
            message, severity = (
                f"the variable {name!r} is not set and counts as empty; set it, or write a default",
                Severity.WARNING,
            )
        self.faults.append(
            Diagnostic(
                code="variable-unset",
                message=message,
                severity=severity,
                at=at,
                subject=repr(name),
            )
        )
