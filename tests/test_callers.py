"""What callers pass to the library: paths of any kind, lists, texts that nothing can write."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from troposphere import Output

import compose2cfn
from compose2cfn import (
    ComposeError,
    Disk,
    Emitter,
    Memory,
    Result,
    Severity,
    convert,
    emit,
    emitter,
    load,
)
from compose2cfn.emitters.containers import containers
from compose2cfn.plan.make import Plan
from compose2cfn.stack.items import Item, Out
from compose2cfn.testing import read_template

COMPOSE = "services: {web: {image: a, environment: {A: '${X}'}}}"
FILES = Memory({"compose.yaml": COMPOSE, "x.env": "X=1"})


@emitter()
def contact(_: Plan) -> Iterable[Item]:
    return [Out(Output("Contact", Value="ops@example.com"))]


unchecked: Callable[..., Result] = convert
"""As it is called where no types are checked."""


def test_paths_may_be_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "x.env").write_text("X=1")
    monkeypatch.chdir(tmp_path)
    texts = convert("compose.yaml", env_files=["x.env"], project_directory=".")
    paths = convert(Path("compose.yaml"), env_files=[Path("x.env")], project_directory=Path())
    assert paths.to_yaml() == texts.to_yaml()
    assert load(tmp_path / "compose.yaml", files=Disk(tmp_path)).project.services


@pytest.mark.parametrize("name", ["profiles", "env_files"])
def test_one_text_is_not_a_list(name: str) -> None:
    """It would be taken for a list of its letters."""
    said = re.escape(f"{name} must be a list of texts; write {name}=['prod']")
    entries: tuple[Callable[..., object], ...] = (convert, load)
    for entry in entries:
        with pytest.raises(TypeError, match=said):
            entry(files=FILES, **{name: "prod"})


@pytest.mark.parametrize("odd", [None, ["compose.yaml"], 5])
def test_what_is_not_a_path_is_told(odd: object) -> None:
    with pytest.raises(TypeError, match=r"expected str, bytes or os\.PathLike object"):
        unchecked(odd, files=FILES)
    with pytest.raises(TypeError, match=r"expected str, bytes or os\.PathLike object"):
        unchecked(env_files=[odd], files=FILES)


def test_what_is_not_an_emitter_is_told() -> None:
    with pytest.raises(
        TypeError, match=r"'load_balancer' is not an emitter; make one with compose2cfn\.emitter"
    ):
        unchecked(files=FILES, emitters=["load_balancer"])


def test_a_function_is_not_an_emitter() -> None:
    def plain(_: object) -> tuple[()]:
        return ()

    for odd in ([plain], plain):
        with pytest.raises(TypeError, match=r"plain at .* is not an emitter; make one with"):
            unchecked(files=FILES, emitters=odd)


def test_a_decorator_without_keys_is_called() -> None:
    bare: Callable[..., object] = emitter
    with pytest.raises(TypeError, match=r"is not the pattern of a key; write @emitter\(\) if"):
        bare(print)


def test_one_emitter_is_not_a_list() -> None:
    with pytest.raises(TypeError, match=r"emitters must be a list; write emitters=\[containers\]"):
        unchecked(files=FILES, emitters=containers)


@pytest.mark.parametrize("idle", [(), [contact]])
def test_a_template_has_a_resource(idle: Iterable[Emitter]) -> None:
    """CloudFormation refuses one without."""
    app = load("compose.yaml", files=FILES)
    with pytest.raises(ComposeError) as caught:
        emit(app, idle)
    (found,) = [each for each in caught.value.diagnostics if each.severity is Severity.ERROR]
    assert str(found) == (
        "compose.yaml:1:1: error: no emitter that takes part makes a resource, and a template "
        "needs at least one; pass compose2cfn.DEFAULT_EMITTERS, alone or with others "
        "[template-empty]"
    )


def test_variables_are_texts() -> None:
    with pytest.raises(TypeError, match="environment maps texts to texts, and its 'X' is"):
        unchecked(files=FILES, environment={"X": 8080})


REPLACED = {
    "a byte": ("a\udcffb", "a\ufffdb"),
    "a half": ("a\ud800b", "a\ufffdb"),
    "two halves": ("\ud83d\ude00", "\ufffd\ufffd"),
}


@pytest.mark.parametrize(("half", "becomes"), REPLACED.values(), ids=REPLACED)
def test_what_is_not_a_character_is_replaced(half: str, becomes: str) -> None:
    """As Docker Compose does, and in all forms of a template alike."""
    result = convert(files=FILES, environment={"X": half, half: "x"}, profiles=[half])
    assert read_template(result.to_yaml()) == json.loads(result.to_json()) == result.to_dict()
    assert f"'{becomes}'" in str(result.to_dict())
    write(result)


@pytest.mark.parametrize("name", ["path", "project_directory", "env_files", "project_name"])
@pytest.mark.parametrize("half", [chr(0xDCFF), chr(0xD800)], ids=ascii)
@pytest.mark.parametrize("disk", [False, True])
def test_no_half_of_a_character_is_a_traceback(
    half: str, name: str, tmp_path: Path, *, disk: bool
) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    files = Disk(tmp_path) if disk else FILES
    try:
        match name:
            case "path":
                write(convert(half, files=files))
            case "env_files":
                write(convert(env_files=[half], files=files))
            case "project_name":
                write(convert(project_name=half, files=files))
            case _:
                write(convert("compose.yaml", project_directory=half, files=files))
    except ComposeError as error:
        found = str(error)
    else:
        found = ""
    assert found.encode() or name == "project_directory"


def write(result: Result) -> None:
    """See that all of a result can be written."""
    for text in (result.to_yaml(), result.to_json(), *map(str, result.diagnostics)):
        text.encode()


def test_the_signatures_say_so() -> None:
    for entry in (compose2cfn.load, compose2cfn.convert):
        assert "PathLike" in str(entry.__annotations__["paths"])
        assert "PathLike" in str(entry.__annotations__["project_directory"])
        assert "PathLike" in str(entry.__annotations__["env_files"])
