"""fixtures/digests.txt: a digest of each whole template, so that no change of one hides.

A golden file may show a part of its template; the digest is of all of it. One line a case, sorted:
its name, and the SHA-256 of what ``compose2cfn`` prints for it.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from tests.cases.case import FIXTURES, Case

FILE = FIXTURES / "digests.txt"
LINE = re.compile(r"^(\S+) ([0-9a-f]{64})$", re.MULTILINE)


def digest(case: Case) -> str:
    """Return the digest of a case's template."""
    return sha256(case.template.encode()).hexdigest()


def read() -> dict[str, str]:
    """Return the digests that are stored, by case."""
    return dict(LINE.findall(FILE.read_text(encoding="utf-8")))


def update(cases: Iterable[Case]) -> None:
    """Write the digests of all cases that have a template."""
    lines = sorted(f"{case} {digest(case)}\n" for case in cases if case.outcome.result)
    FILE.write_text("".join(lines), encoding="utf-8")
