"""Mend what Docker Compose reads and libyaml does not: some anchors, and some texts in lists."""

import re
from collections import Counter
from collections.abc import Callable, Container

import yaml

from compose2cfn.limits import MOST_MENDED

_ANCHOR = r"(?:(?![:,\[\]{}])[!-~])+"
_ODD_ANCHOR = r"(?a)(?<=[\s\[{,][&*])[\w-]*[.+=@%~/^<>;$()][\w.+=@%~/^<>;$()-]*(?=[\s,\]}])"
"""An anchor or alias with signs in its name, or a text that looks like one."""
_NUMBERED = r"(?<=[&*])[0-9_]+"
_ANCHORED = {"while scanning an anchor", "while scanning an alias"}
_COLON_FIRST = r""":[^\s,\[\]{}'"#?]*[^\s,\[\]{}'"#?:]"""


class Mender:
    """Rewrite what libyaml cannot read although Docker Compose can.

    That is anchors with signs in their names, and texts in square brackets that start with a colon.
    """

    def __init__(self) -> None:
        self._left = MOST_MENDED
        self._names: dict[str, str] = {}
        self._odd: dict[str, str] = {}
        """The names that were replaced, by those that replace them."""
        self._counts: Counter[int] = Counter()

    def mend(self, text: str, error: yaml.YAMLError, *, listing: bool) -> str | None:
        """Mend the text where libyaml gave up, in a list or not; None if nothing can be done."""
        match error:
            case yaml.MarkedYAMLError(context=str(context), context_mark=mark) if (
                mark and context in _ANCHORED
            ):
                if not self._names and (renamed := self._rename_all(text)) != text:
                    return renamed
                found = re.compile(_ANCHOR).match(text, mark.index + 1)
                new = self._rename(found[0], {*re.findall(_NUMBERED, text)}) if found else None
            case yaml.MarkedYAMLError(problem=str(problem), problem_mark=mark) if (
                mark and listing and "node content" in problem
            ):
                found = re.compile(_COLON_FIRST).match(text, mark.index)
                new = f"'{found[0]}'" if found else None
            case _:
                return None
        self._left -= 1
        if not found or not new or self._left < 0:
            return None
        return text[: found.start()] + new + text[found.end() :]

    @property
    def restore(self) -> Callable[[str], str] | None:
        """Put names back into a text, in which what looks like an anchor is a plain word."""
        return self._restored if self._odd else None

    def _restored(self, text: str) -> str:
        return re.sub(_NUMBERED, lambda found: self._odd.get(found[0], found[0]), text)

    def _rename_all(self, text: str) -> str:
        """Rename what may be an anchor, everywhere; `restore` is for what is not one."""
        taken = {*re.findall(_NUMBERED, text)}
        return re.sub(_ODD_ANCHOR, lambda found: self._rename(found[0], taken) or found[0], text)

    def _rename(self, name: str, taken: Container[str]) -> str | None:
        """Give an anchor a name of the same length that the text does not have."""
        if name in self._odd:
            return None  # it has been mended already, to no avail
        if name not in self._names:
            size = len(name)
            while (new := f"{self._counts[size]:_>{size}}") in taken:
                self._counts[size] += 1
            if len(new) > size:
                return None
            self._counts[size] += 1
            self._names[name], self._odd[new] = new, name
        return self._names[name]
