"""Put the values of variables into a tree, as Docker Compose does: in values, never in keys."""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import Diagnostic, Location, Severity
from compose2cfn.source.nodes import Broken, Leaf, Node, Sequence, Table

DEEPEST_SUBSTITUTION = 50
"""How deep defaults may nest."""

_NAME = re.compile(r"[A-Za-z_\u017f\u212a][A-Za-z0-9_\u017f\u212a]*")
"""To Go, the two odd letters are capitals of s and k."""
_OPERATOR = re.compile(r":?[-+?]")


class Missing(ValueError):
    """A required variable is not set; holds its name and the message in the text as written."""


class MalformedSubstitution(ValueError):
    """A substitution is malformed; holds what to write."""


class Expansion:
    """Expand the substitutions of texts.

    ``filled`` tells whether there were any, and ``unset`` collects the variables without a value.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.filled = False
        self.unset: dict[str, None] = {}

    def expand(self, text: str, depth: int = 0) -> str:
        """Put in the values; raises `Missing` and `MalformedSubstitution`.

        ``$$`` is a dollar sign, and so is ``$`` before anything but a name or a brace.
        """
        out, rest = [], text
        while "$" in rest:
            before, _, rest = rest.partition("$")
            out.append(before)
            if rest.startswith("$"):
                out.append("$")
                rest = rest[1:]
            elif rest.startswith("{"):
                inside, rest = _braced(rest)
                out.append(self._substitute(inside, depth))
            elif found := _NAME.match(rest):
                out.append(self._value(found[0]))
                rest = rest[found.end() :]
            else:
                out.append("$")
        return "".join([*out, rest])

    def _value(self, name: str) -> str:
        self.filled = True
        if name not in self.variables:
            self.unset[name] = None
        return self.variables.get(name, "")

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
                return str(value) if there else self.expand(other, depth + 1)
            case "+":
                return self.expand(other, depth + 1) if there else ""
            case _ if there:
                return str(value)
        self.expand(other, depth + 1)  # which may be malformed
        reason = f": {other}" if other else ""
        message = (
            f"the variable {name[0]!r} is not set{reason}; set it in the environment or in .env"
        )
        raise Missing(message)


def _braced(rest: str) -> tuple[str, str]:
    """Split at the brace that closes the one at the start, in the same line.

    That is the one where all pairs of braces are closed, else the last.
    """
    line = rest.partition("\n")[0]
    depth = at = 0
    while at < len(line):
        if line[at] == "{":
            depth += 1
            at += 1
        elif line[at] == "}":
            depth -= 1
            if depth == 0:
                break
        at += 1
    else:
        at = line.rfind("}")
    if at < 0:
        message = "a closing brace is missing on this line; for a dollar sign, write $$"
        raise MalformedSubstitution(message)
    return rest[1:at], rest[at + 1 :]


def _mend(inside: str) -> str:
    if "::" in inside:
        return (
            f"for CloudFormation, write $${{{inside}}}; Compose reads a single dollar sign itself"
        )
    text = f"${{{inside}}}"
    forms = "${NAME} or ${NAME:-default}, or $$ for a dollar sign"
    return f"{text} is not a valid substitution; write {forms}"


def interpolate(node: Node, variables: Mapping[str, str]) -> tuple[Node, list[Diagnostic]]:
    """Put the values of variables into every value of a tree.

    A variable that is not set is a warning, once; where it is the whole value of an ``x-aws-*``
    key, it is only an info: an empty value asks for a template parameter.
    """
    walk = _Walk(variables)
    return walk.node(node, aws=False), walk.faults


class _Walk:
    """The way through a tree, and what was found on it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
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
        expansion = Expansion(self.variables)
        try:
            value = expansion.expand(text)
        except Missing as error:
            return self._broken("required-variable", error, node.at)
        except MalformedSubstitution as error:
            return self._broken("interpolation-syntax", error, node.at)
        for name in expansion.unset:
            self._tell(name, node.at, quiet=aws and text in {f"${name}", f"${{{name}}}"})
        return node._replace(value=value, filled=expansion.filled)

    def _broken(self, code: str, error: ValueError, at: Location) -> Node:
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
            Diagnostic(code="variable-unset", message=message, severity=severity, at=at)
        )
