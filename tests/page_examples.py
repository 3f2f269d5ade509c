"""The examples of a page, run in order as a reader would, each held against what the page says.

A page is read from top to bottom, in one folder:

- a block below a line that ends with the name of a file and a colon, such as ``compose.yaml``, is
  that file;
- any other YAML that is a Compose file is converted; the block after it may have its findings, and
  it has every error;
- YAML that is not a Compose file is an excerpt of a template made before, line by line; ``# …``
  stands for what is left out;
- ``sh`` is run in a shell that stops at the first command that fails, and ``python`` in this
  process, with its tests; a block without a language after it is part of what was printed.
"""

import re
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout, suppress
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from compose2cfn import ComposeError, Memory, Severity, convert
from tests.cases.case import FINDING
from tests.places import ROOT
from tests.wire import shell

PAGES = [
    ROOT / "docs" / name
    for name in (
        "what-is-made.md",
        "environments.md",
        "side-by-side.md",
        "moving-from-the-plugin.md",
        "troubleshooting.md",
        "overlay.md",
        "embedding.md",
        "golden-files.md",
    )
]
"""Pages that are followed as a whole, from their first example to their last."""

_FENCE = re.compile(r"(?ms)^( *)```(\w*)\n(.*?)^ *```$")
_NAME = re.compile(r"`([\w./-]*\.(?:env|json|py|txt|yaml))`:\s*\Z")
_COMPOSE = re.compile(r"(?m)^(services|name|include):")
_CALL = re.compile(r"(?m)^(\w+=\$\()?aws ")
_LEFT_OUT = re.compile(r"(?m)^ *# …\n")


class Block(NamedTuple):
    """An example: what it is written in, its text, and the name of the file that it is, if any."""

    language: str
    text: str
    name: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    """List the examples of a page."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        named = _NAME.search(text[: found.start()])
        line = text.count("\n", 0, found.start()) + 1
        example = re.sub(f"(?m)^{found[1]}", "", found[3])
        yield Block(found[2], example, named[1] if named else "", line)


class Reader:
    """Who follows a page in a folder, and remembers what was made and printed last."""

    def __init__(self, folder: Path, address: str = "") -> None:
        """Begin in an empty folder; without the address of an account, leave out what calls AWS."""
        self.folder = folder
        self.address = address
        self.templates: list[str] = []
        self.printed = ""
        self.skipped = False
        """Whether the commands before were left out."""
        self.unsaid: list[str] = []
        """Errors that the next block must have."""

    def follow(self, block: Block) -> None:
        """Do what an example says."""
        if self.unsaid:
            assert (block.language, block.text.splitlines()) == ("", self.unsaid)
        self.skipped = self.skipped and block.language == ""
        match block:
            case Block(name=name) if name:
                file = self.folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.text, encoding="utf-8")
            case Block(language="yaml"):
                self._read_yaml(block.text)
            case Block(language="sh"):
                self._run(block.text)
            case Block(language="python"):
                self.printed = self._python(block.text)
                self._look()
            case Block(language=""):
                self._compare(block.text)
            case _:
                assert block.language in {"json", "toml"}, block.language

    def _read_yaml(self, text: str) -> None:
        if not _COMPOSE.search(text):
            assert any(_has(template, text) for template in self.templates), text
            return
        try:
            result = convert("compose.yaml", files=Memory({"compose.yaml": text}))
        except ComposeError as error:
            found = error.diagnostics
        else:
            found = result.diagnostics
            self.templates.append(result.to_yaml())
        self.printed = "".join(f"{each}\n" for each in found)
        self.unsaid = [str(each) for each in found if each.severity is Severity.ERROR]

    def _look(self) -> None:
        """Remember the template if a program made one."""
        made = self.folder / "template.yaml"
        if made.exists():
            self.templates.append(made.read_text(encoding="utf-8"))

    def _compare(self, text: str) -> None:
        if self.skipped:
            return
        lines = iter(self.printed.splitlines())
        assert [line for line in text.splitlines() if line not in lines] == [], self.printed
        self.unsaid = []

    def _run(self, script: str) -> None:
        if not self.address and _CALL.search(script):
            self.printed = ""
            self.skipped = True
            return
        self.printed = shell(script, self.folder, self.address)
        self._look()

    def _python(self, code: str) -> str:
        compiled = compile(code, "example", "exec")
        if "aws_cdk" in code and find_spec("aws_cdk") is None:
            return ""  # the AWS CDK is not among what tests need: it brings a runtime of its own
        names: dict[str, object] = {"__name__": "__main__"}
        with chdir(self.folder), redirect_stdout(StringIO()) as printed:
            exec(compiled, names)  # noqa: S102  the page is ours
            for name, test in names.items():
                if name.startswith("test_") and callable(test):
                    test()
        return printed.getvalue()


def applications(page: Path) -> Iterator[str]:
    """List the Compose files of a page that convert by themselves."""
    for block in blocks(page):
        if block.language == "yaml" and not block.name and _COMPOSE.search(block.text):
            with suppress(ComposeError):
                convert("compose.yaml", files=Memory({"compose.yaml": block.text}))
                yield block.text


def calls_aws(page: Path) -> bool:
    """Say whether commands of a page call AWS."""
    return any(block.language == "sh" and _CALL.search(block.text) for block in blocks(page))


def _has(template: str, excerpt: str) -> bool:
    """Say whether a template has the pieces of an excerpt, in their order."""
    template, end = f"\n{template}", 0
    for piece in _LEFT_OUT.split(excerpt):
        start = template.find(f"\n{piece}", end)
        if start < 0:
            return False
        end = start + len(piece)
    return True


def findings(page: Path) -> list[str]:
    """List the lines of a page that are findings."""
    return list(filter(FINDING.fullmatch, page.read_text(encoding="utf-8").splitlines()))
