"""docs/refusals.md says of every rule what a file gets, and the fixtures show it."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8")
ROWS = re.findall(r"\| `(pf-[a-z0-9-]+)` \| `([a-z0-9-]+)` \(\[([\w/-]+)\]\(([^)]+)\)\)", TEXT)


def test_there_are_rows() -> None:
    assert ROWS


def test_fixtures_show_what_is_said() -> None:
    missing = [
        (rule, code, case)
        for rule, code, case, link in ROWS
        if link != f"../fixtures/{case}/diagnostics.txt"
        or f"[{code}]" not in (ROOT / "docs" / link).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_rule_is_there_once() -> None:
    rules = re.findall(r"`(pf-[a-z0-9-]+)`", TEXT)
    assert len(rules) == len(set(rules))
