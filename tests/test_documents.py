"""What the documents say is true."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import compose2cfn
from compose2cfn.diagnostics import CODES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "compose2cfn"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
DIAGNOSTICS = ROOT / "docs" / "diagnostics.md"
PUBLIC: list[str] = vars(compose2cfn)["__all__"]
DEMO = ROOT / "fixtures" / "demo-app"
HEAD = """\
# Diagnostics

A finding names its place, how bad it is, the path of the value, what to do, and a code in brackets:

```
compose.yaml:9:5: error: services.web.cpus: Fargate has no 3 vCPU size; use 2 or 4 [fargate-size]
```

An **error** keeps the input from being converted: there is no template, it would not deploy, or the
application would behave or be exposed differently. A **warning** says that something is dropped or
changes its meaning; `--strict` makes it fail. An **info** tells a decision that is worth knowing.

| code | what it means |
|---|---|
"""


def diagnostics() -> str:
    """Write the document of all codes."""
    return HEAD + "".join(f"| `{code}` | {meaning} |\n" for code, meaning in CODES.items())


def codes() -> Iterator[tuple[str, str]]:
    """List the codes that the package gives to findings, each with its file."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                    yield code, file.name
                case ast.Call(
                    func=ast.Attribute(attr="error" | "warn" | "info" | "of" | "fault"),
                    args=[ast.Constant(value=str(code)), _, *_],
                ):
                    yield code, file.name


def test_diagnostics_lists_every_code(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        DIAGNOSTICS.write_text(diagnostics(), encoding="utf-8")
    assert DIAGNOSTICS.read_text(encoding="utf-8") == diagnostics(), "run pytest --update"


def test_every_code_is_explained() -> None:
    assert {(code, file) for code, file in codes() if code not in CODES} == set()


def test_every_code_that_a_case_gives_is_explained() -> None:
    found = {
        code
        for file in (ROOT / "fixtures").rglob("diagnostics.txt")
        for code in re.findall(r"\[([a-z0-9-]+)\]$", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert found <= set(CODES)


def test_every_explained_code_is_in_use() -> None:
    texts = [
        file.read_text(encoding="utf-8")
        for file in PACKAGE.rglob("*.py")
        if file.name != "diagnostics.py"
    ]
    assert [code for code in CODES if not any(f'"{code}"' in text for text in texts)] == []


def test_codes_are_words_in_order() -> None:
    assert list(CODES) == sorted(CODES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code) for code in CODES)
    assert all(meaning.endswith(".") for meaning in CODES.values())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(
    "block", re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
)
def test_the_excerpts_of_the_readme_are_real(block: str) -> None:
    sources = [DEMO / "compose.yaml", *DEMO.glob("*/template.yaml")]
    texts = [source.read_text(encoding="utf-8") for source in sources]
    for piece in block.split("# …\n"):
        assert any(piece in text for text in texts), piece


def test_the_finding_in_the_readme_is_real() -> None:
    [shown] = re.findall(
        r"^```\nfixtures/demo-app/(.*)\n```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert f"../{shown}\n" in (DEMO / "parameters" / "diagnostics.txt").read_text("utf-8")


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
