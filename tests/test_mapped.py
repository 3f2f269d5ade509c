"""Each key that is said to be mapped changes what some fixture becomes.

Every fixture is taken as it is written, and spelled out as Docker Compose prints it. From these one
key at a time is taken away: the template must differ, or what is said of it.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
import yaml

from compose2cfn import ComposeError, emit
from compose2cfn.model.keys import keys, matches, steps
from tests.cases import CASES, Case
from tests.test_mutations import Loader, Path, at, paths
from tests.test_support import fates

Tree = Any


@dataclass(frozen=True)
class Document:
    """One file with all of a case."""

    case: Case
    tree: Tree

    @cached_property
    def outcome(self) -> object:
        """What becomes of it as it is."""
        return self.convert(self.tree)

    @cached_property
    def places(self) -> list[Path]:
        """The places of its keys."""
        return [path for path in paths(self.tree) if isinstance(path[-1], str)]

    def convert(self, tree: Tree) -> object:
        """Return the template, and what is said of it, but for lines and columns."""
        text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)
        try:
            result = emit(self.case.load_instead(text))
        except ComposeError as error:
            return [(one.path, str(one.severity), one.message) for one in error.diagnostics]
        found = [(one.path, str(one.severity), one.message) for one in result.diagnostics]
        return result.to_dict(), found

    def matters(self, path: Path) -> bool:
        """Tell whether it makes a difference that a key is there."""
        tree = deepcopy(self.tree)
        *above, key = path
        del at(tree, tuple(above))[key]
        return self.convert(tree) != self.outcome


def documents() -> Iterator[Document]:
    """Make the documents of every case."""
    for case in CASES:
        if case.compose is not None:
            yield Document(case, yaml.load(case.compose, Loader))  # noqa: S506
        try:
            app = case.load()
        except ComposeError:
            continue
        yield Document(case, app.to_compose(extensions=True))


WHOLE = "services.*.build"
"""What matters as a whole: that there is one. What is in it is for the step that builds images."""


def mapped() -> Iterator[str]:
    """List the keys that something reads."""
    yield WHOLE
    for key in keys():
        if max(fates(key))[1] == "mapped" and not key.startswith(f"{WHOLE}."):
            yield key


@pytest.mark.slow
def test_every_mapped_key_changes_something() -> None:
    waiting = {key: steps(key) for key in mapped()}
    for document in documents():
        for path in document.places:
            for key, pattern in waiting.items():
                if matches(pattern, path) and document.matters(path):
                    del waiting[key]
                    break
    assert sorted(waiting) == []
