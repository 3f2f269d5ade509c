"""Write what documents have of the code: docs/diagnostics.md, and tables of docs/security.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from os.path import relpath
from pathlib import Path
from textwrap import dedent

from compose2cfn import Severity
from compose2cfn.codes import CHAPTERS
from compose2cfn.codes.explanation import Explanation
from compose2cfn.model.keys import key_fields
from compose2cfn.model.marks import Choice, Right
from compose2cfn.rights import OTHER_RIGHTS
from tests.shown import Shown, examples

DOCS = Path(__file__).parent.parent / "docs"
DIAGNOSTICS = DOCS / "diagnostics.md"
SECURITY = DOCS / "security.md"

Examples = Mapping[tuple[str, Severity], Shown]

_HEAD = """\
# Diagnostics

What a conversion has to say about its input comes as findings, one a line:

```
{finding}
```

| part | what it is |
|---|---|
| `{place}` | the place: file, line and column, both from 1 |
| `{severity}` | how bad it is |
| `{path}` | the path of the value |
| the text | what is wrong, and what to write instead |
| `[{code}]` | the code: what this page is sorted by |

- An **error** keeps the input from being converted: its template would not deploy, or the
  application would behave differently or be exposed. There is no template; the exit status is 1.
- A **warning** says that something is dropped, or changes its meaning. `--strict` makes it fail.
- An **info** tells a decision that is worth knowing.

All findings of a run come out together, sorted by place. Their texts may change with a version,
their codes do not: let programs go by the codes. This one stops two kinds of mistake:

```python
import compose2cfn

found = {{each.code for each in compose2cfn.convert("compose.yaml").diagnostics}}
unwanted = found & {{"secret-in-environment", "volume-writers"}}
if unwanted:
    raise SystemExit(f"not to be deployed: {{unwanted}}")
```

`compose2cfn.codes.CODES` has the texts of this page. The examples are what runs over
[the fixtures](../fixtures) print, and the lines that they point at.

"""


def diagnostics() -> str:
    """Write the page."""
    return "".join(_page(examples()))


def _page(found: Examples) -> Iterator[str]:
    yield _head(found["fargate-size", Severity.ERROR])
    yield "| about | codes |\n|---|---|\n"
    for chapter in CHAPTERS:
        links = ", ".join(f"[{code}](#{code})" for code in chapter.codes)
        yield f"| [{chapter.title}](#{anchor(chapter.title)}) | {links} |\n"
    for chapter in CHAPTERS:
        yield f"\n## {chapter.title}\n"
        for code, explanation in chapter.codes.items():
            yield f"\n### {code}\n\n"
            yield from _explained(
                explanation,
                [found[key] for key in product([code], explanation.severities) if key in found],
            )


def anchor(heading: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    kept = (letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def _head(shown: Shown) -> str:
    """Begin the page; the finding that it explains is a real one."""
    place, severity, path, _ = shown.line.split(": ", 3)
    return _HEAD.format(
        finding=shown.line, place=place, severity=severity, path=path, code=shown.code
    )


def _explained(explanation: Explanation, shown: Iterable[Shown]) -> Iterator[str]:
    severities = explanation.severities
    yield f"**{' or '.join(severities).capitalize()}.** {explanation.cause}\n"
    if len(severities) > 1:
        yield "\n"
        yield from (f"- **{severity}**: {when}\n" for severity, when in severities.items())
    if explanation.unshown:
        yield f"\nNo Compose file alone leads to it: {explanation.unshown}.\n"
    for example in shown:
        yield from _example(example)
    yield f"\n**Why it matters:** {explanation.reason}\n\n"
    yield f"**What to do:** {explanation.cure}\n"
    if explanation.snippet:
        yield from _block(dedent(explanation.snippet).strip("\n"), "yaml")


def _example(shown: Shown) -> Iterator[str]:
    yield f"\nFor example, in [{shown.case}]({relpath(shown.home, DOCS)}):\n"
    if shown.excerpt:
        yield from _block(shown.excerpt, shown.language)
    yield from _block(shown.line)


def _block(text: str, language: str = "") -> Iterator[str]:
    yield f"\n```{language}\n{text}\n```\n"


_TABLE = re.compile(r"(\| key \| what it does \|\n\|---\|---\|\n)(?:\|.*\n)*")


def security(page: str) -> str:
    """Write the tables of rights and of choices into the page on security."""
    kinds: Iterator[type[Choice | Right]] = iter((Right, Choice))
    return _TABLE.sub(lambda head: head[1] + "".join(_marked(next(kinds))), page)


def _marked(kind: type[Choice | Right]) -> Iterator[str]:
    """List what keys with a mark do: each key once, wherever it may be."""
    rows: dict[tuple[str, str], None] = {}
    for pattern, field in key_fields():
        for mark in field.metadata:
            if isinstance(mark, kind):
                key = pattern[pattern.index("x-aws-") :]
                rows[key, mark.deed] = None
    if kind is Right:
        rows |= dict.fromkeys(OTHER_RIGHTS.items())
    yield from (f"| `{key}` | {deed} |\n" for key, deed in sorted(rows))
