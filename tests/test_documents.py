"""What the documents say is true."""

import ast
import re
from contextlib import chdir
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import compose2cfn
from tests.cases import REFUSALS
from tests.cases.case import FINDING
from tests.page_examples import PAGES
from tests.pages import anchor
from tests.places import DEMO, DOCUMENTS, PACKAGE, ROOT
from tests.shown import shown

PUBLIC: list[str] = vars(compose2cfn)["__all__"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_a_heading(document: Path) -> None:
    links = re.findall(r"\]\(([^):#]*\.md)?#([^)]+)\)", document.read_text(encoding="utf-8"))
    pages = {page for page, _ in links}
    headings = {page: anchors(document.parent / page if page else document) for page in pages}
    assert [f"{page}#{name}" for page, name in links if name not in headings[page]] == []


def anchors(document: Path) -> list[str]:
    """List the anchors of a document's headings."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]


@pytest.mark.parametrize(
    "block", re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
)
def test_the_excerpts_of_the_readme_are_real(block: str) -> None:
    sources = [DEMO, *DEMO.parent.glob("*/template.yaml")]
    texts = [source.read_text(encoding="utf-8") for source in sources]
    for piece in block.split("# …\n"):
        assert any(piece in text for text in texts), piece


@pytest.mark.parametrize(
    "document", [each for each in DOCUMENTS if each not in PAGES], ids=lambda path: path.name
)
def test_the_findings_in_the_documents_are_printed(document: Path) -> None:
    findings = set(filter(FINDING.fullmatch, document.read_text(encoding="utf-8").splitlines()))
    assert findings - printed() == set()


@cache
def printed() -> set[str]:
    """Return what runs over the fixtures print, and the one that the README begins with."""
    with chdir(ROOT):
        demo = compose2cfn.convert("fixtures/demo-app/compose.yaml").diagnostics
    return {each.line for each in shown()} | set(map(str, demo))


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    named = re.findall(r"\]\(([\w-]+\.md)\)", index.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(page.name for page in index.parent.glob("*.md") if page != index)


def test_the_documents_show_findings() -> None:
    for name in ("README.md", "docs/command-line.md", "docs/diagnostics.md"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert any(map(FINDING.fullmatch, lines)), name


def test_the_refusal_in_the_documents_is_real() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    [entry] = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert entry in (ROOT / "fixtures" / "deploy" / REFUSALS).read_text("utf-8")


def test_the_emitter_in_the_documents_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "acme.py").write_text(code, encoding="utf-8")
    spec = spec_from_file_location("acme", tmp_path / "acme.py")
    assert spec
    assert spec.loader
    acme = module_from_spec(spec)
    spec.loader.exec_module(acme)
    files = compose2cfn.Memory({"compose.yaml": "services: {web: {image: nginx}}"})
    emitters = (*compose2cfn.DEFAULT_EMITTERS, acme.contact)
    made = compose2cfn.convert(files=files, emitters=emitters).to_dict()
    plain = compose2cfn.convert(files=files).to_dict()
    contact = {"Contact": {"Value": "ops@example.com"}}
    assert isinstance(plain["Outputs"], dict)
    assert made["Outputs"] == plain["Outputs"] | contact


def test_the_public_names_are_typed() -> None:
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {
        alias.asname: (alias.name, str(node.module))
        for node in ast.walk(stub)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(map(str, typed)) == sorted(PUBLIC)
    for public, (name, module) in typed.items():
        assert public == name
        assert getattr(compose2cfn, name) is getattr(import_module(module), name)


def test_the_public_names_are_listed() -> None:
    assert set(PUBLIC) <= set(dir(compose2cfn))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        compose2cfn.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## \[(.*?)\]", changelog, re.MULTILINE)[0]
    assert newest in {"Unreleased", version("compose2cfn")}
