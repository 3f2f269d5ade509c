"""Read the syntax of a Dockerfile: its instructions, their words, and the variables in these.

https://docs.docker.com/reference/dockerfile/
"""

import json
import re
from collections.abc import Iterator, Mapping

from compose2cfn.limits import LONGEST_PUT_IN
from compose2cfn.model.frozen import Record

_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_]{0,99})\2")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^{}$]*))?\}|(.?))")


class Instruction(Record):
    """An instruction, and what follows its word."""

    word: str
    """In capitals."""
    rest: str
    heredoc: bool = False


def unquoted(text: str) -> str:
    """Leave out the quotes around a text."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def words_of(rest: str) -> tuple[dict[str, str], list[str]]:
    """Split a copy into options and paths, of either form."""
    options: dict[str, str] = {}
    rest = rest.strip()
    while rest.startswith("--"):
        option, _, rest = rest.partition(" ")
        name, _, value = option.partition("=")
        options[name] = value
        rest = rest.lstrip()
    if not rest.startswith("["):
        return options, rest.split()
    try:
        listed = json.loads(rest)
    except (ValueError, RecursionError):
        return options, []
    return options, [each for each in listed if isinstance(each, str)]


def expand(text: str, variables: Mapping[str, str]) -> str | None:
    """Put variables into a text; None if one of them is unknown, or the text is too long."""
    found: list[str] = []
    end = size = 0
    for each in _VARIABLE.finditer(text):
        name = each[1] or each[2]
        value = _value(name, each[3], each[4], variables) if name else None
        size += len(value or "")
        if value is None or size > LONGEST_PUT_IN:
            return None
        found += [text[end : each.start()], value]
        end = each.end()
    return "".join(found) + text[end:]


def _value(
    name: str, sign: str | None, word: str | None, variables: Mapping[str, str]
) -> str | None:
    """Give the value of a variable, or what is written for one that has none."""
    value = variables.get(name)
    missing = value is None or (not value and (sign or "").startswith(":"))
    match (sign or "")[-1:]:
        case "-":
            return word if missing else value
        case "+":
            return "" if missing else word
    return value


def instructions(text: str) -> Iterator[Instruction]:
    """List the instructions, with continued lines joined and heredocs passed over."""
    lines = iter(text.removeprefix("\ufeff").splitlines())
    escape = _escape(text)
    for line in lines:
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        parts = []
        while said.endswith(escape):
            parts.append(said[:-1])
            said = next((each for each in map(str.strip, lines) if _counts(each)), "")
        whole = " ".join([*parts, said])
        word, _, rest = whole.partition(" ")
        heredocs = _HEREDOC.findall(rest) if word.upper() in {"ADD", "COPY", "RUN"} else []
        for dash, _, name in heredocs:
            _pass_over(lines, name, tabs=bool(dash))
        yield Instruction(word=word.upper(), rest=rest.strip(), heredoc=bool(heredocs))


def _counts(line: str) -> bool:
    """Tell whether a line continues an instruction: comments and empty lines do not."""
    return bool(line) and not line.startswith("#")


def _escape(text: str) -> str:
    """Find the sign that continues a line: a directive at the top may name another."""
    for line in text.removeprefix("\ufeff").splitlines():
        said = line.strip()
        if not said.startswith("#") or "=" not in said:
            break
        name, _, value = said[1:].partition("=")
        if name.strip().lower() == "escape" and value.strip() == "`":
            return "`"
    return "\\"


def _pass_over(lines: Iterator[str], name: str, *, tabs: bool) -> None:
    """Pass over the text of a heredoc."""
    for line in lines:
        if (line.lstrip("\t") if tabs else line) == name:
            return
